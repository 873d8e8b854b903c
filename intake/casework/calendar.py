"""A private calendar of deadlines: an address that only its owner knows, and what may be read there."""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKey, Row, Select, String, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from .. import audit
from ..accounts import StaffMember
from ..db import Base, UTCDateTime
from .case import NotFound, require
from .models import Case

# The most urgent ones: a calendar is asked for again each hour, by many programs, whatever the number of cases.
MOST_CASES: Final = 1_000
# One write an hour is enough to see whether an address is still in use.
_NOTED_EVERY: Final = dt.timedelta(hours=1)
_TOKEN_BYTES: Final = 32
FOLLOW_UP: Final = "FOLLOW_UP"


class Scope(StrEnum):
    """Whose deadlines a calendar shows. Codes are permanent."""

    MINE = "mine"
    ALL = "all"


# What a person must be allowed to do, when the calendar is made and each time it is read.
NEEDS: Final[dict[Scope, str]] = {Scope.MINE: "case:read", Scope.ALL: "deadline:oversee"}


class CalendarFeed(Base):
    """One address of a calendar. Only a hash of its token is kept: who reads the database can read no calendar."""

    __tablename__ = "calendar_feed"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    scope: Mapped[str] = mapped_column(String(8))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    last_read_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One day in a calendar: by reference and kind, without a name and without a claim."""

    uid: str
    reference: str
    code: str | None
    on: dt.date
    changed_at: dt.datetime


def scopes_for(staff: StaffMember) -> tuple[Scope, ...]:
    """The calendars that `staff` may have."""
    return tuple(scope for scope in Scope if staff.may(NEEDS[scope]))


def feeds_of(session: Session, staff: StaffMember) -> Sequence[CalendarFeed]:
    """The living calendars of a person, the oldest first."""
    mine = select(CalendarFeed).where(CalendarFeed.staff_id == staff.id, CalendarFeed.revoked_at.is_(None))
    return session.scalars(mine.order_by(CalendarFeed.created_at)).all()


def make(session: Session, staff: StaffMember, scope: Scope, now: dt.datetime) -> str:
    """A new address; returns its token, which nobody can find again. The one before of the same scope ends.

    Raises NotAllowed.
    """
    require(staff, NEEDS[scope])
    for feed in feeds_of(session, staff):
        if feed.scope == scope:
            _end(session, staff, feed, now)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        CalendarFeed(id=uuid.uuid4(), staff_id=staff.id, scope=scope.value, token_hash=_hash(token), created_at=now)
    )
    _trace(session, staff, audit.Event.CALENDAR_MADE, scope.value, now)
    return token


def revoke(session: Session, staff: StaffMember, feed_id: uuid.UUID, now: dt.datetime) -> None:
    """End one of one's own calendars at once. Raises NotFound: somebody else's looks like none."""
    feed = next((one for one in feeds_of(session, staff) if one.id == feed_id), None)
    if feed is None:
        raise NotFound("There is no such calendar.")
    _end(session, staff, feed, now)


def find(session: Session, token: str) -> tuple[CalendarFeed, StaffMember]:
    """The living calendar of this token, and whose it is.

    Raises NotFound for a token that is unknown or revoked, or whose person left or may no longer see it: all of
    these look the same.
    """
    feed = session.scalar(select(CalendarFeed).where(CalendarFeed.token_hash == _hash(token)))
    staff = session.get(StaffMember, feed.staff_id) if feed is not None and feed.revoked_at is None else None
    if feed is None or staff is None or not staff.may(NEEDS[Scope(feed.scope)]):
        raise NotFound("There is no such calendar.")
    return feed, staff


def note_reading(session: Session, feed_id: uuid.UUID, now: dt.datetime) -> None:
    """Keep when a calendar was last read, to the hour."""
    early = CalendarFeed.last_read_at.is_(None) | (CalendarFeed.last_read_at <= now - _NOTED_EVERY)
    noted = update(CalendarFeed).where(CalendarFeed.id == feed_id, early).values(last_read_at=now)
    session.execute(noted.execution_options(synchronize_session=False))


def was_read_lately(feed: CalendarFeed, now: dt.datetime) -> bool:
    """Whether the last reading that was kept is so fresh that this one need not be."""
    return feed.last_read_at is not None and feed.last_read_at > now - _NOTED_EVERY


def deadlines(session: Session, feed: CalendarFeed) -> list[Deadline]:
    """The known days of the open cases of a calendar: the next deadline of each, and its follow-up.

    At most those of the `MOST_CASES` most urgent cases, so that the cost does not grow with their number.
    """
    found: list[Deadline] = []
    for row in session.execute(_cases(feed)):
        days = ((row.due_code, row.due_on), (FOLLOW_UP, getattr(row, "follow_up_on", None)))
        found += [_deadline(feed, row, code, on) for code, on in days if on is not None]
    return sorted(found, key=lambda one: (one.on, one.reference))


# Some of these are younger than others: what a case does not have is left out.
_COLUMNS = ("id", "reference", "updated_at", "due_on", "due_code", "follow_up_on")


def _cases(feed: CalendarFeed) -> Select[*tuple[Any, ...]]:
    columns = [getattr(Case, name) for name in _COLUMNS if hasattr(Case, name)]
    cases = select(*columns).where(Case.is_open).order_by(Case.prio, Case.received_at, Case.id).limit(MOST_CASES)
    return cases.where(Case.owner_id == feed.staff_id) if feed.scope == Scope.MINE else cases


def _deadline(feed: CalendarFeed, row: Row[*tuple[Any, ...]], code: str | None, on: dt.date) -> Deadline:
    # The same day of the same case is the same entry in every reading of this calendar, and in no other one.
    kind = FOLLOW_UP if code == FOLLOW_UP else "due"
    uid = uuid.uuid5(feed.id, f"{row.id.hex}:{kind}")
    return Deadline(uid=str(uid), reference=row.reference, code=code, on=on, changed_at=row.updated_at)


def _end(session: Session, staff: StaffMember, feed: CalendarFeed, now: dt.datetime) -> None:
    feed.revoked_at = now
    _trace(session, staff, audit.Event.CALENDAR_REVOKED, feed.scope, now)


def _trace(session: Session, staff: StaffMember, event: audit.Event, scope: str, now: dt.datetime) -> None:
    session.flush()
    audit.append(session, actor=staff.label, event=event, subject=staff.label, details={"scope": scope}, now=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
