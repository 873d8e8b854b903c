"""Contact attempts: which way was tried, when, and what came of it; never a way that was not marked safe."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Row, String, Uuid, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .. import audit
from ..accounts import StaffMember
from ..db import Base, UTCDateTime
from ..locales import N_
from ..publickeys import PublicKey
from .case import Staff, record, require, touch
from .models import Case
from .notes import BadNote, fitting, seal_note

# Domain, section 8: three tries at different times before somebody counts as unable to reach.
WANTED_TRIES, WANTED_DAYS, WANTED_PARTS = 3, 2, 2
NOON, EVENING = 12, 17


class Way(StrEnum):
    """The ways in which staff reach a person: those of the form, and those into detention."""

    PHONE = "phone"
    WHATSAPP = "whatsapp"
    SIGNAL = "signal"
    EMAIL = "email"
    SOMEONE = "someone"
    LEGAL_CALL = "legal_call"
    LEGAL_VISIT = "legal_visit"
    LETTER = "letter"
    FAMILY = "family"


IN_DETENTION = (Way.LEGAL_CALL, Way.LEGAL_VISIT, Way.LETTER, Way.FAMILY)


class Result(StrEnum):
    """What came of an attempt."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    SENT = "sent"
    SOMEONE_ELSE = "someone_else"
    DOES_NOT_WORK = "does_not_work"


WAYS: Mapping[str, str] = {
    Way.PHONE: N_("Phone call"),
    Way.WHATSAPP: N_("WhatsApp"),
    Way.SIGNAL: N_("Signal"),
    Way.EMAIL: N_("E-mail"),
    Way.SOMEONE: N_("Through another person"),
    Way.LEGAL_CALL: N_("Legal call to the place of detention"),
    Way.LEGAL_VISIT: N_("Legal visit in detention"),
    Way.LETTER: N_("Letter to the place of detention"),
    Way.FAMILY: N_("Through family or a friend outside"),
}
RESULTS: Mapping[str, str] = {
    Result.REACHED: N_("We spoke with the person"),
    Result.NO_ANSWER: N_("Nobody answered"),
    Result.LEFT_MESSAGE: N_("We left a message"),
    Result.SENT: N_("We sent something and wait"),
    Result.SOMEONE_ELSE: N_("Somebody else answered"),
    Result.DOES_NOT_WORK: N_("The number or address does not work"),
}


class ContactAttempt(Base):
    """One attempt to reach a person. What was said lies in the note, sealed."""

    __tablename__ = "contact_attempt"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    way: Mapped[str] = mapped_column(String(16))
    result: Mapped[str] = mapped_column(String(16))


class BadAttempt(ValueError):
    """The attempt cannot be recorded; a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries since the person was last reached: how many, on how many days, at which parts of the day.

    `enough` is true after three tries on two days and at two parts of the day; `untried` are the parts left.
    """

    count: int
    days: int
    parts: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether the person may count as unable to reach."""
        return self.count >= WANTED_TRIES and self.days >= WANTED_DAYS and len(self.parts) >= WANTED_PARTS

    @property
    def untried(self) -> tuple[str, ...]:
        """The parts of the day at which nobody tried yet."""
        return tuple(part for part in PARTS if part not in self.parts)


PARTS: Mapping[str, str] = {
    "morning": N_("in the morning"),
    "afternoon": N_("in the afternoon"),
    "evening": N_("in the evening"),
}


def safe_ways(case: Case) -> tuple[Way, ...]:
    """The ways that may be used: those that the person marked as safe, and into detention where the person is held."""
    known = set(Way)
    marked = tuple(Way(way) for way in case.safe_contact if way in known)
    return (*marked, *(IN_DETENTION if case.place_kind == "held" else ()))


def tries(attempts: Sequence[Row[*tuple[Any, ...]]], zone: dt.tzinfo) -> Tries:
    """Count the tries since the person was last reached; `attempts` as `of_case` gives them, newest first."""
    since: list[dt.datetime] = []
    for one in attempts:
        if one.result == Result.REACHED:
            break
        since.append(one.at.astimezone(zone))
    found = {part_of(moment) for moment in since}
    return Tries(len(since), len({moment.date() for moment in since}), tuple(part for part in PARTS if part in found))


def part_of(moment: dt.datetime) -> str:
    """The part of the day of a local moment; the night counts as evening."""
    if moment.hour >= EVENING or moment.hour < 6:
        return "evening"
    return "morning" if moment.hour < NOON else "afternoon"


def of_case(session: Session, case: Case) -> Sequence[Row[*tuple[Any, ...]]]:
    """The attempts of a case, newest first: rows of at, way, result, name."""
    return session.execute(
        select(ContactAttempt.at, ContactAttempt.way, ContactAttempt.result, StaffMember.name)
        .join(StaffMember, StaffMember.id == ContactAttempt.staff_id)
        .where(ContactAttempt.case_id == case.id)
        .order_by(ContactAttempt.at.desc(), ContactAttempt.id)
        .limit(100)
    ).all()


def add(
    session: Session,
    case: Case,
    staff: Staff,
    way: str,
    result: str,
    text: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    """Record an attempt, with a sealed note where something was written.

    Raises:
        NotAllowed, Erased.
        BadAttempt: a way that was not marked safe, no result, or a note that is too long.
    """
    require(staff, "note:add")
    if way not in safe_ways(case):
        raise BadAttempt(N_("The person did not mark this way as safe. Choose one of the ways that are shown."))
    if result not in set(Result):
        raise BadAttempt(N_("Choose what came of it."))
    try:
        words = fitting(text)
    except BadNote as wrong:
        raise BadAttempt(str(wrong)) from None
    reached = result == Result.REACHED
    touch(session, case, now, contacted_at=case.contacted_at or (now if reached else None))
    note_id = seal_note(session, case, staff, words, recipients, now) if words else None
    row = {"id": uuid.uuid4(), "case_id": case.id, "staff_id": staff.id, "at": now, "way": way, "result": result}
    session.execute(insert(ContactAttempt).values(row))
    said = {"way": way, "result": result}
    record(session, case, staff, audit.Event.CONTACT_TRIED, said, now, note_id=note_id)
