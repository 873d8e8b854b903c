"""What the office changes on public pages: places to send people, and what the organisation says. All leave a trace."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from . import audit, organisation
from .audit import Event
from .organisation import Organisation
from .referrals import ReferralRow

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
    _trace(session, row, ["added"], actor, now)
    return row


def change_place(
    session: Session, row: ReferralRow, values: Mapping[str, Any], version: int, *, actor: str, now: dt.datetime
) -> None:
    """Set columns of a place: what was typed, `last_verified` or `active`. `version` is that of the page seen.

    Raises Stale; then nothing is changed.
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


def _trace(session: Session, row: ReferralRow, changed: list[str], actor: str, now: dt.datetime) -> None:
    audit.append(
        session,
        actor=actor,
        event=Event.REFERRAL_CHANGED,
        subject=f"referral:{row.key}",
        details={"changed": changed},
        now=now,
    )
