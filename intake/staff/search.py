"""The search: one box for a name, a number, an address or a reference. The words never stand in an address."""

import uuid
from collections.abc import Mapping
from typing import Final

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import audit
from ..casework import indexing, searching, tokens
from ..casework.searching import Found, Match
from ..locales import N_
from ..splice import showable
from ..web import db, gettext
from . import access, present
from .context import member, now, staff_door, today

bp = Blueprint("search", __name__)

_NO_ID = uuid.UUID(int=0)

# What a match means, of the applicant and of a person beside them.
MATCHES: Final[Mapping[Match, tuple[str, str]]] = {
    Match.REFERENCE: (N_("The reference is the same."),) * 2,
    Match.A_NUMBER: (N_("The A-number is the same."),) * 2,
    Match.PHONE: (
        N_("The phone number is the same."),
        N_("A helper or a trusted person has this phone number."),
    ),
    Match.EMAIL: (
        N_("The e-mail address is the same."),
        N_("A helper or a trusted person has this e-mail address."),
    ),
    Match.PHONE_END: (
        N_("The phone number ends with the same seven digits."),
        N_("The phone number of a helper or a trusted person ends with the same seven digits."),
    ),
    Match.SAME: (
        N_("Every word is the same in the name."),
        N_("Every word is the same in the name of a helper or a trusted person."),
    ),
    Match.ALIKE: (
        N_("The name sounds alike, or is written nearly the same."),
        N_("The name of a helper or a trusted person sounds alike, or is written nearly the same."),
    ),
    Match.PART: (
        N_("Only a part of the name fits."),
        N_("Only a part of the name of a helper or a trusted person fits."),
    ),
}


@bp.get("/search")
@access.permit("case:read")
def show() -> ResponseReturnValue:
    """The empty box."""
    return render_template("staff/search.html", typed="", problem="", findings=None)


@bp.post("/search")
@access.permit("case:read")
def find() -> ResponseReturnValue:
    """The cases that fit what was typed. The trace says how many there were, never the words."""
    typed = showable(request.form.get("search", ""))
    if not typed.strip():
        problem = gettext(N_("Type a name, a number, an address or a reference."))
        return render_template("staff/search.html", typed="", problem=problem, findings=None), 422
    door = staff_door()
    key = tokens.key_of(door.settings)
    findings = searching.find(db(), key, typed)
    behind = indexing.is_behind(db(), key)
    rows = present.queue_rows([one.row for one in findings.found], today(), door.settings.timezone)
    audit.append(
        db(),
        actor=member().label,
        event=audit.Event.SEARCH_MADE,
        subject="search",
        details={"count": len(rows)},
        now=now(),
    )
    return render_template(
        "staff/search.html",
        typed=typed[: searching.LONGEST],
        problem="",
        findings=findings,
        rows=[row | {"fits": fits(one)} for row, one in zip(rows, findings.found, strict=True)],
        behind=behind,
        case_prefix=url_for("case.show", case_id=_NO_ID).removesuffix(str(_NO_ID)),
    )


def fits(found: Found) -> str:
    """How a case fits, as a sentence."""
    own, beside = MATCHES[found.match]
    return gettext(beside if found.beside else own)
