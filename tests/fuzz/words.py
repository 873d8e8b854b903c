"""What people type into fields and addresses: numbers, phones, dates, codes, filters, headers, names of days."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import postgresql
from werkzeug.datastructures import MultiDict

from intake import calendars, encodings, icalendar
from intake.calendars import Calendar
from intake.casework import filters
from intake.casework.filters import Filters
from intake.returncode import BadCode, parse_code, show_code
from intake.typed import (
    Mistyped,
    clean_text,
    digits,
    parse_a_number,
    parse_email,
    parse_number,
    parse_phone,
    show_a_number,
)
from intake.typeddates import is_partial_date, partial_days, written_date
from tests.fuzz.taking import Taking, as_text

REASONS = {
    *("number", "range", "a_number", "phone", "extension", "email"),
    *("year_missing", "year", "calendar", "calendar_year", "month_missing", "month", "day", "order"),
}


def _read(parse: Callable[..., Any], *given: Any) -> Any:
    """What `parse` gives; None where it refuses, which it does with a reason that holds nothing of the text."""
    try:
        return parse(*given)
    except Mistyped as wrong:
        assert wrong.reason in REASONS and str(wrong) == wrong.reason
        return None


def typed(data: bytes) -> None:
    """What is read of a number, a phone, an A-number, an address or a text is canonical: read again, it stays."""
    text = as_text(data)
    plain = digits(text)
    assert len(plain) == len(text) and digits(plain) == plain
    for multiline in (False, True):
        clean = clean_text(text, multiline=multiline)
        assert clean_text(clean, multiline=multiline) == clean
        clean.encode()  # no halves of surrogate pairs
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", clean)
        assert multiline or "\n" not in clean
    number = _read(parse_number, text, 1, 99)
    assert number is None or (1 <= number <= 99 and parse_number(str(number), 1, 99) == number)
    own = _read(parse_a_number, text)
    assert own is None or (re.fullmatch("[0-9]{9}", own) and parse_a_number(show_a_number(own)) == own)
    phone = _read(parse_phone, text)
    assert phone is None or (re.fullmatch(r"\+[1-9][0-9]{4,15}", phone) and parse_phone(phone) == phone)
    email = _read(parse_email, text)
    assert email is None or parse_email(email) == email


def dates(data: bytes) -> None:
    """A date that is read lies in the calendar, and its canonical value means the same days."""
    taking = Taking(data)
    fields = [taking.text(24) for _ in range(3)]
    found = _read(written_date, *fields)
    if found is not None:
        first, last = found.days()
        assert first <= last and 1900 <= first.year <= last.year <= 2100
        canonical = found.canonical()
        assert partial_days(canonical) == (first, last) and re.fullmatch(r"[a-z]{2}(-[0-9]+){1,3}", found.mark)
        about = found.canonical(about=True)
        assert is_partial_date(about) and partial_days(about)[0] <= first  # type: ignore[index]
        if "/" in canonical:
            assert calendars.named(first, last) == (found.calendar, found.year, found.month)
        else:
            year, month, day = (*canonical.split("-"), "", "")[:3]
            assert written_date(day, month, year).days() == (first, last)
    between = partial_days(as_text(taking.rest))
    assert between is None or dt.date(1900, 1, 1) <= between[0] <= between[1] <= dt.date(2100, 12, 31)
    calendar = taking.one_of(list(Calendar))
    day = dt.date(1925, 1, 1) + dt.timedelta(days=taking.number(55_000))
    assert calendars.days(calendar, *calendars.parts(calendar, day)) == (day, day)


def codes(data: bytes) -> None:
    """A return code is sixteen digits however it is grouped, and the refusal repeats nothing."""
    text = as_text(data)
    try:
        code = parse_code(text)
    except BadCode as wrong:
        assert wrong.reason in {"characters", "length"} and len(str(wrong)) < 60
        return
    assert re.fullmatch("[0-9]{16}", code) and code.isascii()
    assert parse_code(show_code(code)) == code == parse_code(f"\u200e{'-'.join(code)}\u202c")


def headers(data: bytes) -> None:
    """A coding is one that we have; the last word on it counts, and a weight of zero refuses."""
    text, ours = data.decode("latin-1"), ("br", "gzip")
    assert encodings.best(text, ours) in {"", *ours} and encodings.best(text, ()) == ""
    if len(text) < 900:
        assert encodings.best(f"{text},gzip;q=0,br;q=0.000", ours) == ""
        assert encodings.best(f"{text},br;q=0,gzip", ours) == "gzip"


def queries(data: bytes) -> None:
    """Any query string gives filters that come back from their own address, and a statement."""
    taking = Taking(data)
    names = [*Filters.__dataclass_fields__, "sort", ""]
    given = MultiDict((taking.one_of(names), taking.text(24)) for _ in range(taking.number(8)))
    for query in (given, given.to_dict()):
        found = Filters.from_query(query)
        assert Filters.from_query(found.to_query()) == found
        assert Filters.from_query(query, only=()) == Filters()
        today = dt.date.min + dt.timedelta(days=100 + taking.number(3_600_000))
        values = filters.values_of(found, me=7, today=today)
        for condition in filters.conditions(filters.shape_of(found)):
            wanted = condition.compile(dialect=postgresql.dialect()).params  # type: ignore[no-untyped-call]
            # Everything that was asked for is bound; only a zero of our own stands in a statement.
            assert {value for name, value in wanted.items() if name not in values} <= {0}


def calendar(data: bytes) -> None:
    """A calendar file holds its entries and nothing else, whatever stands in their texts."""
    taking = Taking(data)
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    days = [
        icalendar.Day(
            f"u{number}", dt.date(1900, 1, 1) + dt.timedelta(days=taking.number(70_000)), taking.text(200), at
        )
        for number in range(taking.number(3))
    ]
    file = icalendar.write(as_text(taking.rest).encode("utf-8", "replace").decode(), days)
    assert file.endswith(b"\r\n") and all(len(line) <= 75 for line in file.split(b"\r\n"))
    lines = file.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")
    assert len(lines) == 8 + 9 * len(days) and not any("\n" in line or "\r" in line for line in lines)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(days)
    said = [_unescaped(line.removeprefix("SUMMARY:")) for line in lines if line.startswith("SUMMARY:")]
    plain = [re.sub("\r\n?", "\n", one.summary) for one in days]
    assert said == ["".join(mark for mark in one if mark == "\n" or mark.isprintable()) for one in plain]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text, flags=re.DOTALL)
