"""The command `capacity`: what this machine bears."""

import argparse
import importlib
import json
import sys
from pathlib import Path

from .refusals import Refusal, about, in_words

LEAST_SECONDS, MOST_SECONDS = 2, 900
# One each second: 86,400 a day. A site that is read less may say so; the rates above the load do not depend on it.
USUAL = 3_600


def options(parser: argparse.ArgumentParser) -> None:
    """Options of `capacity`."""
    about(
        parser,
        "Measure what this machine bears: release pages, form steps and whole forms a second, and what happens when "
        "ten times as many people come as usual. Starts a public door and a desk of its own in a temporary folder, "
        "with keys that are thrown away, and drives them over HTTP on this host only. Nothing of an installation is "
        "read or changed. Takes about a minute and a half.",
        "",
        "--seconds 30 --json capacity.json",
        "--database postgresql://owner@localhost/empty",
    )
    parser.add_argument("--seconds", metavar="N", default="75", help="how long to measure (75)")
    parser.add_argument("--usual", metavar="N", default=str(USUAL), help=f"usual visits an hour ({USUAL})")
    parser.add_argument("--database", metavar="URL", default="", help="an empty PostgreSQL database (else SQLite)")
    parser.add_argument("--json", metavar="FILE", help="keep the figures in this file as well")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Measure, and print a table."""
    seconds = _number(given.seconds, "--seconds", LEAST_SECONDS, MOST_SECONDS)
    usual = _number(given.usual, "--usual", 1, 1_000_000)
    if given.database and not given.database.startswith("postgresql"):
        raise Refusal("--database takes the address of an empty PostgreSQL database, postgresql://…")
    # By name: what drives the doors must not weigh on any other command.
    measuring, report, places = (
        importlib.import_module(f"intake.capacity.{name}") for name in ("measuring", "report", "house")
    )
    with in_words(places.NotEmpty):
        found = measuring.run(given.database, float(seconds), usual, lambda words: sys.stderr.write(f"{words}\n"))
    sys.stdout.write(report.table(found))
    if given.json:
        Path(given.json).write_text(json.dumps(report.as_data(found), indent=1) + "\n", "utf-8")
    return 0 if found.acknowledged <= found.sent else 1


def _number(text: str, name: str, low: int, high: int) -> int:
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise Refusal(f"{name} must be a whole number from {low} to {high}.")
    return int(text)


COMMANDS = {"capacity": options}
