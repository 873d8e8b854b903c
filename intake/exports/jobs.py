"""Files that are prepared: what was asked for, by whom, how far it is; the second person for many identities.

A row holds what was chosen, never what was found. The file lies sealed in a folder (see `pieces`), under a key that
stands in the row, sealed to the organisation's keys; it goes when the file does.
"""

import datetime as dt
import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Uuid,
    false,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from .. import audit
from ..accounts import StaffMember
from ..casework.filters import Filters
from ..db import Base, UTCDateTime
from ..unsealing import Keyring
from . import pieces
from .profiles import RELEASED, Choice, digest, named
from .reading import Wanted

TABLE: Final = "export_job"
KIND: Final = "export"
# A file that is ready is there for so long; what is asked for or begun, and does not come to an end, for so long.
KEPT_FOR: Final = dt.timedelta(hours=24)
ENDS_AFTER: Final = dt.timedelta(days=7)
LISTED_FOR: Final = dt.timedelta(days=30)
MOST_LISTED: Final = 100
# Rows a second while nothing was measured here; a file with fewer rows than `ENOUGH` measures nothing.
PLAIN_RATE, OPENED_RATE, ENOUGH = 20_000, 2_000, 500


class State(StrEnum):
    """How far it is. `ASKED` waits for a second person, `WAITING` for the desk; `HANDED` was given out at once, without
    a file that is kept; the last three are over.
    """

    ASKED = "asked"
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    HANDED = "handed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    EXPIRED = "expired"


ALIVE: Final = (State.ASKED, State.WAITING, State.RUNNING, State.READY)


class ExportJob(Base):
    """One file. `filters` are those of a query, `day` the day on which they are asked; `total` rows were counted then.

    `rows` and `size` (bytes) are what lies safely in the folder, `reached` is the last case of it. `error` is a code.
    `second`: another admin has allowed it.
    """

    __tablename__ = TABLE

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    profile: Mapped[str] = mapped_column(String(48))
    format: Mapped[str] = mapped_column(String(8))
    filters: Mapped[dict[str, str]] = mapped_column(JSON)
    day: Mapped[dt.date]
    purpose: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    total: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    size: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    reached: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    error: Mapped[str | None] = mapped_column(String(24))
    second: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    queued_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    started_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    leased_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_export_job_state_queued_at", "state", "queued_at"),)

    @property
    def choice(self) -> Choice:
        """The columns. Raises UnknownProfile."""
        return Choice.of(named(self.profile))

    def wanted(self, zone: dt.tzinfo) -> Wanted:
        """The cases, as they were asked for on the day and by the person."""
        return Wanted(Filters.from_query(self.filters), self.staff_id, self.day, zone)

    @property
    def label(self) -> str:
        """How the trail names it: the profile, and enough of the id to tell one file from another."""
        return f"export:{self.profile}:{self.id.hex[:12]}"

    @property
    def subject(self) -> str:
        """What an approval is about: exactly these choices."""
        return f"export:{self.digest}"

    @property
    def is_unchanged(self) -> bool:
        """Whether the choices are still those that the digest was made of."""
        return secrets.compare_digest(self.digest, digest_of(self))


class NotYours(LookupError):
    """There is no such file, or it is somebody else's."""


def load(session: Session, by: StaffMember, job_id: uuid.UUID) -> ExportJob:
    """One's own file; the row is locked. Raises NotYours, also for who may not see identities any more."""
    mine = select(ExportJob).where(ExportJob.id == job_id, ExportJob.staff_id == by.id)
    job = session.scalar(mine.with_for_update())
    if job is None or (job.choice.identifies and not by.may("export:identified")):
        raise NotYours
    return job


def cancel(session: Session, job: ExportJob, by: StaffMember, folder: Path, now: dt.datetime) -> None:
    """End it: the key and the pieces are gone at once. What is over already stays as it is."""
    if job.state not in ALIVE:
        return
    job.state, job.envelope, job.leased_until, job.reached = State.CANCELLED, None, None, None
    told: dict[str, audit.Detail] = {"count": job.rows}
    audit.append(session, actor=by.label, event=audit.Event.EXPORT_CANCELLED, subject=job.label, details=told, now=now)
    session.flush()
    pieces.remove(folder, job.id)


def opened(job: ExportJob, keyring: Keyring, folder: Path, now: dt.datetime) -> pieces.Reader:
    """The file in the clear, to be read from any place on; see `fetched`.

    Raises NotYours while it is not ready or when its time is over, CannotOpen.
    """
    if job.state != State.READY or job.expires_at <= now or job.envelope is None:
        raise NotYours
    key = keyring.open(job.envelope, table=TABLE, record_id=job.id.bytes)
    return pieces.Reader(folder, job.id, key, job.size)


def fetched(session: Session, job: ExportJob, by: StaffMember, *, rest: bool, now: dt.datetime) -> None:
    """Trace that the file, or with `rest` a part of it, leaves; commit before the first byte does."""
    told: dict[str, audit.Detail] = {"count": job.rows, "way": "rest" if rest else "whole"}
    audit.append(session, actor=by.label, event=audit.Event.EXPORT_DOWNLOADED, subject=job.label, details=told, now=now)


def seconds_for(session: Session, choice: Choice, rows: int) -> float:
    """About how long the desk will take for so many rows, by the latest large file of the same kind."""
    names = [one.name for one in RELEASED if Choice.of(one).opens is choice.opens]
    done = select(ExportJob).where(ExportJob.state == State.READY, ExportJob.profile.in_(names))
    last = session.scalar(done.where(ExportJob.rows >= ENOUGH).order_by(ExportJob.finished_at.desc()).limit(1))
    if last is None or last.started_at is None or last.finished_at is None:
        return rows / (OPENED_RATE if choice.opens else PLAIN_RATE)
    return rows * (last.finished_at - last.started_at).total_seconds() / last.rows


def listed(session: Session, by: StaffMember, now: dt.datetime) -> list[tuple[ExportJob, str]]:
    """One's own files of the last 30 days, and for who may read the trail everybody's; each with a name, newest first.

    At most 100.
    """
    recent = select(ExportJob, StaffMember.name).join(StaffMember, StaffMember.id == ExportJob.staff_id)
    recent = recent.where(ExportJob.asked_at > now - LISTED_FOR)
    if not by.may("audit:read"):
        recent = recent.where(ExportJob.staff_id == by.id)
    found = session.execute(recent.order_by(ExportJob.asked_at.desc(), ExportJob.id).limit(MOST_LISTED))
    return [(row[0], row[1]) for row in found]


def of_subjects(session: Session, subjects: Sequence[str]) -> Mapping[str, ExportJob]:
    """What these approvals are about, by subject; without those whose choices are not what they were."""
    digests = [subject.partition(":")[2] for subject in subjects]
    found = session.scalars(select(ExportJob).where(ExportJob.digest.in_(digests)))
    return {job.subject: job for job in found if job.is_unchanged}


def digest_of(job: ExportJob) -> str:
    """SHA-256, as hex, over everything that was chosen, and which asking it was: one approval, one file."""
    said = [
        *(job.id.hex, job.staff_id, job.profile, digest(named(job.profile))),
        *(job.format, sorted(job.filters.items()), job.day.isoformat(), job.purpose, job.total),
    ]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()
