"""What has to be done again and again: backups, checks of figures and places; and the mail server."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from .. import lawfigures, mailing, tallies
from ..backups import folder, keys
from ..backups.container import BackupError
from ..office import unchecked
from ..retention import due
from ..settings import Settings, SettingsError
from ..watching.alarms import BACKUP_EVERY
from .findings import Finding, hint, ok, reading, soon, wrong

BACKUP_LATE = dt.timedelta(days=7)
PROVE_EVERY = dt.timedelta(days=90)


def backups(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """How old the last backup is, whether one was proven, and how long erased things are still in them."""
    try:
        keys.read(settings.keys)
    except BackupError as error:
        yield soon("backup", str(error))
    last = folder.last(settings.data)
    if last is None:
        yield soon("backup", "No backup is known: run `python -m intake backup FOLDER`, each night.")
        return
    age = now - last.at
    told = f"The last backup is {age.days} days and {age.seconds // 3600} hours old"
    if age > BACKUP_LATE:
        yield wrong("backup", f"{told}: run `python -m intake backup FOLDER` now, and each night.")
    elif age > BACKUP_EVERY:
        yield soon("backup", f"{told}: run `python -m intake backup FOLDER` each night.")
    else:
        yield ok("backup", f"{told}.")
    if last.verified_at is None or now - last.verified_at > PROVE_EVERY:
        yield soon("backup", "The last backup was not proven: run `python -m intake restore FILE --verify`.")
    else:
        yield ok("backup", f"It was proven on {last.verified_at.date()}.")
    days = settings.backup_days
    yield hint("backup", f"What is erased stays in backups for {days} days (INTAKE_BACKUP_DAYS), if --keep-days runs.")
    shelf = Path(last.folder)
    oldest = folder.oldest(shelf) if last.folder and shelf.is_dir() else None
    if oldest is not None and now - oldest > dt.timedelta(days=days + 1):
        yield soon("backup", f"A backup is older than {days} days and holds what was erased: back up with --keep-days.")


def mail(settings: Settings, *, tried: bool) -> Iterator[Finding]:
    """The mail server; with `tried` it is asked whether it lets us in, and nothing is sent."""
    if settings.mail is None:
        yield hint("mail", "Mail is off: INTAKE_SMTP is empty.")
        return
    try:
        settings.mail.password()
    except SettingsError as error:
        yield wrong("mail", str(error))
        return
    where = f"{settings.mail.host}, port {settings.mail.port}"
    if not tried:
        yield ok("mail", f"Mail goes through {where}. It was not tried.")
        return
    try:
        mailing.knock(settings.mail)
    except mailing.Away as error:
        yield wrong("mail", f"The mail server {where} does not take us in ({error}): check the INTAKE_SMTP settings.")
        return
    yield ok("mail", f"The mail server {where} takes us in. Nothing was sent.")


def limits(settings: Settings, *, tried: bool) -> Iterator[Finding]:
    """The server on which doors count limits together, where there is one; with `tried` it counts to two."""
    if not settings.limits_url:
        return
    if not tried:
        yield ok("limits", "Doors count limits on the server of INTAKE_LIMITS_URL. It was not tried.")
        return
    trouble = tallies.trouble_at(settings.limits_url)
    if trouble:
        said = f"The server of INTAKE_LIMITS_URL {trouble}: until then each door counts limits by itself."
        yield soon("limits", said)
    else:
        yield ok("limits", "Doors count limits together, on the server of INTAKE_LIMITS_URL.")


def alarms(settings: Settings) -> Iterator[Finding]:
    """Whether anybody hears of it by mail when something goes wrong."""
    if settings.alarms_to and settings.mail is not None:
        yield ok("alarms", "What goes wrong is told by mail, to INTAKE_ALARMS_TO.")
    else:
        yield hint("alarms", "What goes wrong is told by no mail: set INTAKE_ALARMS_TO, and look at the admin's page.")


def figures(settings: Settings, today: dt.date) -> Iterator[Finding]:
    """Figures of law whose check is overdue, or that are another one at their source than in the rules."""
    with reading(settings) as session:
        found = lawfigures.standings(session, today, settings.timezone)
    for one in found:
        if one.changed:
            yield soon("figures", f"Figure {one.figure.key} has changed at its source: the rules need a new version.")
        if one.is_overdue:
            when = f"last checked on {one.checked_on}" if one.checked_on else "never checked"
            source = one.figure.source or one.figure.cite
            yield hint("figures", f"Figure {one.figure.key}: {when}. Compare it with {source}.")
    if not any(one.changed or one.is_overdue for one in found):
        yield ok("figures", "Every figure of law was checked in time.")


def places_to_send_people(settings: Settings, today: dt.date) -> Iterator[Finding]:
    """Places that nobody has checked for long."""
    with reading(settings) as session:
        old, never = unchecked(session, today)
    if old:
        yield soon("referrals", f"{old} places to send people were last checked over 90 days ago: check them.")
    if never:
        yield hint("referrals", f"{never} places to send people were never checked: applicants do not see them.")
    if not old and not never:
        yield ok("referrals", "Every place to send people was checked in the last 90 days.")


def retention(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """Cases whose time has been over for long."""
    with reading(settings) as session:
        late = due.any_long(session, now)
    if late:
        yield soon("retention", "Cases are over 30 days past their time: look at “How long we keep”.")
    else:
        yield ok("retention", "No case is long past the time for which it is kept.")
