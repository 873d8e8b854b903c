"""Exports of many cases: their share of what the engine's own copy does, of opening alone, and their memory.

Both sides write the same cases in the same order; ours has months, lists, days counted, and every cell guarded.
"""

import datetime as dt
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.engine import make_url

from intake import exports, publickeys, questionnaire, sealing
from intake.casework.filters import Filters
from intake.casework.models import Case
from intake.casework.statuses import STATUSES
from intake.db import make_engine, transaction
from intake.exports import Choice, Format
from intake.submissions import SubmissionBody
from intake.unsealing import Keyring
from tests.bench import cases
from tests.bench.rounds import Row, interleaved, ratio
from tests.bench.sizes import Sizes
from tests.postgres import throw_away_postgres
from tests.public.walking import ROSA, fields

ALL = Filters(status=",".join(STATUSES))
QUEUE, FULL, HAND_OVER = (Choice.of(exports.named(name)) for name in ("queue", "full", "hand_over"))
# The columns as they are stored, of which the queue's are made.
RAW = (
    "SELECT received_at, contacted_at, state, place_kind, age_band, language, interpreter, claims, stages, "
    'income_band, outcome, level, status, reason FROM "case" ORDER BY id'
)


def rows(kind: str, sizes: Sizes) -> list[Row]:
    """What exports cost on `kind` ("sqlite" or "postgres") with many cases, and their memory beside few."""
    with ExitStack() as kept:
        url, engine = kept.enter_context(_office(kind, sizes.cases))
        little, _ = kept.enter_context(_office(kind, sizes.few))
        works = {"own copy": lambda: _own_copy(engine, url), "ours": lambda: _written(engine, QUEUE, Format.CSV)}
        spent = interleaved(works, sizes.rounds)
        what = f"{kind}: CSV without identities, {sizes.cases:,} cases, share of its own copy"
        found = [ratio(what, f"csv_{kind}", ("own copy", spent["own copy"]), ("ours", spent["ours"]))]
        for form in sizes.formats:
            few, many = (_in_child(where, form) for where in (little, url))
            more = {f"MiB at {sizes.few:,}": few["mib"], f"MiB at {sizes.cases:,}": many["mib"]}
            rate = {"rows a second": round(many["rows"] / many["seconds"])}
            found += [
                Row(f"{kind}: memory of {form}, more", "memory_more", round(many["mib"] - few["mib"], 1), figures=more),
                Row(f"{kind}: memory of {form}", "memory_process", many["mib"], figures=rate),
            ]
    with _office(kind, sizes.workbook) as (_, engine), tempfile.TemporaryDirectory() as folder:
        works = {
            "xlsxwriter": lambda: _by_xlsxwriter(engine, Path(folder) / "usual.xlsx"),
            "ours": lambda: _written(engine, QUEUE, Format.XLSX),
        }
        spent = interleaved(works, min(sizes.rounds, 5))
        what = f"{kind}: XLSX of {sizes.workbook:,} cases beside xlsxwriter"
        found.append(ratio(what, "xlsx", ("xlsxwriter", spent["xlsxwriter"]), ("ours", spent["ours"])))
    with _office(kind, sizes.sealed) as (_, engine):
        return found + _identified(kind, engine, sizes)


def _by_xlsxwriter(engine: Engine, path: Path) -> None:
    """The usual way: the library that everybody takes, in the mode that keeps its memory small."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    with engine.connect().execution_options(stream_results=True) as connection:
        for number, row in enumerate(connection.execute(text(RAW))):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, place, cell)
                elif cell is not None:
                    sheet.write_string(number, place, str(cell))
    book.close()


def _identified(kind: str, engine: Engine, sizes: Sizes) -> list[Row]:
    key = sealing.PrivateKey(os.urandom(32), publickeys.Purpose.DESK)
    paper = sealing.PrivateKey(os.urandom(32), publickeys.Purpose.RECOVERY)
    typed = {step.key: sent for step in questionnaire.current().steps if (sent := fields(step.key, ROSA))}
    plain = sealing.packed({"answers": ROSA, "typed": typed, "started_at": None, "family": None})
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

    def ours(choice: Choice, processes: int) -> Callable[[], Any]:
        return lambda: _written(engine, choice, Format.CSV, keyring=ring, processes=processes)

    found = []
    for choice in (HAND_OVER, FULL):
        works = {"opening alone": alone, "one process": ours(choice, 1), "two processes": ours(choice, 2)}
        spent = interleaved(works, sizes.rounds)
        base, what = ("opening alone", spent["opening alone"]), f"{kind}: {choice.profile.name}, {sizes.sealed:,} cases"
        for goal, name in (("identified", "one process"), ("identified_two", "two processes")):
            found.append(ratio(f"{what}, CSV, {name}", goal, base, (name, spent[name])))
    return found


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
