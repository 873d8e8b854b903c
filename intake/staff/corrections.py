"""Correcting dates: what the person said about the case and its dates, put right by staff with a reason."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import area, questionnaire
from ..casework import case as casework
from ..casework import correcting, opening
from ..casework.contents import changeable
from ..casework.models import Case
from ..incoming import Kind as Incoming
from ..locales import N_, month_names
from ..questionnaire import Kind, Question
from ..questionnaire.reading import Refused, Typed, canonical, field_names, retype
from ..sealing import CannotOpen
from ..splice import showable
from ..web import db, gettext
from ..web import language as page_language
from . import access, sentforms
from .context import member, now, staff_door, today

bp = Blueprint("corrections", __name__, url_prefix="/cases/<uuid:case_id>/dates")
sentforms.install(bp)

_SHOWN = frozenset({Kind.DATE, Kind.CHOICE, Kind.CHOICES})


@bp.get("")
@access.permit("case:change")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """The answers that make the dates, each in its fields. Opening them leaves its trace first."""
    answers = _opened(case_id)
    if answers is None:
        return redirect(url_for("case.show", case_id=case_id))
    case = casework.load(db(), member(), case_id)
    typed: Typed = {}
    for question in _questions(case):
        typed |= retype(question, answers.get(question.key))
    return _page(case, typed, {}, case.version)


@bp.post("")
@access.permit("case:change")
def correct(case_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is different, with the reason, and judge the case anew."""
    case = casework.load(db(), member(), case_id)
    try:
        before = correcting.answers_of(db(), staff_door().keyring, case)
    except CannotOpen:
        return redirect(url_for("case.show", case_id=case_id), 303)
    typed = _typed(case)
    answers, errors = _read(case, typed, before)
    changed = {key: value for key, value in answers.items() if before.get(key) != value}
    removed = [one.key for one in _questions(case) if one.key in before and one.key not in answers]
    problem, status = "", 422
    if not errors:
        try:
            _keep(case, changed, removed, {name: text for name, text in typed.items() if text})
        except correcting.BadCorrection as wrong:
            problem = gettext(str(wrong))
        except casework.Stale:
            problem, status = gettext(STALE), 409
        else:
            flash(gettext(N_("Corrected. The case was judged again.")))
            return redirect(url_for("case.show", case_id=case_id), 303)
    return _page(case, typed, errors, sentforms.version_sent(), problem), status


STALE = N_("Somebody else changed this case while you had it open. Look at it again before you save.")


def _keep(case: Case, changed: Mapping[str, Any], removed: list[str], typed: Mapping[str, Any]) -> None:
    door, settings = staff_door(), staff_door().settings
    correcting.correct(
        db(),
        door.keyring,
        case,
        member(),
        sentforms.version_sent(),
        changed,
        removed,
        typed,
        showable(request.form.get("why", "")),
        door.recipients(),
        now(),
        today=today(),
        policy=area.policy(db(), settings),
    )


def _opened(case_id: uuid.UUID) -> dict[str, Any] | None:
    door = staff_door()
    try:
        return opening.open_answers(door.engine, door.keyring, member(), case_id, now()).answers
    except CannotOpen:
        return None


def _questions(case: Case) -> Iterator[Question]:
    allowed = changeable(case.form_version, Incoming.DATES)
    for step in questionnaire.get(case.form_version).steps:
        for question in step.questions:
            about_dates = question.kind is Kind.DATE or step.key in {"stage", "dates", "arrival"}
            if question.key in allowed and question.kind in _SHOWN and about_dates:
                yield question


def _typed(case: Case) -> Typed:
    typed: Typed = {}
    for question in _questions(case):
        for name in field_names(question):
            given = [showable(text) for text in request.form.getlist(name)]
            typed[name] = given if question.kind is Kind.CHOICES else (given[0] if given else "")
    return typed


def _read(case: Case, typed: Typed, before: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    answers, errors = {}, {}
    for question in _questions(case):
        if typed_as_before(question, typed, before):
            answers[question.key] = before[question.key]
            continue
        try:
            value = canonical(question, typed, before.get(question.key), today())
        except Refused as refused:
            errors[question.key] = gettext(refused.sentence)
            continue
        if value is not None:
            answers[question.key] = value
    return answers, errors


def typed_as_before(question: Question, typed: Typed, before: Mapping[str, Any]) -> bool:
    """Whether the fields stand as the page showed them: a date of another calendar is not read anew then."""
    if question.key not in before:
        return False
    return all(typed.get(name) == value for name, value in retype(question, before[question.key]).items())


def _page(case: Case, typed: Typed, errors: Mapping[str, str], version: int, problem: str = "") -> str:
    names = month_names(page_language().cldr)
    months = [(str(number), name) for number, name in enumerate(names, 1)]
    return render_template(
        "staff/corrections.html",
        case=case,
        version=version,
        fields=[_field(question, typed, errors.get(question.key, ""), months) for question in _questions(case)],
        problem=problem or (gettext(N_("Nothing was saved. Look at the marked fields.")) if errors else ""),
        why=showable(request.form.get("why", "")),
        most=correcting.REASON_CHARACTERS,
    )


def _field(question: Question, typed: Typed, error: str, months: list[tuple[str, str]]) -> Mapping[str, Any]:
    choices = question.alternatives if question.kind is Kind.DATE else question.choices
    options = [(one.code, gettext(one.label)) for one in choices]
    if question.kind is Kind.DATE:
        month = str(typed.get(f"{question.key}.month", ""))
        # A month of another calendar stays what it is until somebody chooses another.
        known = {code for code, _name in months}
        months = months if month in known or not month else [*months, (month, month)]
    return {
        "key": question.key,
        "kind": question.kind.value,
        "label": gettext(question.label),
        "only_if": gettext(question.only_if) if question.only_if else "",
        "names": field_names(question),
        "given": [typed.get(name, "") for name in field_names(question)],
        "options": options,
        "months": months,
        "about": question.about,
        "error": error,
    }
