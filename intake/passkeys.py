"""Passkeys: keys on a phone, a computer or a stick that stand for the code of the app, one row each."""

import datetime as dt
import hashlib
import uuid
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Uuid, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from .accounts import StaffMember
from .db import Base, UTCDateTime
from .locales import N_

LONGEST_NAME: Final = 60
MOST: Final = 10


class BadName(ValueError):
    """The name of a passkey is missing or taken, or there are too many; the message is a sentence for the person."""


class Passkey(Base):
    """The public half of one passkey. `sign_count` is what the key said of its uses; many always say 0."""

    __tablename__ = "passkey"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


def of(session: Session, member: StaffMember) -> list[Passkey]:
    """The passkeys of `member`, oldest first."""
    mine = select(Passkey).where(Passkey.staff_id == member.id)
    return list(session.scalars(mine.order_by(Passkey.created_at, Passkey.id)))


def tidy_name(session: Session, member: StaffMember, typed: str) -> str:
    """The name for one more passkey, as it is kept.

    Raises:
        BadName: it is empty, too long or taken, or `member` has as many as anybody may have.
    """
    name = " ".join(typed.split())
    mine = of(session, member)
    if not name or len(name) > LONGEST_NAME:
        raise BadName(N_("Give this passkey a name of at most 60 characters, such as: blue key."))
    if any(one.name.casefold() == name.casefold() for one in mine):
        raise BadName(N_("You have a passkey of this name. Choose another name."))
    if len(mine) >= MOST:
        raise BadName(N_("You have ten passkeys. Remove one first."))
    return name


def add(
    session: Session,
    member: StaffMember,
    *,
    name: str,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    now: dt.datetime,
) -> bool:
    """Keep a new passkey; False when this key is known already, whoever has it."""
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)) is not None:
        return False
    made = Passkey(
        id=uuid.uuid4(),
        staff_id=member.id,
        name=name,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return True


def remove(session: Session, member: StaffMember, passkey_id: uuid.UUID | None = None) -> int:
    """Remove one passkey of `member`, or all; returns how many. The code of the app always stays."""
    removing = delete(Passkey).where(Passkey.staff_id == member.id)
    if passkey_id is not None:
        removing = removing.where(Passkey.id == passkey_id)
    return int(session.execute(removing).rowcount)  # type: ignore[attr-defined]


def used(passkey: Passkey, sign_count: int, now: dt.datetime) -> None:
    """Note that the passkey proved itself."""
    passkey.sign_count, passkey.used_at = sign_count, now


def challenge_set(member: StaffMember, challenge: bytes) -> None:
    """Remember what a passkey of `member` is asked to sign; what was asked before counts no more."""
    member.passkey_challenge = hashlib.sha256(challenge).hexdigest()


def challenge_used(session: Session, member: StaffMember, challenge: bytes) -> bool:
    """Use up what was asked; False when it was used before or something else was asked since."""
    hashed = hashlib.sha256(challenge).hexdigest()
    done = session.execute(
        update(StaffMember)
        .where(StaffMember.id == member.id, StaffMember.passkey_challenge == hashed)
        .values(passkey_challenge=None)
        .execution_options(synchronize_session=False)
    )
    session.refresh(member, ["passkey_challenge"])
    return bool(done.rowcount)  # type: ignore[attr-defined]
