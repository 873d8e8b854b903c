"""The tables of the checks that come before the work: requests of one person, and conflicts of interest.

Codes, days and keyed tokens lie in the clear; names, notes and reasons are sealed.
"""

import datetime as dt
import uuid

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from ..appendonly import guard_sealed_on_create
from ..db import Base, UTCDateTime

OPEN, LINKED, DISMISSED = "open", "linked", "dismissed"
UNCHECKED, POSSIBLE, CLEAR, CONFLICT = "unchecked", "possible", "clear", "conflict"
# Whose name a token stands for.
LISTED, APPLICANT, OPPOSING, HELPER = "listed", "applicant", "opposing", "helper"
# Any fixed number that no other part of the product locks on.
_LOCK = 7_151_129_003


def one_at_a_time(session: Session) -> None:
    """Of desks and of people who change the list one compares at a time, until its transaction ends.

    So two new cases see each other, and a new name sees the case that is admitted beside it. Call it before any
    row is locked or anything is traced. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


class CasePair(Base):
    """Two cases that may be of one person; `a_id` is the smaller id. `why` are codes of `pairs.WHY`.

    `envelope` is the reason of who dismissed it, sealed under both ids.
    """

    __tablename__ = "case_pair"

    a_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), primary_key=True)
    b_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    why: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    found_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_case_pair_state", "state", "found_at", "a_id", "b_id"),)


class PairToken(Base):
    """A keyed hash by which requests of one person find each other, see `comparing.Person.same`."""

    __tablename__ = "pair_token"

    token: Mapped[bytes] = mapped_column(LargeBinary(12), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class ConflictName(Base):
    """Somebody whose name every new case is compared with; the envelope holds name, year of birth and note."""

    __tablename__ = "conflict_name"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    added_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


guard_sealed_on_create(ConflictName.__table__)


class ConflictToken(Base):
    """A keyed hash of a name on the list (`holder_id` is its id) or in a case, so that comparing opens nothing."""

    __tablename__ = "conflict_token"

    token: Mapped[bytes] = mapped_column(LargeBinary(12), primary_key=True)
    side: Mapped[str] = mapped_column(String(10), primary_key=True)
    holder_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, index=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class ConflictMatch(Base):
    """A name of a case that sounds like one of the list or of another case: whose name of each, and when seen.

    It stays after the decision: what was decided once holds up the case no second time.
    """

    __tablename__ = "conflict_match"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), primary_key=True)
    holder_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, index=True)
    mine: Mapped[str] = mapped_column(String(10), primary_key=True)
    theirs: Mapped[str] = mapped_column(String(10), primary_key=True)
    found_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class ConflictCheck(Base):
    """One decision about a conflict of interest: `result` is "clear" or "conflict", the reason is sealed."""

    __tablename__ = "conflict_check"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), index=True)
    result: Mapped[str] = mapped_column(String(10))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


guard_sealed_on_create(ConflictCheck.__table__)
