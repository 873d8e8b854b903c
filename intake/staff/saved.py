"""Saved searches: kept from the queue, listed, changed and removed by the person they belong to."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import saved
from ..casework.case import NotFound
from ..casework.models import SavedSearch
from ..locales import N_
from ..refusals import refuse
from ..web import db, gettext
from . import access
from .context import member, now
from .queue import in_words, options

bp = Blueprint("saved", __name__, url_prefix="/saved")


@bp.errorhandler(NotFound)
def not_found(_error: NotFound) -> ResponseReturnValue:
    """No such search, or one of somebody else: the same page."""
    return refuse(404)


@bp.get("")
@access.permit("case:read")
def index() -> ResponseReturnValue:
    """My searches and those that others share."""
    choices = options()
    lines = [_line(one, choices) for one in saved.listed(db(), member())]
    return render_template("staff/saved.html", searches=lines)


@bp.post("")
@access.permit("case:read")
def keep() -> ResponseReturnValue:
    """Keep the filters of a page of the queue under a name."""
    typed = request.form.to_dict()
    try:
        saved.keep(db(), member(), saved.read(typed), now())
    except saved.BadSearch as wrong:
        return _form(None, typed, gettext(str(wrong))), 422
    flash(gettext(N_("The search is saved.")))
    return redirect(url_for("saved.index"), 303)


@bp.get("/<key>")
@access.permit("case:read")
def show(key: str) -> ResponseReturnValue:
    """One of my searches, to be changed."""
    found = saved.load(db(), member(), key)
    flags = {"shared": "1" if found.shared else "", "alert": "1" if found.alert else ""}
    return _form(found, {**found.query, "name": found.name, **flags})


@bp.post("/<key>")
@access.permit("case:read")
def change(key: str) -> ResponseReturnValue:
    """Change the name, the filters, who sees it and whether new cases are mailed."""
    found = saved.load(db(), member(), key)
    typed, version = {**found.query, **request.form.to_dict()}, request.form.get("version", "")
    try:
        saved.change(db(), found, saved.read(typed), int(version) if version.isdecimal() and len(version) < 10 else 0)
    except saved.BadSearch as wrong:
        return _form(found, typed, gettext(str(wrong))), 422
    except saved.Changed:
        return _form(found, typed, gettext(N_("You changed this search in another window. Look at it again."))), 409
    flash(gettext(N_("The search is saved.")))
    return redirect(url_for("saved.index"), 303)


@bp.post("/<key>/remove")
@access.permit("case:read")
def remove(key: str) -> ResponseReturnValue:
    """Forget one of my searches."""
    saved.remove(db(), saved.load(db(), member(), key))
    flash(gettext(N_("The search is removed.")))
    return redirect(url_for("saved.index"), 303)


def _line(one: Any, choices: Mapping[str, Any]) -> Mapping[str, Any]:
    query: dict[str, Any] = dict(one.query)
    return {
        "id": one.id,
        "name": one.name,
        "address": url_for("queue.index", **query),
        "words": in_words(one.query, choices),
        "mine": one.owner_id == member().id,
        "by": one.owner_name,
        "shared": one.shared,
        "alert": one.alert,
    }


def _form(found: SavedSearch | None, typed: Mapping[str, str], problem: str = "") -> str:
    return render_template(
        "staff/saved_change.html",
        search=found,
        typed={name: typed.get(name, "") for name in ("name", "shared", "alert")},
        query=saved.query_of(typed),
        words=in_words(saved.query_of(typed), options()),
        problem=problem,
    )
