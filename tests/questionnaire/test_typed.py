"""People type numbers, phones and dates in their own way, in their own script."""

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.typed import (
    Mistyped,
    clean_text,
    digits,
    mask_a_number,
    parse_a_number,
    parse_email,
    parse_number,
    parse_phone,
    show_a_number,
)
from intake.typeddates import earliest_day, is_partial_date, parse_date

ANY_TEXT = st.text(max_size=60)


@pytest.mark.parametrize(
    "typed",
    [
        "0123456789",
        "٠١٢٣٤٥٦٧٨٩",
        "۰۱۲۳۴۵۶۷۸۹",
        "०१२३४५६७८९",
        "০১২৩৪৫৬৭৮৯",
        "੦੧੨੩੪੫੬੭੮੯",
        "０１２３４５６７８９",
        "၀၁၂၃၄၅၆၇၈၉",
    ],
)
def test_decimal_digits_of_every_script_are_read(typed: str) -> None:
    assert digits(typed) == "0123456789"


def test_ethiopic_numerals_are_not_decimal_digits_and_stay_as_they_are() -> None:
    assert digits("፩፪፫") == "፩፪፫"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("A012-345-678", "012345678"),
        ("a 12 345 678", "012345678"),
        ("1234567", "001234567"),
        ("A#012345678", "012345678"),
        ("А‑123‑456‑789", "123456789"),
        ("A٠١٢٣٤٥٦٧٨", "012345678"),
        ("\u2066A۰۱۲-۳۴۵-۶۷۸\u2069", "012345678"),
        ("Ａ０１２３４５６７８", "012345678"),
    ],
)
def test_an_a_number_may_be_typed_in_many_ways(typed: str, number: str) -> None:
    assert parse_a_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "A", "123456", "1234567890", "B12345678", "A12345678x", "AA12345678", "፩፪፫፬፭፮፯፰፱"]
)
def test_something_else_is_not_an_a_number(typed: str) -> None:
    with pytest.raises(Mistyped, match=r"^a_number$"):
        parse_a_number(typed)


def test_an_a_number_is_shown_whole_or_masked() -> None:
    assert show_a_number("012345678") == "A012-345-678"
    assert mask_a_number("012345678") == "A•••-•••-678"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("(202) 555-0123", "+12025550123"),
        ("+1 202 555 0123", "+12025550123"),
        ("1.202.555.0123", "+12025550123"),
        ("٢٠٢٥٥٥٠١٢٣", "+12025550123"),
        ("+۹۳ ۷۰ ۱۲۳ ۴۵۶۷", "+93701234567"),
        ("0093 70 123 4567", "+93701234567"),
        ("011 52 55 1234 5678", "+525512345678"),
        ("\u202a+52 55 1234 5678\u202c", "+525512345678"),
    ],
)
def test_a_phone_number_may_be_american_or_international(typed: str, number: str) -> None:
    assert parse_phone(typed) == number


@pytest.mark.parametrize("typed", ["", "12", "555-0123", "call me", "+999 12345678", "2" * 5000, "1-800-FLOWERS", "+"])
def test_something_else_is_not_a_phone_number(typed: str) -> None:
    with pytest.raises(Mistyped, match=r"^phone$"):
        parse_phone(typed)


def test_an_extension_is_refused_rather_than_lost() -> None:
    with pytest.raises(Mistyped, match=r"^extension$"):
        parse_phone("202-555-0123 ext 45")


def test_an_email_address_is_normalised_without_asking_the_network() -> None:
    assert parse_email(" Amina@EXAMPLE.org ") == "Amina@example.org"


@pytest.mark.parametrize("typed", ["", "amina", "amina@", "@example.org", "a b@example.org", "a@example..org"])
def test_something_else_is_not_an_email_address(typed: str) -> None:
    with pytest.raises(Mistyped, match=r"^email$"):
        parse_email(typed)


@pytest.mark.parametrize(
    ("day", "month", "year", "partial"),
    [
        ("4", "3", "2026", "2026-03-04"),
        ("04", "mar", "2026", "2026-03-04"),
        ("", "3", "2026", "2026-03"),
        ("", "", "2026", "2026"),
        ("۲۹", "۲", "۲۰۲۴", "2024-02-29"),
        (" 31 ", "DEC", " 1999 ", "1999-12-31"),
        ("29", "2", "2000", "2000-02-29"),
    ],
)
def test_a_date_may_be_partial(day: str, month: str, year: str, partial: str) -> None:
    assert parse_date(day, month, year) == partial
    assert is_partial_date(partial)


@pytest.mark.parametrize(
    ("day", "month", "year", "reason"),
    [
        ("29", "2", "2025", "day"),
        ("29", "2", "1900", "day"),
        ("31", "4", "2025", "day"),
        ("0", "4", "2025", "day"),
        ("1-2", "4", "2025", "day"),
        ("4", "13", "2025", "month"),
        ("4", "soon", "2025", "month"),
        ("4", "", "2025", "month_missing"),
        ("4", "3", "", "year_missing"),
        ("4", "3", "25", "year"),
        ("4", "3", "1899", "year"),
        ("4", "3", "2101", "year"),
        ("4", "3", "9" * 5000, "year"),
        ("4", "3", "1404", "calendar"),
        ("", "", "١٤٤٧", "calendar"),
    ],
)
def test_an_impossible_date_is_refused_with_its_reason(day: str, month: str, year: str, reason: str) -> None:
    with pytest.raises(Mistyped, match=rf"^{reason}$"):
        parse_date(day, month, year)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_real_day_can_be_typed(day: date) -> None:
    assert parse_date(str(day.day), str(day.month), str(day.year)) == day.isoformat()
    assert earliest_day(day.isoformat()) == day
    assert earliest_day(day.isoformat()[:7]) == day.replace(day=1)
    assert earliest_day(day.isoformat()[:4]) == date(day.year, 1, 1)


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_the_day_after_the_last_day_of_a_month_does_not_exist(year: int, month: int) -> None:
    last = calendar.monthrange(year, month)[1]
    assert parse_date(str(last), str(month), str(year)) == f"{year}-{month:02}-{last}"
    with pytest.raises(Mistyped):
        parse_date(str(last + 1), str(month), str(year))


def test_a_number_has_bounds() -> None:
    assert parse_number(" ٤ ", 1, 30) == 4
    for typed, reason in [
        ("0", "range"),
        ("31", "range"),
        ("9" * 5000, "range"),
        ("1-2", "number"),
        ("four", "number"),
    ]:
        with pytest.raises(Mistyped, match=rf"^{reason}$"):
            parse_number(typed, 1, 30)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  Amina \t Haile ", "Amina Haile"),
        ("Jose\u0301", "José"),
        ("abc\u202eexe.txt", "abcexe.txt"),
        ("nul\0 and bell\x07", "nul and bell"),
        ("\u200b\u2066\u2069 \u00a0", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("half \ud800 a pair", "half a pair"),
        ("one\r\ntwo", "one two"),
    ],
)
def test_a_line_of_text_keeps_what_can_be_read(typed: str, clean: str) -> None:
    assert clean_text(typed) == clean


def test_long_text_keeps_its_lines() -> None:
    assert clean_text("one  \r\n\r\n\r\n\r\n two\u2028three\n\n", multiline=True) == "one\n\ntwo\nthree"


@given(ANY_TEXT)
def test_clean_text_stays_clean(typed: str) -> None:
    for multiline in (False, True):
        once = clean_text(typed, multiline=multiline)
        assert clean_text(once, multiline=multiline) == once
        assert once.encode() is not None


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_text_brings_a_parser_down_or_comes_back_in_its_refusal(one: str, two: str, three: str) -> None:
    reasons = {
        "a_number",
        "phone",
        "extension",
        "email",
        "number",
        "range",
        "year_missing",
        "year",
        "calendar",
        "month_missing",
        "month",
        "day",
    }
    for parse in (
        lambda: parse_a_number(one),
        lambda: parse_phone(one),
        lambda: parse_email(one),
        lambda: parse_number(one, 1, 30),
        lambda: parse_date(one, two, three),
    ):
        try:
            parse()
        except Mistyped as wrong:
            assert wrong.reason in reasons
            assert str(wrong) == wrong.reason
            assert wrong.__suppress_context__ or wrong.__context__ is None
