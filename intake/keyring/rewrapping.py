"""Sealing everything anew to the present keys: record keys only, in short transactions, taken up again after a kill."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, func, literal, select, tuple_, update
from sqlalchemy.orm import Session

from .. import audit
from ..db import session_factory, transaction
from ..publickeys import PublicKey, Purpose
from ..sealing import CannotOpen
from ..unsealing import Keyring, rewrap
from . import counting
from .records import RewrapRun
from .sealed import PLACES, AnyRow, Place, is_due

# A batch is read and sealed outside any lock; writing it takes some ten milliseconds.
BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: `done` of `total` envelopes, of which `left_over` no key at hand opens."""

    done: int
    total: int
    left_over: int = 0
    finished: bool = False


class _Keys:
    """With what is opened, and for whom closed: asked anew for each batch, since keys may change meanwhile."""

    def __init__(self, ring: Keyring, recipients: Callable[[], Sequence[PublicKey]]) -> None:
        self.ring, self.recipients = ring, recipients

    def anew(self, place: Place, rows: Sequence[AnyRow], to: Sequence[PublicKey]) -> list[tuple[AnyRow, bytes]]:
        """The rows that a key at hand opens, each with its envelope closed to `to`; no body is opened."""
        made = []
        for row in rows:
            record = place.record_id(row)
            with suppress(CannotOpen):
                sealed = rewrap(row.envelope, table=place.bound, record_id=record, keyring=self.ring, recipients=to)
                made.append((row, sealed))
        return made


def run(
    engine: Engine,
    ring: Keyring,
    recipients: Callable[[], Sequence[PublicKey]],
    clock: Callable[[], dt.datetime],
    *,
    batch: int = BATCH,
) -> Iterator[Progress]:
    """Seal anew what is not closed to `recipients()`; says how far it has come after each batch, at last `finished`.

    Each batch is committed with its progress, so a run that is killed loses nothing, and the next one goes on where
    it stopped. What another process holds at that moment is left for the next round; rounds go on until one changes
    nothing. Ends with one event in the trail where anything was to be done.
    """
    keys = _Keys(ring, recipients)
    with transaction(engine) as session:
        began = _begin(session, recipients(), clock())
    if began is None:
        counting.count(engine, clock())
        yield Progress(0, 0, finished=True)
        return
    run_id, progress = began
    yield progress
    while True:
        changed = 0
        for place in PLACES:
            for wrote in _one_table(engine, place, keys, batch, run_id, clock):
                changed += wrote
                progress = Progress(progress.done + wrote, max(progress.total, progress.done + wrote))
                yield progress
        if not changed:
            break
    counting.count(engine, clock())
    with transaction(engine) as session:
        row = session.get_one(RewrapRun, run_id)
        row.left_over, row.finished_at = _due(session, recipients()), clock()
        row.total = row.done + row.left_over
        said: dict[str, audit.Detail] = {"count": row.done, "kid": row.kid}
        audit.append(session, actor="cli", event=audit.Event.KEYS_REWRAPPED, subject="keys", details=said, now=clock())
        progress = Progress(row.done, row.total, row.left_over, finished=True)
    yield progress


def latest(session: Session) -> RewrapRun | None:
    """The newest run, finished or not."""
    return session.scalar(select(RewrapRun).order_by(RewrapRun.id.desc()).limit(1))


def _begin(session: Session, recipients: Sequence[PublicKey], now: dt.datetime) -> tuple[int, Progress] | None:
    """The run to work on: the one that was cut off, or a new one; None when there is nothing to do."""
    due = _due(session, recipients)
    row = latest(session)
    if row is None or row.finished_at is not None:
        if not due:
            return None
        row = RewrapRun(started_at=now, done=0, left_over=0)
        session.add(row)
    row.kid = next(key.kid for key in recipients if key.purpose is Purpose.DESK)
    row.total, row.moved_at = row.done + due, now
    session.flush()
    return row.id, Progress(row.done, row.total)


def _due(session: Session, recipients: Sequence[PublicKey]) -> int:
    """How many envelopes are closed to others than `recipients`."""
    counts = (select(func.count()).select_from(one.table).where(is_due(one, recipients)) for one in PLACES)
    return sum(session.scalar(count) or 0 for count in counts)


def _one_table(
    engine: Engine, place: Place, keys: _Keys, batch: int, run_id: int, clock: Callable[[], dt.datetime]
) -> Iterator[int]:
    """Go through a table once; after each batch, how many rows were written."""
    last: AnyRow | None = None
    while rows := _read(engine, place, to := keys.recipients(), last, batch):
        last = rows[-1]
        fresh = keys.anew(place, rows, to)
        wrote = 0
        with transaction(engine) as session:
            for row, sealed in fresh:
                wrote += _write(session, place, row, sealed)
            moved = {"done": RewrapRun.done + wrote, "moved_at": clock()}
            counted = update(RewrapRun).where(RewrapRun.id == run_id).values(moved)
            session.execute(counted.execution_options(synchronize_session=False))
        yield wrote


def _read(
    engine: Engine, place: Place, recipients: Sequence[PublicKey], last: AnyRow | None, batch: int
) -> Sequence[AnyRow]:
    wanted = select(*place.order, place.envelope).where(is_due(place, recipients)).order_by(*place.order).limit(batch)
    if last is not None:
        before = [literal(value, column.type) for value, column in zip(last[:-1], place.order, strict=True)]
        wanted = wanted.where(tuple_(*place.order) > tuple_(*before))
    with session_factory(engine.execution_options(reads=True))() as session:
        return session.execute(wanted).all()


def _write(session: Session, place: Place, row: AnyRow, sealed: bytes) -> int:
    """Put `sealed` in the place of what was read, if it is still there and nobody works on the row; 1 or 0.

    Not waiting for anybody keeps two processes from waiting for each other.
    """
    here = [column == value for column, value in zip(place.order, row[:-1], strict=True)]
    free = select(place.envelope).where(*here).with_for_update(skip_locked=True, key_share=True)
    if session.execute(free).scalar_one_or_none() != row.envelope:
        return 0
    session.execute(update(place.table).where(*here).values(envelope=sealed))
    return 1
