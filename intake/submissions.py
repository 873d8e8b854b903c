"""Submissions: sealed to the organisation's keys, immutable, each sent draft exactly once."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
    insert,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from . import drafts, letters
from .appendonly import guard_on_create, guard_sealed_on_create
from .assessment.model import Assessment
from .db import Base, UTCDateTime, connection_of
from .drafts import Draft
from .prepared import Prepared
from .publickeys import PublicKey
from .sealing import packed, seal

# Crockford's 32 letters and digits: no I, L, O or U, so that a reference survives a bad telephone line.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# The one change that a submission ever sees: the person erased it, and what could tell of them is emptied.
ERASING = (
    "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.id = OLD.id AND NEW.reference = OLD.reference "
    "AND NEW.received_at = OLD.received_at AND NEW.form_version = OLD.form_version "
    "AND NEW.rules_version = OLD.rules_version AND length(NEW.find_id) = 0 AND length(NEW.applicant_key) = 0 "
    "AND CAST(NEW.codes AS TEXT) = '[]' AND CAST(NEW.marks AS TEXT) = '[]' AND NEW.due_on IS NULL "
    "AND NEW.source IS NULL"
)

# Only an empty row is ever removed: no wish to erase and no row that a person could still come back to is lost so.
REMOVING = "OLD.erased_at IS NOT NULL"


class Submission(Base):
    """What the organisation may know before anybody opens the answers. A trigger refuses every change but erasing, and
    removing the row before that.

    `marks` are what the public door noticed about the sending, such as "fast" or "honeypot": labels for staff,
    never a reason to refuse.
    """

    __tablename__ = "submission"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    reference: Mapped[str] = mapped_column(String(11), unique=True)
    received_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    locale: Mapped[str] = mapped_column(String(16))
    form_version: Mapped[int] = mapped_column(SmallInteger)
    rules_version: Mapped[int] = mapped_column(SmallInteger)
    find_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    applicant_key: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[str] = mapped_column(String(8))
    level: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    codes: Mapped[list[str]] = mapped_column(JSON)
    source: Mapped[str | None] = mapped_column(String(120))
    marks: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    erased_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    # Empty rows, to be removed once no backup holds them. A row that is sent is not in it: sending costs no more.
    __table_args__ = (
        Index(
            "ix_submission_erased",
            "erased_at",
            postgresql_where=text("erased_at IS NOT NULL"),
            sqlite_where=text("erased_at IS NOT NULL"),
        ),
    )


_table = Submission.__table__
assert isinstance(_table, Table)  # noqa: S101 -- what a mapped class has; the type checker cannot know
guard_on_create(_table, ("UPDATE",), allowed=ERASING)
guard_on_create(_table, ("DELETE",), allowed=REMOVING)


class SubmissionBody(Base):
    """The sealed answers, apart from the row that lists read. A trigger refuses every change but another key."""

    __tablename__ = "submission_body"

    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


guard_sealed_on_create(SubmissionBody.__table__)


class Arrival(Base):
    """One row for each submission that no desk has admitted yet, so that looking for news costs nothing."""

    __tablename__ = "arrival"

    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    received_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)


# Built once: building a statement costs more than running it. Inserts on plain tables never read back.
_COARSE = tuple(column.key for column in _table.columns if column.key != "erased_at")
_ADD_ONCE = Prepared(
    {
        "sqlite": sqlite.insert(_table).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(_table).on_conflict_do_nothing(),
    },
    _COARSE,
)
_ADD_BODY = Prepared(insert(SubmissionBody.__table__), ("submission_id", "envelope"))  # type: ignore[arg-type]
_ADD_ARRIVAL = Prepared(insert(Arrival.__table__), ("submission_id", "received_at"))  # type: ignore[arg-type]


def reference_of(record_id: uuid.UUID) -> str:
    """The reference a person reads out, `K7QF3-M2XTB`: 50 bits of a hash of the record's id."""
    number = int.from_bytes(hashlib.sha256(b"intake/reference/v1" + record_id.bytes).digest()[:7], "big") >> 6
    letters_ = [ALPHABET[(number >> shift) & 31] for shift in range(45, -1, -5)]
    return "".join(letters_[:5]) + "-" + "".join(letters_[5:])


def submit(
    session: Session | Connection,
    draft: Draft,
    assessment: Assessment,
    *,
    answers: dict[str, Any],
    locale: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    """Seal `answers` and turn the draft into a submission, with the applicant's own receipt.

    The id comes from the draft: sending the same draft twice meets the primary key and changes nothing. All of
    it is one transaction, which the caller commits. Inserts never read back, so the public database role needs
    no SELECT on a submission.
    """
    reference = reference_of(draft.id)
    coarse = {
        "id": draft.id,
        "reference": reference,
        "received_at": now,
        "locale": locale,
        "form_version": draft.form_version,
        "rules_version": assessment.version,
        "find_id": draft.keys.find_id,
        "applicant_key": draft.applicant_key,
        "outcome": assessment.outcome.value,
        "level": int(assessment.level),
        "due_on": assessment.due_on,
        "codes": list(assessment.codes),
        "source": draft.source,
        "marks": list(draft.extra.get("marks", [])),
    }
    connection = connection_of(session)
    if _ADD_ONCE.run(connection, coarse) == 0:
        return
    sealed = {
        "answers": answers,
        "typed": draft.typed,
        "started_at": draft.started_at.isoformat(),
        "family": draft.extra.get("family"),
    }
    envelope = seal(packed(sealed), table="submission", record_id=draft.id.bytes, recipients=recipients)
    _ADD_BODY.run(connection, {"submission_id": draft.id, "envelope": envelope})
    _ADD_ARRIVAL.run(connection, {"submission_id": draft.id, "received_at": now})
    letters.write(
        connection,
        letter_id=draft.id,
        find_id=draft.keys.find_id,
        to=draft.keys,
        kind="receipt",
        content={
            "reference": reference,
            "code": draft.code,
            "received_at": now.isoformat(),
            "outcome": assessment.outcome.value,
            "codes": list(assessment.codes),
            "form_version": draft.form_version,
            "answers": answers,
        },
        now=now,
    )
    drafts.close(connection, draft, now)
