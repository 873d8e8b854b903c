"""The desk prepares files: in short slices between its other work, so that nobody who asks for help waits for a file.

Each slice ends with what was made safely in the folder and with how far it is in the row: a desk that is killed, or
its host, loses one slice. A workbook cannot go on in the middle, it begins anew. Cases are read page by page: each row
is as it was when it was read, and no long transaction keeps the database from tidying up.
"""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, and_, delete, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .. import audit
from ..db import transaction
from ..sealing import CannotOpen
from ..settings import Settings
from ..standby import Standby
from ..unsealing import Keyring
from . import pieces, reading
from .about import about
from .formats import Block, Format, assembled, encoder
from .jobs import ALIVE, KEPT_FOR, LISTED_FOR, TABLE, ExportJob, State
from .opening import Work
from .people import key_of
from .profiles import UnknownProfile

log = logging.getLogger("intake.worker")

SLICE_SECONDS: Final = 0.25
# Longer than any slice takes; a desk that was killed is followed by another after this.
LEASE: Final = dt.timedelta(minutes=1)
# A file at which the desk ended so often, without getting any further, is given up.
MOST_TRIES: Final = 3
PLAIN_ROWS, OPENED_ROWS = 2_000, 200
_PLAIN: dict[str, Any] = {"synchronize_session": False}


@dataclass(slots=True)
class Bench:
    """Where one desk prepares files, one at a time. `clock` gives the time of events, `ticks` seconds."""

    engine: Engine
    keyring: Keyring
    settings: Settings
    clock: Callable[[], dt.datetime]
    ticks: Callable[[], float] = time.monotonic
    standby: Standby | None = None
    _now: "_Making | None" = None

    def work(self, seconds: float = SLICE_SECONDS) -> bool:
        """Work on a file for about so long; True when there is more to do at once.

        Raises the database's error; then the file is taken up again when its lease is over.
        """
        making, self._now = self._now or self._begin(), None
        if making is None:
            return False
        try:
            going = making.slice(seconds, self.ticks, self.clock)
        except DBAPIError:
            raise
        except Exception as error:  # a fault in one file must not end the desk
            self._fail(making.job, error)
            return True
        if going:
            self._now = making
        return True

    def tidy(self) -> int:
        """End what is over its time, and remove every piece that belongs to no file that is alive; returns of how many.

        What is listed no more is forgotten.
        """
        now, over = self.clock(), {"state": State.EXPIRED, "envelope": None, "leased_until": None, "reached": None}
        with transaction(self.engine) as session:
            late = update(ExportJob).where(ExportJob.state.in_(ALIVE), ExportJob.expires_at <= now)
            session.execute(late.values(over).execution_options(**_PLAIN))
            old = delete(ExportJob).where(ExportJob.state.not_in(ALIVE), ExportJob.asked_at <= now - LISTED_FOR)
            session.execute(old.execution_options(**_PLAIN))
            alive = session.scalars(select(ExportJob.id).where(ExportJob.state.in_(ALIVE))).all()
            return pieces.remove_others(self.settings.prepared, alive)

    def _begin(self) -> "_Making | None":
        """The file that waits longest, leased; None when nothing waits."""
        with transaction(self.engine.execution_options(reads=True)) as session:
            if session.scalar(select(ExportJob.id).where(_due(self.clock())).limit(1)) is None:
                return None
        with transaction(self.engine) as session:
            now = self.clock()
            due = select(ExportJob).where(_due(now)).order_by(ExportJob.queued_at, ExportJob.id).limit(1)
            job = session.scalar(due.with_for_update(skip_locked=True))
            if job is None:
                return None
            job.tries += 1
            job.state, job.leased_until = State.RUNNING, now + LEASE
            job.started_at = job.started_at or now
            if job.format == Format.XLSX:
                job.rows, job.size, job.reached = 0, 0, None
            session.flush()
            session.expunge(job)
        if job.tries > MOST_TRIES:
            self._fail(job, None)
            return None
        try:
            return _Making(self, job)
        except (CannotOpen, UnknownProfile, OSError, ValueError) as error:
            self._fail(job, error)
            return None

    def _fail(self, job: ExportJob, error: Exception | None) -> None:
        code = "disk" if isinstance(error, OSError) else "unreadable" if error else "interrupted"
        # The message of an error can hold values; its type cannot.
        log.error("a file could not be prepared (%s)", type(error).__name__ if error else code)
        with transaction(self.engine) as session:
            mine = _held(session, job)
            if mine is None:
                return
            mine.state, mine.error, mine.envelope, mine.leased_until = State.FAILED, code, None, None
            mine.reached, mine.finished_at = None, self.clock()
            _trace(session, audit.Event.EXPORT_ABORTED, mine, self.clock())
        pieces.remove(self.settings.prepared, job.id)


class _Making:
    """One file that is being made, from where the row says that it is."""

    def __init__(self, bench: Bench, job: ExportJob) -> None:
        engine, keyring, settings = bench.engine, bench.keyring, bench.settings
        if not job.is_unchanged or job.envelope is None:
            raise CannotOpen
        self.job, self._engine, self._keyring = job, engine, keyring
        self._standby = bench.standby or Standby(engine)
        self._choice, self._form = job.choice, Format(job.format)
        self._wanted = job.wanted(settings.timezone)
        self._person_key = key_of(settings) if self._choice.names_persons else b""
        key = keyring.open(job.envelope, table=TABLE, record_id=job.id.bytes)
        self._writer = pieces.Writer(settings.prepared, job.id, key, job.size)
        self._rows, self._reached = job.rows, job.reached
        self._wide = job.total >= reading.WIDE
        self._file = assembled(
            self._form,
            self._choice.columns,
            self._blocks(),
            lambda count: about(self._choice, self._wanted.filters, day=job.day, count=count),
            begun=job.size > 0,
        )

    def slice(self, seconds: float, ticks: Callable[[], float], clock: Callable[[], dt.datetime]) -> bool:
        """Make some of it, and keep that; False when it is ready, or taken away by a cancelling."""
        end, over = ticks() + seconds, False
        try:
            while True:
                chunk = next(self._file, None)
                over = chunk is None
                self._writer.add(chunk or b"")
                if over or ticks() >= end:
                    break
            self._writer.sealed()
        except FileNotFoundError:
            # The folder is gone: somebody cancelled in this moment. If not, the row is still ours, and it failed.
            with transaction(self._engine) as session:
                if _held(session, self.job) is None:
                    return False
            raise
        with transaction(self._engine) as session:
            mine = _held(session, self.job)
            if mine is None:
                return False
            self._writer.settle()
            mine.tries = 0 if self._rows > mine.rows else mine.tries
            mine.rows, mine.size, mine.reached = self._rows, self._writer.length, self._reached
            now = clock()
            mine.leased_until = now + LEASE
            if over:
                mine.state, mine.finished_at, mine.expires_at = State.READY, now, now + KEPT_FOR
                mine.leased_until = mine.reached = None
                _trace(session, audit.Event.EXPORT_FINISHED, mine, now)
            leased = mine.leased_until
        self.job.leased_until = leased
        return not over

    def _blocks(self) -> Generator[Block, None, None]:
        opens = self._choice.opens
        work = Work(self._choice.columns, self._form, self._keyring) if opens else None
        encode, size = encoder(self._form, self._choice.columns), OPENED_ROWS if opens else PLAIN_ROWS
        while True:
            found, last = self._page(size)
            if last is None:
                return
            self._reached, self._rows = last, self._rows + len(found)
            yield work(found) if work is not None else Block(len(found), encode(found))

    def _page(self, size: int) -> tuple[Any, uuid.UUID | None]:
        with transaction(self._standby.engine().execution_options(reads=True)) as session:
            return reading.page(
                session,
                self._choice,
                self._wanted,
                self._person_key,
                self._keyring if self._choice.opens else None,
                after=self._reached,
                size=size,
                wide=self._wide,
            )


def _due(now: dt.datetime) -> ColumnElement[bool]:
    left = and_(ExportJob.state == State.RUNNING, ExportJob.leased_until <= now)
    return and_(or_(ExportJob.state == State.WAITING, left), ExportJob.expires_at > now)


def _held(session: Session, job: ExportJob) -> ExportJob | None:
    """The row of `job`, locked, while the lease is ours and nobody cancelled."""
    mine = select(ExportJob).where(ExportJob.id == job.id, ExportJob.state == State.RUNNING)
    return session.scalar(mine.where(ExportJob.leased_until == job.leased_until).with_for_update())


def _trace(session: Session, event: audit.Event, job: ExportJob, now: dt.datetime) -> None:
    audit.append(session, actor="desk", event=event, subject=job.label, details={"count": job.rows}, now=now)
