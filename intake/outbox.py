"""Mail that waits to be sent. Whom it goes to and what it says is sealed; the desk alone opens it, to send it."""

import datetime as dt
import json
import uuid
from collections.abc import Sequence

from sqlalchemy import Index, LargeBinary, SmallInteger, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, UTCDateTime
from .publickeys import PublicKey
from .sealing import seal

TABLE = "outbox"


class Outbox(Base):
    """One mail. `next_try_at` is None once it was sent or given up; the envelope is gone once it was sent.

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
    session.add(
        Outbox(
            id=made,
            kind=kind,
            once=once,
            case_id=case_id,
            created_at=now,
            next_try_at=now,
            tries=0,
            envelope=envelope,
        )
    )
    session.flush()
    return True
