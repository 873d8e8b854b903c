"""Have marked people send, then look for them wherever they must not be; the exit code is 1 when one is found."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.hiding.running import search


def main() -> int:
    """Run the search on the databases that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.hiding", description=__doc__)
    parser.add_argument("--people", type=int, default=1000, help="how many send (1000)")
    parser.add_argument("--threads", type=int, default=6, help="how many of them at a time (6)")
    parser.add_argument("--only", choices=("sqlite", "postgres"), help="only this kind of database")
    options = parser.parse_args()
    is_found = False
    for kind in [options.only] if options.only else ["sqlite", "postgres"]:
        with tempfile.TemporaryDirectory(prefix="hiding-") as folder:
            result = search(kind, Path(folder), options.people, options.threads)
        said = ", ".join(f"{name} {value:.4g}" for name, value in result.figures.items())
        sys.stdout.write(f"{kind}: {said}: {'FOUND' if result.found else 'nothing found'}\n")
        for sentence in result.found[:40]:
            sys.stdout.write(f"    {sentence}\n")
        sys.stdout.flush()
        is_found |= bool(result.found)
    return 1 if is_found else 0


if __name__ == "__main__":
    raise SystemExit(main())
