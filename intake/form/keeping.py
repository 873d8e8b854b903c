"""Keeping what was typed on a screen in a draft, within limits, and showing it again as it was."""

from typing import Any

from ..drafts import Draft
from ..questionnaire import Step, Walk
from ..questionnaire.forms import Reading
from ..questionnaire.model import Kind
from ..questionnaire.reading import Typed, field_names, retype
from ..sealing import packed
from ..typed import clean_text

FIELD_CHARACTERS = 4_000
DRAFT_BYTES = 60 * 1024


class TooMuch(ValueError):
    """All that was typed is more than a draft keeps."""


def take(held: Draft, step: Step, reading: Reading) -> None:
    """Put one answered screen into the draft. What was typed where nothing is asked is cut to 4,000 characters.

    Raises TooMuch when all that was typed is more than 60 KiB.
    """
    held.answers = reading.merged(step, held.answers)
    held.typed[step.key] = {name: _clean(value) for name, value in reading.typed.items()}
    if len(packed(held.typed)) > DRAFT_BYTES:
        raise TooMuch("More was typed than a draft keeps.")


def is_overlong(reading: Reading) -> bool:
    """Whether more was typed in one field than a draft keeps: then the page says so before anything is cut."""
    return not reading.ok and any(len(text) > FIELD_CHARACTERS for text in _texts(reading.typed))


def values_of(step: Step, held: Draft) -> Typed:
    """What stands in the fields of `step`: as typed if there was an answer to it, else from the canonical answer."""
    values: Typed = {}
    typed = held.typed.get(step.key, {})
    for question in step.questions:
        names = field_names(question)
        if question.key in held.answers:
            # An A-number comes back masked, whatever was typed: somebody may look over a shoulder.
            canonical = question.kind is Kind.A_NUMBER or not any(name in typed for name in names)
            values.update(
                retype(question, held.answers[question.key]) if canonical else {n: typed.get(n, "") for n in names}
            )
        else:
            values.update({name: typed[name] for name in names if name in typed and question.kind is not Kind.A_NUMBER})
    return values


def typed_where_asked(walked: Walk, typed: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What was typed, without the questions that a change of mind removed: those were never sent."""
    kept = {}
    for step, questions in zip(walked.steps, walked.questions, strict=True):
        names = {name for question in questions for name in field_names(question)}
        kept[step.key] = {name: value for name, value in typed.get(step.key, {}).items() if name in names}
    return kept


def _texts(typed: dict[str, str | list[str]]) -> list[str]:
    return [text for value in typed.values() for text in (value if isinstance(value, list) else [value])]


def _clean(value: str | list[str]) -> str | list[str]:
    texts = [
        clean_text(one[:FIELD_CHARACTERS], multiline=True) for one in (value if isinstance(value, list) else [value])
    ]
    return texts if isinstance(value, list) else texts[0]
