"""Conditions as data: when a question or a step is asked, and when an answer is required."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Has:
    """The answer to `key` is one of `codes`, or a list with at least one of them."""

    key: str
    codes: tuple[str, ...]

    def __init__(self, key: str, *codes: str) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "codes", codes)

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether it holds on `answers`."""
        value = answers.get(self.key)
        if isinstance(value, list):
            return any(code in value for code in self.codes)
        return isinstance(value, str) and value in self.codes


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple["Condition", ...]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether it holds on `answers`."""
        return any(one.holds(answers) for one in self.conditions)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the conditions holds."""

    conditions: tuple["Condition", ...]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether it holds on `answers`."""
        return all(one.holds(answers) for one in self.conditions)


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold; an unanswered question has no code, so `Not(Has(...))` holds for it."""

    condition: "Condition"

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether it holds on `answers`."""
        return not self.condition.holds(answers)


Condition: TypeAlias = Has | AnyOf | AllOf | Not


def holds(condition: Condition | None, answers: Mapping[str, object]) -> bool:
    """Whether `condition` holds on `answers`; no condition always holds."""
    return condition is None or condition.holds(answers)


def may_hold(condition: Condition | None, answers: Mapping[str, object], here: frozenset[str]) -> bool:
    """Whether `condition` holds, or could come to hold, when the answers to the questions `here` are still
    open.
    """
    match condition:
        case None:
            return True
        case Has(key, _):
            return key in here or holds(condition, answers)
        case AnyOf(conditions):
            return any(may_hold(one, answers, here) for one in conditions)
        case AllOf(conditions):
            return all(may_hold(one, answers, here) for one in conditions)
        case Not(inner):
            return not holds(inner, answers) or bool(_keys(inner) & here)


def _keys(condition: Condition) -> frozenset[str]:
    match condition:
        case Has(key, _):
            return frozenset({key})
        case AnyOf(conditions) | AllOf(conditions):
            return frozenset().union(*map(_keys, conditions))
        case Not(inner):
            return _keys(inner)
