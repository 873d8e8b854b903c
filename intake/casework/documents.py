"""Which papers a person holds, as they told staff: codes only, never what stands in them."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ForeignKey, Row, String, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .. import audit
from ..accounts import StaffMember
from ..db import Base, UTCDateTime
from ..locales import N_
from .case import Staff, record, require, touch
from .models import Case

KINDS: Mapping[str, str] = {
    "passport": N_("Passport"),
    "identity": N_("Identity card"),
    "birth": N_("Birth certificate"),
    "marriage": N_("Marriage certificate"),
    "nta": N_("Notice to appear"),
    "hearing_notice": N_("Hearing notice"),
    "order": N_("Order of a judge or of the government"),
    "application": N_("Copy of the asylum application (I-589)"),
    "receipt": N_("Receipt notice"),
    "fee_notice": N_("Fee notice"),
    "request": N_("Letter that asks for an answer"),
    "arrival": N_("Arrival record (I-94)"),
    "work_permit": N_("Work permit"),
    "police": N_("Police or hospital report"),
    "other_country": N_("Papers from another country's court or police"),
    "notario": N_("Contract or papers from a notario"),
}
STATES: Mapping[str, str] = {
    "holds": N_("The person has it"),
    "copied": N_("We have a copy"),
    "lost": N_("Lost or taken away"),
    "none": N_("The person does not have it"),
}


class CaseDocument(Base):
    """What is known of one kind of paper; the newest word counts, the timeline keeps the earlier ones."""

    __tablename__ = "case_document"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))


class BadDocument(ValueError):
    """The kind or the state is none of ours; a sentence for staff."""


def of_case(session: Session, case: Case) -> Sequence[Row[*tuple[Any, ...]]]:
    """The papers of a case: rows of kind, state, at, name."""
    return session.execute(
        select(CaseDocument.kind, CaseDocument.state, CaseDocument.at, StaffMember.name)
        .join(StaffMember, StaffMember.id == CaseDocument.staff_id)
        .where(CaseDocument.case_id == case.id)
        .order_by(CaseDocument.kind)
    ).all()


def note_down(session: Session, case: Case, staff: Staff, kind: str, state: str, now: dt.datetime) -> None:
    """Record what the person said of one kind of paper. Raises NotAllowed, Erased, BadDocument."""
    require(staff, "note:add")
    if kind not in KINDS or state not in STATES:
        raise BadDocument(N_("Choose a paper and what is known of it."))
    touch(session, case, now)
    here = (CaseDocument.case_id == case.id, CaseDocument.kind == kind)
    session.execute(delete(CaseDocument).where(*here).execution_options(synchronize_session=False))
    row = {"case_id": case.id, "kind": kind, "state": state, "at": now, "staff_id": staff.id}
    session.execute(insert(CaseDocument).values(row))
    record(session, case, staff, audit.Event.DOCUMENT_NOTED, {"document": kind, "state": state}, now)
