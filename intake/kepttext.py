"""What a staff member typed when the time of the session was over: sealed, for the same person alone, for a while."""

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ForeignKey, LargeBinary, Uuid, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .appendonly import guard_sealed_on_create
from .db import Base, UTCDateTime
from .publickeys import PublicKey
from .sealing import CannotOpen, seal
from .unsealing import Keyring

KEPT_FOR: Final = dt.timedelta(hours=12)
MOST_BYTES: Final = 200_000
_TABLE = "kept_text"


class KeptText(Base):
    """The last form of one person that was refused for want of time. Which page and what was typed is sealed."""

    __tablename__ = _TABLE

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), unique=True)
    kept_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


guard_sealed_on_create(KeptText.__table__)


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """A form as it was sent: the path it was sent to, and its fields in their order, names may repeat."""

    path: str
    fields: tuple[tuple[str, str], ...]


def keep(session: Session, staff_id: int, kept: Kept, recipients: Sequence[PublicKey], now: dt.datetime) -> bool:
    """Keep the form in place of an earlier one of this person; False when it is too long to be kept."""
    content = json.dumps({"path": kept.path, "fields": kept.fields}).encode()
    if len(content) > MOST_BYTES:
        return False
    forget(session, staff_id)
    row_id = uuid.uuid4()
    envelope = seal(content, table=_TABLE, record_id=row_id.bytes, recipients=recipients)
    session.add(KeptText(id=row_id, staff_id=staff_id, kept_at=now, envelope=envelope))
    session.flush()
    return True


def find(session: Session, staff_id: int, keyring: Keyring, now: dt.datetime) -> Kept | None:
    """What is kept for this person; None when there is nothing, its time is over, or no key opens it."""
    row = session.scalar(select(KeptText).where(KeptText.staff_id == staff_id, KeptText.kept_at > now - KEPT_FOR))
    if row is None:
        return None
    try:
        content = json.loads(keyring.open(row.envelope, table=_TABLE, record_id=row.id.bytes))
    except CannotOpen:
        return None
    return Kept(content["path"], tuple((name, value) for name, value in content["fields"]))


def forget(session: Session, staff_id: int) -> None:
    """Remove what is kept for this person."""
    session.execute(delete(KeptText).where(KeptText.staff_id == staff_id).execution_options(synchronize_session=False))


def purge(session: Session, now: dt.datetime) -> None:
    """Remove what was kept for too long."""
    old = delete(KeptText).where(KeptText.kept_at <= now - KEPT_FOR)
    session.execute(old.execution_options(synchronize_session=False))
