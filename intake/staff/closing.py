"""The organisation's closing codes: the list, and one form to add a code or to change one."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import closing
from ..locales import N_
from ..web import db, gettext
from . import access
from .context import member, now

bp = Blueprint("closing", __name__, url_prefix="/closing-codes")

# Source: Legal Services Corporation, Case Service Report Handbook (2017): case closing categories.
LSC: Final[Mapping[str, str]] = {
    "A": N_("A: counsel and advice"),
    "B": N_("B: limited action"),
    "F": N_("F: settlement without a lawsuit"),
    "G": N_("G: settlement with a lawsuit"),
    "H": N_("H: decision of an agency"),
    "I": N_("I: decision of a court"),
    "K": N_("K: other"),
    "L": N_("L: extensive service"),
}
_NEW: Final[Mapping[str, Any]] = {"code": "", "label": "", "lsc": "", "active": True}


@bp.get("")
@access.permit("organisation:change")
def index() -> ResponseReturnValue:
    """The list; with `change`, the form holds that code."""
    wanted = request.args.get("change", "")
    chosen = next((row for row in closing.everyone(db()) if row.code == wanted), None)
    values = _NEW if chosen is None else {name: getattr(chosen, name) or "" for name in _NEW}
    return _page(values, is_new=chosen is None)


@bp.post("")
@access.permit("organisation:change")
def save() -> ResponseReturnValue:
    """Add a code, or say something else of one that is there."""
    typed = {name: request.form.get(name, "") for name in ("code", "label", "lsc")}
    is_new, active = request.form.get("new") == "1", request.form.get("active") == "1"
    try:
        closing.save(db(), **typed, active=active, is_new=is_new, actor=member().label, now=now())
    except closing.BadCode as wrong:
        return _page({**typed, "active": active}, is_new=is_new, problems=wrong.problems), 422
    flash(gettext(N_("The closing code is saved.")))
    return redirect(url_for("closing.index"), 303)


def _page(values: Mapping[str, Any], *, is_new: bool, problems: Mapping[str, str] | None = None) -> str:
    return render_template(
        "staff/closing_codes.html",
        rows=[(row.code, row.label, gettext(LSC[row.lsc]) if row.lsc else "", row.active) for row in _rows()],
        values=values,
        is_new=is_new,
        problems={field: gettext(sentence) for field, sentence in (problems or {}).items()},
        lsc=[(code, gettext(name)) for code, name in LSC.items()],
        longest=closing.LABEL_CHARACTERS,
    )


def _rows() -> list[closing.ClosingCode]:
    return closing.everyone(db())
