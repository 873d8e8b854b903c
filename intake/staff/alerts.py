"""Mails to a staff member about the own account: what happened, when, and how to lock the account."""

import datetime as dt
from typing import Any, Final

from flask import current_app, request, url_for

from .. import outbox
from ..accounts import StaffMember
from ..audit import Event
from ..daywords import day_in_words
from ..locales import ENGLISH, FOR_STAFF, N_, STAFF, Language, translations
from ..sessions import StaffSession
from ..web import db, settings_of
from . import labels
from .context import now, staff_door

KIND: Final = "account-alert"
SUBJECT: Final = N_("About your account")
NEW_BROWSER: Final = N_(
    "Somebody signed in to your account from a browser that was not used for it in the last year: "
    "%(browser)s, %(system)s."
)
# Events of the audit trail that the person hears about. A text here names nobody.
TOLD: Final[dict[Event, str]] = {
    Event.STAFF_PASSWORD_CHANGED: N_("The password of your account was changed."),
    Event.STAFF_SECOND_FACTOR_SET: N_("A second factor was set up for your account."),
    Event.STAFF_PASSKEY_ADDED: N_("A passkey was added to your account."),
    Event.STAFF_PASSKEY_REMOVED: N_("A passkey of your account was removed."),
    Event.STAFF_RECOVERY_CODES_MADE: N_(
        "New recovery codes were made for your account. The ones before do not work any more."
    ),
    Event.STAFF_RECOVERY_CODE_USED: N_("A recovery code of your account was used."),
    Event.STAFF_LOCKED: N_("Your account is closed for 15 minutes, because there were five wrong tries to sign in."),
    Event.STAFF_LOCKED_BY_OWNER: N_(
        "Your account is locked, and you are signed out everywhere. Ask an administrator to unlock it."
    ),
}
WHEN: Final = N_("When: %(day)s, %(time)s (%(zone)s).")
CALM: Final = N_("If this was you, there is nothing to do.")
HOW_TO_LOCK: Final = N_("If this was not you, lock your account now. Open this page: %(address)s")
TELL_ADMIN: Final = N_("If this was not you, tell an administrator now.")


def tell(person: StaffMember, event: Event) -> None:
    """Mail `person` about `event` if it is one of `TOLD`."""
    if event in TOLD:
        _put(person, TOLD[event], {}, locked=event is Event.STAFF_LOCKED_BY_OWNER)


def new_browser(person: StaffMember, begun: StaffSession) -> None:
    """Mail `person` that somebody signed in with a browser which is new for this account."""
    say = translations(tongue_of(person).code, STAFF).gettext
    named = {
        "browser": say(labels.BROWSERS[begun.browser]),
        "system": say(labels.SYSTEMS[begun.system]),
    }
    _put(person, NEW_BROWSER, named, locked=False)


def tongue_of(person: StaffMember | None) -> Language:
    """The language that `person` chose; English where nobody chose: a stranger's browser has no say in it."""
    chosen = person.language if person else None
    return next((one for one in FOR_STAFF if one.code == chosen), ENGLISH)


def moment(time: dt.datetime, tongue: Language) -> dict[str, str]:
    """Day, time and time zone for a text, on the organisation's clock."""
    zone = staff_door().settings.timezone
    local = time.astimezone(zone)
    return {"day": day_in_words(local.date(), tongue), "time": f"{local:%H:%M}", "zone": str(zone)}


def address_of(endpoint: str, **values: Any) -> str:
    """The whole address of a page, for a mail: the name from the settings, not one that a request made up."""
    settings = settings_of(current_app)
    named = settings.staff_hosts[0]
    own = settings.https and not named.startswith(".")
    return f"{'https' if settings.https else 'http'}://{named if own else request.host}{url_for(endpoint, **values)}"


def _put(person: StaffMember, what: str, named: dict[str, str], *, locked: bool) -> None:
    tongue = tongue_of(person)
    say = translations(tongue.code, STAFF).gettext
    way_out = say(TELL_ADMIN) if locked else say(HOW_TO_LOCK) % {"address": address_of("locking.show")}
    lines = (say(what) % named, say(WHEN) % moment(now(), tongue), say(CALM), way_out)
    outbox.put(
        db(),
        kind=KIND,
        to=person.email,
        subject=say(SUBJECT),
        text="\n\n".join(lines) + "\n",
        recipients=staff_door().recipients(),
        now=now(),
    )
