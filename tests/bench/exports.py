"""Exports of many cases: their share of what the engine's own copy does, of opening alone, and their memory.

Both sides write the same cases in the same order; ours has months, lists, days counted, and every cell guarded.
"""

import datetime as dt
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select, text
from sqlalchemy.engine import make_url

from intake import exports, publickeys, sealing
from intake.casework.filters import Filters
from intake.casework.models import Case
from intake.casework.statuses import STATUSES
from intake.db import make_engine, transaction
from intake.exports import Choice, Format
from intake.submissions import SubmissionBody
from intake.unsealing import Keyring
from tests.bench import cases
from tests.postgres import throw_away_postgres
from tests.public.walking import ROSA

ROUNDS = 5
SEALED = 10_000
ALL = Filters(status=",".join(STATUSES))
QUEUE, FULL, HAND_OVER = (Choice.of(exports.named(name)) for name in ("queue", "full", "hand_over"))
# The columns as they are stored, of which the queue's are made.
RAW = (
    "SELECT received_at, contacted_at, state, place_kind, age_band, language, interpreter, claims, stages, "
    'income_band, outcome, level, status, reason FROM "case" ORDER BY id'
)


def rows(kind: str, small: int, large: int) -> list[dict[str, Any]]:
    """What exports cost on `kind` ("sqlite" or "postgres") with `large` cases, and their memory beside `small` ones."""
    with _office(kind, large) as (url, engine), _office(kind, small) as (little, _):
        ours = _Timed(lambda: _written(engine, QUEUE, Format.CSV))
        own = _Timed(lambda: _own_copy(engine, url))
        for _ in range(ROUNDS):
            own.again(), ours.again()
        found = [
            {
                "what": f"{kind}: CSV without identities, {large:,} cases",
                "engine's own copy s": round(own.median, 2),
                "ours s": round(ours.median, 2),
                "share": round(own.median / ours.median, 2),
            }
        ]
        for form in Format:
            few, many = (_in_child(where, form) for where in (little, url))
            found.append(
                {
                    "what": f"{kind}: {form} in a process of its own",
                    "rows a second": round(many["rows"] / many["seconds"]),
                    f"MiB at {small:,}": few["mib"],
                    f"MiB at {large:,}": many["mib"],
                    "more": round(many["mib"] - few["mib"], 1),
                }
            )
    with _office(kind, SEALED) as (_, engine):
        return found + _identified(kind, engine)


def _identified(kind: str, engine: Engine) -> list[dict[str, Any]]:
    key = sealing.PrivateKey(os.urandom(32), publickeys.Purpose.DESK)
    paper = sealing.PrivateKey(os.urandom(32), publickeys.Purpose.RECOVERY)
    plain = sealing.packed({"answers": ROSA, "typed": {}, "started_at": None, "family": None})
    sealed: list[tuple[uuid.UUID, bytes]] = []
    with transaction(engine) as session:
        for case_id in session.scalars(select(Case.id)).all():
            seal = sealing.seal(
                plain, table="submission", record_id=case_id.bytes, recipients=[key.public, paper.public]
            )
            sealed.append((case_id, seal))
        session.execute(insert(SubmissionBody), [{"submission_id": one, "envelope": seal} for one, seal in sealed])
    ring = Keyring([key])

    def alone() -> None:
        for case_id, seal in sealed:
            ring.open(seal, table="submission", record_id=case_id.bytes)

    found = []
    for choice in (HAND_OVER, FULL):
        opening = _Timed(alone)
        one = _Timed(lambda: _written(engine, choice, Format.CSV, keyring=ring, processes=1))  # noqa: B023 -- at once
        two = _Timed(lambda: _written(engine, choice, Format.CSV, keyring=ring, processes=2))  # noqa: B023 -- at once
        for _ in range(ROUNDS):
            opening.again(), one.again(), two.again()
        found.append(
            {
                "what": f"{kind}: {choice.profile.name}, {SEALED:,} cases, CSV",
                "opening alone s": round(opening.median, 2),
                "share, one process": round(opening.median / one.median, 2),
                "share, two processes": round(opening.median / two.median, 2),
            }
        )
    return found


class _Timed:
    """Some work, and how long it took each time."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work, self._times = work, list[float]()

    def again(self) -> None:
        began = time.perf_counter()
        self._work()
        self._times.append(time.perf_counter() - began)

    @property
    def median(self) -> float:
        return statistics.median(self._times)


def _written(engine: Engine, choice: Choice, form: Format, **rest: Any) -> int:
    clock: Callable[[], dt.datetime] = lambda: cases.NOW  # noqa: E731
    export = exports.stream(engine, ALL, choice, form, actor="cli", purpose="Bench", clock=clock, key=bytes(32), **rest)
    with closing(export):
        for _ in export:
            pass
    return export.count


def _own_copy(engine: Engine, url: str) -> None:
    if engine.dialect.name == "sqlite":
        subprocess.run(
            ["sqlite3", "-csv", str(make_url(url).database), RAW], check=True, stdout=subprocess.DEVNULL, timeout=600
        )
        return
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY ({RAW}) TO STDOUT (FORMAT csv)") as lines:
            for _ in lines:
                pass


def _in_child(url: str, form: Format) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.exports", str(form)],
        env=os.environ | {"BENCH_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@contextmanager
def _office(kind: str, count: int) -> Iterator[tuple[str, Engine]]:
    with ExitStack() as kept:
        if kind == "sqlite":
            folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
            url = f"sqlite:///{folder / 'bench.db'}"
        else:
            url = kept.enter_context(throw_away_postgres())
        engine = make_engine(url)
        kept.callback(engine.dispose)
        cases.fill(engine, count)
        with engine.begin() as connection:
            connection.execute(text('SELECT count(*) FROM "case"'))
        yield url, engine


def _child() -> None:
    """Write one export to nowhere, and say how long it took and how much memory this process ever had."""
    began = time.perf_counter()
    count = _written(make_engine(os.environ["BENCH_URL"]), QUEUE, Format(sys.argv[1]))
    spent = time.perf_counter() - began
    # The system's own figure for this program alone: that of `getrusage` begins with what the starter had in memory.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    mib = round(int(peak[1]) / 1024, 1) if peak else 0.0
    sys.stdout.write(json.dumps({"rows": count, "seconds": spent, "mib": mib}))


if __name__ == "__main__":
    _child()
