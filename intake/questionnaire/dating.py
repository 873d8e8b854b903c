"""Reading the fields of a date question: partial, "about", in another calendar, or another answer instead."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from intake import calendars
from intake.calendars import Calendar
from intake.questionnaire.question import Question
from intake.questionnaire.sentences import (
    DATE_AHEAD,
    DATE_SHOWN,
    DATE_TWICE,
    ONE_OF_THESE,
    WHICH_CALENDAR,
    Refused,
)
from intake.typed import Mistyped
from intake.typeddates import WrittenDate, earliest_day, partial_days, written_date

ABOUT = "about"


def names(question: Question) -> tuple[str, ...]:
    """The fields of a date question that a person fills in."""
    key = question.key
    usual = (f"{key}.day", f"{key}.month", f"{key}.year", f"{key}.other")
    return (*usual, f"{key}.about") if question.about else usual


def shown_name(question: Question) -> str:
    """The hidden field in which a page says which date of another calendar it showed in the US one."""
    return f"{question.key}.shown"


def read(question: Question, typed: Mapping[str, str | list[str]], today: date | None) -> str | None:
    """The canonical value, None where nothing was given.

    A date of another calendar is refused once, so that the person sees it in the calendar of the US: the
    page that showed it says so in its hidden field. A page in a language whose own calendar has years like
    the Gregorian ones says so there too, and a year alone is then not guessed. Raises Refused or Mistyped.
    """
    day, month, year, other, about = _five(question, typed)
    if not (day.strip() or month.strip() or year.strip() or other.strip()):
        return None
    if other:
        if other not in question.codes:
            raise Refused(ONE_OF_THESE)
        if day.strip() or month.strip() or year.strip():
            raise Refused(DATE_TWICE)
        return other
    shown = _text(typed, shown_name(question)) if question.calendars else ""
    found = _written(question, day, month, year)
    if shown == Calendar.ETHIOPIAN and found.month is None and not month.strip():
        raise Refused(WHICH_CALENDAR)
    value = found.canonical(about=bool(about) and question.about)
    if question.past and today is not None and earliest_day(value) > today + timedelta(days=1):
        raise Refused(DATE_AHEAD)
    if found.calendar is not None and shown != found.mark:
        raise Refused(DATE_SHOWN)
    return value


def in_other_calendar(question: Question, typed: Mapping[str, str | list[str]]) -> WrittenDate | None:
    """The date in the fields, if it can be read and is one of another calendar."""
    if not question.calendars:
        return None
    day, month, year, other, _ = _five(question, typed)
    if other or ("-" not in month and month not in set(Calendar)):
        return None
    try:
        found = written_date(day, month, year)
    except Mistyped:
        return None
    return found if found.calendar is not None else None


def fields(question: Question, value: str) -> tuple[str, ...]:
    """What the fields named by `names` hold for a canonical value."""
    about = ABOUT if value.endswith("~") else ""
    if value in question.codes:
        parts = ["", "", "", value]
    elif "/" in value:
        parts = [*_of_interval(value), ""]
    else:
        year, month, day = (*value.removesuffix("~").split("-"), "", "")[:3]
        parts = [day.lstrip("0"), month.lstrip("0"), year, ""]
    return tuple([*parts, about][: len(names(question))])


def _of_interval(value: str) -> Sequence[str]:
    between = partial_days(value)
    if between is None:
        return "", "", ""
    found = calendars.named(*between)
    if found is None:
        return "", str(between[0].month), str(between[0].year)
    calendar, year, month = found
    return "", f"{calendar}-{month}" if month else str(calendar), str(year)


def _written(question: Question, day: str, month: str, year: str) -> WrittenDate:
    try:
        found = written_date(day, month, year)
    except Mistyped as wrong:
        if wrong.reason == "calendar" and question.calendars:
            raise Mistyped("calendar_offered") from None
        raise
    if found.calendar is not None and not question.calendars:
        raise Mistyped("month")
    return found


def _five(question: Question, typed: Mapping[str, str | list[str]]) -> list[str]:
    texts = [_text(typed, name) for name in names(question)]
    return [*texts, ""][:5]


def _text(typed: Mapping[str, str | list[str]], name: str) -> str:
    value = typed.get(name, "")
    return value if isinstance(value, str) else ""
