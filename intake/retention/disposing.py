"""Removing what is past its time: one admin asks, another allows, the desk carries it out case by case.

A list is made when somebody asks, so that the second person allows just that. Each case is looked at again right
before it is removed: what was put on hold or taken up meanwhile stays.
"""

import datetime as dt
import uuid
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Uuid, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from .. import approvals, audit
from ..accounts import StaffMember
from ..approvals import Approval
from ..casework.models import Case
from ..db import Base, UTCDateTime
from . import due
from .policy import Policy

KIND: Final = "disposal"
WAITING, RUNNING, DONE, CANCELLED = "waiting", "running", "done", "cancelled"
# So many cases at once at most: a list that a second person can look through, and an error that stays small.
MOST: Final = 2000
SHOWN: Final = 20


class Disposal(Base):
    """One list of cases to remove. `policy_version` is the policy by which it was made.

    `tally` is how many were removed by stage and method, {stage: {method: number}}; `skipped` counts those that were
    not due any more. Which cases they were is in the audit trail; `DisposalCase` holds only what is still to do.
    """

    __tablename__ = "disposal"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    asked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    policy_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(9), index=True)
    total: Mapped[int] = mapped_column(Integer)
    skipped: Mapped[int] = mapped_column(Integer, default=0)
    tally: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    @property
    def label(self) -> str:
        """How approvals and the audit trail name it."""
        return f"{KIND}:{self.id}"


class DisposalCase(Base):
    """One case of a list that is still to be looked at."""

    __tablename__ = "disposal_case"

    disposal_id: Mapped[int] = mapped_column(ForeignKey("disposal.id"), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("case.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(24))
    method: Mapped[str] = mapped_column(String(8))

    __table_args__ = (Index("ix_disposal_case_case_id", "case_id"),)


class Busy(Exception):
    """There is a list already that waits or is being carried out."""


class NothingDue(Exception):
    """No case is past its time."""


def ask(session: Session, policy: Policy, by: StaffMember, reason: str, now: dt.datetime) -> Disposal:
    """Make a list of what is due, at most `MOST`, and ask that a second person allows it; the caller commits.

    Raises Busy, NothingDue, and ValueError when the reason is empty or too long.
    """
    approvals.read_reason(reason)
    # Two who ask at the same moment: the second waits here and then finds the list of the first.
    session.execute(select(StaffMember.id).order_by(StaffMember.id).limit(1).with_for_update())
    before = open_one(session)
    if before is not None:
        if before.state == RUNNING or standing(session, before, now) in ("waiting", "granted"):
            raise Busy
        cancel(session, before, by, now)
    found = list(due.everything(session, policy, now, MOST))
    if not found:
        raise NothingDue
    made = Disposal(
        asked_by=by.id,
        asked_at=now,
        policy_version=policy.version,
        state=WAITING,
        total=len(found),
        skipped=0,
        tally={},
    )
    session.add(made)
    session.flush()
    rows = [{"disposal_id": made.id, "case_id": one, "stage": stage, "method": how} for one, stage, how in found]
    session.execute(insert(DisposalCase), rows)
    approvals.ask(session, KIND, made.label, by, count=len(found), reason=reason, now=now)
    return made


def start(session: Session, found: Disposal, by: StaffMember, now: dt.datetime) -> None:
    """Let the desk carry the list out, with the approval that `by` was given; raises approvals.NotApproved."""
    session.refresh(found, with_for_update=True)
    if found.state != WAITING:
        raise approvals.NotApproved
    approvals.use(session, KIND, found.label, by, now)
    found.state, found.started_at = RUNNING, now
    session.flush()
    _trace(session, found, audit.Event.DISPOSAL_STARTED, by.label, found.total, now)


def cancel(session: Session, found: Disposal, by: StaffMember, now: dt.datetime) -> bool:
    """Drop a list that waits, or stop one in the middle: what is removed stays removed. False when it had ended."""
    session.refresh(found, with_for_update=True)
    if found.state not in (WAITING, RUNNING):
        return False
    number = left(session, found.id)
    session.execute(delete(DisposalCase).where(DisposalCase.disposal_id == found.id))
    found.state, found.ended_at = CANCELLED, now
    session.execute(
        update(Approval)
        .where(Approval.kind == KIND, Approval.subject == found.label, Approval.expires_at > now)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    _trace(session, found, audit.Event.DISPOSAL_CANCELLED, by.label, number, now)
    return True


def open_one(session: Session) -> Disposal | None:
    """The list that waits or is being carried out."""
    return session.scalar(select(Disposal).where(Disposal.state.in_((WAITING, RUNNING))))


def standing(session: Session, found: Disposal, now: dt.datetime) -> str:
    """`found.state`, and while it waits the state of its approval: "waiting", "granted", "refused" or "expired"."""
    asked = approvals.latest(session, KIND, found.label) if found.state == WAITING else None
    return asked.state(now) if asked is not None else found.state


def lately(session: Session) -> list[Disposal]:
    """The newest lists, whatever became of them."""
    return list(session.scalars(select(Disposal).order_by(Disposal.id.desc()).limit(SHOWN)))


def left(session: Session, disposal_id: int) -> int:
    """How many cases of a list are still to do."""
    wanted = select(func.count()).select_from(DisposalCase).where(DisposalCase.disposal_id == disposal_id)
    return session.scalar(wanted) or 0


def cases(session: Session, disposal_id: int) -> list[tuple[uuid.UUID, str, str]]:
    """(case id, reference, stage) of what is still to do, at most `MOST`."""
    rows = session.execute(
        select(Case.id, Case.reference, DisposalCase.stage)
        .join(DisposalCase, DisposalCase.case_id == Case.id)
        .where(DisposalCase.disposal_id == disposal_id)
        .order_by(DisposalCase.stage, Case.reference)
        .limit(MOST)
    )
    return [(row.id, row.reference, row.stage) for row in rows]


def _trace(session: Session, found: Disposal, event: audit.Event, actor: str, number: int, now: dt.datetime) -> None:
    audit.append(session, actor=actor, event=event, subject=found.label, details={"count": number}, now=now)
