"""What the organisation says of itself on public pages: one form, each saving a new version."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import office, organisation
from ..locales import N_
from ..organisation import ZONES, Organisation
from ..questionnaire.choices import LANGUAGES, STATES
from ..web import db, gettext
from ..workdays import WEEK
from . import access
from .context import member, now, staff_door

bp = Blueprint("organisation", __name__, url_prefix="/organisation")

_TEXTS = ("name", "about", "phones", "email", "hours", "zone", "promise_days", "closed", "on_holidays")


@bp.get("")
@access.permit("organisation:change")
def show() -> ResponseReturnValue:
    """What is said now, in a form."""
    said = organisation.current(db(), staff_door().settings)
    return _form(said, _values(said), said.languages, [str(day) for day in said.days])


@bp.post("")
@access.permit("organisation:change")
def change() -> ResponseReturnValue:
    """Save a new version, unless somebody else saved one meanwhile."""
    before = organisation.current(db(), staff_door().settings)
    typed = {name: request.form.get(name, "") for name in _TEXTS}
    languages, days = request.form.getlist("languages"), request.form.getlist("days")
    if request.form.get("version") != str(before.version):
        return _form(before, typed, languages, days, theirs=True), 409
    try:
        said = organisation.read(typed, languages, days)
        office.say(db(), said, actor=member().label, now=now(), before=before)
    except organisation.Invalid as wrong:
        return _form(before, typed, languages, days, problems=wrong.problems), 422
    except organisation.Conflict:
        newest = organisation.current(db(), staff_door().settings)
        return _form(newest, typed, languages, days, theirs=True), 409
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
    }


def _form(
    now_said: Organisation,
    values: Mapping[str, str],
    languages: Any,
    days: Sequence[str],
    *,
    problems: Mapping[str, str] | None = None,
    theirs: bool = False,
) -> str:
    """The form; with `theirs`, it shows the newest version beside what was typed."""
    states = dict(STATES)
    measured = organisation.waiting(db(), now_said.promise_days, now())
    return render_template(
        "staff/organisation.html",
        said=now_said,
        newest=_values(now_said),
        values=values,
        languages=languages,
        days=days,
        week=[(str(day), gettext(name)) for day, name in WEEK.items()],
        problems={key: gettext(sentence) for key, sentence in (problems or {}).items()},
        theirs=theirs,
        zones=[(code, gettext(name)) for code, name in ZONES.items()],
        tongues=LANGUAGES,
        area=[gettext(states.get(code, code)) for code in now_said.service_area],
        measured=measured,
    )
