"""From the fields of one question as typed to its canonical value, or to a sentence that says what to do."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from intake.questionnaire import choices, dating, listing
from intake.questionnaire.model import Kind, Question, Value
from intake.questionnaire.sentences import (
    BY_REASON,
    FROM_COUNTRIES,
    FROM_LANGUAGES,
    LANGUAGE_NAME,
    LANGUAGE_TWICE,
    NEEDED,
    ONE_OF_THESE,
    TICK,
    Refused,
    limited,
)
from intake.typed import (
    Mistyped,
    clean_text,
    mask_a_number,
    parse_a_number,
    parse_email,
    parse_number,
    parse_phone,
)

__all__ = ["Refused", "Typed", "canonical", "field_names", "needed", "retype", "unkept_names"]

# What a person typed, by field name; a list only for questions with several answers.
Typed: TypeAlias = dict[str, str | list[str]]


def field_names(question: Question) -> tuple[str, ...]:
    """The names of the fields of a question in the page; the first is always close to its key."""
    key = question.key
    match question.kind:
        case Kind.DATE:
            return dating.names(question)
        case Kind.COUNTRY | Kind.COUNTRIES | Kind.LANGUAGE if question.typed_list:
            return listing.names(question)
        case Kind.LANGUAGE:
            return (key, f"{key}.other")
        case Kind.COUNTRIES:
            return (key, f"{key}.2")
        case _:
            return (key,)


def unkept_names(question: Question) -> tuple[str, ...]:
    """The names of hidden fields: read with what was typed, but no part of it."""
    return (dating.shown_name(question),) if question.calendars else ()


def canonical(
    question: Question, typed: Mapping[str, str | list[str]], previous: object, today: date | None
) -> Value | None:
    """The canonical value of what was typed, None where nothing was; raises Refused with a sentence.

    `previous` is the answer given before: an A-number that comes back as it was shown, masked, stays the
    same. With `today`, a date that can only be past may not lie ahead; one day is allowed for other time
    zones.
    """
    try:
        return _by_kind(question, typed, previous, today)
    except Mistyped as wrong:
        raise Refused(question.unreadable or BY_REASON[wrong.reason]) from None


def needed(question: Question) -> str:
    """The sentence for a required answer that is not there."""
    return question.needed or NEEDED[question.kind]


def retype(question: Question, value: object) -> Typed:
    """The fields that show a canonical value again on coming back; an A-number comes back masked."""
    names = field_names(question)
    if question.kind is Kind.CHOICES:
        return {names[0]: [code for code in value if isinstance(code, str)] if isinstance(value, list) else []}
    if question.kind is Kind.COUNTRIES:
        pair = [code for code in value if isinstance(code, str)] if isinstance(value, list) else []
        return dict(zip(names, (*pair, "", "", "")[: len(names)], strict=True))
    if not isinstance(value, str | int):
        return dict.fromkeys(names, "")
    text = str(value)
    if question.kind is Kind.DATE:
        return dict(zip(names, dating.fields(question, text), strict=True))
    if question.kind is Kind.LANGUAGE:
        own_words = text.startswith(choices.OTHER_PREFIX)
        code = choices.OTHER_LANGUAGE if own_words else text
        if question.typed_list:
            return {names[0]: text.removeprefix(choices.OTHER_PREFIX), names[1]: code if own_words else ""}
        return {names[0]: code, names[1]: text.removeprefix(choices.OTHER_PREFIX) if own_words else ""}
    return {**dict.fromkeys(names, ""), names[0]: mask_a_number(text) if question.kind is Kind.A_NUMBER else text}


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _by_kind(
    question: Question, typed: Mapping[str, str | list[str]], previous: object, today: date | None
) -> Value | None:
    if question.kind is Kind.CHOICES:
        return _choices(question, typed[question.key])
    texts = [text if isinstance(text, str) else "" for text in map(typed.__getitem__, field_names(question))]
    if not any(text.strip() for text in texts):
        return None
    text = texts[0]
    match question.kind:
        case Kind.CHOICE:
            return _one_of(question.codes, text, ONE_OF_THESE)
        case Kind.TEXT:
            return limited(clean_text(text, multiline=question.multiline), question.max_length) or None
        case Kind.NUMBER:
            return parse_number(text, *question.bounds)
        case Kind.DATE:
            return dating.read(question, typed, today)
        case Kind.PHONE:
            return parse_phone(text)
        case Kind.EMAIL:
            return parse_email(text)
        case Kind.A_NUMBER:
            if isinstance(previous, str) and previous and text.strip() == mask_a_number(previous):
                return previous
            return parse_a_number(text)
        case Kind.COUNTRY if question.typed_list:
            return listing.country(*texts)
        case Kind.COUNTRIES if question.typed_list:
            return listing.countries(texts[:-1], texts[-1])
        case Kind.LANGUAGE if question.typed_list:
            return listing.language(question, *texts)
        case Kind.COUNTRY:
            return _one_of(choices.COUNTRY_CODES, text, FROM_COUNTRIES)
        case Kind.COUNTRIES:
            codes = [_one_of(choices.COUNTRY_CODES, code, FROM_COUNTRIES) for code in texts if code.strip()]
            return list(dict.fromkeys(codes))
        case Kind.LANGUAGE:
            return _language(question, *texts)
        case Kind.STATE:
            return _one_of(choices.STATE_CODES, text, ONE_OF_THESE)
        case Kind.CONSENT:
            return _one_of(frozenset({"yes"}), text, TICK)


def _one_of(codes: frozenset[str], text: str, sentence: str) -> str:
    if text not in codes:
        raise Refused(sentence)
    return text


def _choices(question: Question, typed: str | list[str]) -> Value | None:
    chosen = {code for code in typed if code} if isinstance(typed, list) else {typed} - {""}
    if not chosen:
        return None
    if not chosen <= question.codes:
        raise Refused(ONE_OF_THESE)
    if len(chosen) > 1 and not chosen.isdisjoint(question.exclusive):
        raise Refused(question.exclusive_error)
    return [choice.code for choice in question.choices if choice.code in chosen]


def _language(question: Question, code: str, own_words: str) -> str:
    own_words = limited(clean_text(own_words), question.max_length)
    if code in {"", choices.OTHER_LANGUAGE}:
        if not own_words:
            raise Refused(LANGUAGE_NAME)
        return choices.OTHER_PREFIX + own_words
    if own_words:
        raise Refused(LANGUAGE_TWICE)
    return _one_of(choices.LANGUAGE_CODES, code, FROM_LANGUAGES)
