"""The check: everything that must be in order before people rely on an installation, each with a way out."""

import argparse
import datetime as dt
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .. import assessment, migrating, outbox, unsealing
from ..casework import admission
from ..db import make_engine, session_factory
from ..publickeys import KeyFileError, read_public_keys
from ..settings import KNOWN, Settings, SettingsError
from ..unsealing import WrongPassphrase
from .refusals import about, place_options, settings_for


class Finding(NamedTuple):
    """One thing that was looked at. `ok` is None for a hint that stops nobody."""

    ok: bool | None
    sentence: str


def check_options(parser: argparse.ArgumentParser) -> None:
    """Options of `check`."""
    about(
        parser,
        "Look whether this installation is in order: settings, data folder and who may read it, keys "
        "and passphrase, database, figures of law whose check is overdue, submissions that could not be "
        "opened. Exit code 0 when all is well, 1 when something must be done.",
        "",
        "--list",
    )
    parser.add_argument("--list", action="store_true", help="show every setting with its meaning, then stop")
    place_options(parser)
    parser.set_defaults(run=check)


def check(options: argparse.Namespace) -> int:
    """Print every finding; 1 when one of them is wrong."""
    if options.list:
        width = max(len(name) for name in KNOWN)
        sys.stdout.writelines(f"{name:<{width}}  {meaning}\n" for name, meaning in KNOWN.items())
        return 0
    findings = list(look(settings_for(options), dt.datetime.now(dt.UTC)))
    marks = {True: "ok   ", False: "WRONG", None: "note "}
    sys.stdout.writelines(f"{marks[one.ok]}  {one.sentence}\n" for one in findings)
    return 1 if any(one.ok is False for one in findings) else 0


def look(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """Every finding about an installation, in the order in which things build on each other."""
    yield Finding(True, "The settings make sense.")
    yield from _files(settings)
    yield from _keys(settings)
    yield from _database(settings)
    yield from _mail(settings)
    yield from _figures(now.astimezone(settings.timezone).date())


def _files(settings: Settings) -> Iterator[Finding]:
    if not settings.data.is_dir():
        yield Finding(False, "The data folder is missing: run `python -m intake init`.")
        return
    private = [settings.data, settings.secrets, settings.keys / "private"]
    found = [path for path in private if path.exists()]
    found += [path for folder in found[1:] for path in sorted(folder.iterdir())]
    secret = (settings.passphrase_file, settings.mail.password_file if settings.mail else None)
    found += [path for path in secret if path is not None and path.exists()]
    found += sorted(settings.data.glob("*.db*"))
    open_to_others = [path for path in found if _others_may_read(path)]
    for path in open_to_others:
        yield Finding(False, f"Others may read {path.name}: run `chmod go= {path}`.")
    if not open_to_others:
        yield Finding(True, "Data folder, secrets and keys are readable by their owner alone.")


def _others_may_read(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _keys(settings: Settings) -> Iterator[Finding]:
    try:
        public = read_public_keys(settings.keys / "public.json")
        public.recipients()
    except KeyFileError as error:
        yield Finding(False, f"{error} Keys are made by `python -m intake keys init`.")
        return
    yield Finding(True, "There is an active desk key and an active recovery key.")
    if settings.passphrase_file is None:
        yield Finding(None, "INTAKE_PASSPHRASE_FILE is not set: staff door and desk need it to start.")
        return
    try:
        keyring = unsealing.load_keyring(settings.keys, settings.passphrase())
    except (KeyFileError, WrongPassphrase, SettingsError) as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, f"The passphrase opens the desk key ({len(keyring.kids)} in the key folder).")


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        standing, newest = migrating.current(settings.database_url), migrating.newest()
    except migrating.MigrationError as error:
        yield Finding(False, str(error))
        return
    if standing != newest:
        yield Finding(False, "The database is not up to date: run `python -m intake db upgrade`.")
        return
    yield Finding(True, f"The database is up to date ({standing}).")
    engine = make_engine(settings.database_url)
    with session_factory(engine)() as session:
        aside = admission.set_aside_count(session)
        mail = outbox.standing(session)
    engine.dispose()
    if aside:
        yield Finding(False, f"{aside} submissions could not be opened by the desk and wait aside.")
    else:
        yield Finding(True, "No submission waits aside.")
    if mail.failed:
        yield Finding(None, f"{mail.failed} mails failed and wait for an administrator under Outbox.")


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.mail is None:
        yield Finding(None, "Mail is off: INTAKE_SMTP is empty.")
        return
    try:
        settings.mail.password()
    except SettingsError as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, f"Mail goes through {settings.mail.host}, port {settings.mail.port}. It was not tried.")


def _figures(today: dt.date) -> Iterator[Finding]:
    figures = assessment.current().figures
    overdue = assessment.overdue(figures, today)
    for one in overdue:
        when = f"last checked on {one.verified_on}" if one.verified_on else "never checked"
        yield Finding(None, f"Figure {one.key}: {when}. Compare it with {one.source or one.cite}.")
    if not overdue:
        yield Finding(True, "Every figure of law was checked in time.")


COMMANDS = {"check": check_options}
