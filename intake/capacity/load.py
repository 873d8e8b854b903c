"""What one client process does: planned work at planned times, or the same work as often as it gets through."""

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from .person import Person, Refused
from .wire import Answer, Line

JOURNEY: Final = "journey"
_numbers = itertools.count(1)


class Planned(NamedTuple):
    """One piece of work: seconds after the start, its kind, and the request; empty for a whole journey."""

    at: float
    kind: str
    request: bytes


class Seen(NamedTuple):
    """One answer: its kind, when it was planned (seconds after the start), how long it took, its status; 0 is none."""

    kind: str
    at: float
    seconds: float
    status: int


@dataclass
class Took:
    """What a client process saw; `cpu` is seconds of its processor time."""

    seen: list[Seen] = field(default_factory=list)
    cpu: float = 0.0
    strange: list[str] = field(default_factory=list)


def ready(port: int, request: bytes) -> None:
    """Ask once for a page, and take long enough for the other client to do so as well."""
    line = Line(port)
    line.ask(request)
    line.close()
    time.sleep(0.5)


def planned(port: int, plan: Sequence[Planned], begin: float, threads: int, base: int, think: float) -> Took:
    """Do `plan`, counted from the moment `begin` of the monotonic clock. `base` keeps addresses of processes apart.

    `think` is how many seconds a person takes between two pages.
    """
    turns = iter(plan)
    lock = threading.Lock()

    def work(line: Line, took: Took) -> None:
        while True:
            with lock:
                one = next(turns, None)
            if one is None:
                return
            due = begin + one.at
            time.sleep(max(0.0, due - time.monotonic()))
            _do(line, took, one, due, begin, base, think)

    return _together(port, threads, work)


def often(port: int, work_for: Sequence[Planned], begin: float, seconds: float, threads: int, base: int) -> Took:
    """Do the pieces of `work_for` over and over, each thread the next one as soon as it is free."""
    turns = itertools.cycle(work_for)
    lock = threading.Lock()

    def work(line: Line, took: Took) -> None:
        time.sleep(max(0.0, begin - time.monotonic()))
        while (now := time.monotonic()) < begin + seconds:
            with lock:
                one = next(turns)
            _do(line, took, one, now, begin, base, 0.0)

    return _together(port, threads, work)


def _together(port: int, threads: int, work: Callable[[Line, Took], None]) -> Took:
    began = time.process_time()
    each = [(Line(port), Took()) for _ in range(threads)]
    running = [threading.Thread(target=work, args=one, daemon=True) for one in each]
    for one in running:
        one.start()
    for one in running:
        one.join()
    total = Took(cpu=time.process_time() - began)
    for line, took in each:
        line.close()
        total.seen += took.seen
        total.strange += took.strange
    return total


def _do(line: Line, took: Took, one: Planned, due: float, begin: float, base: int, think: float) -> None:
    if one.kind == JOURNEY:
        _journey(line, took, due, begin, base, think)
        return
    try:
        status = line.ask(one.request).status
    except OSError:
        line.close()
        status = 0
    took.seen.append(Seen(one.kind, due - begin, time.monotonic() - due, status))


def _journey(line: Line, took: Took, due: float, begin: float, base: int, think: float) -> None:
    """A whole journey: each request is due when the person has read the page before it."""
    next_due = due

    def done(kind: str, answer: Answer) -> None:
        nonlocal next_due
        took.seen.append(Seen(kind, next_due - begin, time.monotonic() - next_due, answer.status))
        next_due = time.monotonic() + think
        time.sleep(think)

    try:
        Person(line, base + next(_numbers), done).go()
        took.seen.append(Seen(JOURNEY, due - begin, time.monotonic() - due, 200))
    except (Refused, OSError) as error:
        line.close()
        took.strange.append(str(error) if isinstance(error, Refused) else "the door did not answer")
        took.seen.append(Seen(JOURNEY, due - begin, time.monotonic() - due, 0))
