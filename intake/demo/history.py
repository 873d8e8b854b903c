"""What the demonstration's staff did so far: claims, statuses and notes, through the verbs that staff use."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from sqlalchemy import Engine, select

from ..accounts import StaffMember
from ..casework import case as verbs
from ..casework import moving, notes
from ..db import transaction
from ..publickeys import PublicKey

SEED: Final = 4127

# Ways a case went, each a row of statuses, the last with its reason where one is needed. Most are open.
WAYS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("triage",),
    ("triage", "contacting"),
    ("triage", "contacting", "unable_to_reach"),
    ("triage", "contacting", "interview_set"),
    (),
    ("triage", "contacting", "interview_set", "merit_review"),
    ("triage", "contacting", "interview_set", "merit_review", "accepted"),
    ("conflict_hold",),
    ("triage", "advice_given"),
    ("triage", "contacting", "merit_review", "limited_scope"),
    ("triage", "referred:out_of_area"),
    ("triage", "contacting", "merit_review", "placed"),
    ("triage", "declined:no_protection_claim"),
    ("triage", "contacting", "unable_to_reach", "closed:no_response"),
    ("triage", "withdrawn:withdrew"),
)
NOTES: Final = {
    "triage": "Read the answers. The date comes first here; checked it against the court line.",
    "contacting": "Called once in the afternoon, no answer, left nothing. Next try in the evening.",
    "unable_to_reach": "Three tries on three days at different times. Sent nothing in writing.",
    "interview_set": "Spoke for ten minutes with an interpreter. Long interview is set for next week.",
    "merit_review": "Interview done. Documents are with the attorney.",
    "accepted": "Attorney agreed. Letter goes out in the person's language.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a staff member did: when, to which case, and the status it led to."""

    at: dt.datetime
    case_id: uuid.UUID
    staff: str
    status: str
    reason: str | None


def steps(cases: Sequence[tuple[uuid.UUID, dt.datetime]], staff: Sequence[str], now: dt.datetime) -> Iterator[Step]:
    """What happened to `cases` (id, received at) until `now`, in order of time. Pure.

    The newest requests are still untouched; the others go their way as far as time allowed.
    """
    random = Random(SEED)  # noqa: S311 -- a demonstration that repeats itself, not a secret
    made = []
    for number, (case_id, received_at) in enumerate(cases):
        who, moment = staff[number % len(staff)], received_at
        for status in WAYS[number % len(WAYS)]:
            moment += dt.timedelta(hours=random.randint(3, 40), minutes=random.randint(0, 59))
            if moment >= now:
                break
            code, _, reason = status.partition(":")
            made.append(Step(moment, case_id, who, code, reason or None))
    yield from sorted(made, key=_when)


def _when(step: Step) -> dt.datetime:
    return step.at


def replay(engine: Engine, done: Iterator[Step], recipients: Sequence[PublicKey]) -> int:
    """Do each step as its staff member, in a transaction of its own; returns how many were done."""
    count = 0
    for step in done:
        with transaction(engine) as session:
            staff = session.scalars(select(StaffMember).where(StaffMember.email == step.staff)).one()
            case = verbs.load(session, staff, step.case_id)
            if case.owner_id is None and step.status != "conflict_hold":
                verbs.claim(session, case, staff, case.version, step.at)
            moving.change_status(session, case, staff, case.version, step.status, step.reason, step.at)
            if step.status in NOTES:
                notes.add(session, case, staff, NOTES[step.status], recipients, step.at)
        count += 1
    return count
