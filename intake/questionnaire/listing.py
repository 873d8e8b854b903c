"""Reading countries and languages that are written, or picked from the list where the browser shows one.

The page offers the names of the list under the written field. A browser that does not know such lists shows a
plain one, and so does the page after an error: what is chosen there comes as a field of its own.
"""

from collections.abc import Callable, Sequence

from intake.questionnaire import choices, naming
from intake.questionnaire.question import Kind, Question
from intake.questionnaire.sentences import (
    CHECK_LANGUAGE,
    COUNTRY_TWICE,
    LANGUAGE_NAME,
    LANGUAGE_TWICE,
    NO_COUNTRY,
    TWO_COUNTRIES,
    UNCLEAR_COUNTRY,
    Refused,
    limited,
)
from intake.typed import clean_text

_MOST_COUNTRIES = 2


def names(question: Question) -> tuple[str, ...]:
    """The fields of a question whose answer is written or picked; the one for picking is the last."""
    key = question.key
    return (key, f"{key}.2", f"{key}.pick") if question.kind is Kind.COUNTRIES else (key, f"{key}.pick")


def country(written: str, picked: str) -> str:
    """The code of one country. A name that is not known gives way to the one that was picked. Raises Refused."""
    code = _one(picked, naming.countries_named) if picked.strip() else ""
    named = _one(written, naming.countries_named) if written.strip() else ""
    if code and named and code != named:
        raise Refused(COUNTRY_TWICE)
    if not (code or named):
        raise Refused(_why(written.strip() or picked))
    return code or named


def countries(texts: Sequence[str], picked: str) -> list[str]:
    """The codes of one or two countries. What was picked stands in for one name that is not known."""
    code = _one(picked, naming.countries_named) if picked.strip() else ""
    if picked.strip() and not code:
        raise Refused(_why(picked))
    written = [(text, _one(text, naming.countries_named)) for text in texts if text.strip()]
    unknown = [text for text, found in written if not found]
    if len(unknown) > (1 if code else 0):
        raise Refused(_why(unknown[0]))
    codes = list(dict.fromkeys([*(found or code for _, found in written), *([code] if code else [])]))
    if len(codes) > _MOST_COUNTRIES:
        raise Refused(TWO_COUNTRIES)
    return codes


def language(question: Question, written: str, picked: str) -> str:
    """The code of a listed language, or "other:" and the person's own words. Raises Refused.

    A name that looks like a listed one is asked about, unless the person picked "a different language".
    """
    words = limited(clean_text(written), question.max_length)
    if picked == choices.OTHER_LANGUAGE:
        if not words:
            raise Refused(LANGUAGE_NAME)
        return choices.OTHER_PREFIX + words
    named = _one(words, naming.languages_named) if words else ""
    if picked.strip():
        code = _one(picked, naming.languages_named)
        if not code:
            raise Refused(CHECK_LANGUAGE)
        if named and named != code:
            raise Refused(LANGUAGE_TWICE)
        return code
    if named:
        return named
    if not words:
        raise Refused(LANGUAGE_NAME)
    if naming.languages_like(words):
        raise Refused(CHECK_LANGUAGE)
    return choices.OTHER_PREFIX + words


def _one(text: str, named: Callable[[str], frozenset[str]]) -> str:
    codes = named(text.strip())
    return next(iter(codes)) if len(codes) == 1 else ""


def _why(text: str) -> str:
    return UNCLEAR_COUNTRY if len(naming.countries_named(text.strip())) > 1 else NO_COUNTRY
