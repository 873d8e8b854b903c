"""Reading the audit trail: who opened what; and watching it: a part of the chain is checked in every round of the desk.

Checking goes round and round, some thousand events at a time, so that the desk never stands still for it. What was
found is kept here; the proof that nobody cut off the end is an anchor that lies elsewhere, on paper or in a mailbox.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Engine, Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from . import audit, outbox
from .audit import AuditEvent, Event
from .db import Base, UTCDateTime, transaction
from .publickeys import PublicKey

MAIL: Final = "anchor"
PAGE: Final = 100
CHECK_AT_A_TIME: Final = 5_000
# A whole round of checks that takes longer than this means that the desk stands still.
CHECK_WITHIN: Final = dt.timedelta(days=2)

# What can be asked for, by the beginning of the name of an event.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "opened": (Event.CASE_OPENED, Event.CONFLICT_VIEWED, Event.CONFLICT_NAMES_READ),
    "exports": (
        Event.EXPORT_STARTED,
        Event.EXPORT_FINISHED,
        Event.EXPORT_ABORTED,
        Event.EXPORT_CANCELLED,
        Event.EXPORT_DOWNLOADED,
    ),
    "searches": (Event.SEARCH_MADE,),
    "trail": (Event.AUDIT_READ,),
    "people": tuple(one for one in Event if one.startswith(("staff:", "invitation:", "approval:"))),
    "keys": tuple(one for one in Event if one.startswith("keys:")),
    "cases": tuple(
        one
        for one in Event
        if one.startswith(("case:", "note:", "letter:", "contact:", "dates:", "document:", "family:", "pair:"))
        and one != Event.CASE_OPENED
    ),
}


class TrailCheck(Base):
    """How far the present round of checks has come, and what the last whole one found. There is one row, number 1.

    `bad_seq` is the first event that is not as it was written; it stays until a later round finds the trail whole.
    """

    __tablename__ = "trail_check"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    seq: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
    whole_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    whole_count: Mapped[int | None] = mapped_column(Integer)
    bad_seq: Mapped[int | None] = mapped_column(Integer)
    bad_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    sentence: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events to show; None or empty means any. `actor` and `subject` are labels as they stand in the trail."""

    group: str = ""
    actor: str = ""
    subject: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of events, the newest first; `next` is the number before which the next page begins, or None."""

    events: Sequence[AuditEvent]
    next: int | None


def find(session: Session, wanted: Wanted, before: int | None = None) -> Found:
    """The newest events that fit, at most `PAGE`, before the event of that number."""
    chosen: list[ColumnElement[bool]] = []
    if wanted.group in GROUPS:
        chosen.append(AuditEvent.event.in_([str(one) for one in GROUPS[wanted.group]]))
    if wanted.actor:
        chosen.append(AuditEvent.actor == wanted.actor)
    if wanted.subject:
        chosen.append(AuditEvent.subject == wanted.subject)
    if wanted.since is not None:
        chosen.append(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        chosen.append(AuditEvent.at < wanted.until)
    if before is not None:
        chosen.append(AuditEvent.seq < before)
    page = select(AuditEvent).where(*chosen).order_by(AuditEvent.seq.desc()).limit(PAGE + 1)
    events = session.scalars(page).all()
    more = len(events) > PAGE
    return Found(events[:PAGE], events[PAGE - 1].seq if more else None)


def state(session: Session) -> TrailCheck | None:
    """What the checks have found; None before the first."""
    return session.get(TrailCheck, 1)


def check_part(engine: Engine, now: dt.datetime, most: int = CHECK_AT_A_TIME) -> bool:
    """Check the next events of the present round; True when this ended a round.

    A round begins again from the first event, so a change anywhere is found within one round, also one that was made
    behind the place up to which an earlier round had come. A round that finds something wrong ends there. Events are
    read in a transaction that only reads: on SQLite nobody who sends waits for it.
    """
    with transaction(engine.execution_options(reads=True)) as session:
        before = _place(state(session))
        verdict, seq, digest = audit.verify_part(session, before, most)
    with transaction(engine) as session:
        row = session.get(TrailCheck, 1, with_for_update=True)
        if _place(row) != before:
            return False  # another desk went on meanwhile
        if row is None:
            row = TrailCheck(id=1, started_at=now, seq=0, hash=audit.GENESIS, sentence="")
            session.add(row)
        if verdict.ok and verdict.count >= most:
            row.seq, row.hash = seq, digest
            return False
        if not verdict.ok:
            _is_bad(row, verdict.first_bad_seq, verdict.sentence, now)
        elif row.whole_count is not None and seq < row.whole_count:
            _is_bad(row, seq + 1, f"The trail ends after event {seq}; it had {row.whole_count} events before.", now)
        else:
            row.whole_at, row.whole_count, row.sentence = now, seq, ""
            row.bad_seq = row.bad_at = None
        row.started_at, row.seq, row.hash = now, 0, audit.GENESIS
        return True


def _place(row: TrailCheck | None) -> tuple[int, str]:
    """Up to which event the present round has come."""
    return (row.seq, row.hash) if row is not None else (0, audit.GENESIS)


def _is_bad(row: TrailCheck, seq: int | None, sentence: str, now: dt.datetime) -> None:
    if row.bad_seq != seq or row.bad_at is None:
        row.bad_at = now
    row.bad_seq, row.sentence = seq, sentence


def mail_anchor(session: Session, to: str, day: dt.date, recipients: Sequence[PublicKey], now: dt.datetime) -> bool:
    """Queue the mail with the anchor of this day; False when it was queued already.

    Number and hash tell nothing about anybody. Whoever changes the trail afterwards cannot change that mail.
    """
    number, digest = audit.anchor(session)
    return outbox.put(
        session,
        kind=MAIL,
        to=to,
        subject=f"Anchor {day.isoformat()}",
        text=f"{number}:{digest}\n\nKeep this mail. To compare: python -m intake audit verify --anchor ANCHOR\n",
        recipients=recipients,
        now=now,
        once=f"{MAIL}:{day.isoformat()}",
    )
