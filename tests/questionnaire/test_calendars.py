"""Dates of other calendars mean the same days as in the books of those calendars."""

from datetime import date, timedelta

import pytest
from hijridate import Gregorian
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from intake import calendarnames, calendars
from intake.calendars import Calendar, days, named, parts

COVERED = st.dates(date(1925, 1, 1), date(2077, 11, 16))
ONE_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("calendar", "written", "day"),
    [
        # New years and feasts as almanacs print them.
        (Calendar.SOLAR, (1405, 1, 1), date(2026, 3, 21)),
        (Calendar.SOLAR, (1404, 1, 1), date(2025, 3, 21)),
        (Calendar.SOLAR, (1403, 12, 30), date(2025, 3, 20)),
        (Calendar.SOLAR, (1357, 11, 22), date(1979, 2, 11)),
        (Calendar.SOLAR, (1400, 5, 24), date(2021, 8, 15)),
        (Calendar.ISLAMIC, (1447, 1, 1), date(2025, 6, 26)),
        (Calendar.ISLAMIC, (1446, 9, 1), date(2025, 3, 1)),
        (Calendar.ISLAMIC, (1343, 1, 1), date(1924, 8, 1)),
        (Calendar.ETHIOPIAN, (2000, 1, 1), date(2007, 9, 12)),
        (Calendar.ETHIOPIAN, (2018, 1, 1), date(2025, 9, 11)),
        (Calendar.ETHIOPIAN, (2015, 13, 6), date(2023, 9, 11)),
        (Calendar.ETHIOPIAN, (1966, 13, 2), date(1974, 9, 7)),
        (Calendar.ETHIOPIAN, (2016, 4, 28), date(2024, 1, 7)),
    ],
)
def test_days_that_almanacs_print_are_read_as_they_stand_there(calendar, written, day) -> None:
    assert days(calendar, *written) == (day, day)
    assert parts(calendar, day) == written


@given(COVERED)
def test_every_day_goes_there_and_back_and_the_libraries_agree(day: date) -> None:
    for calendar in Calendar:
        assert days(calendar, *parts(calendar, day)) == (day, day)
    solar, islamic = JalaliDate(day), Gregorian(day.year, day.month, day.day).to_hijri()
    assert parts(Calendar.SOLAR, day) == (solar.year, solar.month, solar.day)
    assert parts(Calendar.ISLAMIC, day) == islamic.datetuple()


@given(COVERED, st.sampled_from(list(Calendar)))
def test_the_day_after_is_the_next_one_in_every_calendar(day: date, calendar: Calendar) -> None:
    if day == date(2077, 11, 16):
        return
    here, after = parts(calendar, day), parts(calendar, day + ONE_DAY)
    assert after > here
    assert after[2] == here[2] + 1 or after[2] == 1


@pytest.mark.parametrize("calendar", list(Calendar))
def test_months_and_years_follow_each_other_without_a_gap(calendar: Calendar) -> None:
    expected = None
    for year in calendars.years(calendar):
        first, last = days(calendar, year)
        assert first.year >= 1900 and last.year <= 2100
        start = first
        for month in range(1, calendars.months(calendar) + 1):
            begins, ends = days(calendar, year, month)
            assert begins == start
            start = ends + ONE_DAY
        assert start == last + ONE_DAY
        assert expected in (None, first)
        expected = last + ONE_DAY


@given(COVERED, st.sampled_from(list(Calendar)), st.booleans())
def test_a_month_or_a_year_is_known_again_by_its_days(day: date, calendar: Calendar, whole_year: bool) -> None:
    year, month, _ = parts(calendar, day)
    wanted = None if whole_year else month
    between = days(calendar, year, wanted)
    # Now and then a month of one calendar has the very days of a month of another one.
    found = named(*between)
    assert found is not None and days(*found) == between


@pytest.mark.parametrize(
    ("calendar", "written"),
    [
        (Calendar.SOLAR, (1404, 12, 30)),
        (Calendar.SOLAR, (1405, 7, 31)),
        (Calendar.SOLAR, (1405, 13, 1)),
        (Calendar.SOLAR, (2026, 1, 1)),
        (Calendar.ISLAMIC, (1342, 1, 1)),
        (Calendar.ISLAMIC, (1447, 1, 31)),
        (Calendar.ETHIOPIAN, (2018, 13, 6)),
        (Calendar.ETHIOPIAN, (2018, 1, 0)),
        (Calendar.ETHIOPIAN, (2018, 14, 1)),
    ],
)
def test_a_day_that_is_not_there_is_no_day(calendar, written) -> None:
    with pytest.raises(ValueError):
        days(calendar, *written)


@pytest.mark.parametrize(
    "code", ["en", "es", "fa", "fa_AF", "ps", "ar", "ur", "ckb", "so", "am", "ti", "zh_Hans", "ar_XB"]
)
def test_every_language_has_a_name_for_every_month_and_offers_every_calendar(code: str) -> None:
    assert set(calendarnames.offered(code)) == set(Calendar)
    for calendar in Calendar:
        names = calendarnames.months(calendar, code)
        assert len(set(names)) == calendars.months(calendar)


def test_people_find_the_calendar_of_their_language_first() -> None:
    assert calendarnames.offered("fa_AF")[0] is Calendar.SOLAR
    assert calendarnames.offered("ti")[0] is Calendar.ETHIOPIAN
    assert calendarnames.months(Calendar.SOLAR, "fa_AF")[0] == "حمل"
    assert calendarnames.months(Calendar.SOLAR, "fa")[0] == "فروردین"
    assert calendarnames.months(Calendar.SOLAR, "en")[0] == "Farvardin · Hamal"
