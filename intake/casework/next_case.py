"""The next case: the most urgent open case of nobody goes to exactly one person, however many ask at once."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from .case import Staff, claim, require
from .filters import NOBODY, Filters
from .models import Case
from .queue import page
from .statuses import Status

# Pages of the queue that are tried before the answer is "none": 2,000 cases that others hold, or that must wait.
_SIZE, _PAGES = 50, 40


def hand_out(
    session: Session, staff: Staff, filters: Filters, now: dt.datetime, *, today: dt.date, zone: dt.tzinfo
) -> Case | None:
    """Claim the most urgent open case of nobody under `filters` for `staff`; None when there is none.

    What is on hold for a conflict check is passed over. Raises NotAllowed.
    """
    require(staff, "case:claim")
    wanted, after = replace(filters, owner=NOBODY, closed=False, follow_up=False), None
    for _ in range(_PAGES):
        found = page(
            session, wanted, after, _SIZE, order="deadline", me=staff.id, today=today, zone=zone, only_open=True
        )
        case = _lock([row.id for row in found.rows], session)
        if case is not None:
            claim(session, case, staff, case.version, now)
            return case
        if found.next is None:
            return None
        after = found.next
    return None


def _lock(ids: Sequence[uuid.UUID], session: Session) -> Case | None:
    """The first of these cases that nobody took since and nobody else is taking now.

    On PostgreSQL, rows that others hold are skipped. On SQLite there is one writer at a time: this transaction has
    held the lock from its beginning.
    """
    if not ids:
        return None
    free = select(Case).where(
        Case.id.in_(ids), Case.owner_id.is_(None), Case.is_open, Case.status != Status.CONFLICT_HOLD.value
    )
    first = free.order_by(Case.prio, Case.received_at, Case.id).limit(1)
    return session.scalar(first.with_for_update(skip_locked=True).execution_options(populate_existing=True))
