"""From the fields of one question as typed to its canonical value, or to a sentence that says what to do."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeAlias

from intake.locales import N_
from intake.questionnaire import choices
from intake.questionnaire.model import Kind, Question, Value
from intake.typed import (
    Mistyped,
    clean_text,
    earliest_day,
    mask_a_number,
    parse_a_number,
    parse_date,
    parse_email,
    parse_number,
    parse_phone,
)

# What a person typed, by field name; a list only for questions with several answers.
Typed: TypeAlias = dict[str, str | list[str]]

ONE_OF_THESE = N_("Choose one of the answers.")
FROM_COUNTRIES = N_("Choose a country from the list.")
FROM_LANGUAGES = N_("Choose a language from the list, or write its name.")
LANGUAGE_TWICE = N_("Choose a language from the list or write its name. Do only one of these.")
LANGUAGE_NAME = N_("Write the name of your language.")
DATE_TWICE = N_("Enter a date or choose another answer. Do only one of these.")
DATE_AHEAD = N_("This day has not come yet. Check the year, the month and the day.")
TICK = N_("Tick the box, or leave it empty.")
TOO_LONG = N_("This is too long. Please make it shorter.")
TOO_LONG_BY_LIMIT = {
    100: N_("This is too long. Use 100 letters or fewer."),
    200: N_("This is too long. Use 200 letters or fewer."),
    500: N_("This is too long. Use 500 letters or fewer."),
}
NEEDED = {
    Kind.CHOICE: N_("Choose one answer."),
    Kind.CHOICES: N_("Choose at least one answer."),
    Kind.TEXT: N_("Write an answer."),
    Kind.NUMBER: N_("Enter a number."),
    Kind.DATE: N_("Enter a date, or choose another answer."),
    Kind.PHONE: N_("Write a phone number."),
    Kind.EMAIL: N_("Write an email address."),
    Kind.A_NUMBER: N_("Write the A-number."),
    Kind.COUNTRY: N_("Choose a country."),
    Kind.COUNTRIES: N_("Choose at least one country."),
    Kind.LANGUAGE: FROM_LANGUAGES,
    Kind.STATE: N_("Choose a state."),
    Kind.CONSENT: N_("Tick the box to go on."),
}
BY_REASON = {
    "number": N_("Enter a number in digits, such as 4."),
    "range": N_("Check this number. It is too small or too big."),
    "a_number": N_("Check the A-number. It has 7 to 9 digits, such as A012-345-678."),
    "phone": N_(
        "Check the phone number. A US number has 10 digits. "
        "A number from another country starts with + and the country code."
    ),
    "extension": N_("Write only the phone number, without an extension at the end."),
    "email": N_("Check the email address. It should look like name@example.org."),
    "year_missing": N_("Enter the year as well."),
    "year": N_("Enter a year with four digits, such as 2025."),
    "calendar": N_("Enter the year as people in the US count it, such as 2025."),
    "month_missing": N_("Choose the month as well, or leave the day empty."),
    "month": N_("Choose a month from the list."),
    "day": N_("Check the day. That month does not have this day."),
}


class Refused(ValueError):
    """The answer cannot be taken. `sentence` says what to do; nothing of the answer is part of it."""

    def __init__(self, sentence: str) -> None:
        super().__init__("an answer was refused")
        self.sentence = sentence


def field_names(question: Question) -> tuple[str, ...]:
    """The names of the fields of a question in the page; the first is always close to its key."""
    key = question.key
    match question.kind:
        case Kind.DATE:
            return (f"{key}.day", f"{key}.month", f"{key}.year", f"{key}.other")
        case Kind.LANGUAGE:
            return (key, f"{key}.other")
        case Kind.COUNTRIES:
            return (key, f"{key}.2")
        case _:
            return (key,)


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
        return dict(zip(names, (*pair, "", "")[:2], strict=True))
    if not isinstance(value, str | int):
        return dict.fromkeys(names, "")
    text = str(value)
    if question.kind is Kind.DATE:
        if text in question.codes:
            return dict(zip(names, ("", "", "", text), strict=True))
        year, month, day = (*text.split("-"), "", "")[:3]
        return dict(zip(names, (day.lstrip("0"), month.lstrip("0"), year, ""), strict=True))
    if question.kind is Kind.LANGUAGE:
        own_words = text.startswith(choices.OTHER_PREFIX)
        code = choices.OTHER_LANGUAGE if own_words else text
        return {names[0]: code, names[1]: text.removeprefix(choices.OTHER_PREFIX) if own_words else ""}
    return {names[0]: mask_a_number(text) if question.kind is Kind.A_NUMBER else text}


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
            return _limited(clean_text(text, multiline=question.multiline), question.max_length) or None
        case Kind.NUMBER:
            return parse_number(text, *question.bounds)
        case Kind.DATE:
            return _date(question, texts, today)
        case Kind.PHONE:
            return parse_phone(text)
        case Kind.EMAIL:
            return parse_email(text)
        case Kind.A_NUMBER:
            if isinstance(previous, str) and previous and text.strip() == mask_a_number(previous):
                return previous
            return parse_a_number(text)
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


def _limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise Refused(TOO_LONG_BY_LIMIT.get(limit, TOO_LONG))
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


def _date(question: Question, texts: list[str], today: date | None) -> str:
    day, month, year, other = texts
    if other:
        _one_of(question.codes, other, ONE_OF_THESE)
        if day.strip() or month.strip() or year.strip():
            raise Refused(DATE_TWICE)
        return other
    partial = parse_date(day, month, year)
    if question.past and today is not None and earliest_day(partial) > today + timedelta(days=1):
        raise Refused(DATE_AHEAD)
    return partial


def _language(question: Question, code: str, own_words: str) -> str:
    own_words = _limited(clean_text(own_words), question.max_length)
    if code in {"", choices.OTHER_LANGUAGE}:
        if not own_words:
            raise Refused(LANGUAGE_NAME)
        return choices.OTHER_PREFIX + own_words
    if own_words:
        raise Refused(LANGUAGE_TWICE)
    return _one_of(choices.LANGUAGE_CODES, code, FROM_LANGUAGES)
