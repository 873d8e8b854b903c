"""People write dates whole or in part, roughly, pasted, or in the calendar that they grew up with."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from intake.assessment.days import partial
from intake.calendars import Calendar, parts
from intake.casework.triage import age_band
from intake.questionnaire import Choice, Kind, Question, Sensitivity, Step, Value, fits
from intake.questionnaire.forms import Reading, read
from intake.questionnaire.reading import field_names, retype
from intake.questionnaire.sentences import BY_REASON, DATE_AHEAD, DATE_SHOWN, WHICH_CALENDAR
from intake.typed import Mistyped
from intake.typeddates import earliest_day, is_partial_date, parse_date, partial_days, written_date

TODAY = date(2026, 11, 23)
FIELD = st.text(max_size=12)
WHEN = Question(
    key="when",
    kind=Kind.DATE,
    label="When?",
    sensitivity=Sensitivity.OPEN,
    alternatives=(Choice("unsure", "I am not sure"),),
    about=True,
    calendars=True,
    past=True,
)
STEP = Step(key="one", title="One", why="", questions=(WHEN,))


def send(**fields: str) -> Reading:
    return read(STEP, MultiDict({f"when.{name}": text for name, text in fields.items()}), {}, today=TODAY)


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"day": "15", "month": "3", "year": "2026"}, "2026-03-15"),
        ({"day": "15", "month": "3", "year": "2026", "about": "about"}, "2026-03~"),
        ({"month": "3", "year": "2026", "about": "about"}, "2026-03~"),
        ({"year": "2019", "about": "about"}, "2019~"),
        ({"month": "us", "year": "2019"}, "2019"),
        ({"other": "unsure", "about": "about"}, "unsure"),
        ({"day": "2026-03-15"}, "2026-03-15"),
        ({"year": "۲۰۲۶/۰۳/۱۵"}, "2026-03-15"),
        ({"year": "2026-03"}, "2026-03"),
        ({"year": "15/03/2026"}, "2026-03-15"),
        ({"day": "3.15.2026"}, "2026-03-15"),
        ({"year": "05/05/2026"}, "2026-05-05"),
    ],
)
def test_a_date_may_be_whole_partial_rough_or_pasted(fields: dict[str, str], value: str) -> None:
    reading = send(**fields)
    assert reading.errors == {}
    assert reading.answers == {"when": value}
    assert fits(WHEN, value)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"year": "03/04/2026"}, BY_REASON["order"]),
        ({"day": "03/04/2026"}, BY_REASON["order"]),
        ({"year": "26"}, BY_REASON["year"]),
        ({"year": "15/03/26"}, BY_REASON["year"]),
        ({"year": "1405"}, BY_REASON["calendar_offered"]),
        ({"month": "3", "year": "1405"}, BY_REASON["calendar_offered"]),
        ({"day": "1405/01/02"}, BY_REASON["calendar_offered"]),
        ({"month": "sh-1", "year": "2026"}, BY_REASON["calendar_year"]),
        ({"month": "is-1", "year": "1342"}, BY_REASON["calendar_year"]),
        ({"month": "sh-13", "year": "1404"}, BY_REASON["month"]),
        ({"month": "sh-1-1", "year": "1404"}, BY_REASON["month"]),
        ({"month": "xx-1", "year": "2026"}, BY_REASON["month"]),
        ({"day": "30", "month": "sh-12", "year": "1404"}, BY_REASON["day"]),
        ({"day": "2", "month": "sh", "year": "1404"}, BY_REASON["month_missing"]),
        ({"month": "sh-1", "year": ""}, BY_REASON["year_missing"]),
        ({"month": "sh-12", "year": "1405"}, DATE_AHEAD),
        ({"day": "2", "month": "sh-1", "year": "1405"}, DATE_SHOWN),
        ({"day": "2", "month": "sh-1", "year": "1405", "shown": "sh-1405-1-3"}, DATE_SHOWN),
        ({"year": "2018", "shown": "et"}, WHICH_CALENDAR),
    ],
)
def test_what_could_mean_two_things_is_asked_and_never_guessed(fields: dict[str, str], sentence: str) -> None:
    reading = send(**fields)
    assert reading.errors == {"when": sentence}
    assert reading.answers == {}
    assert "when.shown" not in reading.typed


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"day": "۲", "month": "sh-1", "year": "۱۴۰۵", "shown": "sh-1405-1-2"}, "2026-03-22"),
        ({"month": "sh-1", "year": "1405", "shown": "sh-1405-1"}, "2026-03-21/2026-04-20"),
        ({"month": "sh", "year": "1404", "shown": "sh-1404"}, "2025-03-21/2026-03-20"),
        ({"month": "is-9", "year": "1446", "shown": "is-1446-9"}, "2025-03-01/2025-03-29"),
        ({"day": "6", "month": "et-13", "year": "2015", "shown": "et-2015-13-6"}, "2023-09-11"),
        ({"month": "et", "year": "2017", "shown": "et-2017"}, "2024-09-11/2025-09-10"),
        ({"month": "us", "year": "2018", "shown": "et"}, "2018"),
        ({"day": "2", "month": "sh-1", "year": "1405", "about": "about", "shown": "sh-1405-1-2"}, "2026-03~"),
        ({"month": "sh-1", "year": "1405", "about": "about", "shown": "sh-1405-1"}, "2026-03-21/2026-04-20~"),
    ],
)
def test_a_date_of_another_calendar_that_was_shown_is_kept_as_the_same_days(fields, value: str) -> None:
    reading = send(**fields)
    assert reading.errors == {}
    assert reading.answers == {"when": value}
    assert reading.typed["when.month"] == fields["month"]
    assert fits(WHEN, value)
    span = partial(value)
    assert span is not None
    assert (span.first, span.last) == partial_days(value)


@given(
    st.dates(date(1925, 1, 1), date(2026, 11, 23)), st.sampled_from(list(Calendar)), st.integers(0, 2), st.booleans()
)
def test_every_date_of_every_calendar_holds_its_day_and_comes_back_the_same(
    day: date, calendar: Calendar, known: int, about: bool
) -> None:
    year, month, number = parts(calendar, day)
    written = ["", str(calendar), str(year)]
    if known:
        written[1] = f"{calendar}-{month}"
    if known == 2:
        written[0] = str(number)
    value = parse_date(*written, about=about)
    between = partial_days(value)
    assert between is not None and between[0] <= day <= between[1]
    # Now and then a month of one calendar has the very days of a month of another one.
    shown = [str(text) for text in retype(WHEN, value).values()]
    assert parse_date(*shown[:3], about=bool(shown[4])) == value


SAMPLES: list[Value] = ["2026-03-04", "2026-03", "2019", "2026-03~", "2019~", "unsure", "2026-03-21/2026-04-20~"]


@pytest.mark.parametrize("value", SAMPLES)
def test_a_date_shown_again_and_sent_unchanged_stays_the_same(value: str) -> None:
    shown = {name: str(text) for name, text in retype(WHEN, value).items()}
    assert tuple(shown) == field_names(WHEN)
    mark = {}
    if "-" in shown["when.month"]:
        found = written_date(shown["when.day"], shown["when.month"], shown["when.year"])
        mark = {"when.shown": found.mark}
    assert read(STEP, MultiDict(shown | mark), {}, today=TODAY).answers == {"when": value}


def test_about_changes_no_reading_of_a_date_by_the_rules() -> None:
    for text in ("2026-03", "2026", "2026-03-21/2026-04-20"):
        assert partial(f"{text}~") == partial(text)
        assert earliest_day(f"{text}~") == earliest_day(text)
    assert age_band("2010-03~", TODAY) == age_band("2010-03", TODAY) == "0-17"
    assert age_band("1989-03-21/1990-03-20", TODAY) == "21-39"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-15~",
        "~",
        "2026~~",
        "2026-03-15/2026-03-14",
        "2026-03-15/2026-03-15",
        "2026-02-30/2026-03-01",
        "2026-03/2026-04",
        "1899-01-01/1900-01-01",
        "2026-03-21/",
        "/2026-03-21",
        "2026-13",
        "٢٠٢٦",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert not is_partial_date(text)
    assert not fits(WHEN, text)


def test_without_the_offer_another_calendar_is_still_refused_in_words() -> None:
    with pytest.raises(Mistyped, match=r"^calendar$"):
        written_date("", "3", "1405")


@given(
    st.text(max_size=12), st.text(max_size=12) | st.sampled_from(["sh-1", "is", "et-13", "12"]), st.text(max_size=12)
)
def test_no_text_brings_a_date_down(day: str, month: str, year: str) -> None:
    reading = send(day=day, month=month, year=year, about=day, shown=year)
    for value in reading.answers.values():
        assert fits(WHEN, value)
    for sentence in reading.errors.values():
        assert sentence.endswith(".")


@given(st.text(max_size=40))
def test_no_text_brings_the_canonical_forms_down(text: str) -> None:
    assert (partial_days(text) is None) or partial(text) is not None
