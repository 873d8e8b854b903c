"""One action for many cases: judged first, shown, and carried out for each case on its own, or refused with why."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy import JSON, ForeignKey, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ..accounts import StaffMember
from ..db import Base, UTCDateTime
from ..locales import N_
from ..publickeys import PublicKey
from . import closing
from .case import BadOwner, Erased, NotAllowed, Staff, Stale, assign, require
from .messages import BadMessage, send
from .messages import check as check_message
from .models import Case
from .moving import change_status
from .moving import check as check_of
from .statuses import BadMove, Status

MOST: Final = 100

# A case as it stood on the page: its id and its version there.
Seen: TypeAlias = tuple[uuid.UUID, int]


class Outcome(StrEnum):
    """What happens to one case, or why it is refused. Codes are permanent."""

    DONE = "done"
    NOT_ALLOWED = "not_allowed"
    GONE = "gone"
    ERASED = "erased"
    CHANGED = "changed"
    UNREAD = "unread"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    SAME = "same"
    BAD_MOVE = "bad_move"
    NO_REASON = "no_reason"
    NO_CODE = "no_code"
    CANNOT_SEAL = "cannot_seal"


@dataclass(frozen=True, slots=True)
class Assign:
    """Give the cases to one person."""

    owner_id: int
    name = "assign"
    permission = "case:assign"


@dataclass(frozen=True, slots=True)
class Change:
    """Move the cases to one status, with a reason and a closing code where they are asked for."""

    status: str
    reason: str | None
    closing_code: str | None
    name = "status"
    permission = "case:change"


@dataclass(frozen=True, slots=True, repr=False)
class Write:
    """Send the same plain words to each person."""

    text: str
    name = "message"
    permission = "letter:write"


Action: TypeAlias = Assign | Change | Write


class BadBulk(ValueError):
    """This cannot be done to any case; a sentence for staff. `field` is what has to be changed, or empty."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class BulkRun(Base):
    """One action that was carried out: who, when, and the outcome code of each case. No word of a message.

    Its id comes from the page, so that sending the page twice does nothing twice.
    """

    __tablename__ = "bulk_run"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    action: Mapped[str] = mapped_column(String(12))
    outcomes: Mapped[list[list[str]]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class Judged:
    """One case of a preview or a result. `case` is None when there is none."""

    case_id: uuid.UUID
    case: Case | None
    outcome: Outcome


def check(session: Session, action: Action, seen: Sequence[Seen]) -> None:
    """Whether the action makes sense at all, whatever the cases. Raises BadBulk."""
    if not seen:
        raise BadBulk(N_("Choose at least one case."))
    if len(seen) > MOST:
        raise BadBulk(N_("Choose at most 100 cases at a time."))
    if isinstance(action, Assign):
        owner = session.get(StaffMember, action.owner_id)
        if owner is None or not owner.may("case:claim"):
            raise BadBulk(N_("Choose a person who works on cases."), "owner")
    elif isinstance(action, Change):
        if action.status not in set(Status):
            raise BadBulk(N_("Choose a status."), "status")
    else:
        try:
            check_message(action.text)
        except BadMessage as wrong:
            raise BadBulk(str(wrong), "text") from None


def preview(session: Session, staff: Staff, action: Action, seen: Sequence[Seen]) -> list[Judged]:
    """What would happen to each case, in the order in which they were chosen. Writes nothing. Raises NotAllowed."""
    require(staff, "case:bulk")
    cases = _cases(session, staff, seen)
    return [
        Judged(case_id, cases.get(case_id), _outcome(session, staff, action, cases.get(case_id), version))
        for case_id, version in seen
    ]


def carry_out(
    session: Session,
    staff: Staff,
    action: Action,
    seen: Sequence[Seen],
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    *,
    run_id: uuid.UUID,
) -> BulkRun:
    """Do it, each case in a savepoint of its own with its own version; a run of this id that is there is given back.

    Raises NotAllowed.
    """
    require(staff, "case:bulk")
    before = session.get(BulkRun, run_id)
    if before is not None:
        return before
    # All rows first, and in one order: the audit trail is locked from the first case on, and two runs that lock the
    # other way round would wait for each other.
    cases = _cases(session, staff, seen, lock=True)
    outcomes = []
    for case_id, version in seen:
        case = cases.get(case_id)
        outcome = _outcome(session, staff, action, case, version)
        if outcome is Outcome.DONE and case is not None:
            outcome = _do(session, staff, action, case, version, recipients, now, run_id)
        outcomes.append([case_id.hex, outcome.value])
    run = BulkRun(id=run_id, staff_id=staff.id, at=now, action=action.name, outcomes=outcomes)
    session.add(run)
    session.flush()
    return run


def result(session: Session, staff: Staff, run_id: uuid.UUID) -> tuple[BulkRun, list[Judged]] | None:
    """A run of this person with the cases as they are now; None for another's or none."""
    run = session.get(BulkRun, run_id)
    if run is None or run.staff_id != staff.id:
        return None
    found = [(uuid.UUID(hex=case_id), Outcome(code)) for case_id, code in run.outcomes]
    cases = _cases(session, staff, [(case_id, 0) for case_id, _ in found])
    return run, [Judged(case_id, cases.get(case_id), outcome) for case_id, outcome in found]


def _cases(session: Session, staff: Staff, seen: Sequence[Seen], *, lock: bool = False) -> dict[uuid.UUID, Case]:
    if not staff.may("case:read"):
        return {}
    wanted = select(Case).where(Case.id.in_([case_id for case_id, _ in seen[:MOST]])).order_by(Case.id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return {case.id: case for case in session.scalars(wanted)}


def _outcome(session: Session, staff: Staff, action: Action, case: Case | None, version: int) -> Outcome:
    if case is None:
        return Outcome.GONE
    if not staff.may(action.permission):
        return Outcome.NOT_ALLOWED
    if case.erased_at is not None:
        return Outcome.ERASED
    # Nobody decides about, or writes to, a person whom nobody has read.
    if case.opened_count == 0:
        return Outcome.UNREAD
    if case.version != version:
        return Outcome.CHANGED
    if isinstance(action, Assign):
        return Outcome.SAME if case.owner_id == action.owner_id else Outcome.DONE
    if isinstance(action, Write):
        held = case.status == Status.CONFLICT_HOLD
        return Outcome.HELD if held else Outcome.WITHDRAWN if case.status == Status.WITHDRAWN else Outcome.DONE
    return _of_move(session, staff, action, case)


def _of_move(session: Session, staff: Staff, action: Change, case: Case) -> Outcome:
    if case.status == action.status:
        return Outcome.SAME
    try:
        move = check_of(case, action.status, action.reason)
        if not staff.may(move.permission):
            return Outcome.NOT_ALLOWED
        closing.check(session, case.closing_code, move, action.closing_code)
    except BadMove as wrong:
        return _WHY.get(wrong.field, Outcome.BAD_MOVE)
    return Outcome.DONE


_WHY = {"reason": Outcome.NO_REASON, "closing_code": Outcome.NO_CODE}


def _do(
    session: Session,
    staff: Staff,
    action: Action,
    case: Case,
    version: int,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    run_id: uuid.UUID,
) -> Outcome:
    try:
        with session.begin_nested():
            if isinstance(action, Assign):
                assign(session, case, staff, action.owner_id, version, now)
            elif isinstance(action, Change):
                code = action.closing_code
                change_status(session, case, staff, version, action.status, action.reason, now, closing_code=code)
            else:
                send(session, case, staff, action.text, recipients, now, once=run_id)
    except (Stale, Erased, NotAllowed, BadMove, BadOwner, BadMessage) as refused:
        return _REFUSED[type(refused)]
    return Outcome.DONE


_REFUSED: Final = {
    Stale: Outcome.CHANGED,
    Erased: Outcome.ERASED,
    NotAllowed: Outcome.NOT_ALLOWED,
    BadMove: Outcome.BAD_MOVE,
    BadOwner: Outcome.NOT_ALLOWED,
    BadMessage: Outcome.CANNOT_SEAL,
}
