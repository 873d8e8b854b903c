"""Fuzz the parsers and the rules for as long as you like; the exit code is 1 when anything broke."""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.growing import MOST, growth
from tests.fuzz.targets import TARGETS, Target
from tests.fuzz.trying import trying

EXAMPLES = 2000
ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Fuzz what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"all, or some of: {', '.join(TARGETS)}")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target (1)")
    parser.add_argument("--corpus", type=Path, help="a folder that keeps what was found interesting, for the next time")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"There is no target {', '.join(sorted(unknown))}. There are: {', '.join(TARGETS)}.")
    is_guided = importlib.util.find_spec("atheris") is not None
    _say(
        "Inputs are led by the lines that they reach (atheris)."
        if is_guided
        else "atheris is not installed (`pip install atheris`): inputs are chosen by hypothesis, blind to the code."
    )
    broken = False
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        kept = options.corpus or Path(folder)
        for name in options.targets or TARGETS:
            target, began = TARGETS[name], time.monotonic()
            said = (
                _guided(target, options.minutes * 60, kept / name)
                if is_guided
                else _blind(target, options.minutes * 60)
            )
            ratio = growth(target)
            if ratio > MOST:
                said = f"{said} Twice the input takes {ratio:.1f} times as long.".strip()
            _say(f"{name}: {said or 'nothing broke'} ({time.monotonic() - began:.0f} s, growth {ratio:.1f})")
            broken |= bool(said)
    return 1 if broken else 0


def _guided(target: Target, seconds: float, corpus: Path) -> str:
    """Run atheris in a process of its own; what broke, or nothing."""
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate((*target.seeds, *target.kept)):
        (corpus / f"seed-{number}").write_bytes(data)
    said = subprocess.run(
        [
            *(sys.executable, "-m", "tests.fuzz.guided", target.name, str(corpus)),
            *(f"-max_total_time={seconds:.0f}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"),
            f"-artifact_prefix={corpus.parent}/{target.name}-",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    for line in said.stderr.splitlines():
        if "number_of_executed_units" in line:
            _say(f"{target.name}: {line.split()[-1]} inputs")
    return "" if said.returncode == 0 else f"BROKEN\n{(said.stdout + said.stderr)[-4000:]}\n"


def _blind(target: Target, seconds: float) -> str:
    """Run hypothesis again and again, each time with other inputs; what broke, or nothing."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            trying(target, EXAMPLES, derandomize=False)
        except Exception as error:
            # The input is fictional and is what is wanted: hypothesis adds it as a note.
            return "\n".join(["BROKEN", repr(error), *getattr(error, "__notes__", ())])
    return ""


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
