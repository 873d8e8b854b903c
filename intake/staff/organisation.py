"""What the organisation says of itself on public pages: one form, each saving a new version."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import office, organisation
from ..locales import N_
from ..organisation import ZONES, Organisation
from ..questionnaire.choices import LANGUAGES, STATES
from ..web import db, gettext
from ..workdays import WEEK
from . import access, labels
from .context import member, now, staff_door

bp = Blueprint("organisation", __name__, url_prefix="/organisation")

_TARGETS = ("target_1", "target_2", "target_3")
_TEXTS = ("name", "about", "phones", "email", "hours", "zone", "promise_days", "closed", "on_holidays", *_TARGETS)


class _Chosen(NamedTuple):
    """What is ticked in the form."""

    languages: Sequence[str]
    days: Sequence[str]
    states: Sequence[str]


@bp.get("")
@access.permit("organisation:change")
def show() -> ResponseReturnValue:
    """What is said now, in a form."""
    said = organisation.current(db(), staff_door().settings)
    return _form(said, _values(said), _Chosen(said.languages, [str(day) for day in said.days], said.service_area))


@bp.post("")
@access.permit("organisation:change")
def change() -> ResponseReturnValue:
    """Save a new version, unless somebody else saved one meanwhile."""
    before = organisation.current(db(), staff_door().settings)
    typed = {name: request.form.get(name, "") for name in _TEXTS}
    chosen = _Chosen(*(request.form.getlist(name) for name in _Chosen._fields))
    if request.form.get("version") != str(before.version):
        return _form(before, typed, chosen, theirs=True), 409
    try:
        said = organisation.read(typed, chosen.languages, chosen.days, chosen.states)
        office.say(db(), said, actor=member().label, now=now(), before=before)
    except organisation.Invalid as wrong:
        return _form(before, typed, chosen, problems=wrong.problems), 422
    except organisation.Conflict:
        newest = organisation.current(db(), staff_door().settings)
        return _form(newest, typed, chosen, theirs=True), 409
    flash(gettext(N_("Saved. The public pages say so from now on.")))
    return redirect(url_for("organisation.show"), 303)


def _values(said: Organisation) -> dict[str, str]:
    phones = (f"{phone.label}: {phone.shown}" if phone.label else phone.shown for phone in said.phones)
    return {
        "name": said.name,
        "about": said.about,
        "phones": "\n".join(phones),
        "email": said.email,
        "hours": said.hours,
        "zone": said.zone,
        "promise_days": str(said.promise_days or ""),
        "closed": "\n".join(f"{one.day.isoformat()} {one.name}".strip() for one in said.closed),
        "on_holidays": "" if said.federal else "1",
        **{name: str(days) for name, days in zip(_TARGETS, said.targets, strict=True)},
    }


def _words(said: Organisation) -> dict[str, str]:
    """What was chosen, for reading."""
    names = dict(STATES)
    area = ", ".join(gettext(names.get(code, code)) for code in said.service_area)
    return {
        "area": area or gettext(N_("Everywhere in the US")),
        "targets": " · ".join(str(days) for days in said.targets),
    }


def _form(
    now_said: Organisation,
    values: Mapping[str, str],
    chosen: _Chosen,
    *,
    problems: Mapping[str, str] | None = None,
    theirs: bool = False,
) -> str:
    """The form; with `theirs`, it shows the newest version beside what was typed."""
    measured = organisation.waiting(db(), now_said.promise_days, now())
    return render_template(
        "staff/organisation.html",
        said=now_said,
        newest=_values(now_said) | _words(now_said),
        values=values,
        languages=chosen.languages,
        days=chosen.days,
        area=chosen.states,
        states=[(code, gettext(name)) for code, name in STATES],
        targets=[(f"target_{level}", gettext(name)) for level, (name, _shape) in labels.LEVELS.items()],
        week=[(str(day), gettext(name)) for day, name in WEEK.items()],
        problems={key: gettext(sentence) for key, sentence in (problems or {}).items()},
        theirs=theirs,
        zones=[(code, gettext(name)) for code, name in ZONES.items()],
        tongues=LANGUAGES,
        measured=measured,
    )
