"""One step of the form asked again after it was sent: its fields with the answers of now, or as they were typed."""

from collections.abc import Mapping
from typing import Any

from .. import web
from ..form import fielding, reveals
from ..incoming import Kind
from ..locales import month_names
from ..questionnaire import path, walk
from ..questionnaire.forms import Reading
from ..questionnaire.model import Questionnaire, Step
from ..questionnaire.reading import Typed, retype

_DATES = frozenset({"stage", "dates", "arrival"})
_CONTACT = "contact"


def changeable(q: Questionnaire, answers: Mapping[str, Any]) -> dict[str, tuple[Step, Kind]]:
    """The steps on the path that may be answered anew, by key, with the kind of change that each of them is."""
    found = {}
    for step in path(q, answers):
        if step.key in _DATES:
            found[step.key] = (step, Kind.DATES)
        elif step.key.startswith(_CONTACT):
            found[step.key] = (step, Kind.CONTACT)
    return found


def context(q: Questionnaire, step: Step, answers: dict[str, Any], reading: Reading | None = None) -> dict[str, Any]:
    """What the template needs to ask `step` again; with `reading`, exactly as typed and with its errors."""
    errors = {key: web.gettext(sentence) for key, sentence in reading.errors.items()} if reading else {}
    values = reading.typed if reading else _values(step, answers)
    walked = walk(q, answers)
    return {
        "step": step,
        "errors": errors,
        "groups": fielding.groups(fielding.on_page(walked, step), step, values, errors, walked.live),
        "months": month_names(web.language().cldr),
        "reveals": reveals.name_for(q, step),
    }


def _values(step: Step, answers: Mapping[str, Any]) -> Typed:
    values: Typed = {}
    for question in step.questions:
        if question.key in answers:
            values.update(retype(question, answers[question.key]))
    return values
