"""What the office changes on public pages: places to send people, and what the organisation says. All leave a trace."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from . import audit, organisation, verifying
from .audit import Event
from .organisation import Organisation
from .referrals import ReferralRow
from .verifying import Found

# After so many days without a look at it, a place counts as not checked lately.
CHECKED_FOR = dt.timedelta(days=90)


class Stale(Exception):
    """Somebody else changed the place first. `row` is as it is now; nothing was saved."""

    def __init__(self, row: ReferralRow) -> None:
        super().__init__("The place was changed by somebody else.")
        self.row = row


def places(session: Session) -> list[ReferralRow]:
    """Every place, also those that applicants are not shown, by kind and name."""
    return list(session.scalars(select(ReferralRow).order_by(ReferralRow.kind, ReferralRow.name, ReferralRow.key)))


def find(session: Session, key: str) -> ReferralRow | None:
    """The place with this key, or None."""
    return session.get(ReferralRow, key)


def is_overdue(row: ReferralRow, today: dt.date) -> bool:
    """Whether nobody has checked it within the last 90 days."""
    return row.last_verified is None or today - row.last_verified > CHECKED_FOR


def overdue(session: Session, today: dt.date) -> list[ReferralRow]:
    """The places that are on the pages, or would be, and need a check: the oldest check first, never checked last."""
    rows = session.scalars(select(ReferralRow).where(ReferralRow.active, _needs_check(today)))
    return sorted(rows, key=lambda row: (row.last_verified is None, row.last_verified or today, row.key))


def unchecked(session: Session, today: dt.date) -> tuple[int, int]:
    """How many of them were last checked over 90 days ago, and how many never."""
    number, never = func.count(), ReferralRow.last_verified.is_(None)
    counted = select(number.filter(~never), number.filter(never)).where(ReferralRow.active, _needs_check(today))
    row = session.execute(counted).one()
    return int(row[0]), int(row[1])


def check_place(
    session: Session, row: ReferralRow, found: Found, version: int, *, actor: str, now: dt.datetime, today: dt.date
) -> None:
    """Write down that somebody looked: the place is right as it stands, or it is gone and comes off the pages.

    Raises Stale, as `change_place`.
    """
    values: dict[str, Any] = {"active": False} if found is Found.GONE else {"last_verified": today}
    change_place(session, row, values, version, actor=actor, now=now, found=found)


def add_place(
    session: Session, columns: Mapping[str, Any], *, checked_on: dt.date | None, actor: str, now: dt.datetime
) -> ReferralRow:
    """A new place with the columns of `referrals.reading.read`; shown to applicants once it is checked."""
    row = ReferralRow(
        key=f"own-{secrets.token_hex(8)}",
        version=1,
        active=True,
        last_verified=checked_on,
        edited_at=now,
        edited_by=actor,
        **columns,
    )
    session.add(row)
    session.flush()
    if checked_on is not None:
        verifying.record(session, _subject(row), Found.RIGHT, actor=actor, now=now)
    _trace(session, row, ["added"], actor, now)
    return row


def change_place(
    session: Session,
    row: ReferralRow,
    values: Mapping[str, Any],
    version: int,
    *,
    actor: str,
    now: dt.datetime,
    found: Found | None = None,
) -> None:
    """Set columns of a place: what was typed, `last_verified` or `active`. `version` is that of the page seen.

    With `last_verified`, somebody looked at its source: that is written down as a check, which found what `found`
    says, else what the other columns tell. Raises Stale; then nothing is changed.
    """
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    done = session.execute(
        update(ReferralRow)
        .where(ReferralRow.key == row.key, ReferralRow.version == version)
        .values({**values, "version": version + 1, "edited_at": now, "edited_by": actor})
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    if done.rowcount == 0:  # type: ignore[attr-defined]
        raise Stale(row)
    if found is None and "last_verified" in values:
        found = Found.CHANGED if set(changed) - {"last_verified"} else Found.RIGHT
    if found is not None:
        verifying.record(session, _subject(row), found, actor=actor, now=now)
    _trace(session, row, changed or ["nothing"], actor, now)


def say(session: Session, said: Organisation, *, actor: str, now: dt.datetime, before: Organisation) -> Organisation:
    """Save what the organisation says after the version `before`, which the person saw.

    Raises organisation.Conflict.
    """
    saved = organisation.save(session, said, actor, now, before.version)
    names = (
        *("name", "about", "phones", "email", "hours", "zone", "languages", "promise_days"),
        *("days", "closed", "federal", "service_area", "targets"),
    )
    changed = [name for name in names if getattr(said, name) != getattr(before, name)]
    audit.append(
        session,
        actor=actor,
        event=Event.ORGANISATION_CHANGED,
        subject="organisation",
        details={"changed": changed, "count": saved.version},
        now=now,
    )
    return saved


def _needs_check(today: dt.date) -> ColumnElement[bool]:
    return or_(ReferralRow.last_verified.is_(None), ReferralRow.last_verified < today - CHECKED_FOR)


def _subject(row: ReferralRow) -> str:
    return verifying.label(verifying.PLACE, row.key)


def _trace(session: Session, row: ReferralRow, changed: list[str], actor: str, now: dt.datetime) -> None:
    audit.append(
        session,
        actor=actor,
        event=Event.REFERRAL_CHANGED,
        subject=_subject(row),
        details={"changed": changed},
        now=now,
    )
