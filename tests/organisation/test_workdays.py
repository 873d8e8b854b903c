"""Working days are those of the organisation: its week, federal holidays by rule, and the days it is closed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from intake import organisation
from intake.organisation import Invalid, Organisation, read
from intake.workdays import Calendar, Closed, federal_holidays
from tests.organisation.test_saying import NOW, TYPED

day = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-11-02", "2026-11-02", 0),  # the same Monday
        ("2026-11-02", "2026-11-06", 4),
        ("2026-11-06", "2026-11-09", 1),  # over a weekend
        ("2026-11-07", "2026-11-08", 0),  # inside one
        ("2026-11-09", "2026-11-13", 3),  # Veterans Day
        ("2026-11-23", "2026-11-30", 4),  # Thanksgiving
        ("2026-12-31", "2027-01-04", 1),  # New Year
        ("2026-11-02", "2026-10-01", 0),  # a clock that went backwards
    ],
)
def test_working_days_leave_out_weekends_and_federal_holidays(first, last, days):
    assert Calendar().working_days(day(first), day(last)) == days


@pytest.mark.parametrize(
    ("year", "kept"),
    [
        # As the Office of Personnel Management lists them for these years.
        (
            2026,
            "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25",
        ),
        (
            2027,
            "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31",
        ),
        (2022, "01-01 01-17 02-21 05-30 06-19 06-20 07-04 09-05 10-10 11-11 11-24 12-25 12-26"),
    ],
)
def test_a_holiday_on_a_weekend_is_kept_on_the_day_beside_it(year, kept):
    assert sorted(federal_holidays(year)) == [day(f"{year}-{one}") for one in kept.split()]


def test_an_organisation_has_its_own_week_and_its_own_closed_days():
    week = Calendar(frozenset({1, 5}), frozenset({day("2026-11-10")}), federal=False)
    assert week.working_days(day("2026-11-02"), day("2026-11-16")) == 3
    assert week.is_working(day("2026-12-25")) is False and week.is_working(day("2026-12-26"))


def test_days_are_those_of_the_clock_where_the_organisation_works():
    late = dt.datetime(2026, 11, 3, 4, 30, tzinfo=dt.UTC)  # still Monday evening in New York
    noon = dt.datetime(2026, 11, 3, 17, 0, tzinfo=dt.UTC)
    assert Calendar().between(late, noon, ZoneInfo("America/New_York")) == 1
    assert Calendar().between(late, noon, dt.UTC) == 0


def test_a_clock_that_is_wrong_by_centuries_does_not_keep_anybody_waiting():
    assert Calendar().working_days(dt.date.min, dt.date.max) < 3_000


def test_the_calendar_is_kept_with_what_the_organisation_says(session, settings):
    said = read(TYPED | {"closed": "2026-12-24  Christmas Eve\n\n٢٠٢٦-١٢-٢٨", "on_holidays": "1"}, [], ["6", "0"])
    organisation.save(session, said, "staff:1", NOW, 0)
    kept = organisation.current(session, settings)
    assert kept.days == (0, 6) and kept.federal is False
    assert kept.closed == (Closed(day("2026-12-24"), "Christmas Eve"), Closed(day("2026-12-28"), ""))
    assert kept.calendar == Calendar(
        frozenset({0, 6}), frozenset({day("2026-12-24"), day("2026-12-28")}), federal=False
    )


def test_a_version_from_before_there_was_a_calendar_works_from_monday_to_friday(session, settings):
    organisation.save(session, read(TYPED, []), "staff:1", NOW, 0)
    row = session.get_one(organisation.OrganisationVersion, 1)
    row.said = {key: value for key, value in row.said.items() if key not in ("days", "closed", "federal")}
    session.flush()
    assert organisation.current(session, settings).calendar == Calendar()
    assert Organisation("Harbour Rights").calendar == Calendar()


@pytest.mark.parametrize(
    ("typed", "days", "field"),
    [
        ({"closed": "Christmas"}, ["0"], "closed"),
        ({"closed": "2026-02-30 Never"}, ["0"], "closed"),
        ({"closed": "\n".join(f"20{year}-01-02" for year in range(20, 81))}, ["0"], "closed"),
        ({}, [], "days"),
        ({}, ["7", "x", "\0"], "days"),
    ],
)
def test_a_calendar_that_cannot_be_kept_is_named_by_its_field(typed, days, field):
    with pytest.raises(Invalid) as wrong:
        read(TYPED | typed, [], days)
    assert set(wrong.value.problems) == {field}
