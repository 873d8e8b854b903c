"""Due dates that were met and missed in one quarter."""

import datetime as dt
from collections import Counter
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..casework.models import Case
from .quarters import Quarter
from .suppressing import Table, protect

MET, LATE, OVER, AHEAD, ENDED = "met", "late", "over", "ahead", "ended"
CODES: Final = (MET, LATE, OVER, AHEAD, ENDED)


def deadlines(session: Session, quarter: Quarter, zone: dt.tzinfo, today: dt.date) -> Table:
    """Of the cases whose due date lies in the quarter: how many had an answer by that day, protected.

    The due date is the one that the case has now. The answer is the first contact or the first decision, whichever
    came first; its day is that of `zone`, where the organisation works. Each case stands under one code: "met"
    (answered on the due date or before), "late" (answered after it), "over" (open, not answered, the due date is
    before `today`), "ahead" (open, not answered, the due date is today or later), "ended" (not open any more and
    never answered, such as withdrawn). Duplicates are left out; an erased case has no due date.
    """
    rows = session.execute(
        select(Case.due_on, Case.contacted_at, Case.decided_at, Case.is_open).where(
            # Both of them: the index of due dates begins with it.
            Case.is_open.in_((True, False)),
            Case.due_on >= quarter.first,
            Case.due_on < quarter.after,
            Case.duplicate_of.is_(None),
        )
    )
    found: Counter[str] = Counter()
    for due_on, contacted_at, decided_at, is_open in rows:
        answers = [moment.astimezone(zone).date() for moment in (contacted_at, decided_at) if moment]
        if due_on is not None:
            found[_code(due_on, min(answers, default=None), is_open, today)] += 1
    return protect([(code, found[code]) for code in CODES])


def _code(due_on: dt.date, answered_on: dt.date | None, is_open: bool, today: dt.date) -> str:
    if answered_on is not None:
        return MET if answered_on <= due_on else LATE
    if not is_open:
        return ENDED
    return OVER if due_on < today else AHEAD
