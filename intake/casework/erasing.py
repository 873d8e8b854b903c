"""Erasing: everything that a person told goes for good; that there was a request stays."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from .. import letters, outbox
from ..incoming import Incoming, IncomingArrival
from ..submissions import Submission, SubmissionBody
from . import conflicts, finding
from .checks import UNCHECKED
from .contacting import ContactAttempt
from .documents import CaseDocument
from .lent import Lent
from .models import (
    Case,
    CaseEvent,
    Correction,
    FamilyLink,
    Note,
    SearchToken,
    SetAside,
    TakenIntake,
    priority,
)
from .partners import PartnerReferral
from .statuses import Status, Why
from .triage import UNKNOWN_LANGUAGE, UNKNOWN_PLACE

ERASED = "erased"
_LEVEL = 3
# What the numbers count by.
_FACTS: Final = frozenset(
    {
        *("level", "prio", "outcome", "language", "interpreter", "place_kind", "state", "claims", "claim_bits"),
        *("age_band", "income_band", "source"),
    }
)
_WITHDRAWN: Final[Mapping[str, Any]] = {
    "status": Status.WITHDRAWN.value,
    "reason": Why.WITHDREW.value,
    "closing_code": None,
}


def erase(session: Session, case: Case, now: dt.datetime) -> None:
    """Remove answers, messages, notes, letters and waiting mail of a case with their keys, and empty its coarse facts.

    Kept: reference, times, status history as bare events, how often the file was opened, and the audit trail.
    A record's key lies only inside its own envelope, so nothing can open what is gone. `case` is locked by the
    caller, who writes the trace and commits; on SQLite the log has to be moved into the file afterwards.
    """
    _remove(session, case, now)
    _set(session, case, {**_emptied_case(now), **_WITHDRAWN})


def dispose(session: Session, case: Case, now: dt.datetime, *, keep_facts: bool) -> None:
    """Remove the same because the time of the case is over; its status stays.

    With `keep_facts`, what the numbers count by stays as well: level, outcome, claims, language, place, age and income
    bands and the release. Everything that a person wrote goes either way. As for `erase`, the caller has locked
    `case`, traces and commits.
    """
    _remove(session, case, now)
    emptied = _emptied_case(now)
    # Which case of the same person counts is no fact about the person.
    kept = {"duplicate_of", *(_FACTS if keep_facts else ())}
    _set(session, case, {name: value for name, value in emptied.items() if name not in kept})


def _remove(session: Session, case: Case, now: dt.datetime) -> None:
    # First what points at a note, then the notes.
    _run(session, update(CaseEvent).where(CaseEvent.case_id == case.id).values(note_id=None, details={}))
    _run(session, delete(Note).where(Note.case_id == case.id))
    for table in (SearchToken, Correction, ContactAttempt, CaseDocument, Lent, PartnerReferral):
        _run(session, delete(table).where(table.case_id == case.id))
    linked = or_(FamilyLink.one_id == case.id, FamilyLink.other_id == case.id)
    _run(session, delete(FamilyLink).where(linked))
    finding.forget(session, case.id)
    conflicts.forget(session, case.id)
    erase_sent(session, case.id, now)


def _set(session: Session, case: Case, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(case, name, value)
    case.version += 1
    session.flush()


def erase_sent(session: Session, submission_id: uuid.UUID, now: dt.datetime) -> str:
    """Remove what one person sent and was sent, also when no desk could ever open it; returns the reference."""
    sent = Submission.id == submission_id
    find_id, reference = session.execute(select(Submission.find_id, Submission.reference).where(sent)).one()
    mine = select(Incoming.id).where(Incoming.submission_id == submission_id)
    for statement in (
        delete(IncomingArrival).where(IncomingArrival.incoming_id.in_(mine)),
        delete(Incoming).where(Incoming.submission_id == submission_id),
        delete(SubmissionBody).where(SubmissionBody.submission_id == submission_id),
        delete(SetAside).where(SetAside.submission_id == submission_id),
        delete(TakenIntake).where(TakenIntake.draft_id == submission_id),
        update(Submission).where(sent).values(_emptied_submission(now)),
    ):
        _run(session, statement)
    outbox.remove_of(session, submission_id)
    if find_id:
        letters.remove_all(session, find_id)
    return str(reference)


def _run(session: Session, statement: Delete | Update) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


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
        "held_from": None,
        "legal_hold": None,
        "is_open": False,
        "updated_at": now,
        "erased_at": now,
        "unanswered_since": None,
        "follow_up_on": None,
        "follow_up_id": None,
        "prio": priority(_LEVEL, None, now),
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
        "claim_bits": 0,
        "stages": [],
        "age_band": None,
        "income_band": None,
        "safe_contact": [],
        "source": None,
        "indexed": None,
        "compared": None,
        "pairs": 0,
        "duplicate_of": None,
        "conflict": UNCHECKED,
        "conflict_checked_at": None,
    }
