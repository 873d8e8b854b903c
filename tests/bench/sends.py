"""What a send costs: beside a durable insert of the same bytes by the driver, and by an ORM; sealing's share of it."""

import contextlib
import datetime as dt
import os
import signal
import sqlite3
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from intake import assessment, publickeys, questionnaire, returncode, sealing
from tests.bench.public import cookie_of
from tests.bench.rounds import Rounds, Row, interleaved, median, quarters, ratio, seconds, spread_of
from tests.bench.sizes import Sizes
from tests.bench.wire import Line, prepared
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import System
from tests.public.walking import ROSA, fields, token, walk

STORED = (
    "SELECT (SELECT coalesce(sum(length(envelope)), 0) FROM submission_body)"
    " + (SELECT coalesce(sum(length(envelope)), 0) FROM letter WHERE kind = 'receipt')"
    " + (SELECT coalesce(sum(length(applicant_key) + length(find_id) + length(id) + length(reference)"
    " + length(codes) + length(received_at) + length(locale) + length(outcome)), 0) FROM submission)"
)


class _Base(DeclarativeBase):
    pass


class _Plain(_Base):
    __tablename__ = "plain"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


def rows(system: System, sizes: Sizes) -> list[Row]:
    """Sends while the desk works, and while it rests; then the parts of a send."""
    found = _sends(system, "the desk at work", sizes)
    with desk_at_rest(system):
        return [*found, *_sends(system, "the desk at rest", sizes), *_parts(sizes)]


@contextlib.contextmanager
def desk_at_rest(system: System) -> Iterator[None]:
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


def _sends(system: System, how: str, sizes: Sizes) -> list[Row]:
    """The last step, three durable inserts by the driver, three by an ORM, and sealing alone, in turn."""
    ready = [_ready_to_send(system, number) for number in range(sizes.rounds * sizes.sends + 1)]
    row = os.urandom(_bytes_of_a_send(system, ready.pop()))
    line, seal = Line(system.settings.public_port), _sealing()
    names = ("send", "durable insert", "ORM insert", "sealing")
    spent: dict[str, Rounds] = {name: [] for name in names}
    with _driver(system.settings.data / f"driver {how}.db") as raw, _orm(system.settings.data / f"orm {how}.db") as orm:
        for _ in range(sizes.rounds):
            for name in names:
                spent[name].append([])
            for _ in range(sizes.sends):
                request = ready.pop()
                spent["send"][-1].append(seconds(lambda request=request: _must_be_sent(line, request)))
                spent["durable insert"][-1] += [seconds(lambda: raw(row)) for _ in range(3)]
                spent["ORM insert"][-1] += [seconds(lambda: orm(row)) for _ in range(3)]
                spent["sealing"][-1].append(seconds(seal))
    sent, bare = ("send", spent["send"]), ("durable insert", spent["durable insert"])
    what = f"POST of the last step, {how}, {len(row):,} bytes"
    usual = ratio(f"{what} / an ORM insert", "", sent, ("ORM insert", spent["ORM insert"]))
    share = ratio(f"sealing's share of a send, {how}", "seal_share", ("sealing", spent["sealing"]), sent)
    return [
        ratio(f"{what} / a durable insert", "send_p50", sent, bare),
        ratio(f"{what} / a durable insert, p99", "send_p99", sent, bare, tail=True),
        usual,
        share,
    ]


@contextlib.contextmanager
def _driver(path: Path) -> Iterator[Callable[[bytes], Any]]:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        base.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB)")
        yield lambda row: base.execute("INSERT INTO row (body) VALUES (?)", (row,))


@contextlib.contextmanager
def _orm(path: Path) -> Iterator[Callable[[bytes], Any]]:
    """The usual way: a session for a request, an object added, one commit."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def durable(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL").close()
        connection.execute("PRAGMA synchronous=FULL").close()

    _Base.metadata.create_all(engine)

    def insert(row: bytes) -> None:
        with Session(engine) as session:
            session.add(_Plain(body=row))
            session.commit()

    yield insert
    engine.dispose()


def _keys() -> list[publickeys.PublicKey]:
    return [
        sealing.PrivateKey(os.urandom(32), one).public for one in (publickeys.Purpose.DESK, publickeys.Purpose.RECOVERY)
    ]


def _sealing() -> Callable[[], Any]:
    """All that a send closes: the answers to both keys, the receipt under the key of the return code."""
    both, record, code = _keys(), os.urandom(16), os.urandom(32)
    typed = {step.key: sent for step in questionnaire.current().steps if (sent := fields(step.key, ROSA))}
    plain = sealing.packed({"answers": ROSA, "typed": typed, "started_at": None, "family": None})

    def seal() -> None:
        sealing.seal(plain, table="submission", record_id=record, recipients=both)
        sealing.seal_symmetric(code, plain, table="letter", record_id=record)

    return seal


def _parts(sizes: Sizes) -> list[Row]:
    """What the parts of a send cost by themselves."""
    today = dt.date(2026, 11, 23)
    key = sealing.PrivateKey(os.urandom(32), publickeys.Purpose.DESK)
    record = os.urandom(16)
    envelope = sealing.seal(os.urandom(3000), table="submission", record_id=record, recipients=[key.public])
    works: dict[str, Callable[[], Any]] = {
        "opening an envelope": lambda: sealing.open_envelope(
            envelope, table="submission", record_id=record, private=key
        ),
        "assessing": lambda: assessment.assess(assessment.current(), assessment.facts(ROSA), today),
        "one walk along the questionnaire": lambda: questionnaire.walk(questionnaire.current(), ROSA),
        "the return code (Argon2id, 64 MiB)": lambda: returncode.root_of("1234567890123456"),
    }
    spent = interleaved(works, sizes.rounds, 3)
    return [
        Row(
            f"{name}, microseconds",
            "",
            round(median(took) * 1e6),
            spread_of([median([one]) for one in took]),
            raw={"s": quarters(took)},
        )
        for name, took in spent.items()
    ]


def _bytes_of_a_send(system: System, request: bytes) -> int:
    """How many bytes one send stores: the sealed answers, the sealed receipt, and what lists may read."""
    url = system.settings.database_url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(url)) as look:
        before = look.execute(STORED).fetchone()[0]
        _must_be_sent(Line(system.settings.public_port), request)
        return int(look.execute(STORED).fetchone()[0] - before)


def _ready_to_send(system: System, number: int) -> bytes:
    address = f"192.0.2.{number % 250}"
    browser = PlainBrowser(system.public, X_Forwarded_For=address)
    walk(browser, ROSA, until="check")
    page = browser.get("/en/apply/check")
    sent = {"csrf_token": token(page), "go": "on", **fields("check", ROSA)}
    body = urllib.parse.urlencode(sent, doseq=True).encode()
    return prepared("POST", "/en/apply/check", cookie=cookie_of(browser), body=body, X_Forwarded_For=address)


def _must_be_sent(line: Line, request: bytes) -> None:
    status = line.ask(request)
    if status != 303:
        raise AssertionError(f"the send was answered with {status}")
