"""Exports: an admin, a fresh sign-in, a reason; then a file, streamed."""

import datetime as dt
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import exports
from ..casework.filters import EXPORTED, Filters
from ..locales import N_
from ..refusals import refuse
from ..web import db, gettext
from . import access
from .context import member, staff_door, today
from .fresh import is_fresh
from .queue import options

bp = Blueprint("exports", __name__)


@bp.get("/exports")
@access.permit("export:deidentified")
def index() -> ResponseReturnValue:
    """Choose what to export, and say why."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("exports.index")))
    return _page(Filters.from_query(request.args, EXPORTED))


@bp.post("/exports")
@access.permit("export:deidentified")
def create() -> ResponseReturnValue:
    """The file, row by row. Its start and its end are in the audit trail."""
    person, door = member(), staff_door()
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("exports.index")), 303)
    filters = Filters.from_query(request.form, EXPORTED)
    identified = request.form.get("identified") == "1"
    purpose = request.form.get("purpose", "")
    if identified and not person.may("export:identified"):
        return refuse(403)
    actor, me = person.label, person.id
    # The export writes its trace in a transaction of its own: this request's must not stand in its way.
    db().rollback()
    try:
        rows = exports.stream(
            door.engine,
            filters,
            actor=actor,
            purpose=purpose,
            clock=door.clock,
            keyring=door.keyring if identified else None,
            me=me,
        )
    except exports.NoPurpose:
        problem = gettext(N_("Say why you need this export, in 1 to 500 characters."))
        return _page(filters, problem=problem, purpose=purpose, identified=identified), 422
    return _attachment(rows, identified, today())


def _attachment(rows: exports.Export, identified: bool, day: dt.date) -> Response:
    response = Response(rows, mimetype="text/csv")
    kind = "cases-with-identities" if identified else "cases"
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}-{day.isoformat()}.csv"'
    response.call_on_close(rows.close)
    return response


def _page(filters: Filters, **typed: Any) -> str:
    kept = {"problem": "", "purpose": "", "identified": False} | typed
    return render_template("staff/exports.html", filters=filters, options=options(), **kept)
