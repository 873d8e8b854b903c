"""What an applicant sends later: messages, dates, another contact, withdrawing, erasing. Sealed to the organisation."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Uuid, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from .appendonly import guard_sealed_on_create
from .db import Base, UTCDateTime
from .publickeys import PublicKey
from .sealing import packed, seal
from .submissions import Submission


class Kind(StrEnum):
    """What came in. The desk carries out the last two."""

    MESSAGE = "message"
    DATES = "dates"
    CONTACT = "contact"
    WITHDRAW = "withdraw"
    ERASE = "erase"


class Incoming(Base):
    """One thing that an applicant sent after the form; the public door adds rows and reads none."""

    __tablename__ = "incoming"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Submission.id), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


guard_sealed_on_create(Incoming.__table__)


class IncomingArrival(Base):
    """One row for each incoming that no desk has handled yet."""

    __tablename__ = "incoming_arrival"

    incoming_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Incoming.id), primary_key=True)
    received_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)


def send(
    session: Session,
    *,
    submission_id: uuid.UUID,
    kind: Kind,
    content: Mapping[str, Any],
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    incoming_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Seal `content` (JSON-able) to the organisation and add it; returns its id. The caller commits.

    MESSAGE: {"text", "locale"}. DATES and CONTACT: {"answers": new canonical values by question key,
    "removed": [keys], "typed": fields as typed}. WITHDRAW and ERASE: {}.
    """
    made = incoming_id or uuid.uuid4()
    envelope = seal(packed(content), table="incoming", record_id=made.bytes, recipients=recipients)
    row = {"id": made, "submission_id": submission_id, "kind": kind.value, "envelope": envelope}
    session.execute(insert(Incoming).values(row | {"received_at": now}))
    session.execute(insert(IncomingArrival).values(incoming_id=made, received_at=now))
    return made
