"""What the public door costs and weighs, what the parts of a send cost, and the staff lists with few and many cases.

Medians of interleaved rounds on this machine; quote the ratios, not the absolute figures.
"""

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from intake import assessment, publickeys, questionnaire, returncode, sealing
from tests.bench import exports, public, staff
from tests.bench.wire import clocked
from tests.public.walking import ROSA


def parts() -> list[dict[str, Any]]:
    """What the parts of a send cost by themselves, in microseconds."""
    key = sealing.PrivateKey(os.urandom(32), publickeys.Purpose.DESK)
    both = [key.public, sealing.PrivateKey(os.urandom(32), publickeys.Purpose.RECOVERY).public]
    plain, record = os.urandom(3000), os.urandom(16)
    envelope = sealing.seal(plain, table="submission", record_id=record, recipients=both)
    today = dt.date(2026, 11, 23)
    work: dict[str, tuple[Callable[[], Any], int]] = {
        "seal to two keys": (lambda: sealing.seal(plain, table="t", record_id=record, recipients=both), 300),
        "open": (lambda: sealing.open_envelope(envelope, table="submission", record_id=record, private=key), 300),
        "assess": (lambda: assessment.assess(assessment.current(), assessment.facts(ROSA), today), 300),
        "one walk along the questionnaire": (lambda: questionnaire.walk(questionnaire.current(), ROSA), 300),
        "return code (Argon2id 64 MiB)": (lambda: returncode.root_of("1234567890123456"), 5),
    }
    return [
        {"what": name, "microseconds": round(statistics.median(clocked(one, times)) * 1000)}
        for name, (one, times) in work.items()
    ]


def main() -> None:
    """Run what was asked for, print a table, and keep the figures as JSON where asked."""
    options = argparse.ArgumentParser(prog="python -m intake bench", description=__doc__)
    options.add_argument("part", nargs="?", choices=("all", "public", "staff", "exports"), default="all")
    options.add_argument("--small", type=int, default=100_000, help="cases of the small office (staff)")
    options.add_argument("--cases", type=int, default=1_000_000, help="cases of the large office (staff)")
    options.add_argument("--database", choices=("both", "sqlite", "postgres"), default="both", help="(staff)")
    options.add_argument("--json", type=Path, metavar="FILE", help="keep the figures in this file")
    chosen = options.parse_args()
    machine = {"machine": platform.machine(), "processors": os.cpu_count(), "python": platform.python_version()}
    rows = [] if chosen.part in ("staff", "exports") else public.rows()
    rows += parts() if chosen.part == "all" else []
    if chosen.part in ("staff", "exports"):
        part = staff if chosen.part == "staff" else exports
        kinds = ("sqlite", "postgres") if chosen.database == "both" else (chosen.database,)
        rows += [row for kind in kinds for row in part.rows(kind, chosen.small, chosen.cases)]
    sys.stdout.write(f"{machine}\n\n")
    for row in rows:
        rest = ", ".join(f"{key} {value}" for key, value in row.items() if key != "what")
        sys.stdout.write(f"| {row['what']} | {rest} |\n")
    if chosen.json:
        chosen.json.write_text(json.dumps({**machine, "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
