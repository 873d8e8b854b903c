"""The tables of casework: coarse facts in the clear for the queue, everything a person wrote sealed."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ..appendonly import guard_sealed_on_create
from ..db import Base, UTCDateTime
from .triage import bits_of

PER_LEVEL = 1_000_000
# An unknown date ranks as risky, never last: as if it were a week after the request came in. A figure of ours.
UNKNOWN_DATE = dt.timedelta(days=7)


def priority(level: int, due_on: dt.date | None, received_at: dt.datetime) -> int:
    """Level and due date as one ascending number, so that one index serves the default order of the queue."""
    return level * PER_LEVEL + (due_on or (received_at + UNKNOWN_DATE).date()).toordinal()


def _received_at(context: Any) -> dt.datetime:
    received: dt.datetime = context.get_current_parameters()["received_at"]
    return received


def _claim_bits(context: Any) -> int:
    return bits_of(context.get_current_parameters()["claims"])


# What further filters ask of a case. Each index of an order ends with these, so that looking through thousands of
# cases for one page reads neighbours in the index, not a row each from all over the table.
LOOKED = (
    *("status", "level", "owner_id", "language", "interpreter", "place_kind", "state", "outcome", "claim_bits"),
    *("due_on", "unanswered_since", "follow_up_on", "follow_up_id"),
)


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


def _listing(name: str, *columns: str, where: str | None = None) -> Index:
    rest = (column for column in ("is_open", "received_at", *LOOKED) if column not in columns)
    return Index(name, *columns, *rest, **(_where(where) if where else {}))


class Case(Base):
    """One person's request as staff work on it. `version` grows with each change by staff.

    `contacted_at` is the first contact, `decided_at` when the case first came to one of `statuses.DECISIONS`.
    `unanswered_since` is when the first message came that nobody has answered yet, `last_incoming_at` when the
    applicant last sent anything. `follow_up_on` is the day on which the staff member `follow_up_id` wants to look
    at the case again. `indexed` says with which forms and key the case was made findable, see `tokens.stamp`: 0
    before the first time, None once it is erased. `held_from` is the status to which a case goes back when its hold
    ends; `closing_code` is the organisation's own code of how it ended.
    `compared` says the same of the comparing with other cases, see `comparing.stamp`. `pairs` is how many open pairs
    the case has, `duplicate_of` the case of the same person in which the work goes on. `conflict` is one of
    `checks.UNCHECKED`, POSSIBLE, CLEAR and CONFLICT: while it is "possible" nobody opens the answers. `legal_hold` is
    why the case must not be removed when its time is over, a code of `legalholds.REASONS`.
    """

    __tablename__ = "case"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("submission.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(11), unique=True)
    received_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    contacted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    status: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(24))
    held_from: Mapped[str | None] = mapped_column(String(24))
    closing_code: Mapped[str | None] = mapped_column(String(12))
    is_open: Mapped[bool] = mapped_column(Boolean)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    prio: Mapped[int] = mapped_column(Integer)
    level: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    due_code: Mapped[str | None] = mapped_column(String(24))
    reassess_on: Mapped[dt.date | None] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(8))
    codes: Mapped[list[str]] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON)
    form_version: Mapped[int] = mapped_column(SmallInteger)
    rules_version: Mapped[int] = mapped_column(SmallInteger)
    locale: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(40))
    interpreter: Mapped[bool | None] = mapped_column(Boolean)
    place_kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str | None] = mapped_column(String(2))
    claims: Mapped[list[str]] = mapped_column(JSON)
    claim_bits: Mapped[int] = mapped_column(Integer, default=_claim_bits, server_default="0")
    stages: Mapped[list[str]] = mapped_column(JSON)
    age_band: Mapped[str | None] = mapped_column(String(8))
    income_band: Mapped[str | None] = mapped_column(String(12))
    safe_contact: Mapped[list[str]] = mapped_column(JSON)
    source: Mapped[str | None] = mapped_column(String(120))
    marks: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    opened_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    opened_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    unanswered_since: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    # The request itself is the first thing that comes in.
    last_incoming_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=_received_at)
    follow_up_on: Mapped[dt.date | None] = mapped_column(Date)
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    erased_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    indexed: Mapped[int | None] = mapped_column(Integer, default=0, server_default="0")
    compared: Mapped[int | None] = mapped_column(Integer, default=0, server_default="0")
    pairs: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    duplicate_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case.id"), index=True)
    conflict: Mapped[str] = mapped_column(String(10), default="unchecked", server_default="unchecked")
    conflict_checked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    legal_hold: Mapped[str | None] = mapped_column(String(16))

    # Each begins with what a page is filtered by and goes on with its order: a page is read and never sorted.
    # Which page uses which is said in `orders`.
    __table_args__ = (
        _listing("ix_case_open", "is_open", "prio", "received_at", "id"),
        _listing("ix_case_status", "status", "prio", "received_at", "id"),
        _listing("ix_case_owner", "owner_id", "is_open", "prio", "received_at", "id"),
        # PostgreSQL does not read "owner_id IS NULL" from the index above in order.
        _listing("ix_case_nobody", "is_open", "prio", "received_at", "id", where="owner_id IS NULL"),
        _listing("ix_case_language", "language", "is_open", "prio", "received_at", "id"),
        _listing("ix_case_state", "state", "is_open", "prio", "received_at", "id"),
        Index("ix_case_reassess", "is_open", "reassess_on"),
        # For figures about the latest cases, whatever their status.
        Index("ix_case_received", "received_at"),
        Index("ix_case_indexed", "indexed"),
        _listing("ix_case_age", "is_open", "received_at", "id"),
        _listing("ix_case_level", "is_open", "level", "received_at", "id"),
        _listing("ix_case_incoming", "is_open", "last_incoming_at", "id"),
        _listing("ix_case_due", "is_open", "due_on", "received_at", "id"),
        _listing("ix_case_owner_age", "owner_id", "is_open", "received_at", "id"),
        _listing("ix_case_owner_level", "owner_id", "is_open", "level", "received_at", "id"),
        _listing("ix_case_owner_incoming", "owner_id", "is_open", "last_incoming_at", "id"),
        _listing("ix_case_owner_due", "owner_id", "is_open", "due_on", "received_at", "id"),
        _listing("ix_case_reply", "unanswered_since", "id", where="unanswered_since IS NOT NULL"),
        _listing("ix_case_owner_reply", "owner_id", "unanswered_since", "id", where="unanswered_since IS NOT NULL"),
        _listing(
            "ix_case_nobody_reply",
            "unanswered_since",
            "id",
            where="unanswered_since IS NOT NULL AND owner_id IS NULL",
        ),
        _listing("ix_case_follow_up", "follow_up_id", "follow_up_on", "id", where="follow_up_on IS NOT NULL"),
        Index("ix_case_compared", "compared"),
        # What is past its time, and what must not be removed.
        Index("ix_case_ended", "status", "updated_at", "id", **_where("erased_at IS NULL")),
        Index("ix_case_legal_hold", "legal_hold", **_where("legal_hold IS NOT NULL")),
    )


class CaseEvent(Base):
    """One line of a case's timeline: what happened, who did it, allow-listed details, never an answer."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    event: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    note_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("note.id"))


class Note(Base):
    """What a staff member wrote about a case, sealed to the organisation's keys.

    `replaces` is the id of the first wording, for a later wording of the same note.
    """

    __tablename__ = "note"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    written_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    replaces: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


guard_sealed_on_create(Note.__table__, but=("replaces",))


class Correction(Base):
    """Answers about dates that staff corrected, with the reason, sealed to the organisation's keys."""

    __tablename__ = "correction"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


guard_sealed_on_create(Correction.__table__)


class FamilyLink(Base):
    """Two cases of one family; the smaller id stands first. `staff_id` is None where the applicant said so."""

    __tablename__ = "family_link"

    one_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), primary_key=True)
    other_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))


class TakenIntake(Base):
    """A form that a staff member fills in for somebody, for a day: so that a call that broke off can go on.

    `envelope` holds the root of the return code, sealed to the organisation's keys; `language` is the code of the
    person's page language, empty where the form is not offered in it. `sent_at` is None until the form is sent.
    """

    __tablename__ = "taken_intake"

    draft_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    way: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


class SavedSearch(Base):
    """Filters that a staff member kept under a name. `query` holds parameters of the queue's address, by allow-list.

    With `alert` the desk tells its owner by e-mail of new cases that fit: at most once an hour, `alerted_at`, and of
    what was admitted after the timeline row `seen_event`.
    """

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[dict[str, str]] = mapped_column(JSON)
    shared: Mapped[bool] = mapped_column(Boolean, index=True)
    alert: Mapped[bool] = mapped_column(Boolean, index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    alerted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    seen_event: Mapped[int] = mapped_column(Integer)


class SetAside(Base):
    """A submission that the desk could not open or read: it waits here and blocks nobody. See `check`."""

    __tablename__ = "set_aside"

    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    received_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    failed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(24))


class SearchToken(Base):
    """One form of a name, or one number or address, of one case: a keyed hash, see `tokens`. Never the thing itself."""

    __tablename__ = "search_token"

    token: Mapped[bytes] = mapped_column(LargeBinary(12), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    weight: Mapped[int] = mapped_column(SmallInteger)

    # On SQLite the key is the table: half the size of a table with an index beside it.
    __table_args__ = ({"sqlite_with_rowid": False},)
