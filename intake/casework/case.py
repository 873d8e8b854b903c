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
from .checks import CONFLICT, POSSIBLE
from .lent import alive
from .models import Case, CaseEvent
from .telling import tell

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
