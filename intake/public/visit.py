"""What one browser holds between two requests: the root of its return code, in a cookie of its own session."""

import base64
import binascii
import datetime as dt
from typing import cast

from flask import current_app, session

from .. import drafts, web
from ..drafts import Draft
from ..releaseparser import is_slug
from ..returncode import CodeKeys, derive, root_of
from ..sealing import PublicKey, read_public_keys
from ..settings import secret

_ROOT = "r"
_SOURCE = "s"


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


def forget() -> None:
    """This browser holds nothing any more."""
    session.clear()


def keys() -> CodeKeys | None:
    """The keys that this browser holds, or None."""
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
    return drafts.load(web.db(), held, now(), lock=lock) if held else None


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
