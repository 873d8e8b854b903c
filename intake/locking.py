"""Locking one's own account: a link by mail that works once and for half an hour; an administrator unlocks."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from . import accounts, outbox, passkeys, sessions
from .accounts import StaffMember
from .outbox import Outbox
from .publickeys import PublicKey

LASTS: Final = dt.timedelta(minutes=30)
# Who asks again and again for another person's address must not keep each link from working.
EVERY: Final = dt.timedelta(minutes=5)
MAIL: Final = "account-lock"
_NOBODY = 0


class NotLocked(ValueError):
    """The account is not locked by its owner: there is nothing to unlock."""


def new_link(session: Session, member: StaffMember | None, now: dt.datetime) -> str | None:
    """A secret for a link with which `member` can lock the account; the one before stops working.

    None, after the same work, for nobody, for an account that is not in use, and while a link that is younger
    than `EVERY` is on its way.
    """
    nonce = secrets.token_urlsafe(32)
    made = session.execute(
        update(StaffMember)
        .where(
            StaffMember.id == (member.id if member else _NOBODY),
            StaffMember.active,
            StaffMember.locked_by_owner_at.is_(None),
            StaffMember.lock_link_at.is_(None) | (StaffMember.lock_link_at <= now - EVERY),
        )
        .values(lock_link=_hashed(nonce), lock_link_at=now)
        .execution_options(synchronize_session=False)
    )
    return nonce if made.rowcount else None  # type: ignore[attr-defined]


def put_mail(
    session: Session,
    *,
    wanted: bool,
    to: str,
    subject: str,
    text: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    """Queue the mail with a link. Where none is `wanted`, the same is written and taken back.

    An answer that came sooner would tell a stranger which addresses have an account.
    """
    once = f"{MAIL}:{secrets.token_hex(16)}"
    outbox.put(session, kind=MAIL, to=to, subject=subject, text=text, recipients=recipients, now=now, once=once)
    session.execute(delete(Outbox).where(Outbox.once == ("" if wanted else once)))


def is_open(session: Session, member_id: int, nonce: str, now: dt.datetime) -> bool:
    """Whether the link with `nonce` would still lock the account."""
    member = session.get(StaffMember, member_id)
    if member is None or member.lock_link is None or member.lock_link_at is None:
        return False
    return member.lock_link == _hashed(nonce) and now - member.lock_link_at <= LASTS


def lock(session: Session, member_id: int, nonce: str, now: dt.datetime) -> StaffMember | None:
    """Lock the account and end all its sessions; None when the link does not work any more. It works once."""
    used = session.execute(
        update(StaffMember)
        .where(
            StaffMember.id == member_id,
            StaffMember.active,
            StaffMember.lock_link == _hashed(nonce),
            StaffMember.lock_link_at >= now - LASTS,
        )
        .values(locked_by_owner_at=now, lock_link=None, lock_link_at=None)
        .execution_options(synchronize_session=False)
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        return None
    member = session.get_one(StaffMember, member_id, populate_existing=True)
    accounts.end_sessions(member)
    sessions.end(session, member, now)
    return member


def unlock(session: Session, member: StaffMember, password_hash: str, *, second_factor: bool) -> None:
    """Let the owner in again, with a new first password: somebody else may know the old one.

    With `second_factor`, the app, the passkeys and the recovery codes have to be set up anew as well.

    Raises:
        NotLocked: the owner did not lock this account.
    """
    if member.locked_by_owner_at is None:
        raise NotLocked("This account is not locked by its owner.")
    member.locked_by_owner_at = None
    member.failed_tries, member.locked_until = 0, None
    member.password, member.must_change_password = password_hash, True
    accounts.end_sessions(member)
    if second_factor:
        member.tf_primary_method = member.tf_totp_secret = member.tf_last_counter = None
        member.mf_recovery_codes = None
        passkeys.remove(session, member)


def _hashed(nonce: str) -> str:
    return hashlib.sha256(nonce.encode("utf-8", "surrogatepass")).hexdigest()
