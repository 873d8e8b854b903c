"""`python3 -m tests`: everything, in order, each step with its time. Standard library only.

python3 -m tests                 all checks, then all tests
python3 -m tests -k queue        the same, with what follows passed on to pytest
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.bootstrap import ENVIRONMENT, LOCK, ROOT, SetupError, mark_current, prepare

ALL = ROOT / "tests" / "requirements.lock"
# A file of tests is one worker's: it may have started a whole product. One more than there are processors, because
# each of them waits now and then for a browser, a desk or a database; more than four would fight for the disk.
WORKERS = min(4, (os.cpu_count() or 1) + 1)
AT_ONCE = (f"--numprocesses={WORKERS}", "--dist=loadfile", "--no-loadscope-reorder")
# What pip cannot bring: Debian's packages, and how to tell that they are there.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Programs that read our exports as other people's would.
OTHER_EYES = {"age": "age", "soffice": "libreoffice-calc-nogui"}
# A server that doors count on, and that goes away.
SERVERS = {"redis-server": "redis-server"}
FONTS = Path("/usr/share/fonts/truetype/noto")
# Thousands of small databases, each commit written through to the disk, take a third of the time. In memory the same
# writes and the same kills happen; what only a power cut could show, no test here looks at.
MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of our own is made in it
MEMORY_NEEDED = 8 * 2**30


def wanted_from_debian() -> list[str]:
    """The Debian packages that the tests need and this machine lacks."""
    missing = [] if any(shutil.which(name) for name in BROWSERS) else ["chromium"]
    if not any(FONTS.glob("NotoNaskhArabic*")) and shutil.which("apt-get"):
        missing.append("fonts-noto-core")
    if not any(FONTS.parent.parent.glob("opentype/noto/NotoSansCJK*")) and shutil.which("apt-get"):
        missing.append("fonts-noto-cjk")
    servers = [*Path("/usr/lib/postgresql").glob("*/bin/postgres"), *filter(None, [shutil.which("initdb")])]
    if not servers and not os.environ.get("PG_BIN"):
        missing.append("postgresql")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        # Tests that need these are left out, with a sentence, where nobody may install them.
        missing += [package for program, package in (OTHER_EYES | SERVERS).items() if not shutil.which(program)]
    return missing


def install_from_debian() -> None:
    """Install what is missing, as root on Debian. Raises SetupError that says how, for everybody else."""
    missing = wanted_from_debian()
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetupError(f"The tests need {', '.join(missing)}: run `sudo apt install {' '.join(missing)}`.")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    sys.stderr.write(f"Installing {', '.join(missing)}.\n")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:] or ["no reason given"]
            raise SetupError(f"{' '.join(missing)} could not be installed: {words[0]}")


def steps(python: Path, rest: list[str]) -> list[tuple[str, list[str]]]:
    """Name and command of each step, quickest first."""
    tool = python.parent
    return [
        ("format", [str(tool / "ruff"), "format", "--check", "--quiet", "."]),
        ("lint", [str(tool / "ruff"), "check", "--quiet", "."]),
        ("types", [str(python), "-m", "mypy", "--no-error-summary"]),
        ("contracts", [str(tool / "lint-imports"), "--no-cache"]),
        ("tests", [str(python), "-m", "pytest", *AT_ONCE, *rest]),
    ]


@contextmanager
def scratch() -> Iterator[dict[str, str]]:
    """The environment of the tests, with temporary files in memory where there is plenty; removed afterwards."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED
    if not roomy or "TMPDIR" in os.environ:
        yield dict(os.environ)
        return
    with tempfile.TemporaryDirectory(prefix="tests-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        # PostgreSQL runs as an account of its own and has to reach its folder.
        Path(folder).chmod(0o755)
        yield os.environ | {"TMPDIR": folder}


def main(rest: list[str]) -> int:
    """Make the environment, then run every step; stops at the first that fails and returns its exit code."""
    try:
        install_from_debian()
        python = prepare(ALL)
        # The test environment holds all that the product needs: one `.venv` serves both commands.
        mark_current(LOCK, ENVIRONMENT)
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with scratch() as environment:
        for name, command in steps(python, rest):
            began = time.monotonic()
            sys.stdout.write(f"== {name}\n")
            sys.stdout.flush()
            code = subprocess.run(command, cwd=ROOT, env=environment).returncode
            verdict = "ok" if code == 0 else "FAILED"
            sys.stdout.write(f"== {name}: {verdict} in {time.monotonic() - began:.1f} s\n")
            sys.stdout.flush()
            if code != 0:
                return code
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
