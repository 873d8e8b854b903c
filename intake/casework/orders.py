"""The orders in which cases are listed, which index reads each, and where the next page begins: plans, no statements.

A page under filters that one index begins with is read from it and nothing is sorted. Where further filters are set,
a bounded number of cases is looked through in the order of the best index, however many cases there are.
"""

import base64
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Date, Integer, Uuid
from sqlalchemy.types import TypeEngine

from ..db import UTCDateTime
from .filters import Filters, shape_of
from .statuses import is_open

_LARGEST = 2**31 - 1
_LONGEST_CURSOR = 250
TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    "prio": Integer(),
    "level": Integer(),
    "received_at": UTCDateTime(),
    "last_incoming_at": UTCDateTime(),
    "unanswered_since": UTCDateTime(),
    "due_on": Date(),
    "follow_up_on": Date(),
    "id": Uuid(),
}


@dataclass(frozen=True, slots=True)
class Order:
    """One order of cases by `columns`.

    `heads` are the filters with which indexes of this order begin, the most selective first; `ranges` those that its
    columns serve as well. `by_open` says whether these indexes tell open cases from closed ones.
    """

    columns: tuple[str, ...]
    heads: tuple[tuple[str, ...], ...]
    ranges: Mapping[str, str]
    by_open: bool = True
    descending: bool = False


ORDERS: Final[Mapping[str, Order]] = {
    # Level, then deadline, then age: the legal clock of the house.
    "deadline": Order(
        ("prio", "received_at", "id"),
        (("owner",), ("status",), ("nobody",), ("state",), ("language",), ()),
        {"level": "rank"},
    ),
    "age": Order(("received_at", "id"), (("owner",), ()), {"since": "since"}),
    "level": Order(("level", "received_at", "id"), (("owner",), ()), {"level": "grade"}),
    "incoming": Order(("last_incoming_at", "id"), (("owner",), ()), {}, descending=True),
    # These come with the filter of the same name, and list only what it finds.
    "due": Order(("due_on", "received_at", "id"), (("owner",), ()), {"due": "due"}),
    "reply": Order(("unanswered_since", "id"), (("owner",), ("nobody",), ()), {"reply": "reply"}, by_open=False),
    "follow_up": Order(("follow_up_on", "id"), ((),), {"follow_up": "follow_up"}, by_open=False),
}
# What a person can choose. Without a choice a filter that has an order of its own brings it.
CHOICES: Final = ("deadline", "age", "level", "incoming")
_OWN: Final = ("follow_up", "due", "reply")


@dataclass(frozen=True, slots=True)
class Plan:
    """How one page is read: the union of `branches`, each by its conditions, then held against `rest`."""

    order: str
    branches: tuple[tuple[str, ...], ...]
    rest: tuple[str, ...]


def plan(filters: Filters, order: str = "", *, only_open: bool = False) -> Plan:
    """How to read the cases that `filters` choose; `order` is one of `CHOICES`, anything else is no choice. Pure."""
    shape = shape_of(filters) - {"closed"}
    name = order if order in CHOICES else next((own for own in _OWN if own in shape), "deadline")
    chosen = ORDERS[name]
    states = _states(filters, only_open)
    head = next(head for head in chosen.heads if shape.issuperset(head))
    fixed = (*head, *(condition for served, condition in chosen.ranges.items() if served in shape))
    rest = shape - set(head) - set(chosen.ranges)
    if head == ("status",):
        wanted = [number for number, status in enumerate(filters.statuses) if is_open(status) in states]
        branches = tuple((f"status_{number}", *fixed[1:]) for number in wanted)
    elif chosen.by_open:
        branches = tuple(("open" if state else "closed", *fixed) for state in states)
    else:
        branches = (fixed,)
        rest |= {"open" if state else "closed" for state in states} if len(states) == 1 else set()
    return Plan(name, branches, tuple(sorted(rest)))


def _states(filters: Filters, only_open: bool) -> tuple[bool, ...]:
    """Whether open cases are wanted, closed ones, or both."""
    if filters.statuses:
        found = {is_open(status) for status in filters.statuses}
    elif filters.closed:
        found = {False}
    else:
        found = {True, False} if filters.reply or filters.follow_up else {True}
    return tuple(sorted(found & {True} if only_open else found, reverse=True))


def write_cursor(order: str, values: Sequence[Any]) -> str:
    """Where the page after the case with these `values` of the order's columns begins."""
    said = (
        value.hex if isinstance(value, uuid.UUID) else getattr(value, "isoformat", value.__str__)() for value in values
    )
    text = "|".join((order, *said))
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


def read_cursor(order: str, cursor: str | None) -> tuple[Any, ...] | None:
    """The values that `write_cursor` wrote for this order; None for anything else."""
    if not cursor or len(cursor) > _LONGEST_CURSOR:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        name, *said = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split("|")
        if name != order:
            return None
        return tuple(_value(column, one) for column, one in zip(ORDERS[order].columns, said, strict=True))
    except ValueError:
        return None


def _value(column: str, text: str) -> Any:
    kind = TYPES[column]
    if isinstance(kind, Uuid):
        return uuid.UUID(hex=text)
    if isinstance(kind, Date):
        return dt.date.fromisoformat(text)
    if isinstance(kind, Integer):
        number = int(text)
        if not 0 <= number <= _LARGEST:
            raise ValueError("no number of ours")
        return number
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(dt.UTC)
