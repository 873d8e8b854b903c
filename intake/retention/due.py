"""Which ended cases are past their time, by the policy: counted, listed page by page, and asked of one case."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from ..casework.models import Case
from ..incoming import Incoming, IncomingArrival
from . import policy
from .policy import Policy
from .stages import STAGES

# A page says "more than 1,000" rather than count on.
COUNTED_TO: Final = 1000
LATE: Final = dt.timedelta(days=30)
PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Due:
    """One case that is past its time. `since` is the last change to it."""

    id: uuid.UUID
    reference: str
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what is due in a stage, the longest due first; `next` is where the next page begins, or None."""

    cases: list[Due]
    next: tuple[dt.datetime, uuid.UUID] | None


def is_due(stage: str, rules: Policy, now: dt.datetime) -> ColumnElement[bool] | None:
    """The condition on `Case` for what is past its time in this stage; None where the policy says never.

    Not due: on a legal hold, with a message that waits for a reply or has not been read by the desk, with a day to
    look again that is still to come, a second request while the first one is worked on.
    """
    rule = rules.rules[stage]
    if rule.days is None:
        return None
    other = aliased(Case)
    worked_on = exists().where(other.id == Case.duplicate_of, other.is_open)
    coming = exists().where(Incoming.submission_id == Case.id, IncomingArrival.incoming_id == Incoming.id)
    return and_(
        Case.status == STAGES[stage].status.value,
        Case.erased_at.is_(None),
        Case.updated_at <= now - dt.timedelta(days=rule.days),
        Case.legal_hold.is_(None),
        Case.unanswered_since.is_(None),
        or_(Case.follow_up_on.is_(None), Case.follow_up_on < now.date()),
        ~coming,
        ~worked_on,
    )


def count(session: Session, rules: Policy, now: dt.datetime) -> dict[str, int]:
    """How many are due by stage, each counted to `COUNTED_TO` + 1 at most."""
    return {code: _count(session, is_due(code, rules, now)) for code in STAGES}


def held(session: Session) -> int:
    """How many cases are on a legal hold."""
    return session.scalar(select(func.count()).select_from(Case).where(Case.legal_hold.is_not(None))) or 0


def any_long(session: Session, now: dt.datetime) -> bool:
    """Whether something has been past its time for more than `LATE`."""
    rules = policy.current(session)
    late = (is_due(code, rules, now - LATE) for code in STAGES)
    return any(one is not None and session.scalar(select(Case.id).where(one).limit(1)) is not None for one in late)


def page(
    session: Session, stage: str, rules: Policy, now: dt.datetime, after: tuple[dt.datetime, uuid.UUID] | None = None
) -> Page:
    """What is due in `stage`, after the case at `after`. Raises KeyError for an unknown stage."""
    condition = is_due(stage, rules, now)
    if condition is None:
        return Page([], None)
    wanted = _ordered(condition)
    if after is not None:
        wanted = wanted.where(tuple_(Case.updated_at, Case.id) > tuple_(*after))
    found = [Due(row.id, row.reference, row.updated_at) for row in session.execute(wanted.limit(PER_PAGE + 1))]
    more = len(found) > PER_PAGE
    cases = found[:PER_PAGE]
    return Page(cases, (cases[-1].since, cases[-1].id) if more else None)


def everything(session: Session, rules: Policy, now: dt.datetime, most: int) -> Iterator[tuple[uuid.UUID, str, str]]:
    """(case id, stage, method) of what is due, stage by stage, at most `most` in all."""
    left = most
    for code in STAGES:
        condition = is_due(code, rules, now)
        if condition is None or left <= 0:
            continue
        for row in session.execute(_ordered(condition).limit(left)):
            left -= 1
            yield row.id, code, rules.rules[code].method.value


def still_due(session: Session, case_id: uuid.UUID, stage: str, rules: Policy, now: dt.datetime) -> bool:
    """Whether this case is past its time in this stage at this moment."""
    condition = is_due(stage, rules, now)
    return condition is not None and session.scalar(select(Case.id).where(Case.id == case_id, condition)) is not None


def _ordered(condition: ColumnElement[bool]) -> Any:
    return select(Case.id, Case.reference, Case.updated_at).where(condition).order_by(Case.updated_at, Case.id)


def _count(session: Session, condition: ColumnElement[bool] | None) -> int:
    if condition is None:
        return 0
    some = select(Case.id).where(condition).limit(COUNTED_TO + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
