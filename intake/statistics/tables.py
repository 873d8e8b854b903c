"""What is counted for one quarter: requests by week, language, claim and so on, and how long people waited."""

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..accounts import StaffMember
from ..casework.models import Case
from ..casework.statuses import DECISIONS
from ..casework.triage import CLAIM_BITS
from .quarters import Quarter
from .suppressing import LEAST, Table, protect

NONE: Final = "none"
# What a request is counted by, and the column that says it. Each request stands in each of these tables once.
DIMENSIONS: Final[dict[str, Any]] = {
    "level": Case.level,
    "outcome": Case.outcome,
    "status": Case.status,
    "language": Case.language,
    "state": Case.state,
    "place": Case.place_kind,
    "age": Case.age_band,
    "income": Case.income_band,
    "source": Case.source,
}
ALL: Final = (*DIMENSIONS, "week", "claim")


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one quarter, protected. `tables` by dimension, with "week" and "claim" besides.

    `contact_days` is the median of days until the first contact; None under ten people who were reached, or where
    that there are ten would tell how few were not. How many they are is not said: beside the table by status that
    would tell of what it hides.
    `decision_days` is that of days until the first decision; None under ten, see `_decision_days`.
    """

    quarter: Quarter
    requests: int | None
    tables: dict[str, Table]
    contact_days: float | None
    decision_days: float | None = None


def figures(session: Session, quarter: Quarter, zone: dt.tzinfo, only: Collection[str] = ALL) -> Figures:
    """Count the requests that came in during the quarter. What was erased still counts, under what is left of it.

    `only` are the tables that are wanted: keys of `DIMENSIONS`, "week" and "claim".

    A request that turned out to be of the same person as another counts once: duplicates are left out.
    """
    start, end = quarter.span(zone)
    here = (Case.received_at >= start, Case.received_at < end, Case.duplicate_of.is_(None))
    tables = {name: protect(_counted(session, DIMENSIONS[name], here)) for name in only if name in DIMENSIONS}
    columns = (Case.received_at, Case.contacted_at, Case.decided_at, Case.claim_bits)
    moments = session.execute(select(*columns).where(*here)).all()
    if "week" in only:
        tables["week"] = protect(_weeks([row.received_at for row in moments], quarter, zone))
    if "claim" in only:
        tables["claim"] = protect(_claims([row.claim_bits for row in moments]), sums=False)
    waits = _days([(row.received_at, row.contacted_at) for row in moments])
    decided = _days([(row.received_at, row.decided_at) for row in moments])
    total = len(moments)
    enough = len(waits) >= LEAST and total >= 2 * LEAST
    return Figures(
        quarter,
        total if total == 0 or total >= LEAST else None,
        tables,
        round(statistics.median(waits), 1) if enough else None,
        _decision_days(decided, tables["status"]) if "status" in tables else None,
    )


def latest(session: Session, now: Quarter, zone: dt.tzinfo) -> Quarter:
    """The quarter before `now`, which is over; where nothing had come in by then, `now` itself."""
    first = session.scalar(select(func.min(Case.received_at)))
    return now if first is not None and first >= now.span(zone)[0] else now.back(1)


def load(session: Session) -> list[tuple[int, str, int, int]]:
    """(staff id, name, open cases, critical ones) of everybody who has open cases, most first. Not for publication."""
    number = func.count()
    critical = func.count().filter(Case.level == 1)
    rows = session.execute(
        select(StaffMember.id, StaffMember.name, number, critical)
        .join(Case, Case.owner_id == StaffMember.id)
        .where(Case.is_open)
        .group_by(StaffMember.id, StaffMember.name)
        .order_by(number.desc(), StaffMember.name)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _days(spans: Sequence[tuple[dt.datetime, dt.datetime | None]]) -> list[float]:
    return [(end - start) / dt.timedelta(days=1) for start, end in spans if end is not None]


def _decision_days(waits: Sequence[float], status: Table) -> float | None:
    """The median of `waits` where it tells nothing of what the table by status hides.

    Most decided cases still stand in the status of their decision, so how many were decided would tell what is
    hidden there: the number is not said, and that it is at least ten only where the table shows so itself.
    """
    shown = sum(cell.number or 0 for cell in status.cells if cell.code in DECISIONS)
    if len(waits) < LEAST or (status.hidden and shown < LEAST):
        return None
    return round(statistics.median(waits), 1)


def _counted(session: Session, column: Any, here: Sequence[Any]) -> list[tuple[str, int]]:
    rows = session.execute(select(column, func.count()).where(*here).group_by(column)).all()
    # By code: an order by number would tell of what is hidden.
    return sorted((str(value or NONE), number) for value, number in rows)


def _weeks(moments: Sequence[dt.datetime], quarter: Quarter, zone: dt.tzinfo) -> list[tuple[str, int]]:
    """By the Monday of the week, cut at both ends of the quarter; a week without a request is a zero."""
    days = Counter(moment.astimezone(zone).date() for moment in moments)
    weeks: Counter[str] = Counter()
    day = quarter.first
    while day < quarter.after:
        weeks[max(day - dt.timedelta(days=day.weekday()), quarter.first).isoformat()] += days[day]
        day += dt.timedelta(days=1)
    return sorted(weeks.items())


def _claims(bits: Sequence[int]) -> list[tuple[str, int]]:
    found = Counter(code for one in bits for code, bit in CLAIM_BITS.items() if one & bit)
    return [(code, found[code]) for code in CLAIM_BITS]
