"""Letters to the applicant: only the return code opens them.

What staff and the desk write is sealed to the applicant's public key. What the person's own visit writes for the
person is closed under a key of the code itself, which is at hand there and costs a fraction.

Kinds: "receipt" (what was sent), "copy" (the answers after a change by the person), "sent" (the person's own
message), "message" (from staff), "status" (one for each submission, replaced as its case moves on).
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, LargeBinary, String, Uuid, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, UTCDateTime, connection_of
from .prepared import Prepared
from .publickeys import PublicKey
from .returncode import CodeKeys
from .sealing import (
    BadEnvelope,
    CannotOpen,
    is_symmetric,
    open_envelope,
    open_symmetric,
    packed,
    seal,
    seal_symmetric,
)


class Letter(Base):
    """One sealed letter; the receipt of a submission carries the submission's own id."""

    __tablename__ = "letter"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    find_id: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A letter that its return code has opened, in memory for one request."""

    id: uuid.UUID
    kind: str
    written_at: dt.datetime
    content: dict[str, Any]


def status_id(submission_id: uuid.UUID) -> uuid.UUID:
    """The id of the one status letter of a submission."""
    return uuid.uuid5(submission_id, "status")


_COLUMNS = ("id", "find_id", "kind", "envelope", "written_at")
_add = Prepared(insert(Letter.__table__), _COLUMNS)  # type: ignore[arg-type]


def write(
    session: Session | Connection,
    *,
    letter_id: uuid.UUID,
    find_id: bytes,
    to: PublicKey | CodeKeys,
    kind: str,
    content: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    """Seal `content` (JSON-able) to the applicant and add it in this transaction.

    Raises IntegrityError when there is a letter with this id.
    """
    row = {"id": letter_id, "find_id": find_id, "kind": kind, "envelope": _seal(letter_id, to, content)}
    _add.run(connection_of(session), row | {"written_at": now})


def replace(
    session: Session,
    *,
    letter_id: uuid.UUID,
    find_id: bytes,
    to: PublicKey,
    kind: str,
    content: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    """As `write`, in the place of the letter with this id, if there is one."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    fresh = {"find_id": find_id, "kind": kind, "envelope": _seal(letter_id, to, content), "written_at": now}
    added = dialect.insert(Letter).values(fresh | {"id": letter_id})
    session.execute(added.on_conflict_do_update(index_elements=[Letter.id], set_=fresh))


def remove_all(session: Session, find_id: bytes) -> None:
    """Remove every letter under this find-id, for good."""
    gone = delete(Letter).where(Letter.find_id == find_id)
    session.execute(gone.execution_options(synchronize_session=False))


_receipt = select(Letter.id, Letter.envelope).where(Letter.kind == "receipt", Letter.find_id == bindparam("find_id"))
_all = (
    select(Letter.id, Letter.kind, Letter.written_at, Letter.envelope)
    .where(Letter.find_id == bindparam("find_id"))
    .order_by(Letter.written_at, Letter.id)
)


def receipt(session: Session, keys: CodeKeys) -> dict[str, Any] | None:
    """The opened receipt of what was sent under this return code, or None when nothing was."""
    row = session.execute(_receipt, {"find_id": keys.find_id}).first()
    return _open(row.id, row.envelope, keys) if row is not None else None


def opened(session: Session, keys: CodeKeys) -> list[Opened]:
    """Every letter under this return code, opened, oldest first; one that does not open is left out."""
    found = []
    for row in session.execute(_all, {"find_id": keys.find_id}):
        try:
            found.append(Opened(row.id, row.kind, row.written_at, _open(row.id, row.envelope, keys)))
        except (CannotOpen, BadEnvelope, ValueError):
            continue
    return found


def _open(letter_id: uuid.UUID, envelope: bytes, keys: CodeKeys) -> dict[str, Any]:
    place: dict[str, Any] = {"table": "letter", "record_id": letter_id.bytes}
    if is_symmetric(envelope):
        plain = open_symmetric(keys.letter_key, envelope, **place)
    else:
        plain = open_envelope(envelope, private=keys.applicant, **place)
    content: dict[str, Any] = json.loads(plain)
    return content


def _seal(letter_id: uuid.UUID, to: PublicKey | CodeKeys, content: Mapping[str, Any]) -> bytes:
    if isinstance(to, CodeKeys):
        return seal_symmetric(to.letter_key, packed(content), table="letter", record_id=letter_id.bytes)
    return seal(packed(content), table="letter", record_id=letter_id.bytes, recipients=[to])
