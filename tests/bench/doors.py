"""The public door's memory after many requests, and a normal request while slow connections stand."""

import re
import socket
from contextlib import ExitStack
from pathlib import Path

from tests.bench.public import yardstick
from tests.bench.rounds import Row, seconds
from tests.bench.sizes import Sizes
from tests.bench.wire import getter
from tests.house.shapes import post
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import System

PAGES = ("/en/apply/", "/en/", "/ar/apply/", "/ht/")
STARTS = (b"", b"GET /healthz HTTP/1.1\r\nHost: local", post(b"Content-Length: 100", body=b"half"))


def memory(system: System, sizes: Sizes) -> list[Row]:
    """Resident memory of the door and of a bare Flask-WTF worker after the same number of requests."""
    with yardstick() as (port, plain):
        door = system.process("public")
        gets = [getter(system.settings.public_port, page) for page in PAGES]
        base = getter(port, "/start")
        at_start = 0.0
        for number in range(sizes.requests):
            gets[number % len(gets)]()
            base()
            if number == sizes.requests // 10:
                at_start = _resident(door)
        ours, theirs = _resident(door), _resident(plain)
    figures = {"MiB": ours, "Flask-WTF MiB": theirs, "grew in the last nine tenths MiB": round(ours - at_start, 1)}
    what = f"memory of the public door after {sizes.requests:,} requests"
    return [Row(what, "door_memory", round(ours / theirs, 3), figures=figures)]


def slow_people(system: System, sizes: Sizes) -> list[Row]:
    """The slowest of many normal requests at each door while slow connections stand and send a byte now and then."""
    found = []
    for door, page in ((system.public, "/en/"), (system.staff, "/sign-in")):
        port = int(door.rpartition(":")[2])
        with ExitStack() as slow:
            wires = []
            for start in STARTS * (sizes.slow // len(STARTS)):
                wires.append(slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)))
                wires[-1].sendall(start)
            spent = []
            for _ in range(sizes.rounds):
                spent += [seconds(lambda door=door, page=page: _must_answer(door, page)) for _ in range(3)]
                for one in wires:
                    one.send(b"x")
        figures = {"median s": round(sorted(spent)[len(spent) // 2], 4), "requests": len(spent)}
        what = f"slowest request beside {sizes.slow} slow connections, {page}"
        found.append(Row(what, "slow_people", round(max(spent), 4), figures=figures, raw={"s": [spent]}))
    return found


def _must_answer(door: str, page: str) -> None:
    status = PlainBrowser(door).get(page).status_code
    if status != 200:
        raise AssertionError(f"{page} answered {status}")


def _resident(pid: int) -> float:
    found = re.search(r"Rss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
    return round(int(found[1]) / 1024, 1) if found else 0.0
