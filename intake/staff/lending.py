"""Lending a case from its page: to whom, which parts of it, for how many hours, and ending it at once."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from .. import accounts
from ..accounts import ROLE_NAMES, StaffMember
from ..casework import case as casework
from ..casework import lending, lent
from ..casework.models import Case
from ..locales import N_
from ..web import db, gettext
from . import access, present, sentforms
from .context import member, now, staff_door

bp = Blueprint("lending", __name__, url_prefix="/cases/<uuid:case_id>/lend")
sentforms.install(bp)

GROUPS: Final[Mapping[str, str]] = {
    lending.NAME: N_("Name and safe contact"),
    lending.LANGUAGE: N_("Language"),
    lending.DATES: N_("Stage and dates"),
    lending.STORY: N_("What happened"),
}


@bp.post("")
@access.permit("case:lend")
def lend(case_id: uuid.UUID) -> ResponseReturnValue:
    """Lend the named parts of the case to one person for some hours."""
    case = casework.load(db(), member(), case_id)
    person, hours = _number("member"), _number("hours")
    fields = request.form.getlist("fields")
    try:
        lending.lend(db(), case, member(), person, fields, hours, now())
    except lending.BadLending as wrong:
        typed = {"member": str(person), "hours": str(hours), "fields": fields}
        return _again(case, typed, wrong.problems), 422
    flash(gettext(N_("The case is lent.")))
    return redirect(url_for("case.show", case_id=case_id), 303)


@bp.post("/<uuid:lent_id>/end")
@access.permit("case:lend")
def end(case_id: uuid.UUID, lent_id: uuid.UUID) -> ResponseReturnValue:
    """End a lending now."""
    case = casework.load(db(), member(), case_id)
    lending.end(db(), case, member(), lent_id, now())
    flash(gettext(N_("The person does not see the case any more.")))
    return redirect(url_for("case.show", case_id=case_id), 303)


def of(session: Session, person: StaffMember, case: Case) -> Mapping[str, Any] | None:
    """What the case page shows of lending `case`; None for a person who may not lend."""
    if not person.may("case:lend"):
        return None
    zone = staff_door().settings.timezone
    return {
        "lent": [
            {
                "id": row.id,
                "name": row.name,
                "until": present.moment(row.until, zone),
                "fields": words_of(row.fields),
            }
            for row in lent.of_case(session, case.id, now())
        ],
        "people": [
            (str(one.id), f"{one.name} ({present.word(ROLE_NAMES, one.role)})")
            for one in accounts.holding(session, "lent:read")
        ],
        "groups": [(code, gettext(name)) for code, name in GROUPS.items()],
        "hours": [(str(hours), str(hours)) for hours in range(1, lending.LONGEST + 1)],
        "names_only": not lending.is_clear(case),
    }


def words_of(fields: Sequence[str]) -> str:
    """The names of groups of answers."""
    return ", ".join(present.word(GROUPS, group) for group in fields)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _again(case: Case, typed: Mapping[str, Any], problems: Mapping[str, str]) -> str:
    return render_template(
        "staff/lend_again.html",
        case=case,
        lending=of(db(), member(), case),
        typed=typed,
        problems={field: gettext(sentence) for field, sentence in problems.items()},
    )
