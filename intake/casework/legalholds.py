"""Legal holds: a case that must be kept although its time is over, with the reason as a code.

A hold stops what the organisation would remove by its own policy. It does not stop the person: who sent a form can
erase it at any time, as the form promises.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..accounts import StaffMember
from ..locales import N_
from .case import change, record, require
from .models import Case

REASONS: Final[Mapping[str, str]] = {
    "court": N_("A court or an authority asked for it"),
    "complaint": N_("There is a complaint or a claim about our work"),
    "proceeding": N_("The person’s own case may need it"),
    "other": N_("Another reason, which is in a note"),
}


class BadHold(ValueError):
    """The hold cannot be set so; the message is a sentence for staff."""


def set_hold(session: Session, case: Case, staff: StaffMember, version: int, reason: str, now: dt.datetime) -> None:
    """Put the case on hold, or say another reason. `version` is that of the page the person saw.

    Raises NotAllowed, BadHold, Stale; the caller commits.
    """
    require(staff, "case:change")
    if reason not in REASONS:
        raise BadHold(N_("Choose why the case must be kept."))
    change(session, case, version, now, legal_hold=reason)
    record(session, case, staff, audit.Event.CASE_HOLD_SET, {"reason": reason}, now)


def end_hold(session: Session, case: Case, staff: StaffMember, version: int, now: dt.datetime) -> None:
    """End the hold: the time of the case counts from now on. Raises NotAllowed, Stale; the caller commits."""
    require(staff, "retention:dispose")
    change(session, case, version, now, legal_hold=None)
    record(session, case, staff, audit.Event.CASE_HOLD_ENDED, {}, now)


def held(session: Session, most: int) -> list[Case]:
    """Cases on hold, by reference, at most `most`."""
    return list(session.scalars(select(Case).where(Case.legal_hold.is_not(None)).order_by(Case.reference).limit(most)))
