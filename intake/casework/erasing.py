"""Erasing: everything that a person told goes for good; that there was a request stays."""

import datetime as dt
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from .. import letters
from ..incoming import Incoming, IncomingArrival
from ..submissions import Submission, SubmissionBody
from .models import Case, CaseClaim, CaseEvent, Note, priority
from .statuses import Status, Why
from .triage import UNKNOWN_LANGUAGE, UNKNOWN_PLACE

ERASED = "erased"
_LEVEL = 3
_PLAIN: dict[str, Any] = {"synchronize_session": False}


def erase(session: Session, case: Case, now: dt.datetime) -> None:
    """Remove answers, messages, notes and letters of a case with their keys, and empty its coarse facts.

    Kept: reference, times, status history as bare events, how often the file was opened, and the audit trail.
    A record's key lies only inside its own envelope, so nothing can open what is gone. `case` is locked by the
    caller, who writes the trace and commits; on SQLite the log has to be moved into the file afterwards.
    """
    sent = Submission.id == case.id
    find_id = session.scalars(select(Submission.find_id).where(sent)).one()
    mine = select(Incoming.id).where(Incoming.submission_id == case.id)
    # First what points at a note or at something that came in, then these.
    for statement in (
        update(CaseEvent).where(CaseEvent.case_id == case.id).values(note_id=None, details={}),
        delete(Note).where(Note.case_id == case.id),
        delete(IncomingArrival).where(IncomingArrival.incoming_id.in_(mine)),
        delete(Incoming).where(Incoming.submission_id == case.id),
        delete(SubmissionBody).where(SubmissionBody.submission_id == case.id),
        delete(CaseClaim).where(CaseClaim.case_id == case.id),
        update(Submission).where(sent).values(_emptied_submission(now)),
    ):
        session.execute(statement.execution_options(**_PLAIN))
    if find_id:
        letters.remove_all(session, find_id)
    for name, value in _emptied_case(now).items():
        setattr(case, name, value)
    case.version += 1
    session.flush()


def _emptied_submission(now: dt.datetime) -> dict[str, Any]:
    """What `submissions.ERASING` lets through."""
    return {
        "find_id": b"",
        "applicant_key": b"",
        "locale": "",
        "outcome": ERASED,
        "level": _LEVEL,
        "due_on": None,
        "codes": [],
        "source": None,
        "marks": [],
        "erased_at": now,
    }


def _emptied_case(now: dt.datetime) -> dict[str, Any]:
    return {
        "status": Status.WITHDRAWN.value,
        "reason": Why.WITHDREW.value,
        "is_open": False,
        "updated_at": now,
        "erased_at": now,
        "unanswered_since": None,
        "prio": priority(_LEVEL, None),
        "level": _LEVEL,
        "due_on": None,
        "due_code": None,
        "reassess_on": None,
        "outcome": ERASED,
        "codes": [],
        "tags": [],
        "marks": [],
        "locale": "",
        "language": UNKNOWN_LANGUAGE,
        "interpreter": None,
        "place_kind": UNKNOWN_PLACE,
        "state": None,
        "claims": [],
        "stages": [],
        "age_band": None,
        "income_band": None,
        "safe_contact": [],
        "source": None,
    }
