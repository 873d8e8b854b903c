"""Questionnaires as data. A released version never changes; a change is a new version."""

from intake.questionnaire import v1, v2
from intake.questionnaire.conditions import AllOf, AnyOf, Condition, Has, Not, holds
from intake.questionnaire.model import (
    Choice,
    Kind,
    Question,
    Questionnaire,
    Sensitivity,
    Step,
    Value,
    Walk,
    answered,
    asked,
    digest,
    fits,
    is_required,
    live,
    missing,
    next_step,
    path,
    previous_step,
    shown,
    walk,
)

__all__ = [
    "AllOf",
    "AnyOf",
    "Choice",
    "Condition",
    "Has",
    "Kind",
    "Not",
    "Question",
    "Questionnaire",
    "Sensitivity",
    "Step",
    "Value",
    "Walk",
    "answered",
    "asked",
    "current",
    "digest",
    "fits",
    "get",
    "holds",
    "is_required",
    "live",
    "missing",
    "next_step",
    "path",
    "previous_step",
    "released",
    "shown",
    "walk",
]

released: dict[int, Questionnaire] = {one.version: one for one in (v1.QUESTIONNAIRE, v2.QUESTIONNAIRE)}


def current() -> Questionnaire:
    """The newest released version: the one that new drafts are asked."""
    return released[max(released)]


def get(version: int) -> Questionnaire:
    """The released version that a submission was asked; LookupError if there is none."""
    if version not in released:
        raise LookupError("there is no questionnaire of this version")
    return released[version]
