"""An answer in words, as the person who gave it reads it."""

from babel.dates import format_date

from .. import web
from ..locales import Language, country_names
from ..questionnaire import choices
from ..questionnaire.model import Kind, Question, Value
from ..typed import earliest_day, is_partial_date, mask_a_number

_LANGUAGES = dict(choices.LANGUAGES)
_STATES = dict(choices.STATES)
_PATTERNS = {4: "y", 7: "MMMM y", 10: "d MMMM y"}


def spoken(question: Question, value: Value, language: Language) -> list[str]:
    """The lines that show `value`: labels for codes, month names in dates, an A-number masked."""
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            labels = {one.code: one.label for one in question.choices}
            return [web.gettext(labels[code]) for code in _codes(value) if code in labels]
        case Kind.CONSENT:
            return [web.gettext("Yes")]
        case Kind.COUNTRY | Kind.COUNTRIES:
            names = country_names(language.cldr)
            stateless = web.gettext(choices.STATELESS_NAME)
            return [stateless if code == choices.STATELESS else names.get(code, code) for code in _codes(value)]
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
    """A whole or partial date with the name of the month, or the words of an alternative."""
    if not is_partial_date(text):
        labels = {one.code: one.label for one in question.alternatives}
        return web.gettext(labels[text]) if text in labels else text
    return format_date(earliest_day(text), _PATTERNS[len(text)], locale=language.cldr)


def _codes(value: Value) -> list[str]:
    return value if isinstance(value, list) else [str(value)]
