"""Start nginx and Caddy from the example files before the running product, and try each promise; 1 when one is broken.

Listens on 127.0.0.1 alone, with certificates of a day. An edge that is not installed is passed over, and said so.
"""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.edges.checks import AFTER, BEFORE
from tests.edges.standing import EDGES, PUBLIC, STAFF, Edge, standing
from tests.journeys.system import System, running


def tried(check: Callable[[Edge, System], None], edge: Edge, system: System) -> bool:
    """One promise on one edge, and a line that says how it went."""
    began = time.monotonic()
    wrong = ""
    try:
        check(edge, system)
    except (AssertionError, OSError) as broken:
        wrong = f": {type(broken).__name__} {broken}"[:600]
    mark = "BROKEN" if wrong else "ok    "
    sys.stdout.write(
        f"{mark} {edge.name:6} {check.__name__.replace('_', ' ')}, {time.monotonic() - began:.1f} s{wrong}\n"
    )
    sys.stdout.flush()
    return not wrong


def main() -> int:
    """Try all edges that are installed; 2 when none is."""
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    there = [name for name in EDGES if shutil.which(name, path=path)]
    for name in sorted(set(EDGES) - set(there)):
        sys.stdout.write(f"       {name} is not installed: not tried\n")
    if not there:
        return 2
    hosts = {"INTAKE_PUBLIC_HOSTS": f"{PUBLIC},localhost", "INTAKE_STAFF_HOSTS": f"{STAFF},localhost"}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        system = stack.enter_context(running("sqlite", folder, INTAKE_HTTPS="yes", INTAKE_PROXIES="1", **hosts))
        edges = [stack.enter_context(standing(name, system)) for name in there]
        kept = [tried(check, edge, system) for edge in edges for check in BEFORE]
        system.supervisor.send_signal(signal.SIGTERM)
        system.supervisor.wait(20)
        kept += [tried(check, edge, system) for edge in edges for check in AFTER]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
