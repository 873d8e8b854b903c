"""The command that writes cases to a file."""

import argparse
import datetime as dt
import sys
from pathlib import Path

from .. import exports, unsealing
from ..casework.filters import FLAGS, Filters
from ..casework.statuses import STATUSES
from ..db import make_engine
from ..exports import Choice, Format, Recipient
from ..publickeys import KeyFileError
from ..settings import Settings
from ..standby import Standby
from ..unsealing import WrongPassphrase
from .refusals import Refusal, about, in_words, place_options, settings_for

FILTERS = ("status", "level", "owner", "language", "claim", "state", "place", "outcome", "due", "since", "until")
_HELP = {
    "status": "only cases with this status, or several with commas between",
    "since": "only requests that came in on this day or later, such as 2026-07-01",
    "until": "only requests that came in on this day or before",
    "due": "only deadlines within 7, 14 or 30 days, or `late`",
}
# A follow-up belongs to the person who is signed in.
_TICKS = tuple(name for name in FLAGS if name != "follow_up")


def export_options(parser: argparse.ArgumentParser) -> None:
    """Options of `export`."""
    about(
        parser,
        "Write cases to a file, without identities by default: no names, no contact, no exact dates, no reference. "
        "A profile is a fixed list of columns; some open the sealed answers, which needs the passphrase. Each export "
        "leaves a trace with its reason, scope and count. The file is readable by its owner alone; with "
        "--to-recipient or --to-passphrase-file it is encrypted while it is written, for the program `age`.",
        "--to cases.csv --reason 'Quarterly report to the funder' --profile grant_report --all --since 2026-07-01",
        "--to move.xlsx --format xlsx --profile hand_over --reason 'Move to the case system' --status accepted",
        "--to all.csv.age --profile full --reason 'Legal hold' --to-recipient age1…",
    )
    parser.add_argument("--to", required=True, type=Path, metavar="FILE", help="the new file to write")
    parser.add_argument("--reason", required=True, help="why; this is kept in the audit trail")
    names = sorted(profile.name for profile in exports.RELEASED)
    parser.add_argument(
        "--profile", default="queue", metavar="NAME", help=f"which columns: {', '.join(names)}, or without the version"
    )
    parser.add_argument("--columns", metavar="NAME,…", help="only these of its columns, by their keys")
    parser.add_argument("--format", choices=[str(form) for form in Format], default="csv", help="csv unless said")
    closed_to = parser.add_mutually_exclusive_group()
    closed_to.add_argument("--to-recipient", metavar="age1…", help="encrypt the file to this age recipient")
    closed_to.add_argument(
        "--to-passphrase-file", type=Path, metavar="FILE", help="encrypt it to the passphrase in this file"
    )
    parser.add_argument("--identities", action="store_true", help="the same as --profile full")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="open and closed cases")
    which.add_argument("--closed", action="store_true", help="closed cases instead of open ones")
    for name in FILTERS:
        parser.add_argument(f"--{name}", metavar="VALUE", help=_HELP.get(name, f"only cases with this {name}"))
    for name in _TICKS:
        if name != "closed":
            parser.add_argument(f"--{name}", action="store_true", help=f"only cases with the mark `{name}`")
    place_options(parser)
    parser.set_defaults(run=export)


def export(options: argparse.Namespace) -> int:
    """Write cases to a new file."""
    settings = settings_for(options)
    with in_words(exports.UnknownProfile, exports.UnknownColumn, exports.BadRecipient):
        picked = options.columns.split(",") if options.columns else None
        choice = Choice.of(exports.named("full" if options.identities else options.profile), picked)
        recipient = _recipient(options)
    wanted = exports.Wanted(_filters(options), today=_today(settings), zone=settings.timezone)
    with in_words(KeyFileError, WrongPassphrase, exports.NoPurpose):
        keyring = unsealing.load_keyring(settings.keys, settings.passphrase()) if choice.opens else None
        engine = make_engine(settings.database_url)
        try:
            count = exports.run_to_file(
                engine,
                wanted,
                options.to,
                choice,
                form=Format(options.format),
                actor="cli",
                purpose=options.reason,
                clock=lambda: dt.datetime.now(dt.UTC),
                keyring=keyring,
                key=exports.key_of(settings) if choice.names_persons else None,
                recipient=recipient,
                standby=Standby.of(settings, engine, "command").engine(),
            )
        except FileExistsError:
            raise Refusal(f"{options.to} exists already; an export is never written over a file.") from None
    said = "with" if choice.identifies else "without"
    sys.stdout.write(f"{count} cases written to {options.to}, {said} identities.\n")
    return 0


def _recipient(options: argparse.Namespace) -> Recipient | None:
    if options.to_recipient:
        return exports.recipient_of(options.to_recipient)
    if options.to_passphrase_file is None:
        return None
    try:
        return exports.Passphrase(options.to_passphrase_file.read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError):
        raise Refusal(f"The passphrase in {options.to_passphrase_file} cannot be read.") from None


def _today(settings: Settings) -> dt.date:
    return dt.datetime.now(settings.timezone).date()


def _filters(options: argparse.Namespace) -> Filters:
    """The filters as asked for; a value that the queue does not know is refused, not left out."""
    given = {name: getattr(options, name) for name in FILTERS if getattr(options, name) is not None}
    ticked = {name: "1" for name in _TICKS if getattr(options, name)}
    everything = {"status": ",".join(STATUSES)} if options.all and "status" not in given else {}
    filters = Filters.from_query(given | ticked | everything)
    for name, value in given.items():
        found = getattr(filters, name)
        same = set(found.split(",")) == set(value.split(",")) if name == "status" and found else str(found) == value
        if not same:
            raise Refusal(f"--{name} does not have a value that the queue knows.")
    return filters


COMMANDS = {"export": export_options}
