"""Checks at the source, of places to send people and of figures of law: who looked, when, and what they found."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Index, Integer, Row, String, Table, Text, cast, func, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .accounts import StaffMember
from .appendonly import Verb, guard_on_create
from .db import Base, UTCDateTime

VERBS: Final[tuple[Verb, ...]] = ("UPDATE", "DELETE", "TRUNCATE")
PLACE, FIGURE = "referral", "figure"


class Found(StrEnum):
    """What somebody found. Codes are permanent."""

    RIGHT = "right"
    CHANGED = "changed"
    GONE = "gone"


class Verification(Base):
    """One check. `subject` is `referral:KEY` or `figure:KEY`, `actor` a label such as `staff:3`.

    `said` is what the source says instead, for a figure that has changed.
    """

    __tablename__ = "verification"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    subject: Mapped[str] = mapped_column(String(80))
    found: Mapped[str] = mapped_column(String(8))
    said: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(80))

    __table_args__ = (Index("ix_verification_subject", "subject", "id"),)


_table = Verification.__table__
assert isinstance(_table, Table)  # noqa: S101 -- what a mapped class has; the type checker cannot know
guard_on_create(_table, VERBS)


def label(kind: str, key: str) -> str:
    """The subject of checks of one place or one figure."""
    return f"{kind}:{key}"


def record(session: Session, subject: str, found: Found, *, actor: str, now: dt.datetime, said: str = "") -> None:
    """Write one check down; it is never changed."""
    session.add(Verification(subject=subject, found=found.value, said=said, at=now, actor=actor))
    session.flush()


def newest(session: Session, kind: str) -> dict[str, Verification]:
    """The last check of each place or each figure, by its key."""
    last = select(func.max(Verification.id)).where(Verification.subject.startswith(f"{kind}:", autoescape=True))
    rows = session.scalars(select(Verification).where(Verification.id.in_(last.group_by(Verification.subject))))
    return {row.subject.partition(":")[2]: row for row in rows}


def history(session: Session, subject: str, most: int = 10) -> Sequence[Row[*tuple[Any, ...]]]:
    """The last checks of one place or figure, the newest first: rows of at, found, said, name."""
    who = Verification.actor == literal("staff:") + cast(StaffMember.id, String)
    return session.execute(
        select(Verification.at, Verification.found, Verification.said, StaffMember.name)
        .outerjoin(StaffMember, who)
        .where(Verification.subject == subject)
        .order_by(Verification.id.desc())
        .limit(most)
    ).all()
