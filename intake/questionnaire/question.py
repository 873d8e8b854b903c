"""What a question is: kinds, codes, words, and the canonical values that fit it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from intake.questionnaire import choices
from intake.questionnaire.conditions import Condition, holds
from intake.typeddates import is_partial_date

Value: TypeAlias = str | list[str] | int

_PHONE = re.compile(r"\+[1-9][0-9]{5,14}")
_A_NUMBER = re.compile(r"[0-9]{9}")


class Kind(StrEnum):
    """How a question is asked and what its canonical value looks like."""

    CHOICE = "choice"  # one code
    CHOICES = "choices"  # list of codes in the order of the definition
    TEXT = "text"  # text without control characters
    NUMBER = "number"  # int within `bounds`
    DATE = "date"  # see `typeddates.WrittenDate.canonical`, or the code of an alternative
    PHONE = "phone"  # E.164
    EMAIL = "email"
    A_NUMBER = "a_number"  # nine digits
    COUNTRY = "country"  # ISO 3166 alpha-2, or "stateless"
    COUNTRIES = "countries"  # list of one or two of these
    LANGUAGE = "language"  # code of `choices.LANGUAGES`, or "other:" and the language in the person's own words
    STATE = "state"  # two-letter code of a US state or territory
    CONSENT = "consent"  # "yes"


class Sensitivity(StrEnum):
    """What an answer reveals: staff pages, search and exports choose by this, never by key or wording."""

    IDENTITY = "identity"
    CONTACT = "contact"
    TRIAGE = "triage"
    OPEN = "open"  # free text, which may hold anything


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer a person can pick: a permanent code, and words marked for translation."""

    code: str
    label: str
    hint: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """One question. `key` and the codes are permanent; all words are marked for translation.

    `required` may be a condition. `only_if` says in words when to answer a question whose condition lies on
    the same step, because without script such a question is always on the page. `alternatives` are what a
    date may be instead of a date. Codes in `exclusive` stand alone; `exclusive_error` is the sentence for a
    person who combined them. `past` dates cannot lie ahead; an `about` date may be marked as not exact; with
    `calendars` it may be written in another calendar. A country or language with `typed_list` is written or
    picked from a list. `max_length` counts characters. `bounds` are
    the lowest and highest number. `needed` is the sentence shown when a required answer is not there; empty
    means the usual sentence of the kind. `unreadable` replaces the usual sentence for an answer with no
    meaning.
    """

    key: str
    kind: Kind
    label: str
    sensitivity: Sensitivity
    hint: str = ""
    why: str = ""
    only_if: str = ""
    required: bool | Condition = False
    when: Condition | None = None
    choices: tuple[Choice, ...] = ()
    alternatives: tuple[Choice, ...] = ()
    exclusive: tuple[str, ...] = ()
    exclusive_error: str = ""
    needed: str = ""
    unreadable: str = ""
    max_length: int = 200
    multiline: bool = False
    bounds: tuple[int, int] = (0, 0)
    past: bool = False
    about: bool = False
    calendars: bool = False
    typed_list: bool = False
    autocomplete: str = "off"
    codes: frozenset[str] = field(init=False, repr=False, metadata={"derived": True})

    def __post_init__(self) -> None:
        offered = self.alternatives if self.kind is Kind.DATE else self.choices
        object.__setattr__(self, "codes", frozenset(choice.code for choice in offered))


def is_required(question: Question, answers: Mapping[str, object]) -> bool:
    """Whether `question` must be answered, given the other answers."""
    if isinstance(question.required, bool):
        return question.required
    return holds(question.required, answers)


def fits(question: Question, value: object) -> bool:
    """Whether `value` is a canonical value of this question."""
    return _FITS[question.kind](question, value)


def _is_number(question: Question, value: object) -> bool:
    lowest, highest = question.bounds
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _is_list_from(value: object, codes: frozenset[str]) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(isinstance(code, str) and code in codes for code in value)
        and len(set(value)) == len(value)
    )


def _is_language(value: str, max_length: int) -> bool:
    if value.startswith(choices.OTHER_PREFIX):
        return 0 < len(value) - len(choices.OTHER_PREFIX) <= max_length
    return value in choices.LANGUAGE_CODES


# By kind: a walk along the questionnaire asks this for each answer.
_FITS: dict[Kind, Callable[[Question, object], bool]] = {
    Kind.CHOICE: lambda question, value: isinstance(value, str) and value in question.codes,
    Kind.CHOICES: lambda question, value: _is_list_from(value, question.codes),
    Kind.TEXT: lambda question, value: isinstance(value, str) and 0 < len(value) <= question.max_length,
    Kind.NUMBER: _is_number,
    Kind.DATE: lambda question, value: isinstance(value, str) and (value in question.codes or is_partial_date(value)),
    Kind.PHONE: lambda _, value: isinstance(value, str) and _PHONE.fullmatch(value) is not None,
    Kind.EMAIL: lambda _, value: isinstance(value, str) and "@" in value and len(value) <= 254,
    Kind.A_NUMBER: lambda _, value: isinstance(value, str) and _A_NUMBER.fullmatch(value) is not None,
    Kind.COUNTRY: lambda _, value: isinstance(value, str) and value in choices.COUNTRY_CODES,
    Kind.COUNTRIES: lambda _, value: (
        _is_list_from(value, choices.COUNTRY_CODES) and isinstance(value, list) and len(value) <= 2
    ),
    Kind.LANGUAGE: lambda question, value: isinstance(value, str) and _is_language(value, question.max_length),
    Kind.STATE: lambda _, value: isinstance(value, str) and value in choices.STATE_CODES,
    Kind.CONSENT: lambda _, value: value == "yes",
}
