"""What a request is compared by: own numbers and addresses, names heard together, the year of birth. Pure.

Tokens find who may be the same person or may stand against them; `same_person` then judges two opened requests.
A name of two words or more is compared by two of its words heard together, in any order and spelling; a single
word only by itself, because one first name fits too many people.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from .. import names
from ..assessment.days import partial
from . import tokens
from .checks import APPLICANT, HELPER, OPPOSING
from .tokens import held_in

# Grows when one request gets other tokens than before.
VERSION: Final = 1
OWN_NAMES: Final = ("call_name", "documents_name", "other_names")
_MOST_UNITS: Final = 8
_MOST_TOKENS: Final = 200


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """One request as the desk compares it, in memory alone.

    `same` are tokens by which the same person is found, each with why: "a_number", "phone", "email", "name".
    `sides` are tokens of names by whose they are: the applicant, the person to keep away, the helper.
    `birth` is a partial date or the code of an age; `family` the reference of a relative's request.
    """

    own: tuple[str, ...]
    birth: str
    family: str | None
    same: Mapping[bytes, str]
    sides: Mapping[str, frozenset[bytes]]


@dataclass(frozen=True, slots=True, repr=False)
class _Unit:
    """A word, or words that are written as one: which words of the name, how it sounds, its slips."""

    words: frozenset[int]
    exact: frozenset[str]
    heard: tuple[str, ...]
    slips: tuple[str, ...]


def stamp(key: bytes) -> int:
    """Which tokens under which key: a positive number for `Case.compared`."""
    return (tokens.stamp(key) + VERSION) % (2**31 - 1) + 1


def person(key: bytes | None, answers: Mapping[str, Any], family: str | None) -> Person:
    """What live answers are compared by; `key` is that of all tokens. Without it, what `same_person` looks at."""
    own = tuple(dict.fromkeys(text for name in OWN_NAMES if (text := said(answers, name))))
    birth = said(answers, "birth")
    if key is None:
        return Person(own=own, birth=birth, family=family, same={}, sides={})
    born = {f"{form}@{year}" for name in own for form in together(name, slips=True) for year in years(birth)}
    same = {tokens.token(key, "born", form): "name" for form in _most(born)}
    return Person(
        own=own,
        birth=birth,
        family=family,
        same=same | tokens.exact_tokens(key, answers),
        sides={
            APPLICANT: name_tokens(key, own),
            OPPOSING: name_tokens(key, [said(answers, "not_contact")]),
            HELPER: name_tokens(key, [said(answers, "helper_name"), held_in(said(answers, "helper_contact")).words]),
        },
    )


def name_tokens(key: bytes, given: Iterable[str]) -> frozenset[bytes]:
    """The tokens by which names are checked for a conflict."""
    forms = {form for name in given for form in together(name)}
    return frozenset(tokens.token(key, "conflict", form) for form in _most(forms))


def together(name: str, *, slips: bool = False) -> set[str]:
    """Every two words of `name` as they sound, or its one word; with `slips`, one of two may have a slip."""
    units = _units(name)
    if len(units) == 1:
        return {f"only:{one}" for one in units[0].heard}
    found = {
        "+".join(sorted((one, other)))
        for first, second in _apart(units)
        for one in first.heard
        for other in second.heard
    }
    if slips:
        both = [pair for first, second in _apart(units) for pair in ((first, second), (second, first))]
        found |= {f"{one}~{slip}" for first, second in both for one in first.heard[:2] for slip in second.slips}
    return found


def years(birth: str) -> frozenset[int]:
    """The years that a partial date of birth may mean; none for the code of an age."""
    span = partial(birth)
    return frozenset(range(span.first.year, span.last.year + 1)) if span is not None else frozenset()


def same_person(one: Person, other: Person) -> bool:
    """Whether two requests have a close name and the same year of birth.

    Close means: every word of the shorter name is in the longer one by spelling or sound, at most one of them with
    a slip. A name of a single word needs the same word alone, and the same month of birth.
    """
    if not years(one.birth) & years(other.birth):
        return False
    return any(
        _close(_units(mine), _units(theirs), exactly=one.birth[:7] == other.birth[:7])
        for mine in one.own
        for theirs in other.own
    )


def one_family(one: Person, other: Person, one_reference: str, other_reference: str) -> bool:
    """Whether one request was sent as a relative's of the other, or both as a third one's."""
    named = one.family is not None and one.family == other.family
    return named or one.family == other_reference or other.family == one_reference


def said(answers: Mapping[str, Any], key: str) -> str:
    """The text of an answer; empty where there is none."""
    value = answers.get(key)
    return value if isinstance(value, str) else ""


def _close(mine: list[_Unit], theirs: list[_Unit], *, exactly: bool) -> bool:
    few, many = sorted((mine, theirs), key=lambda units: len(_single(units)))
    wanted = _single(few)
    if len(wanted) == 1:
        other = _single(many)
        return exactly and len(other) == 1 and bool(wanted[0].exact & other[0].exact)
    heard = {form for unit in many for form in (*unit.exact, *unit.heard)}
    # Written as one word there, as two here.
    joined = {word for unit in few if len(unit.words) > 1 and heard & set(unit.heard) for word in unit.words}
    missing = [unit for unit in wanted if not unit.words <= joined and not heard & {*unit.exact, *unit.heard}]
    slips = {form for unit in many for form in unit.slips}
    slipped = len(missing) == 1 and bool(slips & set(missing[0].slips))
    return bool(wanted) and (not missing or slipped)


def _single(units: list[_Unit]) -> list[_Unit]:
    return [unit for unit in units if len(unit.words) == 1]


def _units(name: str) -> list[_Unit]:
    found = []
    for part in names.parts(name):
        if part.light or not part.words:
            continue
        by_kind: dict[str, list[str]] = {}
        for kind, text in part.forms:
            by_kind.setdefault(kind, []).append(text)
        exact = frozenset(by_kind.get("word", []) + by_kind.get("fold", []))
        heard = tuple(by_kind.get("sound", []) or by_kind.get("fold", []) or by_kind.get("word", []))
        if not heard:
            continue  # two words that are heard together: they are put together here
        found.append(_Unit(frozenset(part.words), exact, heard[:3], tuple(by_kind.get("slip", []))))
    return found[:_MOST_UNITS]


def _apart(units: list[_Unit]) -> Iterator[tuple[_Unit, _Unit]]:
    return ((one, other) for one, other in combinations(units, 2) if not one.words & other.words)


def _most(forms: set[str]) -> list[str]:
    """At most 200, those without a slip first."""
    return sorted(forms, key=lambda form: ("~" in form, form))[:_MOST_TOKENS]
