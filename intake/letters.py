"""Letters to the applicant, each sealed to the applicant's own key: only the return code opens them."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import LargeBinary, String, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, UTCDateTime
from .returncode import CodeKeys
from .sealing import PublicKey, open_envelope, seal


class Letter(Base):
    """One sealed letter; the receipt of a submission carries the submission's own id."""

    __tablename__ = "letter"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    find_id: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


def write(
    session: Session,
    *,
    letter_id: uuid.UUID,
    find_id: bytes,
    to: PublicKey,
    kind: str,
    content: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    """Seal `content` (JSON-able) to the applicant's key and add it to the session."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    envelope = seal(plain, table="letter", record_id=letter_id.bytes, recipients=[to])
    session.add(Letter(id=letter_id, find_id=find_id, kind=kind, envelope=envelope, written_at=now))


_receipt = select(Letter.id, Letter.envelope).where(Letter.kind == "receipt", Letter.find_id == bindparam("find_id"))


def receipt(session: Session, keys: CodeKeys) -> dict[str, Any] | None:
    """The opened receipt of what was sent under this return code, or None when nothing was."""
    row = session.execute(_receipt, {"find_id": keys.find_id}).first()
    if row is None:
        return None
    plain = open_envelope(row.envelope, table="letter", record_id=row.id.bytes, private=keys.applicant)
    content: dict[str, Any] = json.loads(plain)
    return content
