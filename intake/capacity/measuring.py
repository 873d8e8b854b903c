"""The run: what each kind of work reaches, and a day on which ten times as many people come as usual."""

import math
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from . import load
from .house import House, house
from .load import JOURNEY, Planned, Seen, Took
from .person import BEGIN, SEND, STEP, Person
from .wire import Line, request

CLIENTS: Final = 2
THREADS: Final = 48
# The 95th percentile that a person still calls quick: a page, and a send, which waits for a disk.
BOUND_SECONDS: Final = {"release": 0.25, "same": 0.25, STEP: 0.25, JOURNEY: 1.0}
# Of the rate that it reaches at the most, the shares that are tried until the bound is kept.
SHARES: Final = (0.9, 0.75, 0.6, 0.4)
TIMES: Final = 10
# Of the visits: who opens the first page of the form as well, and who fills it in and sends it.
OPENS, FILLS_IN = 0.3, 0.1
# What a person does between two pages; far less than in life, so that a run of a minute holds whole journeys.
THINK_SECONDS: Final = 0.2
DRAFTS: Final = 12
LAST_STEP: Final = "claims"


@dataclass
class Rate:
    """One kind of work: `most` a second at full use, `kept` a second within the bound (None: at no rate tried)."""

    kind: str
    most: float
    kept: float | None
    p95: float | None
    limit: str


@dataclass
class Found:
    """All that was found; times in seconds."""

    database: str
    machine: dict[str, Any]
    rates: list[Rate] = field(default_factory=list)
    spike: dict[str, Any] = field(default_factory=dict)
    peak_mib: float | None = None
    lines: int = 0
    sent: int = 0
    acknowledged: int = 0
    strange: list[str] = field(default_factory=list)


class Driver:
    """The client processes, and what they did so far."""

    def __init__(self, place: House, pool: ProcessPoolExecutor) -> None:
        self.place, self._pool = place, pool
        self._people = 1 << 16
        self.acknowledged = 0
        self.strange: list[str] = []
        self.door_cpu = self.client_cpu = 0.0

    def often(self, work: Sequence[Planned], seconds: float, threads: int) -> list[Seen]:
        """As much of `work` as gets through."""
        begin = time.monotonic() + 0.2
        return self._run(
            begin, [(load.often, list(work), begin, seconds, threads, self._base()) for _ in range(CLIENTS)]
        )

    def planned(self, plan: Sequence[Planned], think: float = 0.0) -> list[Seen]:
        """The plan, its pieces given to the clients by turns; `think` is seconds between two pages of a journey."""
        begin = time.monotonic() + 0.3
        ordered = sorted(plan, key=lambda one: one.at)
        return self._run(
            begin,
            [(load.planned, ordered[turn::CLIENTS], begin, THREADS, self._base(), think) for turn in range(CLIENTS)],
        )

    def _base(self) -> int:
        # Every person of the run has an address of their own: no limit by address is met.
        self._people += 1 << 16
        return self._people

    def _run(self, begin: float, tasks: list[tuple[Any, ...]]) -> list[Seen]:
        before = self.place.cpu(self.place.door)
        running = [self._pool.submit(task[0], self.place.port, *task[1:]) for task in tasks]
        took: list[Took] = [one.result() for one in running]
        spent = max(0.001, time.monotonic() - begin)
        self.door_cpu = (self.place.cpu(self.place.door) - before) / spent
        self.client_cpu = max(one.cpu for one in took) / spent
        self.strange += [word for one in took for word in one.strange]
        seen = [one for each in took for one in each.seen]
        self.acknowledged += sum(one.kind == SEND and one.status == 303 for one in seen)
        return seen


def run(url: str, seconds: float, usual: int, say: Callable[[str], None]) -> Found:
    """Measure for about `seconds`, with `usual` visits an hour as the usual load. Raises house.NotEmpty."""
    say("Setting up a throw-away house …")
    with house(url) as place, ProcessPoolExecutor(CLIENTS, get_context("spawn")) as pool:
        found = Found("PostgreSQL" if url.startswith("postgres") else "SQLite", machine(place.settings.data))
        driver = Driver(place, pool)
        # Until both clients are there and have loaded what they need, and each page was made once.
        for one in [pool.submit(load.ready, place.port, _release(place).request) for _ in range(CLIENTS)]:
            one.result()
        each = max(0.5, seconds * 0.6 / 4 / 3)
        for kind, work, threads in (
            ("release", [_release(place)], 8),
            ("same", [_same(place)], 8),
            (STEP, _steps(place), 6),
            (JOURNEY, [Planned(0.0, JOURNEY, b"")], 6),
        ):
            say(f"Measuring: {kind} …")
            found.rates.append(_rate(driver, kind, work, min(threads, THREADS), each, found.machine["fsync_ms"]))
        say(f"Measuring: {TIMES} times the usual load …")
        found.spike = _spike(driver, place, seconds * 0.4, usual)
        found.peak_mib, found.lines = place.peak_mib(), CLIENTS * THREADS
        found.sent, found.acknowledged, found.strange = place.sent(), driver.acknowledged, driver.strange
    return found


def machine(folder: Path) -> dict[str, Any]:
    """What the figures depend on; `fsync_ms` is the median of a durable write of 4 KiB in `folder`."""
    took = []
    handle = os.open(folder / "fsync", os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for _ in range(50):
            began = time.perf_counter()
            os.write(handle, b"x" * 4096)
            os.fsync(handle)
            took.append((time.perf_counter() - began) * 1000)
    finally:
        os.close(handle)
        (folder / "fsync").unlink()
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "fsync_ms": round(statistics.median(took), 2),
        "interval_s": sys.getswitchinterval(),
    }


def quantile(seconds: Sequence[float], share: float) -> float | None:
    """The value below which `share` of them lie (nearest rank); None of nothing."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else None


def _rate(driver: Driver, kind: str, work: Sequence[Planned], threads: int, seconds: float, fsync_ms: float) -> Rate:
    good = [one for one in driver.often(work, seconds, threads) if one.kind == kind and one.status in {200, 303, 304}]
    most = len(good) / max(seconds, max((one.at + one.seconds for one in good), default=seconds))
    limit = _limit(driver, fsync_ms)
    bound, share = BOUND_SECONDS[kind], SEND if kind == JOURNEY else kind
    began = time.monotonic()
    for part in SHARES:
        if time.monotonic() - began > 3 * seconds:
            break
        rate = most * part
        plan = [work[at % len(work)]._replace(at=at / rate) for at in range(int(rate * seconds))] if rate else []
        seen = [one for one in driver.planned(plan) if one.kind == share]
        p95 = quantile([one.seconds for one in seen], 0.95)
        if p95 is not None and p95 <= bound and all(one.status in {200, 303, 304} for one in seen):
            return Rate(kind, most, rate, p95, limit)
    return Rate(kind, most, None, None, limit)


def _limit(driver: Driver, fsync_ms: float) -> str:
    """What held the work up, as far as processor times tell."""
    if driver.door_cpu >= 0.8:
        return "the door's processor: one door uses one processor at a time"
    if driver.client_cpu >= 0.8:
        return "the measuring client: the door bears more"
    if driver.door_cpu + driver.client_cpu * CLIENTS >= 0.8 * (os.cpu_count() or 1):
        return "the processors of this machine, which door and measuring clients share"
    return f"the database and its disk ({fsync_ms} ms a durable write), or other programs on this machine"


def _spike(driver: Driver, place: House, seconds: float, usual: int) -> dict[str, Any]:
    """The usual load, ten times as much, the usual again; figures of each, and when all was as before."""
    parts = (("before", 0.0, 0.3, 1), ("burst", 0.3, 0.7, TIMES), ("after", 0.7, 1.0, 1))
    chance = random.Random(1)  # noqa: S311 -- nothing secret
    first = request("GET", f"/en/apply/?from={place.slug}", 2)
    plan: list[Planned] = []
    for _name, begin, end, times in parts:
        gap = 3600 / usual / times
        for turn in range(max(1, round((end - begin) * seconds / gap))):
            at = begin * seconds + turn * gap
            plan.append(_release(place)._replace(at=at))
            if chance.random() < OPENS:
                plan.append(Planned(at + 0.1, "first", first))
        for turn in range(max(1, round((end - begin) * seconds / gap * FILLS_IN))):
            plan.append(Planned(begin * seconds + (turn + 0.5) * gap / FILLS_IN, JOURNEY, b""))
    seen = driver.planned(plan, THINK_SECONDS)
    told: dict[str, Any] = {"usual_visits_an_hour": usual, "times": TIMES, "parts": {}}
    for name, begin, end, _times in parts:
        # Journeys that began in the burst come to their end after it.
        until = end * seconds if end < 1 else math.inf
        here = [one for one in seen if begin * seconds <= one.at < until]
        told["parts"][name] = {kind: _figures([one for one in here if one.kind == kind]) for kind in
                               ("release", "first", BEGIN, STEP, SEND)}  # fmt: skip
    over = parts[1][2] * seconds
    slow = [one.at + one.seconds for one in seen if one.at >= over and one.kind in BOUND_SECONDS
            and one.kind != JOURNEY and one.seconds > BOUND_SECONDS[one.kind]]  # fmt: skip
    told["normal_after_seconds"] = round(max(slow, default=over) - over, 2)
    told["door_cpu"] = round(driver.door_cpu, 2)
    return told


def _figures(seen: Sequence[Seen]) -> dict[str, Any]:
    took = [one.seconds for one in seen if one.status not in {0, 503}]
    found = {f"p{share}": quantile(took, share / 100) for share in (50, 95, 99)}
    return {
        "count": len(seen),
        "refused": sum(one.status == 503 for one in seen),
        "failed": sum(one.status == 0 or (one.status >= 500 and one.status != 503) for one in seen),
        **{name: None if value is None else round(value * 1000, 1) for name, value in found.items()},
    }


def _release(place: House) -> Planned:
    return Planned(0.0, "release", request("GET", f"/en/releases/{place.slug}", 1))


def _same(place: House) -> Planned:
    mark = Line(place.port)
    try:
        tag = mark.ask(_release(place).request).header("ETag")
    finally:
        mark.close()
    return Planned(0.0, "same", request("GET", f"/en/releases/{place.slug}", 1, same=tag))


def _steps(place: House) -> list[Planned]:
    """A step of several people, opened and sent by turns: each sends the same answers again."""
    found: list[Planned] = []
    for number in range(DRAFTS):
        line = Line(place.port)
        person = Person(line, number)
        person.go(LAST_STEP)
        body = person.filled(person.get())
        for method, sent in (("GET", b""), ("POST", body)):
            found.append(Planned(0.0, STEP, request(method, person.at, number, cookie=person.cookie, body=sent)))
        line.close()
    return found
