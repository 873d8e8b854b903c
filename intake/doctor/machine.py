"""The machine itself: clock, room on the disks, and what could leave memory for a disk."""

import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ..settings import Settings
from ..watching.alarms import SCARCE_MIB
from ..watching.seeing import MIB, room
from .findings import Finding, hint, ok, soon, wrong

SCARCE, FULL = SCARCE_MIB, 200
_NAMES = {"data": "data folder", "temporary": "temporary folder", "database": "database"}
_SWAPS = Path("/proc/swaps")


def look(settings: Settings) -> Iterator[Finding]:
    """Every finding about the machine."""
    yield from _clock(settings)
    yield from _disks(settings)
    yield from _memory(_SWAPS)


def _clock(settings: Settings) -> Iterator[Finding]:
    yield ok("clock", f"Days are counted in {settings.timezone.key}.")
    program = shutil.which("timedatectl")
    said = ""
    if program is not None:
        show = [program, "show", "--property=NTPSynchronized", "--value"]
        said = subprocess.run(show, capture_output=True, text=True, timeout=10, check=False).stdout.strip()
    if said == "yes":
        yield ok("clock", "The clock of this machine is kept right over the network.")
    elif said == "no":
        yield soon("clock", "The clock of this machine is not kept right over the network: turn on a time service.")
    else:
        yield hint("clock", "Whether the clock is kept right cannot be seen here: make sure that a time service runs.")


def _disks(settings: Settings) -> Iterator[Finding]:
    for place, left in room(settings).items():
        name, free = _NAMES[place], left // MIB
        if free < FULL:
            yield wrong("disk", f"The disk of the {name} has {free} MB free: make room now, or sending stops.")
        elif free < SCARCE:
            yield soon("disk", f"The disk of the {name} has {free} MB free: make room.")
        else:
            yield ok("disk", f"The disk of the {name} has {free // 1024} GB free.")


def _memory(swaps: Path) -> Iterator[Finding]:
    lines = swaps.read_text().splitlines()[1:] if swaps.exists() else []
    plain = [line.split()[0] for line in lines if line.split() and "zram" not in line and "/dm-" not in line]
    if plain:
        yield soon("memory", "Swap is on: opened answers could reach a disk. Turn it off (`swapoff -a`) or encrypt it.")
    else:
        yield ok("memory", "No plain swap: what is opened does not reach a disk that way.")
    if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
        yield soon("memory", "A crash would write memory to a file: start the product after `ulimit -c 0`.")
    else:
        yield ok("memory", "A crash writes no memory to a file.")
