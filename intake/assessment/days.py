"""Calendar days for rules: days known only to the month, and a clock that notes when its answers change.

Local dates throughout, no times. Arithmetic never raises: results are held between `date.min` and `date.max`.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(~?)")
_BETWEEN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})~?")


def days_after(day: date, count: int) -> date:
    """The day `count` days after `day` (before it, if negative), held inside the calendar."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return date.max if count > 0 else date.min


def years_after(day: date, count: int, *, late: bool = False) -> date:
    """The same day `count` years later, held inside the calendar.

    29 February becomes 28 February in a common year (the earlier reading, safe for a deadline), or
    1 March with `late` (safe for a protection that ends on that day).
    """
    year = day.year + count
    if year > date.max.year:
        return date.max
    if (day.month, day.day) == (2, 29):
        try:
            return day.replace(year=year)
        except ValueError:
            return date(year, 3, 1) if late else date(year, 2, 28)
    return day.replace(year=year)


def in_words(day: date) -> str:
    """A day as staff read it: "2 December 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


# How a span is said. Another language says the same pattern with its own words and names of months.
ON = "on {first}"
IN_MONTH = "in {month} {year}"
IN_YEAR = "in {year}"
BETWEEN = "between {first} and {last}"
BY = "by {first}"
BY_BETWEEN = "by a day between {first} and {last} (the exact day is not known)"
PATTERNS = (ON, IN_MONTH, IN_YEAR, BETWEEN, BY, BY_BETWEEN)


@dataclass(frozen=True)
class Span:
    """Every day that an answer may mean: one day, a month, a year or an interval. `first <= last`."""

    first: date
    last: date

    def plus_days(self, count: int) -> "Span":
        """Both ends moved by `count` days."""
        return Span(days_after(self.first, count), days_after(self.last, count))

    def plus_years(self, count: int) -> "Span":
        """Both ends moved by `count` years, 29 February read as 28 February."""
        return Span(years_after(self.first, count), years_after(self.last, count))

    def on(self) -> "Phrase":
        """The span after a verb: "on 2 November 2026", "in November 2026", "in 2026", "between … and …"."""
        if self.first == self.last:
            return Phrase(ON, self)
        if self.first.day == 1 and days_after(self.last, 1).day == 1:
            if (self.first.year, self.first.month) == (self.last.year, self.last.month):
                return Phrase(IN_MONTH, self)
            if (self.first.month, self.last.month) == (1, 12) and self.first.year == self.last.year:
                return Phrase(IN_YEAR, self)
        return Phrase(BETWEEN, self)

    def by(self) -> "Phrase":
        """The span as a deadline: "by 2 December 2026", or the two ends when the day is not exact."""
        return Phrase(BY if self.first == self.last else BY_BETWEEN, self)


@dataclass(frozen=True)
class Phrase:
    """A span as it stands in a sentence: one of `PATTERNS` and the days in it. As a text it is English."""

    pattern: str
    span: Span

    def __str__(self) -> str:
        first, last = self.span.first, self.span.last
        return self.pattern.format(
            first=in_words(first), last=in_words(last), month=MONTHS[first.month - 1], year=first.year
        )


def partial(text: str) -> Span | None:
    """Read "2026-03-04", "2026-03", "2026" or the interval "2026-03-21/2026-04-20"; None for anything else,
    also for a day that does not exist.

    A month, year or interval may end in "~", for "about" (EDTF, ISO 8601-2). The span is the same as without:
    nobody knows how far off such a date is, and a wider span would make one clock seem nearer and keep
    another open longer. The whole month or year is already read on its risky side; staff see the "about".
    """
    match = _PARTIAL.fullmatch(text)
    if match is None:
        return _between(text)
    year, month, day = (int(part) if part else None for part in match.groups()[:3])
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    if day is not None:
        return Span(first, first) if not match[4] else None
    if month is None:
        return Span(first, date(first.year, 12, 31))
    if (first.year, month) == (date.max.year, 12):
        return Span(first, date.max)
    return Span(first, days_after(date(first.year + month // 12, month % 12 + 1, 1), -1))


def _between(text: str) -> Span | None:
    """A month or a year of another calendar is an interval: no Gregorian month has the same days."""
    match = _BETWEEN.fullmatch(text)
    if match is None:
        return None
    try:
        first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
    except ValueError:
        return None
    return Span(first, last) if first <= last else None


class Clock:
    """Today, asked only through questions whose answer changes on one day.

    `turn` is the earliest later day on which any answer given so far would differ. Until then every rule
    that used this clock takes the same path, so its assessment stays the same.
    """

    def __init__(self, today: date) -> None:
        self.today = today
        self.turn: date | None = None

    def reached(self, day: date) -> bool:
        """Is it `day` or later?"""
        if self.today >= day:
            return True
        if self.turn is None or day < self.turn:
            self.turn = day
        return False

    def passed(self, day: date) -> bool:
        """Is `day` over?"""
        return self.reached(days_after(day, 1))

    def near(self, deadline: Span, days: int) -> bool:
        """May the deadline fall at most `days` days from today, or earlier? Uses its earliest day."""
        return self.reached(days_after(deadline.first, -days))

    def open(self, deadline: Span) -> bool:
        """May the deadline still be met today? Uses its latest day."""
        return not self.passed(deadline.last)

    def due(self, deadline: Span) -> date:
        """The day to work towards: the earliest possible day that is not over.

        A month that has begun may mean any day from today on, so the answer is today and moves with it.
        When the whole deadline is over, its last day.
        """
        if not self.reached(deadline.first):
            return deadline.first
        if self.passed(deadline.last):
            return deadline.last
        self.reached(days_after(self.today, 1))
        return self.today
