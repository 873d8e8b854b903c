"""What one browser holds between two requests: the root of its return code, in a cookie of its own session.

The cookie also says when it was last used. A visit that nobody used for a while is closed: its root opens nothing
for a page any more, and only saves what a person had typed on the page that was still open.
"""

import base64
import binascii
import datetime as dt
from typing import NamedTuple, cast

from flask import current_app, request, session

from .. import drafts, locales, refusals, web
from ..drafts import Draft
from ..locales import Language
from ..publickeys import PublicKey, read_public_keys
from ..releaseparser import is_slug
from ..returncode import CodeKeys, derive, root_of
from ..settings import secret

_ROOT = "r"
_SOURCE = "s"
_USED = "t"  # seconds of the epoch
_DEVICE = "d"
_NEUTRAL = "n"
_MORE = "m"
_LANGUAGE = "l"

# A cookie is written again only when it is this old: writing it with each answer would double its cost.
_FRESH_SECONDS = 60
MORE_MINUTES = 120


class Device(NamedTuple):
    """What an answer to "Is this phone or computer safe for you?" changes.

    `window` is minutes without a tap after which a visit closes; `keeping` is whether printing, downloading and
    keeping things on the device are offered; `neutral` is whether pages hide whose they are, until the person
    says otherwise.
    """

    window: int
    keeping: bool
    neutral: bool
    autocomplete_off: bool


_CAREFUL = Device(window=15, keeping=False, neutral=True, autocomplete_off=True)
DEVICES: dict[str, Device] = {
    "mine": Device(window=60, keeping=True, neutral=False, autocomplete_off=False),
    "shared": _CAREFUL,
    "watched": _CAREFUL,
    "unsure": _CAREFUL,
}
# Answers that ask for care, on this device and on the next one.
CAREFUL = frozenset(code for code, device in DEVICES.items() if device == _CAREFUL)
# Nobody said whose device it is.
UNKNOWN = Device(window=30, keeping=True, neutral=False, autocomplete_off=False)


class Look(NamedTuple):
    """How pages look on this device. Pages kept from an earlier rendering are kept by it: hashable.

    `window` is minutes; `longer` is whether the person asked for that much.
    """

    neutral: bool
    autocomplete_off: bool
    keeping: bool
    window: int
    longer: bool


# How pages look that are the same for everyone.
PLAIN = Look(False, UNKNOWN.autocomplete_off, UNKNOWN.keeping, UNKNOWN.window, False)
# How a page looks that the Back button of a stranger may bring up.
HIDDEN = PLAIN._replace(neutral=True)


def look() -> Look:
    """How pages look on this device."""
    here = device()
    longer = bool(session.get(_MORE))
    return Look(
        neutral=bool(session.get(_NEUTRAL, here.neutral)),
        autocomplete_off=here.autocomplete_off,
        keeping=here.keeping,
        window=MORE_MINUTES if longer else here.window,
        longer=longer,
    )


def device() -> Device:
    """What this device is, as far as the person said."""
    return DEVICES.get(str(session.get(_DEVICE)), UNKNOWN)


def is_careful() -> bool:
    """Whether other people may use or watch this device."""
    return device() == _CAREFUL


def uses(code: object) -> None:
    """Remember the answer about the device; anything that is no such answer means that nobody said."""
    if isinstance(code, str) and code in DEVICES:
        session[_DEVICE] = code
    else:
        session.pop(_DEVICE, None)


def look_neutral(wanted: bool) -> None:
    """Hide whose pages these are, or show it, whatever the device."""
    session[_NEUTRAL] = wanted


def take_more_time() -> None:
    """Let this visit stay open longer without a tap."""
    session[_MORE] = True
    session[_USED] = int(now().timestamp())


def now() -> dt.datetime:
    """The time of this request, aware UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The day where the organisation works: legal days are counted in local dates."""
    return now().astimezone(web.settings_of(current_app).timezone).date()


def root_for(code: str) -> bytes:
    """The root of a return code, with this door's pepper. Costs 64 MiB and a tenth of a second."""
    pepper = secret(web.settings_of(current_app).secrets / "pepper.key")
    return root_of(code, bytes.fromhex(pepper))


def remember(root: bytes) -> None:
    """Let this browser go on without typing the code again, until it is closed or left."""
    session[_ROOT] = base64.urlsafe_b64encode(root).decode("ascii")
    session[_USED] = int(now().timestamp())
    session.pop(_MORE, None)


def forget() -> None:
    """This browser holds nothing any more."""
    session.clear()


def close() -> None:
    """Close this visit: the keys are gone from this browser, its look stays as the person chose it."""
    for name in (_ROOT, _USED, _MORE, _SOURCE):
        session.pop(name, None)


def go_on() -> None:
    """The visit was closed and the person says that it is them: open it again."""
    session[_USED] = int(now().timestamp())


def is_idle() -> bool:
    """Whether this browser holds keys that nobody used for longer than the window."""
    return _ROOT in session and _idle_seconds() >= look().window * 60


def keys() -> CodeKeys | None:
    """The keys that this browser holds, or None; None also when the visit was idle for too long."""
    if is_idle():
        return None
    held = idle_keys()
    if held is not None and _idle_seconds() >= _FRESH_SECONDS:
        session[_USED] = int(now().timestamp())
    return held


def idle_keys() -> CodeKeys | None:
    """The keys that this browser holds, even if the visit was idle for too long: to save, never to show."""
    text = session.get(_ROOT)
    if not isinstance(text, str):
        return None
    try:
        return derive(base64.urlsafe_b64decode(text))
    except (ValueError, binascii.Error):
        return None


def draft(*, lock: bool = False) -> Draft | None:
    """The draft of this browser, opened for this request, or None when there is none or it has expired."""
    held = keys()
    if held is None:
        return None
    if lock or request.method not in refusals.SAFE:
        return drafts.load(web.connection(), held, now(), lock=lock)
    return drafts.look(web.engine(), held, now())


def idle_draft(*, lock: bool = False) -> Draft | None:
    """The draft of a visit that was idle for too long: to save what was typed, never to show it."""
    held = idle_keys() if is_idle() else None
    return drafts.load(web.connection(), held, now(), lock=lock) if held else None


def _idle_seconds() -> float:
    used = session.get(_USED)
    # A cookie without a time is from before there were times: it counts as old.
    return now().timestamp() - used if isinstance(used, int) else float("inf")


def speaks(language: Language) -> None:
    """Remember the language that a person chose, for the next time they come without one in the address."""
    session[_LANGUAGE] = language.code


def chosen_language() -> Language | None:
    """The language chosen before on this device, if it is still offered."""
    pseudo = web.settings_of(current_app).pseudo_locale
    return locales.by_code(str(session.get(_LANGUAGE, "")), pseudo=pseudo)


def came_from(slug: str | None) -> None:
    """Remember which release led here, for the draft that may follow."""
    if slug and is_slug(slug):
        session[_SOURCE] = slug


def source() -> str | None:
    """The release that led here, if any."""
    return cast(str | None, session.get(_SOURCE))


def recipients() -> tuple[PublicKey, ...]:
    """The organisation's keys that a submission is sealed to, as they are now.

    Raises KeyFileError when the file with the public keys is gone.
    """
    return read_public_keys(web.settings_of(current_app).keys / "public.json").recipients()
