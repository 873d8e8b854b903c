"""The list of partners: one form to add a partner or to change one."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import partners
from ..casework.partners import Partner
from ..locales import N_
from ..web import db, gettext
from . import access, present
from .context import member, now, staff_door

bp = Blueprint("partners", __name__, url_prefix="/partners")

KINDS: Final[Mapping[str, str]] = {
    "legal": N_("Legal aid group"),
    "pro_bono": N_("Volunteer lawyers"),
    "clinic": N_("Law school clinic"),
    "social": N_("Social services"),
    "medical": N_("Doctors and therapists"),
    "shelter": N_("Shelter"),
    "other": N_("Other"),
}
_TEXTS = ("name", "kind", "takes", "contact")
_NEW: Final[Mapping[str, Any]] = {**dict.fromkeys(_TEXTS, ""), "active": True}


@bp.get("")
@access.permit("partner:change")
def index() -> ResponseReturnValue:
    """The list; with `change`, the form holds that partner."""
    row = _found(request.args.get("change", ""))
    return _page(row, {name: getattr(row, name) for name in _NEW} if row else _NEW)


@bp.post("")
@access.permit("partner:change")
def save() -> ResponseReturnValue:
    """Add a partner, or save another version of one."""
    typed = {name: request.form.get(name, "").replace("\0", "") for name in _TEXTS}
    row, active = _found(request.form.get("partner", "")), request.form.get("active") == "1"
    try:
        partners.save(db(), row, typed, active=active, actor=member().label, now=now())
    except partners.BadPartner as wrong:
        return _page(row, {**typed, "active": active}, problems=wrong.problems), 422
    flash(gettext(N_("The partner is saved.")))
    return redirect(url_for("partners.index"), 303)


def _found(number: str) -> Partner | None:
    known = number.isascii() and number.isdigit() and len(number) < 10
    return db().get(Partner, int(number)) if known else None


def _page(row: Partner | None, values: Mapping[str, Any], *, problems: Mapping[str, str] | None = None) -> str:
    named = {name.casefold() for name in staff_door().settings.partners}
    return render_template(
        "staff/partners.html",
        rows=[
            {
                "id": one.id,
                "name": one.name,
                "kind": present.word(KINDS, one.kind),
                "takes": one.takes,
                "contact": one.contact,
                "active": one.active,
                "named": one.name.casefold() in named,
            }
            for one in partners.everyone(db())
        ],
        row=row,
        values=values,
        problems={field: gettext(sentence) for field, sentence in (problems or {}).items()},
        kinds=[(code, gettext(name)) for code, name in KINDS.items()],
        longest=partners.LONGEST,
    )
