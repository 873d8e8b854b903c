"""The queue: open cases by legal clock, filtered, a page at a time, as fast at ten million as at ten."""

import base64
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Row,
    Select,
    Uuid,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from ..accounts import StaffMember
from ..db import UTCDateTime
from .filters import LEVELS, ME, NOBODY, Filters, conditions, shape_of, values_of
from .models import PER_LEVEL, Case, SetAside
from .statuses import STATUSES

__all__ = [
    "COLUMNS",
    "LEVELS",
    "ME",
    "NOBODY",
    "PAGE",
    "Count",
    "Counts",
    "Filters",
    "Page",
    "counts",
    "page",
]

PAGE = 50
LARGEST_PAGE = 200
COUNT_UP_TO = 1000

_LARGEST_PRIO = 2**31 - 1
_LONGEST_CURSOR = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue. Rows have the columns of `COLUMNS`; `next` is the cursor of the page after."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    next: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """A number that stops at `COUNT_UP_TO`: its text is "1000+" where there are more."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number}+" if self.more else str(self.number)


@dataclass(frozen=True, slots=True)
class Counts:
    """Open cases by level, cases by status, and submissions that the desk could not open."""

    levels: Mapping[int, Count]
    statuses: Mapping[str, Count]
    set_aside: Count


COLUMNS: tuple[Any, ...] = (
    *(
        getattr(Case, name)
        for name in (
            "id",
            "reference",
            "version",
            "level",
            "due_on",
            "due_code",
            "status",
            "reason",
            "owner_id",
            "language",
            "interpreter",
            "place_kind",
            "state",
            "claims",
            "stages",
            "outcome",
            "codes",
            "tags",
            "age_band",
            "safe_contact",
            "received_at",
            "unanswered_since",
            "pairs",
            "conflict",
            "prio",
        )
    ),
    StaffMember.name.label("owner_name"),
)


def page(
    session: Session, filters: Filters, after: str | None = None, size: int = PAGE, *, me: int | None = None
) -> Page:
    """The page of `size` cases after the cursor, most urgent first: by level, due date, age of the request.

    An unreadable cursor gives the first page. `me` is the id of the staff member for the owner filter "me".
    """
    size = max(1, min(size, LARGEST_PAGE))
    start = _read_cursor(after)
    statement = _page_statement(shape_of(filters), start is not None, size)
    rows = session.execute(statement, values_of(filters, me=me) | (start or {})).all()
    last = rows[size - 1] if len(rows) > size else None
    cursor = _write_cursor(last.prio, last.received_at, last.id) if last else None
    return Page(rows[:size], cursor)


def counts(session: Session) -> Counts:
    """How many cases there are; one statement, which counts no further than it says."""
    found = {row.name: _count(row.number) for row in session.execute(_counts_statement())}
    return Counts(
        levels={level: found[f"level:{level}"] for level in LEVELS},
        statuses={status: found[f"status:{status}"] for status in STATUSES},
        set_aside=found["set_aside"],
    )


@lru_cache(maxsize=512)
def _page_statement(shape: frozenset[str], continues: bool, size: int) -> Select[*tuple[Any, ...]]:
    statement = (
        select(*COLUMNS)
        .outerjoin(StaffMember, StaffMember.id == Case.owner_id)
        .where(*conditions(shape))
        .order_by(Case.prio, Case.received_at, Case.id)
        # A literal limit: with a parameter, PostgreSQL's generic plan does not know how few rows are wanted.
        .limit(literal_column(str(size + 1)))
    )
    if not continues:
        return statement
    start = tuple_(
        bindparam("after_prio", type_=Integer),
        bindparam("after_at", type_=UTCDateTime),
        bindparam("after_id", type_=Uuid),
    )
    return statement.where(tuple_(Case.prio, Case.received_at, Case.id) > start)


@lru_cache(maxsize=1)
def _counts_statement() -> CompoundSelect[*tuple[Any, ...]]:
    def bounded(name: str, *wanted: Any) -> Select[*tuple[Any, ...]]:
        some = select(Case.id).where(*wanted).limit(literal_column(str(COUNT_UP_TO + 1))).subquery()
        return select(literal(name).label("name"), func.count().label("number")).select_from(some)

    of_levels = (
        bounded(
            f"level:{level}",
            Case.is_open,
            Case.prio >= level * PER_LEVEL,
            Case.prio < (level + 1) * PER_LEVEL,
        )
        for level in LEVELS
    )
    of_statuses = (bounded(f"status:{status}", Case.status == str(status)) for status in STATUSES)
    aside = select(SetAside.submission_id).limit(literal_column(str(COUNT_UP_TO + 1))).subquery()
    of_aside = select(literal("set_aside").label("name"), func.count().label("number")).select_from(aside)
    return union_all(*of_levels, *of_statuses, of_aside)


def _count(number: int) -> Count:
    return Count(min(number, COUNT_UP_TO), number > COUNT_UP_TO)


def _write_cursor(prio: int, received_at: dt.datetime, case_id: uuid.UUID) -> str:
    text = f"{prio}|{received_at.isoformat()}|{case_id.hex}"
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


def _read_cursor(cursor: str | None) -> dict[str, Any] | None:
    if not cursor or len(cursor) > _LONGEST_CURSOR:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        prio, at, case_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split("|")
        moment = dt.datetime.fromisoformat(at)
        number, key = int(prio), uuid.UUID(hex=case_id)
    except ValueError:
        return None
    if not 0 <= number <= _LARGEST_PRIO or moment.tzinfo is None:
        return None
    return {"after_prio": number, "after_at": moment, "after_id": key}
