"""The queue: cases by legal clock or another order, filtered, a page at a time, as fast at ten million as at ten."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
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
from .filters import LEVELS, ME, NOBODY, Filters, condition, values_of
from .models import LOOKED, PER_LEVEL, Case, SetAside
from .orders import ORDERS, TYPES, Order, Plan, plan, read_cursor, write_cursor
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
    "asked_of",
    "counts",
    "page",
]

PAGE = 50
LARGEST_PAGE = 200
COUNT_UP_TO = 1000
# So many cases are looked through for one page under filters that no index begins with.
LOOK_THROUGH = 2000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue. Rows have the columns of `COLUMNS`; `next` is the cursor of the page after.

    With `looked` the page is not full because it ends after that many cases were looked through; there may be more.
    """

    rows: Sequence[Row[*tuple[Any, ...]]]
    next: str | None
    looked: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A number that stops where counting stopped: its text is "1000+" where there are more."""

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
            "contacted_at",
            "unanswered_since",
            "last_incoming_at",
            "follow_up_on",
            "follow_up_id",
            "is_open",
            "pairs",
            "conflict",
            "prio",
            "marks",
        )
    ),
    StaffMember.name.label("owner_name"),
)


def page(
    session: Session,
    filters: Filters,
    after: str | None = None,
    size: int = PAGE,
    *,
    order: str = "",
    me: int | None = None,
    today: dt.date | None = None,
    zone: dt.tzinfo = dt.UTC,
    only_open: bool = False,
) -> Page:
    """The page of `size` cases after the cursor, in `order` or the order that the filters bring.

    Unless said otherwise, most urgent first: by level, due date, age of the request. An unreadable cursor gives the
    first page. `me` is the id of the staff member who asks, `today` the present day in `zone`.
    """
    size = max(1, min(size, LARGEST_PAGE))
    how = plan(filters, order, only_open=only_open)
    if not how.branches:
        return Page((), None)
    by = ORDERS[how.order]
    start = read_cursor(how.order, after)
    values = values_of(filters, me=me, today=today, zone=zone) | _named(by, start)
    look = LOOK_THROUGH if how.rest else 0
    rows = session.execute(_page_statement(how, start is not None, size, look), values).all()
    if _may_end_early(how, len(rows) > size):
        edge = _edge(session, how, start is not None, look, values)
        if edge is not None:
            rows = [row for row in rows if not _is_beyond(by, row, edge)]
            if len(rows) <= size:
                return Page(rows, write_cursor(how.order, edge), look)
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], write_cursor(how.order, _keys(by, last)) if last is not None else None)


def counts(session: Session) -> Counts:
    """How many cases there are; one statement, which counts no further than it says."""
    found = {row.name: _count(row.number) for row in session.execute(_counts_statement())}
    return Counts(
        levels={level: found[f"level:{level}"] for level in LEVELS},
        statuses={status: found[f"status:{status}"] for status in STATUSES},
        set_aside=found["set_aside"],
    )


@lru_cache(maxsize=512)
def _page_statement(how: Plan, continues: bool, size: int, look: int) -> Select[*tuple[Any, ...]]:
    by = ORDERS[how.order]
    listed = select(*COLUMNS).outerjoin(StaffMember, StaffMember.id == Case.owner_id)
    # A literal limit: with a parameter, PostgreSQL's generic plan does not know how few rows are wanted.
    bound: ColumnElement[Any] = literal_column(str(size + 1))
    if len(how.branches) == 1 and not how.rest:
        return listed.where(*_branch(how, how.branches[0], continues)).order_by(*_ordered(by, Case)).limit(bound)
    picked = [_picked(how, branch, continues, bound, look) for branch in how.branches]
    # SQLite has no parentheses around the parts of a union.
    parts = union_all(*(select(*(one.c[name] for name in by.columns)) for one in picked)).subquery()
    # Only what stands on the page is fetched from the table.
    found = select(parts.c.id).order_by(*_ordered(by, parts.c)).limit(bound).subquery("found")
    return listed.join(found, found.c.id == Case.id).order_by(*_ordered(by, Case))


def _picked(how: Plan, branch: tuple[str, ...], continues: bool, bound: Any, look: int) -> Any:
    """The first cases of one branch that fit the rest as well, looking through no more than a bounded number."""
    by = ORDERS[how.order]
    window = select(*asked_of(how)).where(*_branch(how, branch, continues)).order_by(*_ordered(by, Case))
    if not how.rest:
        return window.limit(bound).subquery()
    looked = window.limit(literal_column(str(look))).subquery()
    fit = select(*(looked.c[name] for name in by.columns)).where(*(condition(name, looked.c) for name in how.rest))
    return fit.order_by(*_ordered(by, looked.c)).limit(bound).subquery()


def asked_of(how: Plan) -> list[ColumnElement[Any]]:
    """The columns that are read of each case that is looked through: those of the order, and what filters ask."""
    names = dict.fromkeys((*ORDERS[how.order].columns, *(("is_open", "received_at", *LOOKED) if how.rest else ())))
    return [getattr(Case, name) for name in names]


def _branch(how: Plan, branch: tuple[str, ...], continues: bool) -> list[ColumnElement[bool]]:
    by = ORDERS[how.order]
    chosen = [condition(name, Case) for name in branch]
    if continues:
        here = tuple_(*(getattr(Case, name) for name in by.columns))
        start = tuple_(*(bindparam(f"after_{name}", type_=TYPES[name]) for name in by.columns))
        chosen.append(here < start if by.descending else here > start)
    return chosen


def _ordered(by: Order, case: Any) -> list[ColumnElement[Any]]:
    columns = [getattr(case, name) for name in by.columns]
    return [column.desc() for column in columns] if by.descending else columns


def _may_end_early(how: Plan, is_full: bool) -> bool:
    # One branch that gave a full page did so within its bound; of several, another may have stopped before its end.
    return bool(how.rest) and (len(how.branches) > 1 or not is_full)


def _edge(session: Session, how: Plan, continues: bool, look: int, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The keys of the last case up to which every branch was looked through; None when all ended before the bound."""
    by = ORDERS[how.order]
    found = session.execute(_edge_statement(how, continues, look), dict(values)).all()
    keys = [_keys(by, row) for row in found]
    return (max(keys) if by.descending else min(keys)) if keys else None


@lru_cache(maxsize=512)
def _edge_statement(how: Plan, continues: bool, look: int) -> Select[*tuple[Any, ...]]:
    by = ORDERS[how.order]
    named = [getattr(Case, name) for name in by.columns]
    last = [
        select(*named)
        .where(*_branch(how, branch, continues))
        .order_by(*_ordered(by, Case))
        .limit(literal_column("1"))
        .offset(literal_column(str(look - 1)))
        .subquery()
        for branch in how.branches
    ]
    ends = union_all(*(select(*one.c) for one in last)).subquery()
    return select(*ends.c)


def _keys(by: Order, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in by.columns)


def _is_beyond(by: Order, row: Any, edge: tuple[Any, ...]) -> bool:
    keys = _keys(by, row)
    return keys < edge if by.descending else keys > edge


def _named(by: Order, start: tuple[Any, ...] | None) -> dict[str, Any]:
    return {f"after_{name}": value for name, value in zip(by.columns, start or (), strict=False)}


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
