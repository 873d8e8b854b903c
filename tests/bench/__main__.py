"""What the product costs, each figure beside a baseline of the same run, judged by the goals in `goals.py`.

Medians of interleaved rounds on this machine; quote the ratios, not the absolute figures, and none of a busy machine.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from intake import serving
from tests.bench import doors, exports, machine, partitions, public, report, sends, staff, staffpages
from tests.bench.rounds import Row
from tests.bench.sizes import FULL, QUICK, Sizes
from tests.journeys.system import System, running

# Parts that look at a product that runs; the others make databases of their own.
DOORS: dict[str, Callable[[System, Sizes], list[Row]]] = {
    "public": public.rows,
    "sends": sends.rows,
    "memory": doors.memory,
    "abuse": doors.slow_people,
}
OFFICES: dict[str, Callable[[str, Sizes], list[Row]]] = {
    "staff": staff.rows,
    "pages": staffpages.rows,
    "exports": exports.rows,
}
PARTS = (*DOORS, *OFFICES)


def measured(parts: Sequence[str], sizes: Sizes, kinds: Sequence[str], say: Callable[[str], object]) -> list[Row]:
    """The rows of these parts; each part on the doors has a product of its own, so that none warms another."""
    found: list[Row] = []
    for part in parts:
        say(f"measuring: {part}\n")
        if part in DOORS:
            with tempfile.TemporaryDirectory() as place, running("sqlite", Path(place), INTAKE_PROXIES="1") as system:
                found += DOORS[part](system, sizes)
        elif part == "partitions":
            found += partitions.rows(sizes)
        else:
            for kind in kinds:
                found += OFFICES[part](kind, sizes)
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Measure what was asked for, say it, and keep it where asked; 1 with --strict when a must is missed."""
    options = argparse.ArgumentParser(prog="python -m intake bench", description=__doc__)
    options.add_argument("part", nargs="*", choices=("all", *PARTS, "partitions", []), default=[], metavar="part")
    options.add_argument("--quick", action="store_true", help="smaller numbers: some minutes for everything")
    options.add_argument("--small", type=int, help="cases of the small office")
    options.add_argument("--cases", type=int, help="cases of the large office")
    options.add_argument("--database", choices=("both", "sqlite", "postgres"), default="both")
    options.add_argument("--json", type=Path, metavar="FILE", help="keep everything in this file")
    options.add_argument("--table", metavar="FILE", help="one line a goal in Markdown; - for here")
    options.add_argument("--compare", type=Path, metavar="FILE", help="beside an earlier file of --json")
    options.add_argument("--strict", action="store_true", help="exit code 1 when a must is missed")
    chosen = options.parse_args(words)
    # Read before anything is measured: a file that is none is not found out after an hour.
    earlier = json.loads(chosen.compare.read_text()) if chosen.compare else None
    sizes = QUICK if chosen.quick else FULL
    sizes = replace(sizes, **{name: getattr(chosen, name) for name in ("small", "cases") if getattr(chosen, name)})
    parts = PARTS if not chosen.part or "all" in chosen.part else tuple(dict.fromkeys(chosen.part))
    kinds = ("sqlite", "postgres") if chosen.database == "both" else (chosen.database,)
    serving.look_for_waste_seldom()
    facts = machine.facts() | {"fdatasync": machine.floor(), "quick": chosen.quick, "parts": list(parts)}
    rows = measured(parts, sizes, kinds, sys.stderr.write)
    facts["load_at_end"] = machine.load()
    if chosen.json:
        chosen.json.write_text(json.dumps(report.whole(facts, rows), indent=1) + "\n")
    sys.stdout.writelines(report.text(facts, rows))
    if chosen.table == "-":
        sys.stdout.write("\n" + report.table(facts, rows))
    elif chosen.table:
        Path(chosen.table).write_text(report.table(facts, rows))
    if earlier is not None:
        sys.stdout.writelines(report.compared(earlier, rows))
    return 1 if chosen.strict and report.missed(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
