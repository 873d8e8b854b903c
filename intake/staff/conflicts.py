"""Conflicts of interest: the names of a case alone, the decision about them, and the list that admins keep."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import case as casework
from ..casework import conflictlist, conflicts, tokens
from ..casework.checks import APPLICANT, CLEAR, HELPER, OPPOSING
from ..casework.models import Case
from ..casework.pairs import BadReason
from ..locales import N_
from ..refusals import refuse
from ..sealing import CannotOpen
from ..web import db, gettext, ngettext
from . import access, present, sentforms
from .context import member, now, staff_door

bp = Blueprint("conflicts", __name__)

# Whose name it is, on the page of names.
WHO: Final[Mapping[str, str]] = {
    APPLICANT: N_("Applicant"),
    OPPOSING: N_("Somebody the applicant must be kept from"),
    HELPER: N_("Helper"),
    **conflictlist.KINDS,
}
_FIELDS: Final = ("kind", "name", "born", "note")


@bp.errorhandler(casework.NotFound)
def not_found(_error: casework.NotFound) -> ResponseReturnValue:
    """No such case, or not for this person: the same page."""
    return refuse(404)


@bp.errorhandler(casework.NotAllowed)
def not_allowed(_error: casework.NotAllowed) -> ResponseReturnValue:
    """The role may read, but not do this."""
    return refuse(403)


@bp.errorhandler(casework.Erased)
def erased(_error: casework.Erased) -> ResponseReturnValue:
    """There is nothing to look at: the case page says so."""
    return redirect(url_for("case.show", case_id=(request.view_args or {})["case_id"]), 303)


def held(_error: casework.Held) -> ResponseReturnValue:
    """The answers are closed because of a conflict of interest: the case page says so and what can be done."""
    case_id = (request.view_args or {}).get("case_id")
    return refuse(403) if case_id is None else redirect(url_for("case.show", case_id=case_id), 303)


@bp.get("/cases/<uuid:case_id>/conflict")
@access.permit("conflict:check")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """The names of both sides and the years of birth, nothing else. The trace is written first."""
    case = casework.load(db(), member(), case_id)
    try:
        seen = conflicts.names_only(staff_door().engine, staff_door().keyring, member(), case_id, now())
    except CannotOpen:
        return _page(case, None, problem=gettext(N_("These names cannot be opened here.")))
    return _page(case, seen)


@bp.post("/cases/<uuid:case_id>/conflict")
@access.permit("conflict:check")
def decide(case_id: uuid.UUID) -> ResponseReturnValue:
    """Write down the result with its reason. Without a conflict the case goes on to triage."""
    case, result = casework.load(db(), member(), case_id), request.form.get("result", "")
    reason, recipients = request.form.get("why", ""), staff_door().recipients()
    try:
        conflicts.decide(db(), case, member(), sentforms.version_sent(), result, reason, recipients, now())
    except conflicts.BadResult as wrong:
        return _page(case, None, field="result", problem=gettext(str(wrong))), 422
    except BadReason as wrong:
        return _page(case, None, field="why", problem=gettext(str(wrong))), 422
    except casework.Stale:
        return _page(case, None, theirs=True), 409
    cleared = gettext(N_("No conflict: the case can be opened now."))
    found = gettext(N_("The conflict is written down. Decline or refer the case with this reason."))
    flash(cleared if result == CLEAR else found)
    return redirect(url_for("case.show", case_id=case_id), 303)


@bp.get("/conflict-names")
@access.permit("conflict:change")
def index() -> ResponseReturnValue:
    """The list, opened after its trace, and the form for one name more."""
    conflictlist.trace_reading(staff_door().engine, member(), now())
    return _list()


@bp.post("/conflict-names")
@access.permit("conflict:change")
def add() -> ResponseReturnValue:
    """Seal a name and put it on the list; cases with such a name are held at once."""
    door = staff_door()
    key = tokens.key_of(door.settings)
    typed = {name: request.form.get(name, "") for name in _FIELDS}
    try:
        number = conflictlist.add(db(), key, member(), typed, door.recipients(), now())
    except conflictlist.BadName as wrong:
        return _list(typed, problems={wrong.field: gettext(str(wrong))}, opens=False), 422
    flash(gettext(N_("The name is on the list. New cases are compared with it.")))
    if number:
        said = ngettext("%(cases)s open case is on hold now.", "%(cases)s open cases are on hold now.", number)
        flash(said % {"cases": number})
    return redirect(url_for("conflicts.index"), 303)


@bp.post("/conflict-names/<uuid:name_id>/remove")
@access.permit("conflict:change")
def remove(name_id: uuid.UUID) -> ResponseReturnValue:
    """Take a name off the list; what was decided about cases stays."""
    if not conflictlist.remove(db(), member(), name_id, now()):
        abort(404)
    flash(gettext(N_("The name is off the list.")))
    return redirect(url_for("conflicts.index"), 303)


def _page(
    case: Case, seen: conflicts.NamesOnly | None, *, field: str = "", problem: str = "", theirs: bool = False
) -> str:
    """The page of names; without `seen` only the form, so that a mistake in it opens nothing again."""
    zone = staff_door().settings.timezone
    return render_template(
        "staff/conflict.html",
        case=case,
        mine=[_side(side) for side in seen.mine] if seen else [],
        found=[(_side(one), _side(other)) for one, other in seen.found] if seen else [],
        decided=[
            {"at": present.moment(at, zone), "result": present.word(conflicts.RESULTS, result), "why": why}
            for at, result, why in (seen.decided if seen else ())
        ],
        seen=seen is not None,
        waits=case.conflict in ("possible", "conflict"),
        results=[(code, gettext(label)) for code, label in conflicts.RESULTS.items()],
        typed={"result": request.form.get("result", ""), "why": request.form.get("why", "").replace("\0", "")},
        field=field,
        problem=problem,
        theirs=theirs,
    )


def _side(side: conflicts.Side) -> Mapping[str, Any]:
    return {"who": present.word(WHO, side.who), "names": side.names, "born": side.born}


def _list(
    typed: Mapping[str, str] | None = None, *, problems: Mapping[str, str] | None = None, opens: bool = True
) -> str:
    """The list and its form; after a mistake in the form the names are not opened again."""
    zone, door = staff_door().settings.timezone, staff_door()
    names = conflictlist.listed(db(), door.keyring, member()) if opens else []
    return render_template(
        "staff/conflict_names.html",
        names=[
            {
                "id": one.id,
                "kind": present.word(conflictlist.KINDS, one.kind),
                "name": one.name,
                "born": one.born,
                "note": one.note,
                "added": present.moment(one.added_at, zone),
            }
            for one in names
        ],
        opens=opens,
        most=conflictlist.NAMES_SHOWN,
        kinds=[(code, gettext(label)) for code, label in conflictlist.KINDS.items()],
        typed={name: (typed or {}).get(name, "").replace("\0", "") for name in _FIELDS},
        problems=problems or {},
    )
