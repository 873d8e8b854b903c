"""An answer in words, as the person who gave it reads it."""

import datetime as dt
import re

from markupsafe import Markup, escape

from .. import calendarnames, web
from ..daywords import day_in_words
from ..locales import Language, country_names, in_digits_of, translations
from ..questionnaire import choices
from ..questionnaire.model import Kind, Question, Value
from ..typed import mask_a_number
from ..typeddates import WrittenDate, partial_days

_LANGUAGES = dict(choices.LANGUAGES)
_STATES = dict(choices.STATES)
_PHONE = re.compile(r"\b1(?:-\d{3}){2}-\d{4}\b")


def said_in(message: str, language: Language) -> str:
    """A marked text in another language than that of the page."""
    return translations(language.code).gettext(message)


def whole_numbers(text: str) -> Markup:
    """A text with its phone numbers held together, from left to right: after Arabic letters they would turn around."""
    return Markup(_PHONE.sub(r'<bdi dir="ltr" class="whole">\g<0></bdi>', str(escape(text))))  # noqa: S704 escaped


def spoken(question: Question, value: Value, language: Language) -> list[str]:
    """The lines that show `value`: labels for codes, month names in dates, an A-number masked."""
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            labels = {one.code: one.label for one in question.choices}
            return _each([web.gettext(labels[code]) for code in _codes(value) if code in labels])
        case Kind.CONSENT:
            return [web.gettext("Yes")]
        case Kind.COUNTRY | Kind.COUNTRIES:
            names = country_names(language.cldr)
            stateless = web.gettext(choices.STATELESS_NAME)
            return _each([stateless if code == choices.STATELESS else names.get(code, code) for code in _codes(value)])
        case Kind.STATE:
            return [web.gettext(_STATES.get(str(value), str(value)))]
        case Kind.LANGUAGE:
            text = str(value)
            return [_LANGUAGES.get(text, text.removeprefix(choices.OTHER_PREFIX))]
        case Kind.DATE:
            return [spoken_date(question, str(value), language)]
        case Kind.A_NUMBER:
            return [mask_a_number(str(value))]
        case _:
            return str(value).splitlines()


def spoken_date(question: Question, text: str, language: Language) -> str:
    """A whole, partial or "about" date with the name of the month, or the words of an alternative."""
    between = partial_days(text)
    if between is None:
        labels = {one.code: one.label for one in question.alternatives}
        return web.gettext(labels[text]) if text in labels else text
    plain = text.removesuffix("~")
    said = _from_to(*between, language) if "/" in plain else day_in_words(between[0], language, len(plain))
    return web.gettext("about %(date)s") % {"date": said} if text.endswith("~") else said


def spoken_written(found: WrittenDate, language: Language) -> str:
    """A date of another calendar as it was written: "2 Hamal 1405"."""
    names = calendarnames.months(found.calendar, language.code) if found.calendar else ()
    month = names[found.month - 1] if found.month else ""
    return in_digits_of(language.code, " ".join(str(one) for one in (found.day, month, found.year) if one))


def in_us_calendar(found: WrittenDate, language: Language) -> str:
    """The same date in the calendar of the US; a month or a year of another calendar is a time between two days."""
    first, last = found.days()
    return day_in_words(first, language) if first == last else _from_to(first, last, language)


def _from_to(first: dt.date, last: dt.date, language: Language) -> str:
    days = {"first": day_in_words(first, language), "last": day_in_words(last, language)}
    return web.gettext("between %(first)s and %(last)s") % days


def _each(lines: list[str]) -> list[str]:
    """Several lines each with a sign before it: where one wraps, the next still begins where a person sees it."""
    return [f"· {line}" for line in lines] if len(lines) > 1 else lines


def _codes(value: Value) -> list[str]:
    return value if isinstance(value, list) else [str(value)]
