"""A follow-up date: the day on which a staff member wants to look at a case again."""

import datetime as dt

from sqlalchemy.orm import Session

from .. import audit
from ..locales import N_
from .case import Staff, change, record, require
from .models import Case

# Further away it is more likely a slip than a plan.
FURTHEST = dt.timedelta(days=731)


class BadDay(ValueError):
    """The day cannot be read, is over, or is too far away; a sentence for staff."""


def read(text: str, today: dt.date) -> dt.date | None:
    """The day that was typed as `2026-11-02`; None for nothing, which clears it. Raises BadDay."""
    if not text.strip():
        return None
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        raise BadDay(N_("Write a day such as 2026-11-30.")) from None
    if day < today:
        raise BadDay(N_("Choose today or a later day."))
    if day - today > FURTHEST:
        raise BadDay(N_("Choose a day within the next two years."))
    return day


def set_day(session: Session, case: Case, staff: Staff, version: int, day: dt.date | None, now: dt.datetime) -> None:
    """Make `day` the day on which `staff` looks at the case again, in place of any other; None clears it.

    `version` is that of the page the person saw. Raises NotAllowed, Stale.
    """
    require(staff, "case:change")
    change(session, case, version, now, follow_up_on=day, follow_up_id=staff.id if day else None)
    said = {"due_on": day.isoformat()} if day else {}
    record(session, case, staff, audit.Event.CASE_FOLLOW_UP_SET, said, now)
