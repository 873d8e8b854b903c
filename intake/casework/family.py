"""People of one family who asked for help apart: their cases know each other."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from .. import audit
from ..locales import N_
from .case import Staff, id_of, record, require, touch
from .models import Case, FamilyLink

_MOST = 50


class BadRelative(ValueError):
    """There is no such case, or it is this one; a sentence for staff."""


def of_case(session: Session, case: Case) -> Sequence[Row[*tuple[Any, ...]]]:
    """The cases of the same family: rows of id, reference, status, level, due_on, by_staff."""
    other = or_(
        (FamilyLink.one_id == case.id) & (Case.id == FamilyLink.other_id),
        (FamilyLink.other_id == case.id) & (Case.id == FamilyLink.one_id),
    )
    return session.execute(
        select(Case.id, Case.reference, Case.status, Case.level, Case.due_on, FamilyLink.staff_id.label("by_staff"))
        .join(FamilyLink, other)
        .order_by(Case.prio, Case.id)
        .limit(_MOST)
    ).all()


def from_form(session: Session, case_id: uuid.UUID, reference: str | None, now: dt.datetime) -> None:
    """Link a new case with the one that its form was begun from, if that is here."""
    relative = id_of(session, reference) if reference else None
    if relative is not None and relative != case_id:
        _store(session, case_id, relative, now, None)


def link(session: Session, case: Case, staff: Staff, reference: str, now: dt.datetime) -> None:
    """Link a relative's case by its reference. Raises NotAllowed, Erased, BadRelative."""
    require(staff, "case:change")
    relative = session.execute(
        select(Case.id).where(Case.reference == reference.strip().upper(), Case.erased_at.is_(None))
    ).scalar_one_or_none()
    if relative is None or relative == case.id:
        raise BadRelative(N_("There is no other case with this reference. It looks like 7KD2M-9QX4T."))
    touch(session, case, now)
    if _store(session, case.id, relative, now, staff.id):
        record(session, case, staff, audit.Event.FAMILY_LINKED, {}, now)


def unlink(session: Session, case: Case, staff: Staff, relative: uuid.UUID, now: dt.datetime) -> None:
    """Part two cases that are no family. Raises NotAllowed, Erased."""
    require(staff, "case:change")
    touch(session, case, now)
    one, other = _ordered(case.id, relative)
    here = (FamilyLink.one_id == one, FamilyLink.other_id == other)
    gone = session.execute(delete(FamilyLink).where(*here).execution_options(synchronize_session=False))
    if gone.rowcount:  # type: ignore[attr-defined]
        record(session, case, staff, audit.Event.FAMILY_UNLINKED, {}, now)


def _store(session: Session, first: uuid.UUID, second: uuid.UUID, now: dt.datetime, staff_id: int | None) -> bool:
    one, other = _ordered(first, second)
    if session.scalar(select(exists().where(FamilyLink.one_id == one, FamilyLink.other_id == other))):
        return False
    session.execute(insert(FamilyLink).values(one_id=one, other_id=other, at=now, staff_id=staff_id))
    return True


def _ordered(first: uuid.UUID, second: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    return (first, second) if first.bytes < second.bytes else (second, first)
