"""The audit trail: a chain of hashes over everything that staff, the desk and the command line did.

Each event carries the hash of the one before it, so an edit, a removal or a new order breaks the chain there.
What the chain alone cannot show is a missing end; for that, an anchor (a sequence number and a hash, written
down elsewhere) is compared. The trail holds labels and codes, never what a person wrote.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Index, Integer, String, Table, Text, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from .appendonly import Verb, guard_on_create
from .auditevents import DETAIL_KEYS as DETAIL_KEYS
from .auditevents import Event as Event
from .db import Base, UTCDateTime

Detail: TypeAlias = str | int | bool | list[str] | None

GENESIS = "0" * 64
VERBS: tuple[Verb, ...] = ("UPDATE", "DELETE", "TRUNCATE")

# Any fixed number that no other part of the product locks on.
_LOCK = 7_151_129_001
_BLOCK = 2_000
_LABEL = re.compile(r"[a-z]+(:[A-Za-z0-9_.-]+)?")
_SUBJECT = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
_CODE = re.compile(r"[A-Za-z0-9_.:,+-]{0,80}")
_PURPOSE_CHARACTERS = 500


class AuditEvent(Base):
    """One link of the chain. `details` is canonical JSON text, because the hash is taken over its bytes."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    event: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    # What the page of the trail asks: one person's, or of one kind, the newest first.
    __table_args__ = (Index("ix_audit_event_actor", "actor", "seq"), Index("ix_audit_event_event", "event", "seq"))


_table = AuditEvent.__table__
assert isinstance(_table, Table)  # noqa: S101 -- what a mapped class has; the type checker cannot know
guard_on_create(_table, VERBS)

_last = select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
_ANCHOR = re.compile(r"(\d{1,12}):([0-9a-f]{64})")
_number = select(AuditEvent.seq, AuditEvent.hash)
_all = select(
    AuditEvent.seq,
    AuditEvent.at,
    AuditEvent.actor,
    AuditEvent.event,
    AuditEvent.subject,
    AuditEvent.details,
    AuditEvent.previous,
    AuditEvent.hash,
).order_by(AuditEvent.seq)


def append(
    session: Session,
    *,
    actor: str,
    event: Event | str,
    subject: str,
    details: Mapping[str, Detail] | None = None,
    now: dt.datetime,
) -> int:
    """Add one event to the chain and return its number, from 1 without gaps; the caller commits.

    `actor` is a label such as `staff:3`, `desk` or `cli`; `subject` is a reference or label. Appends wait for
    one another until commit, so do this last in a transaction: after the rows it speaks of are locked.

    Raises:
        ValueError: an unknown event, a detail that is not on the list, or text where a code belongs. The
            message names the key and never holds the value.
    """
    said = _canonical(details or {})
    if _LABEL.fullmatch(actor) is None or _SUBJECT.fullmatch(subject) is None:
        raise ValueError("An audit event needs labels for actor and subject.")
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    seq, previous = anchor(session)
    row = (seq + 1, now.astimezone(dt.UTC), actor, Event(event).value, subject, said, previous)
    names = ("seq", "at", "actor", "event", "subject", "details", "previous")
    session.execute(insert(AuditEvent).values(dict(zip(names, row, strict=True)) | {"hash": _hash(*row)}))
    return seq + 1


def anchor(session: Session) -> tuple[int, str]:
    """Number and hash of the last event, to be kept elsewhere; (0, 64 zeros) for an empty trail."""
    row = session.execute(_last).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `first_bad_seq` is None when all is well; `count` events were read."""

    ok: bool
    first_bad_seq: int | None
    sentence: str
    count: int


def verify(session: Session, anchor: tuple[int, str] | None = None) -> Verdict:
    """Read the whole trail, oldest first, and say whether it is whole.

    With `anchor`, the event of that number must still be there with that hash: this finds a removed end, and
    a chain that was written anew. Reads in blocks, so memory does not grow with the trail.
    """
    if anchor is not None and anchor != (0, GENESIS):
        row = session.execute(_number.where(AuditEvent.seq == anchor[0])).first()
        if row is not None and row.hash != anchor[1]:
            first = verify_part(session, (0, GENESIS), None)[0]
            return first if not first.ok and (first.first_bad_seq or 0) < anchor[0] else _not_in_anchor(anchor[0])
        anchored = row is not None
    else:
        anchored = True
    verdict, count, _hash_of_last = verify_part(session, (0, GENESIS), None)
    if not verdict.ok:
        return verdict
    if not anchored:
        return _bad(count + 1, f"The trail ends after event {count}, before the anchor.", count)
    told = "The end fits the anchor." if anchor else "No anchor was given: a missing end cannot be seen."
    return Verdict(True, None, f"All {count} events are whole and in order. {told}", count)


def verify_part(session: Session, after: tuple[int, str], most: int | None) -> tuple[Verdict, int, str]:
    """Check at most `most` events after the event of this number and hash; (verdict, last number, last hash).

    The verdict's `count` is how many events were read. An event that is missing at the very end is not seen.
    """
    (last, previous), read = after, 0
    part = _all.where(AuditEvent.seq > last) if last else _all
    with closing(session.execute((part.limit(most) if most else part).execution_options(yield_per=_BLOCK))) as rows:
        for row in rows:
            problem = ""
            if row.seq != last + 1:
                problem = f"Event {last + 1} is missing."
            elif row.hash != _hash(*row[:7]):
                problem = f"Event {row.seq} was changed."
            elif row.previous != previous:
                problem = f"Event {row.seq} does not follow the one before it."
            if problem:
                return _bad(last + 1, problem, read), last, previous
            last, previous, read = row.seq, row.hash, read + 1
    return Verdict(True, None, "", read), last, previous


def read_anchor(text: str) -> tuple[int, str] | None:
    """Number and hash of an anchor as it is written, `1204:9f2c…`; None for anything else."""
    found = _ANCHOR.fullmatch(text.strip())
    return (int(found[1]), found[2]) if found else None


def anchor_fits(session: Session, anchor: tuple[int, str]) -> bool:
    """Whether the event of this number is there with this hash; it says nothing of the events before it."""
    row = session.execute(_number.where(AuditEvent.seq == anchor[0])).first()
    return anchor == (0, GENESIS) or (row is not None and row.hash == anchor[1])


def _not_in_anchor(seq: int) -> Verdict:
    return _bad(seq, f"Event {seq} is not the one in the anchor.", seq)


def _bad(seq: int, sentence: str, count: int) -> Verdict:
    return Verdict(False, seq, sentence, count)


def _hash(seq: int, at: dt.datetime, actor: str, event: str, subject: str, details: str, previous: str) -> str:
    parts = [
        "intake/audit/v1",
        seq,
        at.isoformat(timespec="microseconds"),
        actor,
        event,
        subject,
        details,
        previous,
    ]
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode("ascii")).hexdigest()


def _canonical(details: Mapping[str, Detail]) -> str:
    for key, value in details.items():
        if key not in DETAIL_KEYS:
            raise ValueError(f"An audit event may not say {key!r}.")
        if key == "purpose":
            fits = isinstance(value, str) and len(value) <= _PURPOSE_CHARACTERS
        else:
            fits = all(
                one is None or isinstance(one, int) or _CODE.fullmatch(one)
                for one in (value if isinstance(value, list) else [value])
            )
        if not fits:
            raise ValueError(f"The detail {key!r} of an audit event must be a code or a number.")
    return json.dumps(dict(details), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
