"""Mail that waits to be sent. Whom it goes to and what it says is sealed; the desk alone opens it, to send it.

A desk claims a mail with a lease, sends it, and settles it. While the lease runs nobody else touches the mail. A lease
that ran out was held by a desk that ended in between: nobody knows whether that mail went out. It is tried once more
and no more than once, so that a mail comes twice at worst; after that a person decides.
"""

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Uuid,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, UTCDateTime
from .publickeys import PublicKey
from .sealing import seal

TABLE = "outbox"

# Longer than the longest conversation with a mail server, see mailing.LONGEST_SECONDS.
LEASE: Final = dt.timedelta(minutes=10)
_MINUTES = (1, 5, 15, 60, 180, 360)
PAUSES: Final = tuple(dt.timedelta(minutes=count) for count in _MINUTES)
GIVE_UP_AFTER: Final = dt.timedelta(days=4)
KEPT_FOR: Final = dt.timedelta(days=30)
MOST_COUNTED: Final = 1_000
# A desk ended, or lost the server, just when nobody could know whether the mail had been taken.
INTERRUPTED, EXPIRED, GIVEN_UP = "interrupted", "expired", "given_up"


class Outbox(Base):
    """One mail. `next_try_at` is None once it was sent or given up; the envelope is gone once it was sent.

    `interrupted` counts how often nobody could know whether it was sent. `failed_at` means that a person must decide.
    `once` names what the mail is about: a second mail of the same name is not queued. `case_id` lets an erasing
    find what belongs to a case. `error` is a code, never what a server said.
    """

    __tablename__ = "outbox"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    once: Mapped[str | None] = mapped_column(String(80), unique=True)
    case_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    leased_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    interrupted: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(String(24))
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_outbox_next", "next_try_at", "id"), Index("ix_outbox_failed", "failed_at"))


def put(
    session: Session,
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    once: str | None = None,
    case_id: uuid.UUID | None = None,
) -> bool:
    """Queue one plain-text mail, sealed to the organisation's keys; False when one of the same `once` is there.

    `subject` and `text` name no person: a mail passes through the hands of others.
    """
    if once is not None and session.scalar(select(Outbox.id).where(Outbox.once == once)) is not None:
        return False
    made = uuid.uuid4()
    plain = json.dumps({"to": to, "subject": subject, "text": text}, ensure_ascii=False).encode()
    envelope = seal(plain, table=TABLE, record_id=made.bytes, recipients=recipients)
    row = {"id": made, "kind": kind, "once": once, "case_id": case_id, "created_at": now, "next_try_at": now}
    try:
        with session.begin_nested():
            session.execute(insert(Outbox).values(row | {"tries": 0, "envelope": envelope}))
    except IntegrityError:  # two queued the same at once
        return False
    return True


@dataclass(frozen=True, slots=True, repr=False)
class Claimed:
    """One mail that this desk may send until `leased_until`, still sealed."""

    id: uuid.UUID
    created_at: dt.datetime
    leased_until: dt.datetime
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How sending ended. `code` says what went wrong, empty when the server took the mail.

    `dead` means that trying again is of no use, `unsure` that the mail may have been taken all the same.
    """

    code: str = ""
    dead: bool = False
    unsure: bool = False


SENT: Final = Outcome()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in the outbox: how much waits, how much failed (each at most `MOST_COUNTED`)."""

    waiting: int
    failed: int
    oldest: dt.datetime | None


_waiting = Outbox.next_try_at.is_not(None)
_failed = Outbox.failed_at.is_not(None)
_PLAIN: dict[str, Any] = {"synchronize_session": False}


def is_due(session: Session, now: dt.datetime) -> bool:
    """Whether there is something to claim."""
    return session.scalar(select(Outbox.id).where(*_due(now)).limit(1)) is not None


def claim(session: Session, now: dt.datetime) -> Claimed | None:
    """Lease the mail that waits longest for its turn; None when nothing is due. The caller commits before sending.

    A mail that was interrupted twice, or lay here for days while mail was off, is set aside as failed instead.
    """
    due = select(Outbox).where(*_due(now)).order_by(Outbox.next_try_at, Outbox.id).limit(1)
    while (row := session.scalar(due.with_for_update(skip_locked=True))) is not None:
        row.interrupted += row.leased_until is not None
        if row.interrupted > 1 or row.envelope is None or now - row.created_at > GIVE_UP_AFTER:
            _fail(row, INTERRUPTED if row.interrupted > 1 else EXPIRED, now)
            session.flush()
            continue
        row.leased_until = now + LEASE
        row.tries += 1
        session.flush()
        return Claimed(row.id, row.created_at, row.leased_until, row.envelope)
    return None


def settle(session: Session, claimed: Claimed, outcome: Outcome, now: dt.datetime) -> bool:
    """Write down how sending ended; False when the lease is lost or the mail is gone, then nothing is written."""
    mine = select(Outbox).where(Outbox.id == claimed.id, Outbox.leased_until == claimed.leased_until)
    row = session.scalar(mine.with_for_update())
    if row is None:
        return False
    row.leased_until = None
    if not outcome.code:
        row.sent_at, row.next_try_at, row.error, row.envelope = now, None, None, None
        return True
    row.interrupted += outcome.unsure
    again = now + PAUSES[min(row.tries, len(PAUSES)) - 1]
    if outcome.dead or row.interrupted > 1 or again - row.created_at > GIVE_UP_AFTER:
        _fail(row, outcome.code, now)
    else:
        row.error, row.next_try_at = outcome.code, again
    return True


def standing(session: Session) -> Standing:
    """How much waits and how much failed, and since when the oldest waits."""

    def counted(condition: Any) -> int:
        some = select(Outbox.id).where(condition).limit(MOST_COUNTED).subquery()
        return session.scalar(select(func.count()).select_from(some)) or 0

    return Standing(
        counted(_waiting), counted(_failed), session.scalar(select(func.min(Outbox.created_at)).where(_waiting))
    )


def waiting(session: Session, most: int) -> Sequence[Outbox]:
    """Mail that waits, next one first. The envelopes stay closed."""
    return session.scalars(select(Outbox).where(_waiting).order_by(Outbox.next_try_at, Outbox.id).limit(most)).all()


def failed(session: Session, most: int) -> Sequence[Outbox]:
    """Mail about which a person must decide, latest first."""
    return session.scalars(select(Outbox).where(_failed).order_by(Outbox.failed_at.desc(), Outbox.id).limit(most)).all()


def try_again(session: Session, mail_id: uuid.UUID, now: dt.datetime) -> bool:
    """Put a failed mail back at its first try; False when it does not wait for a decision."""
    fresh = {"failed_at": None, "next_try_at": now, "leased_until": None, "tries": 0, "interrupted": 0}
    # The days in which it is tried begin anew, and so does the date on the mail.
    return _decide(session, mail_id, fresh | {"created_at": now, "error": None})


def give_up(session: Session, mail_id: uuid.UUID) -> bool:
    """Empty a failed mail for good; False when it does not wait for a decision."""
    return _decide(session, mail_id, {"failed_at": None, "error": GIVEN_UP, "envelope": None})


def remove_of(session: Session, case_id: uuid.UUID) -> None:
    """Remove all mail of a case, sent or not."""
    session.execute(delete(Outbox).where(Outbox.case_id == case_id).execution_options(**_PLAIN))


def purge(session: Session, now: dt.datetime) -> int:
    """Remove what was sent or given up a month ago; returns how many."""
    done = Outbox.next_try_at.is_(None), Outbox.failed_at.is_(None), Outbox.created_at < now - KEPT_FOR
    removed = session.execute(delete(Outbox).where(*done).execution_options(**_PLAIN))
    return int(removed.rowcount)  # type: ignore[attr-defined]


def _due(now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return Outbox.next_try_at <= now, or_(Outbox.leased_until.is_(None), Outbox.leased_until <= now)


def _fail(row: Outbox, code: str, now: dt.datetime) -> None:
    row.failed_at, row.next_try_at, row.leased_until, row.error = now, None, None, code


def _decide(session: Session, mail_id: uuid.UUID, values: dict[str, Any]) -> bool:
    chosen = update(Outbox).where(Outbox.id == mail_id, _failed, Outbox.envelope.is_not(None))
    return bool(session.execute(chosen.values(values).execution_options(**_PLAIN)).rowcount)  # type: ignore[attr-defined]
