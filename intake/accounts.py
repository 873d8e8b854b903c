"""Staff members: who they are, what each role may do, and how many wrong tries an account bears."""

import datetime as dt
import secrets
from typing import Final

from flask_security import UserMixin
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    SmallInteger,
    String,
    Text,
    or_,
    select,
    update,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, UTCDateTime
from .locales import N_

WRONG_TRIES: Final = 5
LOCKED_FOR: Final = dt.timedelta(minutes=15)
LONGEST: Final = dt.timedelta(hours=12)

CASEWORK: Final = frozenset(
    {
        "case:read",
        "case:claim",
        "case:assign",
        "case:change",
        "case:bulk",
        "case:lend",
        "note:add",
        "letter:write",
        "referral:read",
        "partner:refer",
        "intake:take",
    }
)
# Accepting, declining, closing, and taking one of these back.
DECISIONS: Final = frozenset({"case:decide"})
OFFICE: Final = frozenset(
    {
        "referral:change",
        "release:publish",
        "organisation:change",
        "partner:change",
        "template:change",
        "outbox:read",
        "outbox:change",
    }
)
# What two admins do together.
OVERSIGHT: Final = frozenset({"approval:decide", "staff:manage", "retention:dispose", "keys:manage"})
# Looking at names alone and saying whether there is a conflict of interest; keeping the list of names.
CONFLICTS: Final = frozenset({"conflict:check", "conflict:change"})
# What can be given to a single person beside their role.
GIVEN: Final = frozenset({"conflict:check"})
# Who holds this and nothing else sees a case only while a caseworker lends it.
LENT: Final = frozenset({"lent:read"})
PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "caseworker": CASEWORK | DECISIONS,
    "screener": CASEWORK,
    "admin": CASEWORK
    | DECISIONS
    | OFFICE
    | CONFLICTS
    | OVERSIGHT
    | {"export:deidentified", "export:identified", "numbers:read", "staff:invite", "audit:read", "deadline:oversee"},
    "volunteer": LENT,
    "interpreter": LENT,
}
ROLE_NAMES: Final[dict[str, str]] = {
    "caseworker": N_("Caseworker"),
    "screener": N_("Screener"),
    "admin": N_("Administrator"),
    "volunteer": N_("Volunteer"),
    "interpreter": N_("Interpreter"),
}
# How long a session bears being left alone; a role without a line gets the shortest.
IDLE: Final[dict[str, dt.timedelta]] = {
    "caseworker": dt.timedelta(minutes=30),
    "screener": dt.timedelta(minutes=30),
    "volunteer": dt.timedelta(minutes=30),
    "interpreter": dt.timedelta(minutes=30),
    "admin": dt.timedelta(minutes=15),
}


class UnknownRole(ValueError):
    """The role is not one of `PERMISSIONS`; the message says which there are."""


class UnknownPermission(ValueError):
    """The permission is not one of `GIVEN`; the message says which there are."""


class AlreadyThere(ValueError):
    """A staff member with this e-mail address exists."""


class StaffMember(Base, UserMixin):  # type: ignore[misc, unused-ignore]
    """One person who works here. `password` is an Argon2 hash; the second factor's secret is encrypted.

    `fs_uniquifier` names the person inside sessions: changing it ends every session. `failed_tries` counts
    wrong passwords and codes since the last full sign-in. `locked_by_owner_at` is set from the day on which the
    person locked the account until an administrator unlocks it; `lock_link` is a hash of what the last mail with
    a link for that holds.
    """

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(8))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    password: Mapped[str | None] = mapped_column(String(255))
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(16))
    tf_totp_secret: Mapped[str | None] = mapped_column(Text)
    tf_last_counter: Mapped[int | None] = mapped_column(BigInteger)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON(none_as_null=True)))
    failed_tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    locked_by_owner_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    lock_link: Mapped[str | None] = mapped_column(String(64))
    lock_link_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    passkey_challenge: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    signed_in_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    # The last day on which this person may use the account, where the organisation works; None means no end.
    access_until: Mapped[dt.date | None]
    restored_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    # Permissions out of `GIVEN` that this person holds beside those of the role.
    may_also: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")

    __table_args__ = (
        CheckConstraint("role IN ('caseworker', 'screener', 'admin', 'volunteer', 'interpreter')", name="role"),
    )

    @property
    def label(self) -> str:
        """How the audit trail names this person: `staff:3`, no personal data."""
        return f"staff:{self.id}"

    @property
    def enrolled(self) -> bool:
        """Whether a second factor is set up."""
        return bool(self.tf_primary_method and self.tf_totp_secret)

    @property
    def idle(self) -> dt.timedelta:
        """How long a session of this person may be left alone."""
        return IDLE.get(self.role, min(IDLE.values()))

    def may(self, permission: str) -> bool:
        """Whether this person's role holds `permission`, or it was given to them, and the account is active."""
        given = permission in GIVEN and permission in (self.may_also or ())
        return bool(self.active) and (given or permission in PERMISSIONS.get(self.role, frozenset()))

    def __repr__(self) -> str:
        return f"<StaffMember {self.id}>"


def give(member: StaffMember, permission: str, *, given: bool) -> None:
    """Give one permission out of `GIVEN` to a person beside their role, or take it back. Raises UnknownPermission."""
    if permission not in GIVEN:
        raise UnknownPermission(f"Only these can be given to a person: {', '.join(sorted(GIVEN))}.")
    others = [one for one in member.may_also or () if one != permission]
    member.may_also = [*others, permission] if given else others


def tidy_email(email: str) -> str:
    """The address in the one form in which it is stored and looked up."""
    return email.strip().casefold()


def create(session: Session, *, email: str, name: str, role: str, password_hash: str, now: dt.datetime) -> StaffMember:
    """A new active staff member without a second factor.

    Raises:
        UnknownRole: `role` is not in `PERMISSIONS`.
        AlreadyThere: the address is taken.
    """
    if role not in PERMISSIONS:
        raise UnknownRole(f"The role must be one of: {', '.join(PERMISSIONS)}.")
    if find(session, email) is not None:
        raise AlreadyThere("A staff member with this e-mail address exists already.")
    member = StaffMember(
        email=tidy_email(email),
        name=" ".join(name.split()),
        role=role,
        active=True,
        password=password_hash,
        must_change_password=True,
        fs_uniquifier=new_uniquifier(),
        failed_tries=0,
        created_at=now,
    )
    session.add(member)
    session.flush()
    return member


def find(session: Session, email: str) -> StaffMember | None:
    """The staff member with this e-mail address, in any case of letters."""
    return session.scalar(select(StaffMember).where(StaffMember.email == tidy_email(email)))


def everyone(session: Session) -> list[StaffMember]:
    """All active staff members by name."""
    return list(session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.name)))


def holding(session: Session, permission: str) -> list[StaffMember]:
    """The active staff members whose role holds `permission`, by name."""
    roles = [role for role, held in PERMISSIONS.items() if permission in held]
    wanted = select(StaffMember).where(StaffMember.active, StaffMember.role.in_(roles))
    return list(session.scalars(wanted.order_by(StaffMember.name)))


def name_of(session: Session, member_id: int | None) -> str:
    """The name of a staff member, also of one who has left; empty for nobody."""
    member = session.get(StaffMember, member_id) if member_id is not None else None
    return member.name if member else ""


def new_uniquifier() -> str:
    """A fresh name for a person inside sessions."""
    return secrets.token_hex(32)


def end_sessions(member: StaffMember) -> None:
    """Sign `member` out everywhere."""
    member.fs_uniquifier = new_uniquifier()


def take_try(session: Session, member: StaffMember, now: dt.datetime) -> bool:
    """Count one try before it is checked; False while the account is locked, by wrong tries or by its owner.

    The row stays locked until the transaction ends, so parallel guesses are counted one by one.
    """
    free = or_(StaffMember.locked_until.is_(None), StaffMember.locked_until <= now)
    counted = session.execute(
        update(StaffMember)
        .where(StaffMember.id == member.id, StaffMember.locked_by_owner_at.is_(None), free)
        .values(failed_tries=StaffMember.failed_tries + 1, locked_until=None)
        .execution_options(synchronize_session=False)
    )
    session.refresh(member, ["failed_tries", "locked_until"])
    return bool(counted.rowcount)  # type: ignore[attr-defined]


def give_back_try(member: StaffMember) -> None:
    """The try that was counted was right: it does not count."""
    member.failed_tries = max(0, member.failed_tries - 1)


def failed(member: StaffMember, now: dt.datetime) -> bool:
    """A counted try was wrong; True when this one locks the account."""
    if member.failed_tries < WRONG_TRIES:
        return False
    member.failed_tries = 0
    member.locked_until = now + LOCKED_FOR
    return True


def signed_in(member: StaffMember, now: dt.datetime) -> None:
    """A full sign-in: both factors were right, wrong tries are forgotten."""
    member.failed_tries = 0
    member.locked_until = None
    member.signed_in_at = now


def use_counter(session: Session, member: StaffMember, counter: int) -> bool:
    """Mark the time step of a one-time code as used; False if this step or a later one was used before."""
    unused = or_(StaffMember.tf_last_counter.is_(None), StaffMember.tf_last_counter < counter)
    done = session.execute(
        update(StaffMember)
        .where(StaffMember.id == member.id, unused)
        .values(tf_last_counter=counter)
        .execution_options(synchronize_session=False)
    )
    session.refresh(member, ["tf_last_counter"])
    return bool(done.rowcount)  # type: ignore[attr-defined]
