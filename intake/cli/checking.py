"""The check: the short form of the doctor, before serving."""

import argparse
import datetime as dt
import sys

from ..doctor import Level, look
from ..settings import KNOWN
from .refusals import about, place_options, settings_for

MARKS = {Level.OK: "ok   ", Level.HINT: "note ", Level.SOON: "soon ", Level.NOW: "WRONG"}


def check_options(parser: argparse.ArgumentParser) -> None:
    """Options of `check`."""
    about(
        parser,
        "Look whether this installation is in order: settings, data folder and who may read it, keys "
        "and passphrase, database, figures of law whose check is overdue, submissions that could not be "
        "opened. Exit code 0 when all is well, 1 when something must be done. `doctor` looks at more.",
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
    sys.stdout.writelines(f"{MARKS[one.level]}  {one.sentence}\n" for one in findings)
    return 1 if any(one.level is Level.NOW for one in findings) else 0


COMMANDS = {"check": check_options}
