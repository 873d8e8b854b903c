"""Who works here: inviting, changing a role, suspending, access for a time, a new second factor.

Nobody does any of this to the own account, and the last administrator who can sign in stays one.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from typing import Final

from sqlalchemy import ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from . import accounts, approvals, audit, passkeys, sessions
from .accounts import PERMISSIONS, StaffMember, tidy_email
from .audit import Event
from .db import Base, UTCDateTime
from .locales import N_

LINK_LASTS: Final = dt.timedelta(hours=72)
# Figures of ours: an account that nobody uses is a door that nobody watches.
STALE_AFTER: Final = dt.timedelta(days=60)
DISABLED_AFTER: Final = dt.timedelta(days=90)
NAME_CHARACTERS: Final = 120
SECOND_FACTOR: Final = "second_factor"

OWN: Final = N_("This is your own account. Another administrator has to do it.")
LAST_ADMIN: Final = N_("This is the last administrator who can sign in. Make somebody else an administrator first.")
TAKEN: Final = N_("A person with this e-mail address has an account already.")
NO_ROLE: Final = N_("Choose a role from the list.")
NO_NAME: Final = N_("Write the name that colleagues see, in at most 120 characters.")
BAD_UNTIL: Final = N_("Choose a day after today, or leave it empty.")
NOT_ALLOWED_YET: Final = N_("Nobody has allowed this yet. Another administrator has to, under Approvals.")


class Invitation(Base):
    """A link that makes one account, once. `token` is a hash: the link itself is shown once and kept nowhere."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS))
    role: Mapped[str] = mapped_column(String(16))
    access_until: Mapped[dt.date | None]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    def alive(self, now: dt.datetime) -> bool:
        """Whether the link still works: not used, not taken back, not too old."""
        return self.ended_at is None and self.expires_at > now


class Refused(ValueError):
    """It cannot be done so: `problem` is a sentence for staff, `field` the field it is about, or empty."""

    def __init__(self, problem: str, field: str = "") -> None:
        super().__init__("This cannot be done with the account.")
        self.problem, self.field = problem, field


def invite(
    session: Session,
    by: StaffMember,
    *,
    email: str,
    name: str,
    role: str,
    until: dt.date | None,
    today: dt.date,
    now: dt.datetime,
) -> str:
    """Make a link for a new person; returns its secret part, which exists nowhere else. Raises Refused.

    An older link for the same address stops working.
    """
    words = " ".join(name.split())
    if role not in PERMISSIONS:
        raise Refused(NO_ROLE, "role")
    if not words or len(words) > NAME_CHARACTERS:
        raise Refused(NO_NAME, "name")
    if until is not None and until <= today:
        raise Refused(BAD_UNTIL, "until")
    if accounts.find(session, email) is not None:
        raise Refused(TAKEN, "email")
    for older in session.scalars(select(Invitation).where(Invitation.email == tidy_email(email))):
        older.ended_at = older.ended_at or now
    secret = secrets.token_urlsafe(32)
    made = Invitation(
        token=_hashed(secret),
        email=tidy_email(email),
        name=words,
        role=role,
        access_until=until,
        made_by=by.id,
        made_at=now,
        expires_at=now + LINK_LASTS,
    )
    session.add(made)
    session.flush()
    _trace(session, by, Event.STAFF_INVITED, f"invitation:{made.id}", {"role": role}, now)
    return secret


def invitations(session: Session, now: dt.datetime) -> list[Invitation]:
    """The links that still work, the newest first."""
    living = select(Invitation).where(Invitation.ended_at.is_(None), Invitation.expires_at > now)
    return list(session.scalars(living.order_by(Invitation.id.desc())))


def take_back(session: Session, by: StaffMember, invitation_id: int, now: dt.datetime) -> None:
    """The link stops working; nothing happens when it did already."""
    row = session.get(Invitation, invitation_id)
    if row is not None and row.alive(now):
        row.ended_at = now
        session.flush()
        _trace(session, by, Event.INVITATION_TAKEN_BACK, f"invitation:{row.id}", {}, now)


def invitation_of(session: Session, secret: str, now: dt.datetime) -> Invitation | None:
    """The invitation of a link, or None when it does not work (any more)."""
    row = session.scalar(select(Invitation).where(Invitation.token == _hashed(secret)).with_for_update())
    return row if row is not None and row.alive(now) else None


def accept(session: Session, row: Invitation, password_hash: str, now: dt.datetime) -> StaffMember:
    """Make the account of an invitation that `invitation_of` gave, and spend the link.

    Raises AlreadyThere when the address got an account meanwhile.
    """
    member = accounts.create(
        session, email=row.email, name=row.name, role=row.role, password_hash=password_hash, now=now
    )
    member.must_change_password = False
    member.access_until = row.access_until
    row.ended_at = now
    session.flush()
    _trace(session, member, Event.INVITATION_ACCEPTED, member.label, {"role": row.role}, now)
    return member


def change_role(session: Session, by: StaffMember, person: StaffMember, role: str, now: dt.datetime) -> None:
    """Give `person` another role; their sessions end, so that nothing open keeps the old rights. Raises Refused."""
    _not_own(by, person)
    if role not in PERMISSIONS:
        raise Refused(NO_ROLE, "role")
    if role == person.role:
        return
    if role != "admin":
        _not_the_last(session, person)
    was, person.role = person.role, role
    person.may_also = []
    _out(session, person, now)
    _trace(session, by, Event.STAFF_ROLE_CHANGED, person.label, {"role": role, "changed": [was]}, now)


def suspend(session: Session, by: StaffMember, person: StaffMember, now: dt.datetime) -> None:
    """Nobody can sign in to the account until it is restored; its sessions end. Raises Refused."""
    _not_own(by, person)
    if not person.active:
        return
    _not_the_last(session, person)
    person.active = False
    _out(session, person, now)
    _trace(session, by, Event.STAFF_DEACTIVATED, person.label, {"reason": "suspended"}, now)


def restore(session: Session, by: StaffMember, person: StaffMember, now: dt.datetime) -> None:
    """Let a suspended person in again; access that had ended is without an end now. Raises Refused."""
    _not_own(by, person)
    if person.active:
        return
    person.active, person.access_until, person.restored_at = True, None, now
    session.flush()
    _trace(session, by, Event.STAFF_RESTORED, person.label, {}, now)


def limit_access(
    session: Session, by: StaffMember, person: StaffMember, until: dt.date | None, today: dt.date, now: dt.datetime
) -> None:
    """Access ends after the day `until` where the organisation works; None takes the limit away. Raises Refused."""
    _not_own(by, person)
    if until is not None and until <= today:
        raise Refused(BAD_UNTIL, "until")
    if until is not None:
        _not_the_last(session, person)
    person.access_until = until
    session.flush()
    told: Mapping[str, audit.Detail] = {"until": until.isoformat() if until else ""}
    _trace(session, by, Event.STAFF_ACCESS_LIMITED, person.label, told, now)


def end_sessions(session: Session, by: StaffMember, person: StaffMember, now: dt.datetime) -> int:
    """Sign `person` out everywhere; returns how many sessions ended."""
    ended = _out(session, person, now)
    _trace(session, by, Event.STAFF_SESSIONS_ENDED, person.label, {"count": ended}, now)
    return ended


def ask_for_second_factor(
    session: Session, by: StaffMember, person: StaffMember, reason: str, now: dt.datetime
) -> None:
    """Ask another administrator to allow a new second factor for `person`. Raises Refused, ValueError (no reason)."""
    _not_own(by, person)
    approvals.ask(session, SECOND_FACTOR, person.label, by, count=1, reason=reason, now=now)


def reset_second_factor(session: Session, by: StaffMember, person: StaffMember, now: dt.datetime) -> None:
    """App, passkeys and recovery codes are set up anew at the next sign-in. Raises Refused without an approval."""
    _not_own(by, person)
    try:
        approvals.use(session, SECOND_FACTOR, person.label, by, now)
    except approvals.NotApproved:
        raise Refused(NOT_ALLOWED_YET) from None
    person.tf_primary_method = person.tf_totp_secret = person.tf_last_counter = None
    person.mf_recovery_codes = None
    passkeys.remove(session, person)
    _out(session, person, now)
    _trace(session, by, Event.STAFF_SECOND_FACTOR_RESET, person.label, {}, now)


def last_used(person: StaffMember) -> dt.datetime:
    """When the account was last signed in to, made, or let in again."""
    moments = (person.signed_in_at, person.created_at, person.restored_at)
    return max(moment for moment in moments if moment is not None)


def is_stale(person: StaffMember, now: dt.datetime) -> bool:
    """Whether nobody has signed in to this account for so long that somebody should ask why."""
    return person.active and now - last_used(person) > STALE_AFTER


def disable_due(session: Session, now: dt.datetime, today: dt.date) -> int:
    """Suspend accounts whose access has ended, or that nobody used for too long; returns how many. The desk does it.

    The last administrator stays: locked out, nobody could let anybody in.
    """
    done = 0
    for person in session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.id)).all():
        ended = person.access_until is not None and person.access_until < today
        if not ended and now - last_used(person) <= DISABLED_AFTER:
            continue
        if person.role == "admin" and _other_admins(session, person) == 0:
            continue
        person.active = False
        _out(session, person, now)
        told: Mapping[str, audit.Detail] = {"reason": "access-ended" if ended else "not-used"}
        audit.append(session, actor="desk", event=Event.STAFF_DEACTIVATED, subject=person.label, details=told, now=now)
        done += 1
    return done


def _not_own(by: StaffMember, person: StaffMember) -> None:
    if by.id == person.id:
        raise Refused(OWN)


def _not_the_last(session: Session, person: StaffMember) -> None:
    if person.role == "admin" and person.active and _other_admins(session, person) == 0:
        raise Refused(LAST_ADMIN)


def _other_admins(session: Session, person: StaffMember) -> int:
    """How many other administrators can sign in for good. Their rows are locked, in one order for everybody.

    Two administrators who remove each other at the same moment wait here for one another.
    """
    admins = select(StaffMember).where(StaffMember.role == "admin", StaffMember.active).order_by(StaffMember.id)
    rows = session.scalars(admins.with_for_update().execution_options(populate_existing=True)).all()
    return sum(one.id != person.id and one.access_until is None and one.locked_by_owner_at is None for one in rows)


def _out(session: Session, person: StaffMember, now: dt.datetime) -> int:
    accounts.end_sessions(person)
    ended = sessions.end(session, person, now)
    session.flush()
    return ended


def _trace(
    session: Session,
    by: StaffMember,
    event: Event,
    subject: str,
    told: Mapping[str, audit.Detail],
    now: dt.datetime,
) -> None:
    audit.append(session, actor=by.label, event=event, subject=subject, details=told, now=now)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
