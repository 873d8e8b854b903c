"""Other calendars that people write dates in, and their days in the Gregorian calendar of US papers.

* Solar Hijri (Iran, Afghanistan), by persiantools: leap years as the Iranian calendar has them.
* Islamic, in its Umm al-Qura form, by hijridate: 1343 to 1500 (August 1924 to November 2077), the years of the
  published tables. A month that was seen to begin elsewhere may lie a day earlier or later.
* Ethiopian, by its own arithmetic: twelve months of 30 days and Pagume of 5, or of 6 in each fourth year.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hijridate import Gregorian, Hijri
from persiantools.jdatetime import JalaliDate

Triple = tuple[int, int, int]
ONE_DAY = dt.timedelta(days=1)

# Julian day numbers: of 1 January 1 as `date.toordinal` counts, less one, and of 1 Meskerem 1 (29 August 8, Julian).
_ORDINAL = 1721425
_MESKEREM = 1724221 - _ORDINAL
_FOUR_YEARS = 1461


class Calendar(StrEnum):
    """A calendar other than the Gregorian one; the values are permanent codes of fields."""

    SOLAR = "sh"
    ISLAMIC = "is"
    ETHIOPIAN = "et"


@dataclass(frozen=True, slots=True)
class _Rules:
    months: int
    years: range
    day: Callable[[int, int, int], dt.date]
    parts: Callable[[dt.date], Triple]


def _solar_day(year: int, month: int, day: int) -> dt.date:
    # The library has types, but not for its constructor.
    return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]


def _solar_parts(day: dt.date) -> Triple:
    found = JalaliDate(day)  # type: ignore[no-untyped-call]
    return found.year, found.month, found.day


def _islamic_day(year: int, month: int, day: int) -> dt.date:
    found = Hijri(year, month, day).to_gregorian()
    return dt.date(found.year, found.month, found.day)


def _islamic_parts(day: dt.date) -> Triple:
    found = Gregorian(day.year, day.month, day.day).to_hijri()
    return found.year, found.month, found.day


def _ethiopian_day(year: int, month: int, day: int) -> dt.date:
    leap = year % 4 == 3
    if not (1 <= month <= 13 and 1 <= day <= (30 if month < 13 else 6 if leap else 5)):
        raise ValueError("there is no such day")
    return dt.date.fromordinal(_MESKEREM + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day - 1)


def _ethiopian_parts(day: dt.date) -> Triple:
    cycles, rest = divmod(day.toordinal() - _MESKEREM, _FOUR_YEARS)
    # Years 1 and 2 of a cycle have 365 days, year 3 has 366, year 4 has 365.
    years = min(rest // 365, 3) if rest != 1095 else 2
    start = _ethiopian_day(4 * cycles + years + 1, 1, 1)
    month, number = divmod((day - start).days, 30)
    return 4 * cycles + years + 1, month + 1, number + 1


_RULES: Mapping[Calendar, _Rules] = {
    Calendar.SOLAR: _Rules(12, range(1279, 1479), _solar_day, _solar_parts),
    Calendar.ISLAMIC: _Rules(12, range(1343, 1501), _islamic_day, _islamic_parts),
    Calendar.ETHIOPIAN: _Rules(13, range(1893, 2093), _ethiopian_day, _ethiopian_parts),
}


def years(calendar: Calendar) -> range:
    """The years that can be read; all of their days lie within 1900 to 2100 of the Gregorian calendar."""
    return _RULES[calendar].years


def months(calendar: Calendar) -> int:
    """How many months a year has."""
    return _RULES[calendar].months


def days(calendar: Calendar, year: int, month: int | None = None, day: int | None = None) -> tuple[dt.date, dt.date]:
    """The first and the last day, Gregorian, of a day, a month or a year. ValueError when there is none."""
    rules = _RULES[calendar]
    if year not in rules.years:
        raise ValueError("this year cannot be read")
    if month is None:
        return rules.day(year, 1, 1), _before(rules, year + 1, 1)
    first = rules.day(year, month, 1 if day is None else day)
    if day is not None:
        return first, first
    return first, _before(rules, year + month // rules.months, month % rules.months + 1)


def parts(calendar: Calendar, day: dt.date) -> Triple:
    """Year, month and day of a Gregorian day from 1925 to 2077 in `calendar`."""
    return _RULES[calendar].parts(day)


def named(first: dt.date, last: dt.date) -> tuple[Calendar, int, int | None] | None:
    """The calendar, year and month, or only the year, that runs from `first` to `last`; None if nothing does."""
    for calendar in Calendar:
        try:
            year, month, _ = parts(calendar, first)
            for found in (month, None):
                if days(calendar, year, found) == (first, last):
                    return calendar, year, found
        except (ValueError, OverflowError):
            continue
    return None


def _before(rules: _Rules, year: int, month: int) -> dt.date:
    """The day before a month. The last year of the Islamic tables ends with them."""
    try:
        return rules.day(year, month, 1) - ONE_DAY
    except OverflowError:
        return dt.date(2077, 11, 16)
