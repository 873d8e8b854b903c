"""Which cases are wanted: the filters that the queue, saved searches and the exports share."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Integer, String, and_, bindparam, not_
from sqlalchemy.types import TypeEngine

from ..db import UTCDateTime
from .models import PER_LEVEL, Case
from .statuses import STATUSES
from .triage import bits_of

ME, NOBODY = "me", "nobody"
EVERY: Final = "every"
LEVELS = (1, 2, 3)
LATE = "late"
# Days until the deadline that can be asked for; `LATE` is before today.
DUE: Final = ("7", "14", "30", LATE)
PLACES: Final = ("us", "held", "border", "abroad", "unknown")
OUTCOMES: Final = ("likely", "review", "refer")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_STATUSES = re.compile(r"[a-z_,]{1,300}")
FLAGS: Final = ("closed", "interpreter", "reply", "follow_up")
# An export is told to the audit trail by these filters: all there are.
EXPORTED: Final = (
    *("status", "level", "owner", "language", "claim", "state", "place", "outcome", "due", "since", "until"),
    *FLAGS,
)
_ON = ("1", "yes", "on")

# Gives the place of a value in a statement: a named parameter, or the value itself.
Bind = Callable[[str, TypeEngine[Any]], Any]


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; None means "any". `owner` is a staff member's id, `"me"` or `"nobody"`.

    `status` is one status or several with commas between. Without `closed` only open cases are shown, with it only
    closed ones; a `status` says which by itself, and `reply` and `follow_up` find both. `due` is one of `DUE`.
    `reply` finds who waits for an answer, `follow_up` whom the person who asks wanted to look at by today, `since` the
    requests that came in on that day or later, `until` those that came in on that day or before.
    """

    status: str | None = None
    level: int | None = None
    owner: str | None = None
    language: str | None = None
    claim: str | None = None
    state: str | None = None
    closed: bool = False
    place: str | None = None
    outcome: str | None = None
    due: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    interpreter: bool = False
    reply: bool = False
    follow_up: bool = False

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that are wanted; none means any."""
        return tuple(self.status.split(",")) if self.status else ()

    @classmethod
    def from_query(cls, query: Mapping[str, str], only: Iterable[str] | None = None) -> "Filters":
        """The filters in a query string, or those of them named in `only`; what makes no sense is left out.

        Several statuses stand with commas between, or each as a parameter of its own.
        """
        codes = {
            name: value
            for name in ("owner", "language", "claim", "state")
            if _CODE.fullmatch(value := query.get(name, "").strip())
        }
        owner = codes.get("owner", "")
        if owner not in (ME, NOBODY) and not (owner.isascii() and owner.isdigit() and len(owner) <= 9):
            codes.pop("owner", None)
        given: dict[str, Any] = dict(codes)
        for name, known in (("place", PLACES), ("outcome", OUTCOMES), ("due", DUE)):
            if (value := query.get(name, "").strip()) in known:
                given[name] = value
        given |= {name: True for name in FLAGS if query.get(name, "") in _ON}
        level = query.get("level", "").strip()
        given["level"] = int(level) if level in {str(one) for one in LEVELS} else None
        given["status"] = _statuses(query)
        given |= {name: _day(query.get(name, "")) for name in ("since", "until")}
        return cls(**{name: value for name, value in given.items() if only is None or name in only})

    def to_query(self) -> dict[str, str]:
        """The filters as query parameters: `from_query` gives them back."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: "1" if value is True else str(value) for name, value in given.items() if value}


def _statuses(query: Mapping[str, str]) -> str | None:
    several: Callable[[str], list[str]] | None = getattr(query, "getlist", None)
    text = ",".join(several("status") if several else [query.get("status", "")]).strip()
    named = set(text.split(",")) if _STATUSES.fullmatch(text) else set()
    return ",".join(status for status in STATUSES if status in named) or None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()) if text.isascii() else None
    except ValueError:
        return None


def values_of(
    filters: Filters, *, me: int | None = None, today: dt.date | None = None, zone: dt.tzinfo = dt.UTC
) -> dict[str, Any]:
    """The values that `condition` wants bound for these filters; `today` is the present day in `zone` if not given."""
    day = today or dt.datetime.now(zone).date()
    values: dict[str, Any] = {
        name: value
        for name in ("level", "language", "state", "place", "outcome")
        if (value := getattr(filters, name)) is not None
    }
    if filters.claim is not None:
        values["claim"] = bits_of((filters.claim,))
    if filters.status:
        values["statuses"] = list(filters.statuses)
        values |= {f"status_{number}": status for number, status in enumerate(filters.statuses)}
    if filters.level is not None:
        values["level_from"] = filters.level * PER_LEVEL
        values["level_to"] = (filters.level + 1) * PER_LEVEL
    if filters.owner == ME:
        values["owner"] = me
    elif filters.owner is not None and filters.owner != NOBODY:
        values["owner"] = int(filters.owner)
    if filters.follow_up:
        values |= {"me": me, "today": day}
    if filters.due == LATE:
        values |= {"due_from": dt.date.min, "due_to": day - dt.timedelta(days=1)}
    elif filters.due:
        values |= {"due_from": day, "due_to": day + dt.timedelta(days=int(filters.due))}
    if filters.since:
        values["since"] = dt.datetime.combine(filters.since, dt.time(), zone)
    if filters.until:
        # The end of a calendar has no day after it.
        after = filters.until + dt.timedelta(days=1) if filters.until < dt.date.max else filters.until
        values["until"] = dt.datetime.combine(after, dt.time(), zone)
    return values


def shape_of(filters: Filters) -> frozenset[str]:
    """Which kinds of filters are set, without their values: one statement serves one shape."""
    shape = {field.name for field in fields(filters) if getattr(filters, field.name)}
    return frozenset(shape - {"owner"} | {NOBODY} if filters.owner == NOBODY else shape)


def conditions(shape: frozenset[str], case: Any = Case) -> list[ColumnElement[bool]]:
    """The conditions of a filter shape on the columns of `case`, with a bound parameter for each value.

    With `EVERY` in the shape, open and closed cases count.
    """
    named = [name for name in sorted(shape) if name not in ("level", "closed", EVERY)]
    if "closed" in shape and "status" not in shape:
        named.append("closed")
    elif not shape & {"status", "reply", "follow_up", EVERY}:
        named.append("open")
    if "level" in shape:
        named.append("rank")
    return [condition(name, case) for name in named]


def named_parameter(name: str, kind: TypeEngine[Any]) -> Any:
    """A place for the value of this name, which is given when the statement is executed."""
    return bindparam(name, type_=kind, expanding=name == "statuses")


def condition(name: str, case: Any, bind: Bind = named_parameter) -> ColumnElement[bool]:
    """The condition of one filter on the columns of `case`, which is `Case` or has columns of the same names.

    `rank` and `grade` are the level as a range of the orders by deadline and by level, `status_0` and so on one of
    several statuses.
    """
    if name.startswith("status_"):
        return _bool(case.status == bind(name, String()))
    match name:
        case "open" | "closed":
            # Without a parameter, so that the planners know from the start that an index fits.
            return and_(case.is_open) if name == "open" else not_(case.is_open)
        case "status":
            return _bool(case.status.in_(bind("statuses", String())))
        case "rank":
            low, high = bind("level_from", Integer()), bind("level_to", Integer())
            return and_(case.prio >= low, case.prio < high)
        case "grade":
            level = bind("level", Integer())
            return and_(case.level >= level, case.level <= level)
        case "level":
            return _bool(case.level == bind("level", Integer()))
        case "owner":
            return _bool(case.owner_id == bind("owner", Integer()))
        case "nobody":
            return _bool(case.owner_id.is_(None))
        case "place":
            return _bool(case.place_kind == bind("place", String()))
        case "interpreter":
            return and_(case.interpreter)
        case "reply":
            return _bool(case.unanswered_since.is_not(None))
        case "follow_up":
            mine = case.follow_up_id == bind("me", Integer())
            return and_(mine, case.follow_up_on <= bind("today", Date()))
        case "due":
            return and_(case.due_on >= bind("due_from", Date()), case.due_on <= bind("due_to", Date()))
        case "since":
            return _bool(case.received_at >= bind("since", UTCDateTime()))
        case "until":
            return _bool(case.received_at < bind("until", UTCDateTime()))
        case "claim":
            return _bool(case.claim_bits.bitwise_and(bind("claim", Integer())) != 0)
        case _:
            return _bool(getattr(case, name) == bind(name, String()))


def _bool(made: Any) -> ColumnElement[bool]:
    element: ColumnElement[bool] = made
    return element
