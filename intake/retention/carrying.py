"""What the desk does of it: removes the cases of a list that was allowed, and later the empty rows that stay behind."""

import datetime as dt
from collections import Counter

from sqlalchemy import Engine, Integer, String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from .. import audit
from ..casework.erasing import ERASED, dispose
from ..casework.models import Case, CaseEvent
from ..casework.tracing import DESK, note_event, trace
from ..db import Base, transaction
from ..submissions import Arrival, Submission
from . import due, policy
from .disposing import DONE, RUNNING, Disposal, DisposalCase
from .stages import Method

UNOPENED = "unopened"


class Removed(Base):
    """How many requests that came in during a month ("2026-11") have no row any more, by the status they ended with."""

    __tablename__ = "removed"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    status: Mapped[str] = mapped_column(String(24), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


def carry_out(engine: Engine, now: dt.datetime, limit: int) -> int:
    """Look at the next cases of the list that was allowed, each in a transaction of its own; returns how many.

    Several desks may do so at once, and one that is killed in the middle leaves each case whole or gone. On SQLite
    the caller moves the log into the file afterwards.
    """
    with transaction(engine.execution_options(reads=True)) as session:
        running = session.scalar(select(Disposal.id).where(Disposal.state == RUNNING).limit(1))
    if running is None:
        return 0
    handled = 0
    while handled < limit:
        with transaction(engine) as session:
            if not _next(session, running, now):
                _end(session, running, now)
                break
        handled += 1
    return handled


def _next(session: Session, disposal_id: int, now: dt.datetime) -> bool:
    # The list first, then the case, then the row of the list: whoever cancels takes the list as well, and waits.
    found = session.scalar(select(Disposal).where(Disposal.id == disposal_id).with_for_update())
    if found is None or found.state != RUNNING:
        return False
    waiting = select(DisposalCase).where(DisposalCase.disposal_id == disposal_id).limit(1)
    row = session.scalar(waiting)
    if row is None:
        return False
    case = session.scalar(select(Case).where(Case.id == row.case_id).with_for_update())
    stage, method = row.stage, Method(row.method)
    session.delete(row)
    rules = policy.current(session)
    if case is None or not due.still_due(session, case.id, stage, rules, now):
        found.skipped += 1
        return True
    dispose(session, case, now, keep_facts=method is Method.STRIP)
    tally = {one: dict(by) for one, by in found.tally.items()}
    tally.setdefault(stage, {})[method.value] = tally.get(stage, {}).get(method.value, 0) + 1
    found.tally = tally
    note_event(session, case.id, "case:removed", now, {"method": method.value})
    trace(session, audit.Event.CASE_REMOVED, case.reference, now, {"method": method.value, "scope": found.label})
    return True


def _end(session: Session, disposal_id: int, now: dt.datetime) -> None:
    found = session.scalar(select(Disposal).where(Disposal.id == disposal_id).with_for_update())
    if found is None or found.state != RUNNING:
        return
    found.state, found.ended_at = DONE, now
    number = sum(sum(by.values()) for by in found.tally.values())
    session.flush()
    audit.append(
        session,
        actor=DESK,
        event=audit.Event.DISPOSAL_DONE,
        subject=found.label,
        details={"count": number},
        now=now,
    )


def remove_remains(session: Session, before: dt.datetime, limit: int) -> int:
    """Remove the empty rows of what was erased before `before`, and count them; returns how many.

    Until then the row stays, because a backup that is restored must know what to erase again. What kept its coarse
    facts stays, and so does a case to which a second request of the same person points.
    """
    other = aliased(Case)
    pointed_at = select(other.id).where(other.duplicate_of == Submission.id).exists()
    wanted = (
        select(Submission.id, Submission.received_at, Case.status)
        .outerjoin(Case, Case.id == Submission.id)
        .where(Submission.erased_at.is_not(None), Submission.erased_at <= before)
        .where(Case.id.is_(None) | (Case.outcome == ERASED), ~pointed_at)
        .order_by(Submission.erased_at)
        .limit(limit)
    )
    rows = session.execute(wanted).all()
    ids = [row.id for row in rows]
    for statement in (
        delete(CaseEvent).where(CaseEvent.case_id.in_(ids)),
        delete(DisposalCase).where(DisposalCase.case_id.in_(ids)),
        delete(Arrival).where(Arrival.submission_id.in_(ids)),
        delete(Case).where(Case.id.in_(ids)),
        delete(Submission).where(Submission.id.in_(ids)),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    for (month, status), number in Counter((f"{r.received_at:%Y-%m}", r.status or UNOPENED) for r in rows).items():
        _count(session, month, status, number)
    return len(ids)


def _count(session: Session, month: str, status: str, number: int) -> None:
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    add = make(Removed).values(month=month, status=status, number=number)
    session.execute(
        add.on_conflict_do_update(
            index_elements=[Removed.month, Removed.status], set_={"number": Removed.number + number}
        )
    )


def removed(session: Session, since: dt.date = dt.date.min, before: dt.date = dt.date.max) -> int:
    """How many requests have no row any more, of those that came in during the months from `since` until `before`."""
    months = (Removed.month >= f"{since:%Y-%m}", Removed.month < f"{before:%Y-%m}")
    return sum(session.scalars(select(Removed.number).where(*months)))
