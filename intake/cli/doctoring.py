"""The doctor by command."""

import argparse
import datetime as dt
import json
import sys

from ..doctor import Level, examine
from .checking import MARKS
from .refusals import about, place_options, settings_for

# The worst finding -> the exit code.
CODES = {Level.OK: 0, Level.HINT: 0, Level.SOON: 1, Level.NOW: 2}


def doctor_options(parser: argparse.ArgumentParser) -> None:
    """Options of `doctor`."""
    about(
        parser,
        "Look at everything that can go wrong: settings, clock, disks, memory, files, keys, database and its roles, "
        "the desk, mail, the audit trail, backups, figures of law, places to send people. One sentence for each, with "
        "what to do. Changes nothing and sends nothing. Exit code 0 when all is well, 1 when something should be done "
        "soon, 2 when something is wrong.",
        "",
        "--full",
        "--json",
    )
    parser.add_argument("--full", action="store_true", help="read the whole audit trail and every page of SQLite")
    parser.add_argument("--offline", action="store_true", help="do not ask the mail server")
    parser.add_argument("--json", action="store_true", help="one JSON object with all findings, for programs")
    place_options(parser)
    parser.set_defaults(run=doctor)


def doctor(options: argparse.Namespace) -> int:
    """Print every finding; the exit code says how bad the worst is."""
    settings, now = settings_for(options), dt.datetime.now(dt.UTC)
    findings = list(examine(settings, now, full=options.full, offline=options.offline))
    worst = max((one.level for one in findings), default=Level.OK)
    if options.json:
        listed = [{"level": one.level.name.lower(), "area": one.area, "sentence": one.sentence} for one in findings]
        said = {"at": now.isoformat(), "worst": worst.name.lower(), "findings": listed}
        sys.stdout.write(json.dumps(said, indent=1, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{MARKS[one.level]}  {one.sentence}\n" for one in findings)
    return CODES[worst]


COMMANDS = {"doctor": doctor_options}
