"""Questions that show themselves when an answer on the same page calls for them: a stylesheet, no script.

A browser that does not know `:has()` shows every question with its "only if" sentence, as it would without this.
"""

from collections.abc import Iterator

from .. import questionnaire
from ..questionnaire import AnyOf, Condition, Has, Question, Questionnaire, Step


def name_for(q: Questionnaire, step: Step) -> str | None:
    """The name of the stylesheet that a step wants, or None when nothing on it is conditional."""
    here = {question.key for question in step.questions}
    wanted = any(question.only_if and rule_for(question, here) for question in step.questions)
    return f"asked-{q.version}.css" if wanted else None


def sheets() -> dict[str, bytes]:
    """One stylesheet for each released questionnaire, by file name."""
    return {f"asked-{version}.css": _sheet(q).encode() for version, q in questionnaire.released.items()}


def rule_for(question: Question, here: set[str]) -> str | None:
    """The selector that holds while `question` is called for by an answer on its page, or None."""
    boxes = list(_boxes(question.when, here)) if question.when else []
    return f"form:has({','.join(boxes)})" if boxes else None


def _sheet(q: Questionnaire) -> str:
    hidden, shown = [], []
    for step in q.steps:
        here = {question.key for question in step.questions}
        for question in step.questions:
            rule = rule_for(question, here) if question.only_if else None
            if rule:
                hidden.append(f".if-{question.key}")
                shown.append(f"{rule} .if-{question.key}")
    return f"@supports selector(:has(a)){{{','.join(hidden)}{{display:none}}{','.join(shown)}{{display:block}}}}"


def _boxes(condition: Condition, here: set[str]) -> Iterator[str]:
    if isinstance(condition, Has) and condition.key in here:
        for code in condition.codes:
            yield f'[name="{condition.key}"][value="{code}"]:checked'
    elif isinstance(condition, AnyOf):
        for one in condition.conditions:
            yield from _boxes(one, here)
