"""Showing a step: what the one template needs for every question, and pages kept where nothing differs."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from flask import Flask, Response, current_app, render_template, request

from .. import locales, web
from ..drafts import Draft
from ..form import fielding, reveals
from ..form.keeping import values_of
from ..form.wording import spoken, spoken_written
from ..locales import Language, month_names
from ..questionnaire import Walk, answered, dating, is_required, walk
from ..questionnaire.choices import STATE_CODES
from ..questionnaire.forms import Reading
from ..questionnaire.model import Kind, Question, Questionnaire, Step, Value
from ..questionnaire.reading import Typed, field_names
from . import visit
from .keptpages import KeptPages

EMPTY, PICKED = "intake.pages.empty", "intake.pages.picked"
_LISTED = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.STATE, Kind.CONSENT})
_SMALL = re.compile("[0-9]{0,2}", re.ASCII)


def install(app: Flask) -> None:
    """Give an app its kept pages: empty ones, and those whose answers were all picked from short lists.

    The latter hold nothing that a person wrote, and no mark of whose they are.
    """
    app.extensions |= {EMPTY: KeptPages(2_000), PICKED: KeptPages(1_000)}


def blank(walked: Walk, step: Step, side: Language | None = None) -> Response:
    """A step nobody has answered yet: rendered once, then sent with a fresh token. `side` is a second language."""
    key = _differing(walked, step, side)
    return web.send_page(_pages(EMPTY).get(key, lambda: _render(walked, step, {}, {}, side=side)))


def filled(walked: Walk, step: Step, held: Draft) -> Response | str:
    """A step with the answers given before: as typed if they still are, else from their canonical values."""
    values, side = values_of(step, held), side_of(held)
    if not any(values.values()):
        return blank(walked, step, side)
    if not all(_is_picked(one, values) for one in step.questions):
        return _render(walked, step, values, {}, side=side)
    key = (*_differing(walked, step, side), json.dumps(values, sort_keys=True))
    return web.send_page(_pages(PICKED).get(key, lambda: _render(walked, step, values, {}, side=side)))


def _differing(walked: Walk, step: Step, side: Language | None) -> tuple[object, ...]:
    """Whatever makes two pages of a step differ, but for the answers on it."""
    back = walked.before(step)
    return (
        web.language().code,
        walked.q.version,
        step.key,
        tuple((one.key, is_required(one, walked.live)) for one in walked.shown(step)),
        back.key if back else None,
        walked.steps.index(step) if step in walked.steps else None,
        len(walked.steps),
        request.args.get("back") == "check",
        _is_helping(walked.live),
        side,
        visit.look(),
    )


def _pages(name: str) -> KeptPages:
    return cast(KeptPages, current_app.extensions[name])


def _is_picked(question: Question, values: Typed) -> bool:
    """Whether what stands in the fields of `question` is nothing, one of a short list, or a small number."""
    texts = [values.get(name, "") for name in field_names(question)]
    if question.kind is Kind.NUMBER:
        return all(isinstance(text, str) and _SMALL.fullmatch(text) for text in texts)
    known = {"", "yes"} | question.codes | STATE_CODES
    given = {text for one in texts for text in (one if isinstance(one, list) else [one])}
    return given <= known if question.kind in _LISTED else given <= {""}


def again(
    q: Questionnaire,
    step: Step,
    answers: dict[str, Any],
    reading: Reading,
    held: Draft | None = None,
    *,
    status: int = 422,
) -> Response:
    """The same page, exactly as typed, with a sentence for each answer that could not be read."""
    errors = {key: web.gettext(sentence) for key, sentence in reading.errors.items()}
    more = _summary(q, held) if held and step is q.steps[-1] else {}
    side = side_of(held) if held else None
    return Response(_render(walk(q, answers), step, reading.typed, errors, side=side, **more), status=status)


def check(walked: Walk, step: Step, held: Draft) -> str:
    """The last step: every answer with a link to change it, the consents, and Send."""
    return _render(walked, step, values_of(step, held), {}, side=side_of(held), **_summary(walked.q, held))


def _render(walked: Walk, step: Step, values: Typed, errors: dict[str, str], **more: Any) -> str:
    language = web.language()
    q, steps = walked.q, walked.steps
    return render_template(
        "public/step.html",
        step=step,
        first=step is q.steps[0],
        last=step is q.steps[-1],
        number=steps.index(step) + 1 if step in steps else 1,
        total=len(steps),
        back=walked.before(step),
        groups=fielding.groups(fielding.on_page(walked, step), step, values, errors, walked.live, more.get("side")),
        errors=errors,
        months=month_names(language.cldr),
        reveals=reveals.name_for(q, step),
        helping=_is_helping(walked.live),
        returning=request.args.get("back") == "check",
        switching=True,
        **{"sections": (), "side": None, **more},
    )


def side_of(held: Draft) -> Language | None:
    """The second language in which a helper sees the questions; None when it is not offered, or is the page's own."""
    code = held.extra.get("side")
    pseudo = web.settings_of(current_app).pseudo_locale
    found = locales.by_code(code, pseudo=pseudo) if isinstance(code, str) else None
    return None if found == web.language() else found


def _is_helping(answers: Mapping[str, object]) -> bool:
    return answers.get("for_whom") == "someone_else"


def _summary(q: Questionnaire, held: Draft) -> dict[str, Any]:
    """The answers by step, without the last step's own."""
    last = q.steps[-1]
    sections = [
        (step, [(question, _told(question, value, held.typed.get(step.key, {}))) for question, value in pairs])
        for step, pairs in answered(q, held.answers)
        if step is not last
    ]
    return {"sections": sections}


def _told(question: Question, value: Value, typed: Mapping[str, str | list[str]]) -> list[str]:
    """An answer in words; a date of another calendar also as it was written."""
    language = web.language()
    said = spoken(question, value, language)
    written = dating.in_other_calendar(question, typed)
    return [*said, f"= {spoken_written(written, language)}"] if written else said
