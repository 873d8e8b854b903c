"""What the applicant may know of the case: one status letter, written anew whenever something happens.

It names no staff member and holds no word from a note: only codes, days, and how often staff opened the file.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from .. import audit, letters
from ..audit import AuditEvent
from ..publickeys import KeyFileError, PublicKey, Purpose
from ..submissions import Submission
from .models import Case, CaseEvent
from .statuses import Status

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

MOST_EVENTS = 30
RECEIVED, BEING_READ, OPENED, WITHDRAWN = "received", "being_read", "opened", "withdrawn"

# Status -> code for the applicant. What staff do among themselves is "being read".
CODES: Mapping[str, str] = {
    Status.NEW: RECEIVED,
    Status.CONFLICT_HOLD: BEING_READ,
    Status.TRIAGE: BEING_READ,
    Status.CONTACTING: "contacting",
    Status.UNABLE_TO_REACH: "unable_to_reach",
    Status.INTERVIEW_SET: "interview_set",
    Status.MERIT_REVIEW: "under_review",
    Status.ACCEPTED: "accepted",
    Status.LIMITED_SCOPE: "limited",
    Status.PLACED: "placed",
    Status.ADVICE_GIVEN: "advice",
    Status.REFERRED: "referred",
    Status.DECLINED: "declined",
    Status.WITHDRAWN: WITHDRAWN,
    Status.DUPLICATE: "closed",
    Status.CLOSED: "closed",
}
_STATUS_CHANGED = audit.Event.CASE_STATUS_CHANGED.value
# Timeline event -> code for the applicant; other events, notes among them, are not told.
_EVENTS: Mapping[str, str] = {
    "case:withdrawn": WITHDRAWN,
    "message:sent": "message",
    "dates:changed": "dates_changed",
    "contact:changed": "contact_changed",
}
_case = select(
    Case.reference,
    Case.received_at,
    Case.status,
    Case.opened_count,
    Case.opened_at,
    Case.erased_at,
    Submission.find_id,
    Submission.applicant_key,
).join(Submission, Submission.id == Case.id)
_happened = (
    select(CaseEvent.at, CaseEvent.event, CaseEvent.details)
    .where(CaseEvent.event.in_([_STATUS_CHANGED, *_EVENTS]))
    .order_by(CaseEvent.id)
)


def tell(session: Session, case_id: uuid.UUID, now: dt.datetime) -> None:
    """Write the status letter of a case anew. Call it after the change, and before the audit event.

    Days are days in UTC; each event also says its moment. Nothing is told of an erased case, or to a key that
    is none.
    """
    row = session.execute(_case.where(Case.id == case_id)).one_or_none()
    if row is None or row.erased_at is not None or not row.find_id:
        return
    try:
        to = PublicKey(row.applicant_key, Purpose.APPLICANT)
    except KeyFileError:
        return
    rows = session.execute(_happened.where(CaseEvent.case_id == case_id)).all()
    letters.replace(
        session,
        letter_id=letters.status_id(case_id),
        find_id=row.find_id,
        to=to,
        kind="status",
        content=_content(row, rows, _first(session, row)),
        now=now,
    )


def _content(case: AnyRow, rows: Any, first_opened: dt.datetime | None) -> dict[str, Any]:
    told = sorted(_told(case, rows, first_opened), key=_moment)
    status = CODES.get(case.status, BEING_READ)
    if status == RECEIVED and case.opened_count:
        status = BEING_READ
    begins = {status, OPENED, RECEIVED} if status == BEING_READ else {status}
    since = max((at for at, what in told if what in begins), default=case.received_at)
    return {
        "status": status,
        "at": since.isoformat(),
        "opened": case.opened_count,
        "last_opened_on": case.opened_at.date().isoformat() if case.opened_at else None,
        "events": [
            {"on": at.date().isoformat(), "what": what, "at": at.isoformat()} for at, what in told[-MOST_EVENTS:]
        ],
    }


def _told(case: AnyRow, rows: Any, first_opened: dt.datetime | None) -> Iterator[tuple[dt.datetime, str]]:
    yield case.received_at, RECEIVED
    if first_opened is not None:
        yield first_opened, OPENED
    for row in rows:
        what = CODES.get(row.details.get("status", "")) if row.event == _STATUS_CHANGED else _EVENTS[row.event]
        if what is not None and what != BEING_READ:
            yield row.at, what


def _first(session: Session, case: AnyRow) -> dt.datetime | None:
    """When staff opened the case for the first time: the trail knows it, but not yet of an opening in hand."""
    if not case.opened_count:
        return None
    opened = AuditEvent.event == audit.Event.CASE_OPENED.value
    found = session.scalar(select(func.min(AuditEvent.at)).where(AuditEvent.subject == case.reference, opened))
    first: dt.datetime | None = found or case.opened_at
    return first


def _moment(told: tuple[dt.datetime, str]) -> dt.datetime:
    return told[0]
