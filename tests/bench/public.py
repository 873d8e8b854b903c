"""The public door: bytes of a first visit and of the whole journey, form steps against plain Flask-WTF pages."""

import contextlib
import gzip
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from intake import locales
from tests.bench.rounds import Row, interleaved, ratio
from tests.bench.sizes import Sizes
from tests.bench.wire import first_visit, getter, wire_bytes
from tests.journeys.plain import Answer, PlainBrowser
from tests.journeys.system import ROOT, System, free_port
from tests.public.walking import ROSA, walk

STEPS = ("lawyer", "money", "claims", "place")


def rows(system: System, sizes: Sizes) -> list[Row]:
    """Bytes and steps of the product that runs."""
    return [*_bytes(system.settings.public_port, sizes), _journey(system), *_steps(system, sizes)]


@contextlib.contextmanager
def yardstick() -> Iterator[tuple[int, int]]:
    """The plain Flask-WTF program in a process of its own: its port and its process id."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.plainform", str(port)], cwd=ROOT)
    try:
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            if time.monotonic() > deadline:
                raise AssertionError("the yardstick did not start")
            time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def cookie_of(browser: PlainBrowser) -> str:
    """The cookies of a browser as the header that it sends."""
    return "; ".join(f"{one.name}={one.value}" for one in browser.cookies)


def _bytes(port: int, sizes: Sizes) -> list[Row]:
    """The first page of the form and the list of releases with all they load, in every offered language."""
    found = []
    for language in locales.offered(pseudo=True)[: sizes.languages]:
        for name, path in (("first page of the form", "apply/"), ("list of releases", "")):
            for coding in ("gzip", "br, gzip"):
                size = first_visit(port, f"/{language.code}/{path}", coding)
                found.append(Row(f"{name}, {language.code}, {coding.split(',')[0]}", "first_page", size))
    return found


class _Weighed(PlainBrowser):
    """A browser that takes compressed pages, as phones do, and adds up what the server sends, headers included."""

    def __init__(self, door: str) -> None:
        super().__init__(door)
        self.bytes = self.requests = 0
        self.loads: set[str] = set()

    def _open(self, request: urllib.request.Request) -> Answer:
        request.add_header("Accept-Encoding", "gzip")
        try:
            got = self._opener.open(request, timeout=20)
        except urllib.error.HTTPError as answer:
            got = answer
        with got:
            body = got.read()
        self.requests += 1
        self.bytes += sum(len(name) + len(value) + 4 for name, value in got.headers.items()) + len(body)
        text = (gzip.decompress(body) if got.headers.get("Content-Encoding") == "gzip" else body).decode()
        self.loads |= set(re.findall(r'<link rel="(?:stylesheet|icon)" href="(/[^"]+)"', text))
        return Answer(got.status, text, got.headers)


def _journey(system: System) -> Row:
    """Everything that is sent for one whole journey to the receipt, as a phone gets it."""
    browser = _Weighed(system.public)
    receipt = walk(browser, ROSA)
    if receipt.status_code != 200:
        raise AssertionError(f"the receipt was answered with {receipt.status_code}")
    loaded = sum(wire_bytes(system.settings.public_port, path, "gzip")[0] for path in sorted(browser.loads))
    figures = {"requests": browser.requests, "of it loaded once": loaded}
    return Row("the whole journey in English, gzip", "journey", browser.bytes + loaded, figures=figures)


def _steps(system: System, sizes: Sizes) -> list[Row]:
    """Form steps, opened for the first time and with their answers, against the same forms by Flask-WTF."""
    with yardstick() as (port, _):
        browser = PlainBrowser(system.public)
        found, cookie, before = [], "", ""
        for step in ("start", *STEPS):
            if step != "start":
                walk(browser, ROSA, start=before if cookie else "", until=step)
                cookie, before = cookie_of(browser), step
            found += _step(system, port, step, cookie, "first time", sizes)
        for step in STEPS[:-1]:
            found += _step(system, port, step, cookie, "answered", sizes)
        return found


def _step(system: System, base: int, step: str, cookie: str, how: str, sizes: Sizes) -> list[Row]:
    """One step against its yardstick, round by round."""
    path = "/en/apply/" if step == "start" else f"/en/apply/{step}"
    works = {"ours": getter(system.settings.public_port, path, cookie), "Flask-WTF": getter(base, f"/{step}")}
    spent = interleaved(works, sizes.rounds, sizes.gets)
    ours, theirs = ("ours", spent["ours"]), ("Flask-WTF", spent["Flask-WTF"])
    what = f"GET of the step “{step}”, {how}"
    return [ratio(what, "step", theirs, ours), ratio(f"{what}, p99", "step_p99", ours, theirs, tail=True)]
