"""Lending a case: a volunteer or an interpreter sees named parts of it for some hours, and names alone before that.

Until nobody doubts that the person has no conflict of interest, the name is all that is shown: it is what they need
to say whether they know the applicant.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from .. import audit, questionnaire
from ..accounts import StaffMember
from ..db import transaction
from ..locales import N_
from ..sealing import CannotOpen
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from .case import Erased, NotFound, Staff, load, record, require, touch
from .contents import open_whole
from .lent import Lent, alive
from .models import Case
from .statuses import Status
from .telling import tell

LONGEST: Final = 10  # hours; a figure of ours: one working day with its evening
NAME, LANGUAGE, DATES, STORY = "name", "language", "dates", "story"

# What a person to whom a case is lent may see before its conflict check is clear.
NAMES: Final = frozenset({"call_name", "other_names"})
# Group -> questions of any version of the form. What stands in no group is never lent: numbers of the government,
# money, consents, and who must not be spoken to.
GROUPS: Final[Mapping[str, frozenset[str]]] = {
    NAME: NAMES
    | {
        "contact_ways",
        "held_contact",
        "phone",
        "whose_phone",
        "phone_owner_safe",
        "voicemail",
        "say_name",
        "say_instead",
        "email",
        "contact_person",
        "good_times",
        "time_zone",
        "facility",
        "documents_name",
        "device",
        "person_knows",
        # Whoever calls must know whom to avoid: a way of contact is never lent without this.
        "not_contact",
    },
    LANGUAGE: frozenset({"language", "dialect", "interpreter"}),
    DATES: frozenset(
        {
            "stage",
            "applied_on",
            "next_date",
            "decision_date",
            "fear_date",
            "motion_date",
            "letter_due",
            "missed_hearing",
            "missed_on",
            "permission_ends",
            "grant_date",
            "arrival",
        }
    ),
    STORY: frozenset(
        {
            "for_whom",
            "claims",
            "danger_now",
            "why_hurt",
            "nationality",
            "birth_country",
            "prior_removal",
            "family_help",
            "family_count",
            "family_in_us",
            "anything_else",
        }
    ),
}


class BadLending(ValueError):
    """The case cannot be lent so: `problems` has a sentence for staff by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("The case cannot be lent so.")
        self.problems = problems


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """The lent part of an opened case. `answers` holds nothing that is not lent; None when no key here opens it.

    `names_only` says that the conflict check is not clear yet.
    """

    case: Case
    fields: tuple[str, ...]
    until: dt.datetime
    names_only: bool
    answers: Mapping[str, Any] | None


def lend(
    session: Session, case: Case, staff: Staff, member_id: int, fields: Sequence[str], hours: int, now: dt.datetime
) -> None:
    """Lend named groups of a case to a volunteer or an interpreter for `hours`; a new lending ends the one before.

    Raises NotAllowed, Erased, BadLending.
    """
    require(staff, "case:lend")
    if case.erased_at is not None:
        raise Erased
    member = session.get(StaffMember, member_id)
    problems = {}
    if member is None or not member.may("lent:read"):
        problems["member"] = N_("Choose a volunteer or an interpreter.")
    elif case.status == Status.WITHDRAWN:
        problems["member"] = N_("The person withdrew the request: it is lent to nobody.")
    chosen = [group for group in GROUPS if group in fields]
    if not chosen or len(chosen) != len(set(fields)):
        problems["fields"] = N_("Choose what the person may see.")
    if not 1 <= hours <= LONGEST:
        problems["hours"] = N_("Choose from one to ten hours.")
    if problems:
        raise BadLending(problems)
    touch(session, case, now)
    before = update(Lent).where(Lent.case_id == case.id, Lent.member_id == member_id, Lent.ended_at.is_(None))
    session.execute(before.values(ended_at=now).execution_options(synchronize_session=False))
    until = now + dt.timedelta(hours=hours)
    row = Lent(id=uuid.uuid4(), case_id=case.id, member_id=member_id, fields=chosen, lent_at=now, until=until)
    row.by_id = staff.id
    session.add(row)
    session.flush()
    said = {"lent_to": member_id, "fields": chosen, "until": until.isoformat(timespec="minutes")}
    record(session, case, staff, audit.Event.CASE_LENT, said, now)


def end(session: Session, case: Case, staff: Staff, lent_id: uuid.UUID, now: dt.datetime) -> None:
    """End a lending at once; nothing happens to one that has ended. Raises NotAllowed, Erased."""
    require(staff, "case:lend")
    touch(session, case, now)
    wanted = select(Lent).where(Lent.id == lent_id, Lent.case_id == case.id, Lent.until > now, Lent.ended_at.is_(None))
    row = session.scalar(wanted.with_for_update())
    if row is not None:
        row.ended_at = now
        session.flush()
        record(session, case, staff, audit.Event.CASE_LENDING_ENDED, {"lent_to": row.member_id}, now)


def open_part(engine: Engine, keyring: Keyring, staff: Staff, case_id: uuid.UUID, now: dt.datetime) -> Part:
    """The lent part of a case. The trace is committed first, and counts as an opening, as of the whole case.

    Raises:
        NotFound: there is no such case, or it is not lent to this person now.
        Erased: there is nothing to see any more.
    """
    with transaction(engine) as session:
        case = load(session, staff, case_id, now)
        row = _lent(session, staff, case_id, now)
        touch(session, case, case.updated_at, opened_count=Case.opened_count + 1, opened_at=now)
        tell(session, case_id, now)
        said: dict[str, audit.Detail] = {"method": "lent", "fields": list(row.fields)}
        audit.append(
            session, actor=staff.label, event=audit.Event.CASE_OPENED, subject=case.reference, details=said, now=now
        )
        session.expunge_all()
    names_only = not is_clear(case)
    allowed = NAMES if names_only else frozenset().union(*(GROUPS.get(group, ()) for group in row.fields))
    with transaction(engine.execution_options(reads=True)) as session:
        envelope = session.scalar(select(SubmissionBody.envelope).where(SubmissionBody.submission_id == case_id))
        answers = _open(session, keyring, case, envelope, allowed) if envelope else None
    return Part(case, tuple(row.fields), row.until, names_only, answers)


def is_clear(case: Case) -> bool:
    """Whether more than names may be lent: nobody looks for a conflict any more, and none was found."""
    return case.status != Status.CONFLICT_HOLD and getattr(case, "conflict", "clear") == "clear"


def _lent(session: Session, staff: Staff, case_id: uuid.UUID, now: dt.datetime) -> Lent:
    rows = alive(session, staff.id, now, case_id)
    if not rows:
        raise NotFound("There is no such case.")
    return rows[0]


def _open(
    session: Session, keyring: Keyring, case: Case, envelope: bytes, allowed: frozenset[str]
) -> dict[str, Any] | None:
    try:
        whole = open_whole(session, keyring, case.id, case.form_version, envelope)
    except CannotOpen:
        return None
    live = questionnaire.live(questionnaire.get(case.form_version), whole.answers)
    return {key: value for key, value in live.items() if key in allowed}
