"""Passkeys in place of the app's code: several for each person, named, each of them removable."""

import uuid

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from .. import accounts, passkeys
from ..accounts import StaffMember
from ..audit import Event
from ..locales import N_
from ..splice import showable
from ..web import db, gettext
from . import access, ceremony
from .context import member, now, staff_door
from .forms import settle, tell
from .fresh import is_fresh
from .present import moment

bp = Blueprint("passkeys", __name__)


def install(app: Flask) -> None:
    """Let the page that asks for the code know whether a passkey would do."""
    app.jinja_env.globals["has_passkey"] = _has_passkey


@bp.get("/account/passkeys")
@access.permit(access.SIGNED_IN)
def index() -> ResponseReturnValue:
    """My passkeys, and a name for one more."""
    return _page()


@bp.post("/account/passkeys")
@access.permit(access.SIGNED_IN)
def begin() -> ResponseReturnValue:
    """Ask the browser to make a passkey. Needs a fresh sign-in."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("passkeys.index")), 303)
    typed = showable(request.form.get("name", ""))
    try:
        name = passkeys.tidy_name(db(), member(), typed)
    except passkeys.BadName as wrong:
        return _page(name=typed, problem=gettext(str(wrong))), 422
    options = ceremony.creation_options(member(), name)
    return render_template("staff/passkey_add.html", options=options, name=name)


@bp.post("/account/passkeys/add")
@access.permit(access.SIGNED_IN)
def add() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    person = member()
    if not ceremony.add(person, request.form.get("credential", "")):
        return _page(problem=gettext(N_("This passkey could not be added. Try again."))), 422
    tell(Event.STAFF_PASSKEY_ADDED, person)
    flash(gettext(N_("The passkey is added. You can use it at the next sign-in.")))
    return redirect(url_for("passkeys.index"), 303)


@bp.post("/account/passkeys/<uuid:passkey_id>/remove")
@access.permit(access.SIGNED_IN)
def remove(passkey_id: uuid.UUID) -> ResponseReturnValue:
    """Remove a passkey of mine. The code of the app stays, so that there is always a second factor."""
    person = member()
    if not passkeys.remove(db(), person, passkey_id):
        abort(404)
    tell(Event.STAFF_PASSKEY_REMOVED, person)
    flash(gettext(N_("The passkey is removed.")))
    return redirect(url_for("passkeys.index"), 303)


@bp.post("/second-factor/passkey")
@access.permit(access.ANYONE)
def ask() -> ResponseReturnValue:
    """Ask the browser for a passkey of the person whose password was right."""
    person = _halfway()
    if person is None or not passkeys.of(db(), person):
        return redirect(url_for("security.login"), 303)
    return render_template("staff/passkey_use.html", options=ceremony.request_options(person))


@bp.post("/second-factor/passkey/answer")
@access.permit(access.ANYONE)
def answer() -> ResponseReturnValue:
    """Sign in when the passkey proves itself; a wrong answer is counted like a wrong code."""
    person = _halfway()
    if person is None:
        return redirect(url_for("security.login"), 303)
    admitted = accounts.take_try(db(), person, now())
    right = admitted and ceremony.proves(person, request.form.get("credential", ""))
    if not settle(person, admitted=admitted, right=right, method="passkey"):
        flash(gettext(N_("The passkey did not work, or there were too many wrong tries. Try again or type the code.")))
        return redirect(url_for("security.two_factor_token_validation"), 303)
    session["second_factor"] = person.fs_uniquifier
    current_app.extensions["security"].two_factor_plugins.tf_complete(person, True)
    return redirect(access.local(request.args.get("next", "")), 303)


def _has_passkey() -> bool:
    person = _halfway()
    return person is not None and bool(passkeys.of(db(), person))


def _halfway() -> StaffMember | None:
    """Who gave the right password in this browser and now has to give the second factor."""
    if session.get("tf_state") != "ready" or not session.get("tf_user_id"):
        return None
    found: StaffMember | None = current_app.extensions["security"].datastore.find_user(
        fs_uniquifier=session["tf_user_id"]
    )
    return found if found is not None and found.active else None


def _page(name: str = "", problem: str = "") -> str:
    zone = staff_door().settings.timezone
    shown = [
        {"id": one.id, "name": one.name, "used": moment(one.used_at, zone) if one.used_at else ""}
        for one in passkeys.of(db(), member())
    ]
    return render_template("staff/passkeys.html", passkeys=shown, name=name, problem=problem)
