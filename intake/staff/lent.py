"""What volunteers and interpreters see: the cases lent to them now, and of each the named parts alone."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from .. import questionnaire
from ..casework import case as casework
from ..casework import lending as verbs
from ..casework import lent
from ..refusals import refuse
from ..web import db, gettext
from . import access, contact, present
from .context import member, now, staff_door
from .lending import words_of

bp = Blueprint("lent", __name__, url_prefix="/lent")


@bp.errorhandler(casework.NotFound)
@bp.errorhandler(casework.Erased)
def not_found(_error: Exception) -> ResponseReturnValue:
    """No such case, not lent, not lent any more, or erased: the same page."""
    return refuse(404)


@bp.get("")
@access.permit("lent:read")
def index() -> ResponseReturnValue:
    """What is lent to me now, what ends first first. Nothing is opened."""
    zone = staff_door().settings.timezone
    rows = [
        {
            "case_id": row.case_id,
            "reference": casework.load(db(), member(), row.case_id, now()).reference,
            "until": present.moment(row.until, zone),
            "fields": words_of(row.fields),
        }
        for row in lent.alive(db(), member().id, now())
    ]
    return render_template("staff/lent.html", rows=rows)


@bp.get("/<uuid:case_id>")
@access.permit("lent:read")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """The lent parts of one case. Opening them leaves its trace first, and the applicant is told of it."""
    door = staff_door()
    part = verbs.open_part(door.engine, door.keyring, member(), case_id, now())
    return render_template(
        "staff/lent_case.html",
        reference=part.case.reference,
        part=part,
        fields=words_of(part.fields),
        until=present.moment(part.until, door.settings.timezone),
        **_shown(part),
    )


def _shown(part: verbs.Part) -> Mapping[str, Any]:
    if part.answers is None:
        return {"names": [], "screens": [], "safe": None}
    answers = part.answers
    form = questionnaire.get(part.case.form_version)
    shows_contact = verbs.NAME in part.fields and not part.names_only
    # The banner says the ways of contact, with what must not happen; they are not said again below.
    said = verbs.GROUPS[verbs.NAME] - verbs.NAMES if shows_contact else frozenset()
    names, rest = [], []
    for step in form.steps:
        asked = [one for one in step.questions if one.key in answers and one.key not in said]
        lines = tuple(present.line(one, answers[one.key], {}) for one in asked)
        names += [line for line in lines if line.key in verbs.NAMES]
        others = tuple(line for line in lines if line.key not in verbs.NAMES)
        rest += [present.Screen(gettext(step.title), others)] if others else []
    safe = contact.safe_contact(answers, now()) if shows_contact else None
    return {"names": names, "screens": rest, "safe": safe}
