"""Dates as people type them: whole or partial, in four calendars, in the digits of any script.

Every parser raises `Mistyped` with a stable `reason`; neither the reason nor the exception holds what was typed.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from intake import calendars
from intake.calendars import Calendar
from intake.typed import Mistyped, trimmed

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
# Years of the Solar Hijri and Islamic calendars that a living person may write (1300 SH began in 1921).
OTHER_CALENDAR_YEARS = range(1300, 1500)
# What stands in the field of the month when only a year of the Gregorian calendar is meant.
GREGORIAN = "us"

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PARTIAL_DATE = re.compile(rf"(?:([0-9]{{4}})(?:-([0-9]{{2}})(?:-([0-9]{{2}}))?)?|({_DAY})/({_DAY}))~?")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_CALENDARS = {one.value: one for one in Calendar}


@dataclass(frozen=True, slots=True, repr=False)
class WrittenDate:
    """A date as it was written, in the Gregorian calendar (None) or another one; it exists there."""

    calendar: Calendar | None
    year: int
    month: int | None
    day: int | None

    def days(self) -> tuple[date, date]:
        """The first and the last Gregorian day that it can mean."""
        if self.calendar is not None:
            return calendars.days(self.calendar, self.year, self.month, self.day)
        first = date(self.year, self.month or 1, self.day or 1)
        if self.day:
            return first, first
        last = self.month or 12
        return first, date(self.year, last, monthrange(self.year, last)[1])

    def canonical(self, *, about: bool = False) -> str:
        """The canonical value. A month or year of another calendar is the interval of its days, as in EDTF
        (ISO 8601-2): no Gregorian month has the same ones. With `about`, a day counts as its month, because
        who is not sure of the date is not sure of the day; "~" says so.
        """
        first, last = self.days()
        mark = "~" if about else ""
        if self.day:
            return f"{first.isoformat()[:7]}~" if about else first.isoformat()
        if self.calendar is not None:
            return f"{first.isoformat()}/{last.isoformat()}{mark}"
        return f"{first.isoformat()[: 7 if self.month else 4]}{mark}"

    @property
    def mark(self) -> str:
        """One word for this very date, such as "sh-1405-1-2": a page that showed it again sends it back."""
        numbers = (str(one) for one in (self.year, self.month, self.day) if one)
        return "-".join((self.calendar or "us", *numbers))


def parse_date(day: str, month: str, year: str, *, about: bool = False) -> str:
    """Three typed fields as "2026-03-04", "2026-03" or "2026"; see `written_date` and `WrittenDate.canonical`."""
    return written_date(day, month, year).canonical(about=about)


def written_date(day: str, month: str, year: str) -> WrittenDate:
    """The date in three typed fields; day, or day and month, may be empty.

    `month` is a number or one of `MONTHS`, or a month of another calendar ("sh-1") or only that calendar
    ("sh"; "us" for the Gregorian one). A whole date in the field of the day or the year is taken if it can be
    read in one way only. Reasons: `year_missing`, `year`, `calendar` (a year that reads as one of the Solar
    Hijri or Islamic calendar), `calendar_year` (the other way round), `month_missing` (a day alone), `month`,
    `day`, `order` (03/04/2026 is two different days).
    """
    day, month, year = trimmed(day), trimmed(month).casefold(), trimmed(year)
    if not month and not (day and year):
        day, month, year = _whole(day or year) or (day, month, year)
    if not year:
        raise Mistyped("year_missing")
    if not re.fullmatch(r"[0-9]{4}", year):
        raise Mistyped("year")
    code, _, number = month.partition("-")
    if code in _CALENDARS:
        return _in_calendar(_CALENDARS[code], day, number, int(year))
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        raise Mistyped("calendar" if int(year) in OTHER_CALENDAR_YEARS else "year")
    if month in {"", GREGORIAN}:
        if day:
            raise Mistyped("month_missing")
        return WrittenDate(None, int(year), None, None)
    month_number = MONTHS.index(month) + 1 if month in MONTHS else _small_number(month, 12, "month")
    day_number = _small_number(day, 31, "day") if day else None
    if not _exists(int(year), month_number, day_number or 1):
        raise Mistyped("day")
    return WrittenDate(None, int(year), month_number, day_number)


def _in_calendar(calendar: Calendar, day: str, month: str, year: int) -> WrittenDate:
    if year not in calendars.years(calendar):
        raise Mistyped("calendar_year")
    if not month:
        if day:
            raise Mistyped("month_missing")
        return WrittenDate(calendar, year, None, None)
    number = _small_number(month, calendars.months(calendar), "month")
    found = WrittenDate(calendar, year, number, _small_number(day, 31, "day") if day else None)
    try:
        found.days()
    except ValueError:
        raise Mistyped("day") from None
    return found


def _whole(text: str) -> tuple[str, str, str] | None:
    """Day, month and year of a whole date in one field; None if it is not one. Reason: `order`."""
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return found[3] or "", found[2], found[1]
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    one, two, year = found.groups()
    if int(one) != int(two) and max(int(one), int(two)) <= 12:
        raise Mistyped("order")
    return (two, one, year) if int(two) > 12 else (one, two, year)


@lru_cache(maxsize=4096)
def partial_days(text: str) -> tuple[date, date] | None:
    """The first and the last day of a canonical partial date from 1900 to 2100; None if it is not one.

    "~" (about) changes neither: a rule must not read a date as later or earlier than it was said to be.
    """
    found = _PARTIAL_DATE.fullmatch(text)
    if found is None or not text.isascii():
        return None
    year, month, day, first, last = found.groups()
    try:
        if first:
            between = date.fromisoformat(first), date.fromisoformat(last)
            known = between[0].year >= EARLIEST_YEAR and between[1].year <= LATEST_YEAR
            return between if known and between[0] < between[1] else None
        if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR or (day and text.endswith("~")):
            return None
        return WrittenDate(None, int(year), int(month) if month else None, int(day) if day else None).days()
    except ValueError:
        return None


def is_partial_date(text: str) -> bool:
    """Whether `text` is a canonical partial date: a real day, month, year or interval from 1900 to 2100."""
    return partial_days(text) is not None


def earliest_day(partial: str) -> date:
    """The first day that a canonical partial date can mean. ValueError if it is not one."""
    found = partial_days(partial)
    if found is None:
        raise ValueError("this is no partial date")
    return found[0]


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _small_number(text: str, highest: int, reason: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= highest:
        raise Mistyped(reason)
    return int(text)
