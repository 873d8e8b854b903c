"""The staff lists at two sizes of the same office: what a page costs with few cases, and with many."""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from intake.accounts import StaffMember
from intake.casework import counting, next_case, queue, today
from intake.casework.filters import Filters
from intake.db import make_engine, session_factory
from tests.bench import cases
from tests.bench.rounds import Rounds, Row, ratio, seconds
from tests.bench.sizes import Sizes
from tests.postgres import throw_away_postgres

ZONE = ZoneInfo("America/New_York")
ME = 7
PAGES: dict[str, tuple[Filters, str]] = {
    "queue, first page": (Filters(), ""),
    "queue by age": (Filters(), "age"),
    "queue by level": (Filters(), "level"),
    "queue by last message": (Filters(), "incoming"),
    "queue of nobody": (Filters(owner="nobody"), ""),
    "my cases": (Filters(owner="me"), ""),
    "my cases by age": (Filters(owner="me"), "age"),
    "one status": (Filters(status="merit_review"), ""),
    "three statuses": (Filters(status="triage,contacting,closed"), ""),
    "a level": (Filters(level=2), ""),
    "a language": (Filters(language="ti"), ""),
    "a state": (Filters(state="WY"), ""),
    "a claim": (Filters(claim="trafficking"), ""),
    "a place": (Filters(place="held"), ""),
    "needs a reply": (Filters(reply=True), ""),
    "due within 7 days": (Filters(due="7"), ""),
    "language and state": (Filters(language="ti", state="WY"), ""),
    "my cases of a language": (Filters(owner="me", language="ti"), ""),
    "claim and place": (Filters(claim="trafficking", place="border"), ""),
    "status and due within 7 days": (Filters(status="new", due="7"), ""),
    "language by age": (Filters(language="ti"), "age"),
}
# How far down a page is read again: as far as the small office reaches.
DEEP = {"queue, first page": 40, "my cases": 25, "language and state": 10, "a claim": 40}
SEARCHES = {
    1: Filters(language="ti"),
    2: Filters(owner="me", due="14"),
    3: Filters(claim="trafficking", place="held"),
    4: Filters(status="new,triage", level=1),
    5: Filters(reply=True, language="am"),
}


def rows(kind: str, sizes: Sizes) -> list[Row]:
    """Each list on `kind` ("sqlite" or "postgres") with few and with many cases: medians and their ratio."""
    with ExitStack() as open_here:
        few, many = (open_here.enter_context(office(kind, count)) for count in (sizes.small, sizes.cases))
        names = f"at {sizes.small:,}", f"at {sizes.cases:,}"
        found = []
        for name in (*_works(few, sizes), "next case"):
            spent: tuple[Rounds, Rounds] = ([], [])
            for number in range(sizes.list_rounds + 2):
                for engine, times in ((few, spent[0]), (many, spent[1])):
                    took = seconds(_next_case(engine) if name == "next case" else _works(engine, sizes)[name])
                    # The first two rounds fetch pages from the disk and make plans.
                    times += [[took * 1000]] if number > 1 else []
            goal = "counts" if "counts" in name else "lists"
            row = ratio(f"{kind}: {name}", goal, (names[1], spent[1]), (names[0], spent[0]), unit="ms")
            # What else the machine does makes some rounds slow; the fast ones show what the work itself costs.
            fast = [statistics.quantiles([one for [one] in times], n=4)[0] for times in spent]
            found.append(replace(row, figures=row.figures | {"fastest quarter": round(fast[1] / fast[0], 2)}))
        return found


@contextmanager
def office(kind: str, count: int) -> Iterator[Engine]:
    """A throw-away database of `kind` with so many cases."""
    with ExitStack() as kept:
        if kind == "sqlite":
            folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
            engine = make_engine(f"sqlite:///{folder / 'bench.db'}")
        else:
            engine = make_engine(kept.enter_context(throw_away_postgres()))
        kept.callback(engine.dispose)
        cases.fill(engine, count)
        yield engine


def _works(engine: Engine, sizes: Sizes) -> dict[str, Callable[[], Any]]:
    """What is measured: each piece of work on a session of its own, as a request does it."""

    def reading(work: Callable[[Any], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with session_factory(engine.execution_options(reads=True))() as session:
                return work(session)

        return run

    asked: dict[str, Any] = {"me": ME, "today": cases.TODAY, "zone": ZONE}
    works = {
        name: reading(lambda session, f=filters, o=order: queue.page(session, f, order=o, **asked))
        for name, (filters, order) in PAGES.items()
    }
    for name, most in DEEP.items():
        # As far as the small office reaches.
        pages = min(most, max(1, sizes.small // 2_500))
        filters, order = PAGES[name]
        cursor = _deep(engine, filters, order, pages, asked)
        deep = reading(lambda session, f=filters, o=order, c=cursor: queue.page(session, f, c, order=o, **asked))
        works[f"{name}, {pages} pages on"] = deep
    works["counts of the queue"] = reading(queue.counts)
    works["counts of five saved searches"] = reading(lambda s: counting.count_each(s, SEARCHES, **asked))
    works["today"] = reading(lambda s: today.lists(s, ME, cases.TODAY, ZONE))
    return works


_CURSORS: dict[tuple[int, Filters, str], str | None] = {}


def _deep(engine: Engine, filters: Filters, order: str, pages: int, asked: dict[str, Any]) -> str | None:
    key = (id(engine), filters, order)
    if key not in _CURSORS:
        cursor = None
        with session_factory(engine.execution_options(reads=True))() as session:
            for _ in range(pages):
                cursor = queue.page(session, filters, cursor, order=order, **asked).next or cursor
        _CURSORS[key] = cursor
    return _CURSORS[key]


def _next_case(engine: Engine) -> Callable[[], Any]:
    def run() -> None:
        with session_factory(engine)() as session, session.begin():
            person = session.get_one(StaffMember, ME)
            case = next_case.hand_out(session, person, Filters(), cases.NOW, today=cases.TODAY, zone=ZONE)
            if case is None:
                raise AssertionError("there was no next case")

    return run
