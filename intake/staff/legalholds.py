"""The legal hold of a case: set by who works on it, ended by who may remove cases."""

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import case as casework
from ..casework import legalholds
from ..locales import N_
from ..web import db, gettext
from . import access, case, sentforms
from .context import member, now

bp = Blueprint("legalholds", __name__, url_prefix="/cases/<uuid:case_id>/legal-hold")
sentforms.install(bp)


@bp.post("")
@access.permit("case:change")
def change(case_id: uuid.UUID) -> ResponseReturnValue:
    """Put the case on hold, or with `end` take it off."""
    found = casework.load(db(), member(), case_id)
    reason = request.form.get("legal_hold", "")
    ends = "end" in request.form
    try:
        if ends:
            legalholds.end_hold(db(), found, member(), sentforms.version_sent(), now())
        else:
            legalholds.set_hold(db(), found, member(), sentforms.version_sent(), reason, now())
    except legalholds.BadHold as wrong:
        return case.again(found, "legal_hold", {"legal_hold": reason}, gettext(str(wrong)), 422)
    except casework.Stale as changed:
        return case.stale(changed, "legal_hold", {"legal_hold": "" if ends else reason})
    flash(gettext(N_("The legal hold is ended.") if ends else N_("The case is on a legal hold.")))
    return redirect(url_for("case.show", case_id=case_id), 303)
