"""Which days the organisation works: days of the week, federal holidays by rule, days of its own when it is closed."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from .locales import N_
from .typed import clean_text, digits

WEEK: Final[Mapping[int, str]] = {
    0: N_("Monday"),
    1: N_("Tuesday"),
    2: N_("Wednesday"),
    3: N_("Thursday"),
    4: N_("Friday"),
    5: N_("Saturday"),
    6: N_("Sunday"),
}
MONDAY_TO_FRIDAY: Final = frozenset(range(5))
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_A_DAY: Final = dt.timedelta(days=1)
# Counting stops here: who asks about more than ten years has a clock that is wrong.
MOST_DAYS: Final = 3_660
MOST_CLOSED: Final = 60
_NAME_CHARACTERS: Final = 60


class BadDays(ValueError):
    """What was typed about the days cannot be kept; a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Closed:
    """One day on which the organisation is closed, and what it is called."""

    day: dt.date
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the week on which the organisation works (0 is Monday), and what it keeps free of them."""

    days: frozenset[int] = MONDAY_TO_FRIDAY
    closed: frozenset[dt.date] = field(default=frozenset())
    federal: bool = True

    def is_working(self, day: dt.date) -> bool:
        """Whether the organisation works on `day`."""
        if day.weekday() not in self.days or day in self.closed:
            return False
        return not (self.federal and day in federal_holidays(day.year))

    def working_days(self, first: dt.date, last: dt.date) -> int:
        """How many working days come after `first`, up to and with `last`; 0 when `last` is not later."""
        return _count(self, first, last)

    def between(self, start: dt.datetime, end: dt.datetime, zone: dt.tzinfo) -> int:
        """Working days between two moments, by the days of the clock in `zone`; the day of `start` does not count."""
        return self.working_days(start.astimezone(zone).date(), end.astimezone(zone).date())


@lru_cache(maxsize=8192)
def _count(calendar: Calendar, first: dt.date, last: dt.date) -> int:
    # Kept, because a measurement asks the same few thousand pairs of days for all its cases.
    days = min(MOST_DAYS, max(0, (last - first).days))
    return sum(calendar.is_working(first + number * _A_DAY) for number in range(1, days + 1))


@lru_cache(maxsize=64)
def federal_holidays(year: int) -> frozenset[dt.date]:
    """The federal holidays that fall into `year`, with the day on which each is kept beside its own.

    Source: 5 USC 6103(a) for the days, 6103(b)(1) for the Friday before a Saturday; for the Monday after a Sunday
    Executive Order 11582, section 3. A New Year's Day on a Saturday is kept in the year before.
    """
    fixed = [dt.date(year, month, day) for month, day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))]
    if year < dt.MAXYEAR:
        fixed.append(dt.date(year + 1, 1, 1))
    moving = {
        _nth(year, 1, _MONDAY, 3),  # the birthday of Martin Luther King, Jr.
        _nth(year, 2, _MONDAY, 3),  # Washington's Birthday
        _last_monday_of_may(year),  # Memorial Day
        _nth(year, 9, _MONDAY, 1),  # Labor Day
        _nth(year, 10, _MONDAY, 2),  # Columbus Day
        _nth(year, 11, _THURSDAY, 4),  # Thanksgiving Day
    }
    return frozenset({day for own in fixed for day in (own, _kept_on(own)) if day.year == year} | moving)


def read_days(
    closed: str, days: Collection[str] | None, problems: dict[str, str]
) -> tuple[tuple[Closed, ...], tuple[int, ...]]:
    """The closed days and the days of the week as they were typed; `days` None means the usual ones.

    What cannot be read gets a sentence in `problems`, under "closed" or "days".
    """
    kept: tuple[Closed, ...] = ()
    week = tuple(sorted(MONDAY_TO_FRIDAY))
    try:
        kept = read_closed(closed)
    except BadDays as wrong:
        problems["closed"] = str(wrong)
    try:
        week = week if days is None else read_week(days)
    except BadDays as wrong:
        problems["days"] = str(wrong)
    return kept, week


def read_closed(text: str) -> tuple[Closed, ...]:
    """The days that were typed, one on each line: a date such as 2026-12-24, then its name. Raises BadDays."""
    found = {}
    for line in clean_text(text, multiline=True).splitlines():
        date, _blank, name = line.strip().partition(" ")
        if not date:
            continue
        try:
            day = dt.date.fromisoformat(digits(date))
        except ValueError:
            raise BadDays(N_("A date on one of the lines cannot be read. Write: 2026-12-24 Christmas Eve")) from None
        found[day] = Closed(day, name.strip()[:_NAME_CHARACTERS])
    if len(found) > MOST_CLOSED:
        raise BadDays(N_("There are too many days. Use at most sixty, and take out those that are over."))
    return tuple(found[day] for day in sorted(found))


def read_week(typed: Collection[str]) -> tuple[int, ...]:
    """The days of the week that were chosen, by their numbers as text. Raises BadDays when there are none."""
    week = tuple(day for day in WEEK if str(day) in typed)
    if not week:
        raise BadDays(N_("Choose at least one day."))
    return week


def _kept_on(day: dt.date) -> dt.date:
    shift = {_SATURDAY: -_A_DAY, _SUNDAY: _A_DAY}.get(day.weekday())
    return day + shift if shift else day


def _nth(year: int, month: int, weekday: int, number: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last_monday_of_may(year: int) -> dt.date:
    last = dt.date(year, 5, 31)
    return last - dt.timedelta(days=(last.weekday() - _MONDAY) % 7)
