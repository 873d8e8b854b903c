"""Where a staff member is signed in: one row for each browser, by a handle that lies in its cookie."""

import datetime as dt
import hashlib
import re
import secrets
import uuid
from typing import Final

from sqlalchemy import ForeignKey, Index, String, Uuid, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from .accounts import LONGEST, StaffMember
from .db import Base, UTCDateTime

# A page view within it writes nothing.
SEEN_EVERY: Final = dt.timedelta(minutes=5)
KEPT_FOR: Final = dt.timedelta(days=365)

OTHER: Final = "other"
# What a browser says of itself, coarsely. The first that fits counts: most of them also claim to be Safari.
BROWSERS: Final = (
    ("edge", r"\bEdg(?:e|A|iOS)?/"),
    ("opera", r"\bOPR/|\bOpera\b"),
    ("samsung", r"\bSamsungBrowser/"),
    ("firefox", r"\b(?:Firefox|FxiOS)/"),
    ("chrome", r"\b(?:Chrome|Chromium|CriOS|HeadlessChrome)/"),
    ("safari", r"\bSafari/"),
)
SYSTEMS: Final = (
    ("ios", r"\b(?:iPhone|iPad|iPod)\b"),
    ("android", r"\bAndroid\b"),
    ("chromeos", r"\bCrOS\b"),
    ("windows", r"\bWindows\b"),
    ("mac", r"\bMac(?:intosh| OS X)\b"),
    ("linux", r"\b(?:Linux|X11)\b"),
)
_LONGEST_AGENT = 500


class StaffSession(Base):
    """One sign-in of one browser. `handle` is a hash: what lies in the cookie cannot be had from here.

    `browser` and `system` are codes of `BROWSERS` and `SYSTEMS`. No address of the network is kept.
    """

    __tablename__ = "staff_session"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    handle: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(16))
    system: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_staff_session_staff", "staff_id", "started_at"),)

    def alive(self, member: StaffMember, now: dt.datetime) -> bool:
        """Whether a browser can still use this session: not ended, not idle, not older than a working day."""
        idle = member.idle + SEEN_EVERY
        return self.ended_at is None and now - self.seen_at <= idle and now - self.started_at <= LONGEST


def begin(session: Session, member: StaffMember, agent: str, now: dt.datetime) -> tuple[str, StaffSession]:
    """A new session of `member` in the browser that calls itself `agent`; its handle for the cookie, and its row.

    Rows older than a year are removed on the way.
    """
    handle = secrets.token_urlsafe(32)
    browser, system = kind_of(agent)
    made = StaffSession(
        id=uuid.uuid4(),
        staff_id=member.id,
        handle=_hashed(handle),
        browser=browser,
        system=system,
        started_at=now,
        seen_at=now,
    )
    old = (StaffSession.staff_id == member.id, StaffSession.started_at < now - KEPT_FOR)
    session.execute(delete(StaffSession).where(*old))
    session.add(made)
    session.flush()
    return handle, made


def is_new_browser(session: Session, begun: StaffSession) -> bool:
    """Whether this person never used this kind of browser on this kind of system before `begun`."""
    before = select(StaffSession.id).where(
        StaffSession.staff_id == begun.staff_id,
        StaffSession.browser == begun.browser,
        StaffSession.system == begun.system,
        StaffSession.id != begun.id,
    )
    return session.scalar(before.limit(1)) is None


def of_handle(session: Session, handle: object) -> StaffSession | None:
    """The session whose cookie holds `handle`; None for anything that is no handle."""
    if not isinstance(handle, str) or not handle:
        return None
    return session.scalar(select(StaffSession).where(StaffSession.handle == _hashed(handle)))


def seen(session: Session, session_id: uuid.UUID, now: dt.datetime) -> None:
    """Note that the session was used just now."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def latest(session: Session, member: StaffMember, limit: int) -> list[StaffSession]:
    """The newest sessions of `member`, alive or not, newest first."""
    mine = select(StaffSession).where(StaffSession.staff_id == member.id)
    return list(session.scalars(mine.order_by(StaffSession.started_at.desc(), StaffSession.id).limit(limit)))


def living(session: Session, member: StaffMember, now: dt.datetime) -> list[StaffSession]:
    """The sessions of `member` that a browser can still use, newest first."""
    mine = select(StaffSession).where(
        StaffSession.staff_id == member.id,
        StaffSession.started_at >= now - LONGEST,
        StaffSession.ended_at.is_(None),
    )
    newest_first = mine.order_by(StaffSession.started_at.desc(), StaffSession.id)
    return [one for one in session.scalars(newest_first) if one.alive(member, now)]


def end(
    session: Session,
    member: StaffMember,
    now: dt.datetime,
    *,
    only: uuid.UUID | None = None,
    but: uuid.UUID | None = None,
) -> int:
    """End all sessions of `member`, or `only` one, or all `but` one; returns how many ended.

    A session of somebody else is never touched.
    """
    ending = update(StaffSession).where(StaffSession.staff_id == member.id, StaffSession.ended_at.is_(None))
    if only is not None:
        ending = ending.where(StaffSession.id == only)
    if but is not None:
        ending = ending.where(StaffSession.id != but)
    return int(session.execute(ending.values(ended_at=now)).rowcount)  # type: ignore[attr-defined]


def kind_of(agent: str) -> tuple[str, str]:
    """(browser, system) as codes, from what a browser says of itself; `OTHER` where it says nothing known."""
    said = agent[:_LONGEST_AGENT]
    browser = next((code for code, sign in BROWSERS if re.search(sign, said)), OTHER)
    return browser, next((code for code, sign in SYSTEMS if re.search(sign, said)), OTHER)


def _hashed(handle: str) -> str:
    return hashlib.sha256(handle.encode("utf-8", "surrogatepass")).hexdigest()
