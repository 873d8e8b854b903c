"""One case: reading it leaves a trace first, changing it never overwrites a colleague's change."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from .. import audit
from ..accounts import StaffMember
from ..locales import N_
from ..publickeys import PublicKey
from ..sealing import seal
from . import closing
from .checks import CONFLICT, POSSIBLE
from .lent import alive
from .models import Case, CaseEvent, Note
from .statuses import BadMove, Kind, Move, Status, check_move, is_open, ways
from .telling import tell

# The first change to one of these is the first contact, which grants ask for.
CONTACT = frozenset({Status.CONTACTING, Status.INTERVIEW_SET})
NOTE_CHARACTERS = 10_000
_TIMELINE_MOST = 500


class Staff(Protocol):
    """What casework needs to know of the person who acts; `may` is False for everything once inactive."""

    @property
    def id(self) -> int:
        """The staff member's id."""

    @property
    def label(self) -> str:
        """The name in the audit trail, `staff:3`."""

    def may(self, permission: str) -> bool:
        """Whether this person holds `permission` and is active."""


class NotFound(LookupError):
    """There is no such case, or none for this person: the two look the same."""


class NotAllowed(PermissionError):
    """This person may read the case but not do this."""


class Erased(Exception):
    """The applicant erased everything: there is nothing to open, and nothing may be added."""


class Held(Exception):
    """Names are checked for a conflict of interest, or there is one: the answers stay closed to this person."""


class BadNote(ValueError):
    """The note is empty or too long; the message is a sentence for staff."""


class BadOwner(ValueError):
    """Nobody of this id works on cases; the message is a sentence for staff."""


class Stale(Exception):
    """Someone else changed the case first. `case` is as it is now, `event` its last timeline row or None."""

    def __init__(self, case: Case, event: Row[*tuple[Any, ...]] | None) -> None:
        super().__init__("The case was changed by someone else.")
        self.case = case
        self.event = event


_timeline = (
    select(
        CaseEvent.id,
        CaseEvent.at,
        CaseEvent.event,
        CaseEvent.details,
        CaseEvent.note_id,
        CaseEvent.actor_id,
        StaffMember.name.label("actor_name"),
    )
    .outerjoin(StaffMember, StaffMember.id == CaseEvent.actor_id)
    .order_by(CaseEvent.id.desc())
)


def load(session: Session, staff: Staff, case_id: uuid.UUID, now: dt.datetime | None = None) -> Case:
    """The case, for a person who may read cases, or to whom it is lent at `now`. Raises NotFound.

    Without `now`, what is lent does not count: only pages that show the lent part alone give it.
    """
    allowed = staff.may("case:read")
    if not allowed and now is not None and staff.may("lent:read"):
        allowed = bool(alive(session, staff.id, now, case_id))
    case = session.get(Case, case_id) if allowed else None
    if case is None:
        raise NotFound("There is no such case.")
    return case


def id_of(session: Session, reference: str) -> uuid.UUID | None:
    """The id of the case with this reference, or None."""
    return session.scalar(select(Case.id).where(Case.reference == reference))


def closed_to(case: Case, staff: Staff) -> bool:
    """Whether the answers stay closed to `staff` because of a conflict of interest."""
    if case.erased_at is not None:
        return False
    return case.conflict == POSSIBLE or (case.conflict == CONFLICT and not staff.may("conflict:check"))


def require_open(case: Case, staff: Staff) -> None:
    """Raise Held where a conflict of interest closes the case to `staff`: nothing is read for them, nothing sent."""
    if closed_to(case, staff):
        raise Held


def claim(session: Session, case: Case, staff: Staff, version: int, now: dt.datetime) -> None:
    """Make `staff` the owner, also of a colleague's case. `version` is that of the page the person saw.

    Raises NotAllowed, Stale.
    """
    require(staff, "case:claim")
    before = case.owner_id
    change(session, case, version, now, owner_id=staff.id)
    said = {"from_owner": before} if before is not None else {}
    record(session, case, staff, audit.Event.CASE_CLAIMED, said, now)


def assign(session: Session, case: Case, staff: Staff, owner_id: int, version: int, now: dt.datetime) -> None:
    """Make another person, or oneself, the owner. `version` is that of the page the person saw.

    Raises NotAllowed, BadOwner, Stale.
    """
    require(staff, "case:assign")
    owner = session.get(StaffMember, owner_id)
    if owner is None or not owner.may("case:claim"):
        raise BadOwner(N_("Choose a person who works on cases."))
    before = case.owner_id
    change(session, case, version, now, owner_id=owner_id)
    record(session, case, staff, audit.Event.CASE_ASSIGNED, {"from_owner": before, "owner": owner_id}, now)


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


def add_note(
    session: Session, case: Case, staff: Staff, text: str, recipients: Sequence[PublicKey], now: dt.datetime
) -> uuid.UUID:
    """Seal a note to the organisation's keys and add it; notes never collide, so no version is asked for.

    Raises NotAllowed, BadNote, Erased.
    """
    require(staff, "note:add")
    words = text.strip()
    if not words:
        raise BadNote(N_("Write something in the note."))
    if len(words) > NOTE_CHARACTERS:
        raise BadNote(N_("The note is too long. Use at most 10,000 characters."))
    touch(session, case, now)
    note_id = seal_note(session, case, staff, words, recipients, now)
    record(session, case, staff, audit.Event.NOTE_ADDED, {}, now, note_id=note_id)
    return note_id


def seal_note(
    session: Session,
    case: Case,
    staff: Staff,
    words: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    *,
    note_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Seal `words` to the organisation's keys as a note of the case; returns the note's id."""
    made = note_id or uuid.uuid4()
    envelope = seal(words.encode(), table="note", record_id=made.bytes, recipients=recipients)
    note = {"id": made, "case_id": case.id, "author_id": staff.id, "written_at": now}
    session.execute(insert(Note).values(note | {"envelope": envelope}))
    return made


def touch(session: Session, case: Case, now: dt.datetime, **values: Any) -> None:
    """Lock the case and set `values`; the version does not grow. Raises Erased: to it nothing is added."""
    kept = update(Case).where(Case.id == case.id, Case.erased_at.is_(None))
    changed = session.execute(kept.values(values | {"updated_at": now}).execution_options(**_PLAIN))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise Erased
    session.refresh(case)


def timeline(session: Session, case: Case) -> Sequence[Row[*tuple[Any, ...]]]:
    """What happened, newest first: rows of id, at, event, details, note_id, actor_id, actor_name.

    An actor without a name is the desk. At most the 500 latest rows.
    """
    return session.execute(_timeline.where(CaseEvent.case_id == case.id).limit(_TIMELINE_MOST)).all()


_PLAIN: dict[str, Any] = {"synchronize_session": False}


def require(staff: Staff, permission: str) -> None:
    """Raise NotAllowed unless `staff` may."""
    if not staff.may(permission):
        raise NotAllowed("This person may not do this.")


def change(session: Session, case: Case, version: int, now: dt.datetime, **values: Any) -> None:
    """Set `values` and let the version grow, if it still is `version`. Raises Stale."""
    changed = session.execute(
        update(Case)
        .where(Case.id == case.id, Case.version == version, Case.erased_at.is_(None))
        .values(values | {"version": version + 1, "updated_at": now})
        .execution_options(**_PLAIN)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise stale(session, case)
    session.refresh(case)


def stale(session: Session, case: Case) -> Stale:
    """The refusal to overwrite a change that somebody else made first, with the case as it is now."""
    session.refresh(case)
    last = session.execute(_timeline.where(CaseEvent.case_id == case.id).limit(1)).first()
    return Stale(case, last)


def record(
    session: Session,
    case: Case,
    staff: Staff,
    event: audit.Event,
    details: dict[str, Any],
    now: dt.datetime,
    *,
    note_id: uuid.UUID | None = None,
    line: str = "",
) -> None:
    """Add to the timeline (as `line`, where it has its own name), tell the applicant, and write the trace."""
    row = {"case_id": case.id, "at": now, "actor_id": staff.id, "event": line or event.value, "details": details}
    session.execute(insert(CaseEvent).values(row | {"note_id": note_id}))
    tell(session, case.id, now)
    audit.append(session, actor=staff.label, event=event, subject=case.reference, details=details, now=now)
