"""Send while everything breaks, count, and print a table; the exit code is 1 when anything was lost or came twice."""

import argparse
import sys
import time

from tests.survival.running import scenarios, survive


def main() -> int:
    """Run the scenarios that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.survival", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many processes are killed in all (200)")
    parser.add_argument("--people", type=int, default=3, help="how many people fill in the form at a time (3)")
    parser.add_argument("--pause", type=float, default=1.5, help="seconds between two kills (1.5)")
    parser.add_argument("--seed", type=int, default=1, help="another number breaks at other moments (1)")
    parser.add_argument("--codes", type=int, default=40, help="how many return codes are tried afterwards (40)")
    parser.add_argument("--only", action="append", choices=list(scenarios(200)), help="only this scenario; repeatable")
    options = parser.parse_args()
    lost = False
    for name, scenario in scenarios(options.kills).items():
        if options.only and name not in options.only:
            continue
        began = time.monotonic()
        verdict = survive(scenario, people=options.people, pause=options.pause, seed=options.seed, codes=options.codes)
        said = ", ".join(f"{key} {value}" for key, value in verdict.figures.items())
        outcome = "nothing lost" if not verdict.wrong else "LOSS"
        sys.stdout.write(f"| {name} | {said} | {time.monotonic() - began:.0f} s | {outcome} |\n")
        for sentence in verdict.wrong:
            sys.stdout.write(f"    {sentence}\n")
        sys.stdout.flush()
        lost |= bool(verdict.wrong)
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
