"""Building a step of this version out of one of an earlier version: what differs, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from intake.questionnaire.model import Question, Step


def rebuilt(
    step: Step,
    changes: Mapping[str, Mapping[str, Any]],
    added: Mapping[str, Iterable[Question]],
    order: Iterable[str] = (),
) -> tuple[Question, ...]:
    """The questions of `step`: each with its `changes` by key, and those `added` after the question with that key.

    With `order`, the questions come in this order of keys instead. Raises KeyError for a key that is not there.
    """
    unknown = (set(changes) | set(added)) - {one.key for one in step.questions}
    if unknown:
        raise KeyError(f"step {step.key} has no question {sorted(unknown)[0]}")
    questions: list[Question] = []
    for one in step.questions:
        questions.append(replace(one, **changes[one.key]) if one.key in changes else one)
        questions.extend(added.get(one.key, ()))
    ranks = {key: rank for rank, key in enumerate(order)}
    return tuple(sorted(questions, key=lambda one: ranks[one.key])) if ranks else tuple(questions)
