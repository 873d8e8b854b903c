"""The queue as a caseworker's browser gets it: the whole page over HTTP, with few and with many cases."""

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from intake.db import make_engine
from tests.bench import cases
from tests.bench.public import cookie_of, yardstick
from tests.bench.rounds import Row, interleaved, ratio
from tests.bench.sends import desk_at_rest
from tests.bench.sizes import Sizes
from tests.bench.wire import getter
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import System, running
from tests.public.walking import press

PAGES = {"queue": "/queue", "queue of a language": "/queue?language=ti", "queue of nobody": "/queue?owner=nobody"}


def rows(kind: str, sizes: Sizes) -> list[Row]:
    """Pages of the queue at two sizes of the same office, and beside a Flask program that says hello."""
    with ExitStack() as kept:
        offices = [kept.enter_context(_office(kind, count)) for count in (sizes.small, sizes.cases)]
        cookies = [_signed_in(system) for system in offices]
        port, _ = kept.enter_context(yardstick())
        names = f"at {sizes.small:,}", f"at {sizes.cases:,}"
        found = []
        for page, path in PAGES.items():
            works = {
                name: getter(system.settings.staff_port, path, cookie)
                for name, system, cookie in zip(names, offices, cookies, strict=True)
            }
            spent = interleaved(works | {"hello": getter(port, "/hello")}, sizes.rounds, sizes.gets // 3 + 1)
            few, many = ((name, spent[name]) for name in names)
            found.append(ratio(f"{kind}: page of the {page} over HTTP", "queue_page", many, few))
            if page == "queue":
                hello = ("hello", spent["hello"])
                found.append(ratio(f"{kind}: page of the queue beside hello", "queue_hello", hello, many))
        return found


@contextlib.contextmanager
def _office(kind: str, count: int) -> Iterator[System]:
    """A running product with so many cases. On SQLite its desk is held still while it writes nothing."""

    def filled(owner: str) -> None:
        engine = make_engine(owner)
        cases.fill(engine, count)
        engine.dispose()

    with ExitStack() as kept:
        place = Path(kept.enter_context(tempfile.TemporaryDirectory()))
        system = kept.enter_context(running(kind, place, prepare=filled))
        if kind == "sqlite":
            kept.enter_context(desk_at_rest(system))
        yield system


def _signed_in(system: System) -> str:
    """The cookies of a caseworker who has given both factors."""
    person, browser = system.caseworker, PlainBrowser(system.staff)
    press(browser, "/sign-in", {"email": person.email, "password": person.password})
    done = press(browser, "/second-factor", {"code": person.code()})
    if done.status_code != 302:
        raise AssertionError(f"the second factor was answered with {done.status_code}")
    return cookie_of(browser)
