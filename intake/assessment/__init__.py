"""Screening and urgency: facts from answers, rules as data, an assessment. Standard library only.

    facts = assessment.facts(answers)
    result = assessment.assess(assessment.current(), facts, today, policy)

A released rule set never changes; a submission keeps the version it was judged by.
"""

from collections.abc import Mapping
from types import MappingProxyType

from intake.assessment import v1
from intake.assessment.engine import assess, digest, most_urgent, next_change
from intake.assessment.facts import Facts, facts
from intake.assessment.figures import Figure, Figures, FiguresError, overdue
from intake.assessment.model import (
    Assessment,
    Effect,
    Level,
    Outcome,
    Policy,
    Reason,
    RuleSet,
    StaffCode,
)

released: Mapping[int, RuleSet] = MappingProxyType({v1.RULES.version: v1.RULES})


class UnknownVersion(LookupError):
    """No rule set was released under this version number."""


def current() -> RuleSet:
    """The newest released rule set."""
    return released[max(released)]


def get(version: int) -> RuleSet:
    """The rule set released as `version`. Raises UnknownVersion."""
    if version not in released:
        raise UnknownVersion(f"There is no rule set with version {version}.")
    return released[version]


__all__ = [
    "Assessment",
    "Effect",
    "Facts",
    "Figure",
    "Figures",
    "FiguresError",
    "Level",
    "Outcome",
    "Policy",
    "Reason",
    "RuleSet",
    "StaffCode",
    "UnknownVersion",
    "assess",
    "current",
    "digest",
    "facts",
    "get",
    "most_urgent",
    "next_change",
    "overdue",
    "released",
]
