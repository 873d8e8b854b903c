"""Moving a case from one status to another: what is possible from where it stands, and what a move writes."""

import datetime as dt
from typing import Any, Final

from sqlalchemy.orm import Session

from .. import audit
from ..locales import N_
from . import closing
from .case import Staff, change, record, require, stale
from .checks import POSSIBLE
from .models import Case
from .statuses import DECISIONS, BadMove, Kind, Move, Status, check_move, is_open, ways

# The first change to one of these is the first contact, which grants ask for.
CONTACT: Final = frozenset({Status.CONTACTING, Status.INTERVIEW_SET})


def change_status(
    session: Session,
    case: Case,
    staff: Staff,
    version: int,
    status: str,
    reason: str | None,
    now: dt.datetime,
    *,
    closing_code: str | None = None,
) -> None:
    """Move the case to `status`. `version` is that of the page the person saw.

    Raises:
        NotAllowed: also where the move needs more than `case:change`.
        Stale.
        BadMove: see `check` and `closing.check`.
    """
    require(staff, "case:change")
    if case.version != version or case.erased_at is not None:
        raise stale(session, case)
    before = case.status
    move = check(case, status, reason)
    if case.conflict == POSSIBLE and before == Status.CONFLICT_HOLD and is_open(move.status):
        raise BadMove(N_("The conflict check is not clear yet: the hold stays."))
    require(staff, move.permission)
    code = closing.check(session, case.closing_code, move, closing_code)
    why = reason or None
    change(
        session,
        case,
        version,
        now,
        status=move.status.value,
        reason=why,
        is_open=is_open(move.status),
        closing_code=code,
        held_from=before if move.kind is Kind.HOLD else None,
        contacted_at=case.contacted_at or (now if move.status in CONTACT else None),
        decided_at=case.decided_at or (now if move.status in DECISIONS else None),
        # A duplicate that is opened again is a case of its own, and is compared anew.
        duplicate_of=None if is_open(move.status) else case.duplicate_of,
        compared=0 if is_open(move.status) and case.duplicate_of is not None else case.compared,
    )
    said: dict[str, Any] = {"from_status": before, "status": move.status.value, "reason": why}
    said |= {"closing_code": code} if code and move.asks_code else {}
    record(session, case, staff, audit.Event.CASE_STATUS_CHANGED, said, now)


def ways_of(case: Case) -> tuple[Move, ...]:
    """The moves that are possible from where the case stands, whoever makes them.

    While a conflict of interest is possible, its hold does not end.
    """
    possible = ways(case.status, case.held_from)
    if getattr(case, "conflict", "clear") != "possible":
        return possible
    return tuple(move for move in possible if move.kind is not Kind.RELEASE)


def check(case: Case, status: str, reason: str | None) -> Move:
    """The checked move of a change of this case to `status`. Raises BadMove."""
    move = check_move(case.status, status, reason, case.held_from)
    if move not in ways_of(case):
        raise BadMove(N_("The conflict check is not clear yet: the hold stays."))
    return move
