"""Showing a step: what the one template needs for every question, and pages kept where nothing differs."""

from functools import lru_cache
from typing import Any

from flask import Response, current_app, render_template, request

from .. import web
from ..drafts import Draft
from ..locales import Language, country_names, month_names
from ..questionnaire import answered, choices, live, missing, path, previous_step, shown
from ..questionnaire.forms import Reading
from ..questionnaire.model import Choice, Kind, Question, Questionnaire, Step, is_required
from ..questionnaire.reading import Typed, field_names, retype
from ..splice import Page
from . import reveals, visit
from .wording import spoken

KEPT_PAGES = 2_000
SHARING = "consent_share"

# Empty pages by language, version, step and whatever else makes two of them differ; filled as they are asked for.
_kept: dict[tuple[object, ...], Page] = {}


def blank(q: Questionnaire, step: Step, answers: dict[str, Any]) -> Response:
    """A step nobody has answered yet: rendered once, then sent with a fresh token."""
    questions = shown(q, step, answers)
    back = previous_step(q, answers, step.key)
    key = (
        web.language().code,
        q.version,
        step.key,
        tuple(one.key for one in questions),
        back.key if back else None,
        request.args.get("back") == "check",
        visit.look(),
        web.settings_of(current_app),
    )
    page = _kept.get(key)
    if page is None:
        page = Page.of(_render(q, step, answers, {}, {}), level=9)
        if len(_kept) < KEPT_PAGES:
            _kept[key] = page
    return web.send_page(page)


def filled(q: Questionnaire, step: Step, held: Draft) -> Response | str:
    """A step with the answers given before: as typed if they still are, else from their canonical values."""
    values = _values(step, held)
    if not any(values.values()):
        return blank(q, step, held.answers)
    return _render(q, step, held.answers, values, {})


def again(
    q: Questionnaire, step: Step, answers: dict[str, Any], reading: Reading, held: Draft | None = None
) -> Response:
    """The same page, exactly as typed, with a sentence for each answer that could not be read."""
    errors = {key: web.gettext(sentence) for key, sentence in reading.errors.items()}
    more = _summary(q, held) if held else {}
    return Response(_render(q, step, answers, reading.typed, errors, **more), status=422)


def check(q: Questionnaire, step: Step, held: Draft) -> str:
    """The last step: every answer with a link to change it, the consents, and Send."""
    return _render(q, step, held.answers, _values(step, held), {}, **_summary(q, held))


def _values(step: Step, held: Draft) -> Typed:
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


def _render(
    q: Questionnaire, step: Step, answers: dict[str, Any], values: Typed, errors: dict[str, str], **more: Any
) -> str:
    language = web.language()
    counted = live(q, answers)
    steps = path(q, answers)
    return render_template(
        "public/step.html",
        step=step,
        first=step is q.steps[0],
        last=step is q.steps[-1],
        number=steps.index(step) + 1 if step in steps else 1,
        total=len(steps),
        back=previous_step(q, answers, step.key),
        groups=_groups([_field(one, step, values, errors, counted) for one in _on_page(q, step, answers)]),
        errors=errors,
        months=month_names(language.cldr),
        reveals=reveals.name_for(q, step),
        **{"sections": (), "todo": (), **more},
    )


def _on_page(q: Questionnaire, step: Step, answers: dict[str, Any]) -> list[Question]:
    """What the page shows; nobody is asked to share with partners where there are none."""
    partners = web.settings_of(current_app).partners
    return [one for one in shown(q, step, answers) if one.key != SHARING or partners]


def _field(
    question: Question, step: Step, values: Typed, errors: dict[str, str], answers: dict[str, Any]
) -> dict[str, Any]:
    names = field_names(question)
    here = {one.key for one in step.questions}
    return {
        "key": question.key,
        "kind": question.kind.value,
        "names": names,
        "label": question.label,
        "hint": question.hint,
        "why": question.why,
        "only_if": question.only_if,
        "reveal": reveals.rule_for(question, here) is not None,
        "required": is_required(question, answers) or (bool(question.required) and bool(question.only_if)),
        "options": _options(question, web.language(), clearable=bool(values.get(question.key))),
        "values": [_showable(values.get(name, "")) for name in names],
        "error": errors.get(question.key),
        "names_listed": web.settings_of(current_app).partners if question.key == SHARING else (),
        "multiline": question.multiline,
        "max_length": question.max_length,
        "autocomplete": question.autocomplete,
    }


def _showable(value: str | list[str]) -> str | list[str]:
    return [web.showable(one) for one in value] if isinstance(value, list) else web.showable(value)


def _groups(fields: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Fields in order, those with the same "only if" sentence together, so that it is said once."""
    groups: list[tuple[str, list[dict[str, Any]]]] = []
    for field in fields:
        if groups and groups[-1][0] == field["only_if"]:
            groups[-1][1].append(field)
        else:
            groups.append((field["only_if"], [field]))
    return groups


def _options(question: Question, language: Language, *, clearable: bool) -> tuple[tuple[str, str, str], ...]:
    match question.kind:
        case Kind.CHOICE if clearable and question.required is False:
            # Without script a chosen radio button cannot be let go: this one takes the answer back.
            return (*_said(question.choices), ("", web.gettext("No answer"), ""))
        case Kind.CHOICE | Kind.CHOICES:
            return _said(question.choices)
        case Kind.DATE:
            return _said(question.alternatives)
        case Kind.STATE:
            return tuple((code, web.gettext(name), "") for code, name in choices.STATES)
        case Kind.COUNTRY | Kind.COUNTRIES:
            return _countries(language.cldr, web.gettext(choices.STATELESS_NAME))
        case Kind.LANGUAGE:
            return tuple((code, name, "") for code, name in choices.LANGUAGES)
        case _:
            return ()


def _said(offered: tuple[Choice, ...]) -> tuple[tuple[str, str, str], ...]:
    # gettext answers an empty text with the catalogue's header.
    return tuple((one.code, web.gettext(one.label), web.gettext(one.hint) if one.hint else "") for one in offered)


@lru_cache(maxsize=64)
def _countries(cldr: str, stateless: str) -> tuple[tuple[str, str, str], ...]:
    names = country_names(cldr)
    listed = sorted((names.get(code, code), code) for code in choices.COUNTRIES)
    return tuple((code, name, "") for name, code in [*listed, (stateless, choices.STATELESS)])


def _summary(q: Questionnaire, held: Draft) -> dict[str, Any]:
    """The answers by step, without the last step's own, and which steps still lack one."""
    last = q.steps[-1]
    sections = [
        (step, [(question, spoken(question, value, web.language())) for question, value in pairs])
        for step, pairs in answered(q, held.answers)
        if step is not last
    ]
    todo = {step for step, _ in missing(q, held.answers)} - {last.key}
    return {"sections": sections, "todo": [step for step in q.steps if step.key in todo]}
