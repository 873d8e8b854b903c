"""Bytes of a first visit, a form step against a plain Flask-WTF page, a send against a durable insert.

Medians of interleaved rounds on this machine; quote the ratios, not the absolute figures.
"""

import argparse
import contextlib
import datetime as dt
import http.client
import json
import os
import platform
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from intake import assessment, questionnaire, returncode, sealing
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import ROOT, free_port, running
from tests.public.walking import ROSA, fields, token, walk

ROUNDS, GETS, SENDS = 7, 150, 7  # seven times seven sends stay under the limit of new drafts a minute


def clocked(work: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each of `times` runs."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def wire_bytes(port: int, path: str) -> tuple[int, str]:
    """Everything the server sends for `path`, headers included, and the page as text."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        ask = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        line.sendall(ask.encode())
        got = b"".join(iter(lambda: line.recv(65536), b""))
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Host": "localhost"})
    return len(got), connection.getresponse().read().decode()


def first_visit(port: int, path: str) -> int:
    """Bytes of a page with all that it loads."""
    size, page = wire_bytes(port, path)
    return size + sum(wire_bytes(port, sheet)[0] for sheet in re.findall(r'rel="stylesheet" href="([^"]+)"', page))


def getter(port: int, path: str, cookie: str = "") -> Callable[[], None]:
    """A GET on one kept-alive connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def get() -> None:
        connection.request("GET", path, headers={"Host": "localhost", "Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path} answered {answer.status}")

    return get


def compare(name: str, ours: list[float], theirs: list[float]) -> dict[str, Any]:
    """One row: medians and 99th percentiles in milliseconds, and their ratios."""
    p99 = [statistics.quantiles(one, n=100)[98] for one in (ours, theirs)]
    p50 = [statistics.median(one) for one in (ours, theirs)]
    figures = {"p50_ms": p50[0], "base_p50_ms": p50[1], "p50_ratio": p50[0] / p50[1], "p99_ratio": p99[0] / p99[1]}
    return {"what": name, **{key: round(value, 3) for key, value in figures.items()}}


def steps(system: Any) -> list[dict[str, Any]]:
    """A form step and the first page against the yardstick, round by round."""
    browser = PlainBrowser(system.public)
    walk(browser, ROSA, until="lawyer")
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
    port = free_port()
    yardstick = subprocess.Popen([sys.executable, "-m", "tests.bench.plainform", str(port)], cwd=ROOT)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        ours_port = system.settings.public_port
        base = getter(port, "/")
        rows = []
        for name, path in (("GET of a form step", "/en/apply/lawyer"), ("GET of the first page", "/en/apply/")):
            ours, get = [], getter(ours_port, path, cookie)
            theirs: list[float] = []
            clocked(get, 30), clocked(base, 30)
            for _ in range(ROUNDS):
                ours += clocked(get, GETS)
                theirs += clocked(base, GETS)
            row = compare(f"{name} / a plain Flask-WTF page", ours, theirs)
            rows.append(row | {"times_faster": round(1 / row["p50_ratio"], 2)})
        return rows
    finally:
        yardstick.terminate()
        yardstick.wait()


def sends(system: Any) -> dict[str, Any]:
    """The last step against a durable insert of the same bytes into a SQLite file of its own."""
    path = system.settings.data / "yardstick.db"
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB)")
    row = os.urandom(5 * 1024)
    ours, theirs = [], []
    for _ in range(ROUNDS * SENDS):
        browser = PlainBrowser(system.public)
        walk(browser, ROSA, until="check")
        page = browser.get("/en/apply/check")
        sent = {"csrf_token": token(page), "go": "on", **fields("check", ROSA)}
        ours += clocked(lambda browser=browser, sent=sent: browser.post("/en/apply/check", sent), 1)
        theirs += clocked(lambda: base.execute("INSERT INTO row (body) VALUES (?)", (row,)), 3)
    base.close()
    return compare("POST of the last step / a durable insert", ours, theirs)


def parts() -> list[dict[str, Any]]:
    """What the parts of a send cost by themselves, in microseconds."""
    key = sealing.PrivateKey(os.urandom(32), sealing.Purpose.DESK)
    both = [key.public, sealing.PrivateKey(os.urandom(32), sealing.Purpose.RECOVERY).public]
    plain, record = os.urandom(3000), os.urandom(16)
    envelope = sealing.seal(plain, table="submission", record_id=record, recipients=both)
    today = dt.date(2026, 11, 23)
    work: dict[str, tuple[Callable[[], Any], int]] = {
        "seal to two keys": (lambda: sealing.seal(plain, table="t", record_id=record, recipients=both), 300),
        "open": (lambda: sealing.open_envelope(envelope, table="submission", record_id=record, private=key), 300),
        "assess": (lambda: assessment.assess(assessment.current(), assessment.facts(ROSA), today), 300),
        "missing answers": (lambda: questionnaire.missing(questionnaire.current(), ROSA), 300),
        "return code (Argon2id 64 MiB)": (lambda: returncode.root_of("1234567890123456"), 5),
    }
    return [
        {"what": name, "microseconds": round(statistics.median(clocked(one, times)) * 1000)}
        for name, (one, times) in work.items()
    ]


def main() -> None:
    """Run everything, print a table, and keep the figures as JSON where asked."""
    options = argparse.ArgumentParser(prog="python -m intake bench", description=__doc__)
    options.add_argument("--json", type=Path, metavar="FILE", help="keep the figures in this file")
    chosen = options.parse_args()
    machine = {"machine": platform.machine(), "processors": os.cpu_count(), "python": platform.python_version()}
    with tempfile.TemporaryDirectory() as place, running("sqlite", Path(place)) as system:
        port = system.settings.public_port
        rows: list[dict[str, Any]] = [
            {"what": "first page of the form, bytes on the wire", "bytes": first_visit(port, "/en/apply/")},
            {"what": "list of releases, bytes on the wire", "bytes": first_visit(port, "/en/")},
            *steps(system),
            sends(system),
            *parts(),
        ]
    sys.stdout.write(f"{machine}\n\n")
    for row in rows:
        rest = ", ".join(f"{key} {value}" for key, value in row.items() if key != "what")
        sys.stdout.write(f"| {row['what']} | {rest} |\n")
    if chosen.json:
        chosen.json.write_text(json.dumps({**machine, "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
