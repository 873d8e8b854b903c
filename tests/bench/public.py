"""The public door: bytes of a first visit, form steps against plain Flask-WTF pages, sends against durable inserts."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from intake import locales
from tests.bench.wire import Line, clocked, compare, first_visit, getter, prepared
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import ROOT, free_port, running
from tests.public.walking import ROSA, fields, token, walk

ROUNDS, GETS, SENDS = 7, 150, 30
STEPS = ("lawyer", "money", "claims", "place")


def rows() -> list[dict[str, Any]]:
    """Everything, on a product of its own: what, and its figures."""
    with (
        tempfile.TemporaryDirectory() as place,
        running("sqlite", Path(place), INTAKE_PROXIES="1") as system,
    ):
        port = system.settings.public_port
        rows = [*_bytes(port), *_steps(system), _sends(system, "the desk at work")]
        with _desk_at_rest(system):
            return [*rows, _sends(system, "the desk at rest")]


def _bytes(port: int) -> list[dict[str, Any]]:
    """The first page of the form and the list of releases with all they load, in every offered language."""
    found = []
    for language in locales.offered(pseudo=True):
        for name, path in (("first page of the form", "apply/"), ("list of releases", "")):
            for coding in ("gzip", "br, gzip"):
                size = first_visit(port, f"/{language.code}/{path}", coding)
                found.append({"what": f"{name}, {language.code}, {coding.split(',')[0]}", "bytes": size})
    return found


def _steps(system: Any) -> list[dict[str, Any]]:
    """Form steps, opened for the first time and with their answers, against the same forms by Flask-WTF."""
    port = free_port()
    yardstick = subprocess.Popen([sys.executable, "-m", "tests.bench.plainform", str(port)], cwd=ROOT)
    try:
        _wait_for(port)
        browser = PlainBrowser(system.public)
        cookie = ""
        found = []
        for step in ("start", *STEPS):
            if step != "start":
                walk(browser, ROSA, start="" if not cookie else found[-1]["step"], until=step)
                cookie = _cookie(browser)
            found.append({"step": step} | _step(system, port, step, cookie, "first time"))
        answered = [{"step": step} | _step(system, port, step, cookie, "answered") for step in STEPS[:-1]]
        return found + answered
    finally:
        yardstick.terminate()
        yardstick.wait()


def _step(system: Any, yardstick: int, step: str, cookie: str, how: str) -> dict[str, Any]:
    """One step against its yardstick, round by round."""
    path = "/en/apply/" if step == "start" else f"/en/apply/{step}"
    get, base = getter(system.settings.public_port, path, cookie), getter(yardstick, f"/{step}")
    clocked(get, 50), clocked(base, 50)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        ours += clocked(get, GETS)
        theirs += clocked(base, GETS)
    row = compare(f"GET of the step “{step}”, {how} / a plain Flask-WTF page of it", ours, theirs)
    return row | {"times_faster": round(1 / row["p50_ratio"], 2)}


@contextlib.contextmanager
def _desk_at_rest(system: Any) -> Iterator[None]:
    """Hold the desk still at a moment at which it writes nothing: SQLite has one writer at a time."""
    desk = system.process("worker")
    url = system.settings.database_url.removeprefix("sqlite:///")
    deadline = time.monotonic() + 60
    while True:
        with contextlib.closing(sqlite3.connect(url, timeout=0.2, isolation_level=None)) as look:
            waiting = look.execute("SELECT count(*) FROM arrival").fetchone()[0]
            os.kill(desk, signal.SIGSTOP)
            with contextlib.suppress(sqlite3.OperationalError):
                look.execute("BEGIN IMMEDIATE")
                look.execute("ROLLBACK")
                if waiting == 0:
                    break
        os.kill(desk, signal.SIGCONT)
        if time.monotonic() > deadline:
            raise AssertionError("the desk does not come to rest")
        time.sleep(0.2)
    try:
        yield
    finally:
        os.kill(desk, signal.SIGCONT)


def _sends(system: Any, how: str) -> dict[str, Any]:
    """The last step against a durable insert of the same bytes, in one row, into a SQLite file of its own."""
    ready = [_ready_to_send(system, number) for number in range(ROUNDS * SENDS + 1)]
    base = sqlite3.connect(system.settings.data / f"yardstick {how}.db", isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB)")
    row = os.urandom(_bytes_of_a_send(system, ready.pop()))
    line = Line(system.settings.public_port)
    ours: list[float] = []
    theirs: list[float] = []
    for request in ready:
        ours += clocked(lambda request=request: _must_be_sent(line, request), 1)
        theirs += clocked(lambda: base.execute("INSERT INTO row (body) VALUES (?)", (row,)), 3)
    base.close()
    return compare(f"POST of the last step, {how} / a durable insert", ours, theirs)


def _bytes_of_a_send(system: Any, request: bytes) -> int:
    """How many bytes one send stores: the sealed answers, the sealed receipt, and what lists may read."""
    url = system.settings.database_url.removeprefix("sqlite:///")
    stored = (
        "SELECT (SELECT coalesce(sum(length(envelope)), 0) FROM submission_body)"
        " + (SELECT coalesce(sum(length(envelope)), 0) FROM letter WHERE kind = 'receipt')"
        " + (SELECT coalesce(sum(length(applicant_key) + length(find_id) + length(id) + length(reference)"
        " + length(codes) + length(received_at) + length(locale) + length(outcome)), 0) FROM submission)"
    )
    with contextlib.closing(sqlite3.connect(url)) as look:
        before = look.execute(stored).fetchone()[0]
        _must_be_sent(Line(system.settings.public_port), request)
        return int(look.execute(stored).fetchone()[0] - before)


def _ready_to_send(system: Any, number: int) -> bytes:
    address = f"192.0.2.{number % 250}"
    browser = PlainBrowser(system.public, X_Forwarded_For=address)
    walk(browser, ROSA, until="check")
    page = browser.get("/en/apply/check")
    sent = {"csrf_token": token(page), "go": "on", **fields("check", ROSA)}
    body = urllib.parse.urlencode(sent, doseq=True).encode()
    return prepared("POST", "/en/apply/check", cookie=_cookie(browser), body=body, X_Forwarded_For=address)


def _must_be_sent(line: Line, request: bytes) -> None:
    status = line.ask(request)
    if status != 303:
        raise AssertionError(f"the send was answered with {status}")


def _cookie(browser: PlainBrowser) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in browser.cookies)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError("the yardstick did not start")
