"""The follow-up date of a case: set or cleared on the case page."""

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import case as casework
from ..casework import follow_up
from ..locales import N_
from ..web import db, gettext
from . import access, case, sentforms
from .context import member, now, today

bp = Blueprint("follow_up", __name__, url_prefix="/cases/<uuid:case_id>/follow-up")
sentforms.install(bp)


@bp.post("")
@access.permit("case:change")
def change(case_id: uuid.UUID) -> ResponseReturnValue:
    """Set my follow-up date, or clear the one that is there."""
    found = casework.load(db(), member(), case_id)
    typed = "" if "clear" in request.form else request.form.get("day", "")
    try:
        day = follow_up.read(typed, today())
        follow_up.set_day(db(), found, member(), sentforms.version_sent(), day, now())
    except follow_up.BadDay as wrong:
        return case.again(found, "follow_up", {"day": typed}, gettext(str(wrong)), 422)
    except casework.Stale as changed:
        return case.stale(changed, "follow_up", {"day": typed})
    flash(gettext(N_("The follow-up date is set.") if day else N_("There is no follow-up date any more.")))
    return redirect(url_for("case.show", case_id=case_id), 303)
