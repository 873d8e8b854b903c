"""Asking for a file, and the second person whom identities of many people need."""

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import approvals, audit
from ..accounts import StaffMember
from ..casework.filters import EXPORTED
from ..publickeys import PublicKey
from ..sealing import seal
from . import pieces, reading
from .formats import Format
from .jobs import ALIVE, ENDS_AFTER, KIND, TABLE, ExportJob, NotYours, State, digest_of
from .profiles import RELEASED, Choice
from .reading import Wanted
from .writing import reason_of, said_of

MOST_AT_ONCE: Final = 5
COUNTED_FOR: Final = dt.timedelta(hours=24)


class TooMany(Exception):
    """This person has as many files at once as one may have."""


class NobodyElse(Exception):
    """Nobody else here could allow it."""


class Grown(Exception):
    """There are many more cases by now than were allowed."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for, counted: `total` rows."""

    choice: Choice
    form: Format
    wanted: Wanted
    purpose: str
    total: int


def needs_second(session: Session, by: StaffMember, choice: Choice, total: int, alone: int, now: dt.datetime) -> bool:
    """Whether another admin has to allow it: identities of more than `alone` cases, with those of the last 24 hours.

    Many small files are one large one.
    """
    if not choice.identifies:
        return False
    names = [profile.name for profile in RELEASED if profile.identifies]
    lately = select(func.sum(ExportJob.total)).where(ExportJob.staff_id == by.id, ExportJob.profile.in_(names))
    lately = lately.where(ExportJob.queued_at > now - COUNTED_FOR, ExportJob.second.is_(False))
    return total + (session.scalar(lately) or 0) > alone


def ask(session: Session, by: StaffMember, order: Order, *, second: bool, now: dt.datetime) -> ExportJob:
    """Write down what is asked for; with `second`, ask another admin to allow it.

    Raises NoPurpose, TooMany, and NobodyElse when there is no other admin.
    """
    alive = select(ExportJob.id).where(ExportJob.staff_id == by.id, ExportJob.state.in_(ALIVE))
    if len(session.scalars(alive.where(ExportJob.expires_at > now).limit(MOST_AT_ONCE)).all()) >= MOST_AT_ONCE:
        raise TooMany
    if second and not approvals.deciders(session, KIND, by.id):
        raise NobodyElse
    job = _row(by, order, State.ASKED, now)
    session.add(job)
    session.flush()
    if second:
        approvals.ask(session, KIND, job.subject, by, count=order.total, reason=job.purpose, now=now)
    return job


def note(session: Session, by: StaffMember, order: Order, now: dt.datetime) -> None:
    """Write down that identities were handed out at once, without a second person. Raises NoPurpose."""
    job = _row(by, order, State.HANDED, now)
    job.queued_at, job.rows = now, order.total
    session.add(job)
    session.flush()


def _row(by: StaffMember, order: Order, state: State, now: dt.datetime) -> ExportJob:
    job = ExportJob(
        id=uuid.uuid4(),
        staff_id=by.id,
        profile=order.choice.profile.name,
        format=str(order.form),
        filters={name: value for name, value in order.wanted.filters.to_query().items() if name in EXPORTED},
        day=order.wanted.today or now.date(),
        purpose=reason_of(order.purpose),
        state=state,
        total=order.total,
        asked_at=now,
        expires_at=now + ENDS_AFTER,
    )
    job.digest = digest_of(job)
    return job


def queue(
    session: Session,
    job: ExportJob,
    by: StaffMember,
    recipients: Sequence[PublicKey],
    *,
    alone: int,
    zone: dt.tzinfo,
    now: dt.datetime,
) -> None:
    """Let the desk prepare it. The approval is spent, where one is needed.

    Raises approvals.NotApproved, NotYours when it does not wait for that, and Grown when there are over a tenth more
    cases than were allowed: then it has to be asked anew.
    """
    if job.state != State.ASKED or job.expires_at <= now or not job.is_unchanged:
        raise NotYours
    choice, wanted = job.choice, job.wanted(zone)
    if choice.identifies:
        total = reading.count(session, choice, wanted)
        if needs_second(session, by, choice, max(total, job.total), alone, now):
            if total > job.total + job.total // 10:
                raise Grown
            approvals.use(session, KIND, job.subject, by, now)
            job.second = True
    key = secrets.token_bytes(pieces.KEY_BYTES)
    job.envelope = seal(key, table=TABLE, record_id=job.id.bytes, recipients=recipients)
    job.state, job.queued_at = State.WAITING, now
    said = said_of(choice, wanted, Format(job.format), job.purpose) | {"way": "prepared"}
    audit.append(session, actor=by.label, event=audit.Event.EXPORT_STARTED, subject=job.label, details=said, now=now)
