"""The page behind an invitation link: a person chooses a password once, then signs in and sets up the second factor."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password

from .. import staffing
from ..accounts import ROLE_NAMES, AlreadyThere
from ..locales import N_
from ..web import db, gettext
from . import access
from .context import now
from .forms import SHORTEST_PASSWORD, is_guessable

bp = Blueprint("invitations", __name__, url_prefix="/invitation")

_LONGEST = 128


@bp.get("/<link>")
@access.permit(access.ANYONE)
def show(link: str) -> ResponseReturnValue:
    """Opening the link changes nothing: machines that read mail open links as well."""
    row = staffing.invitation_of(db(), link, now())
    return _gone() if row is None else _page(link, row)


@bp.post("/<link>")
@access.permit(access.ANYONE)
def accept(link: str) -> ResponseReturnValue:
    """Make the account, and lead on to the sign-in."""
    row = staffing.invitation_of(db(), link, now())
    if row is None:
        return _gone()
    password, again = request.form.get("password", ""), request.form.get("again", "")
    problems = _problems(password, again, row)
    if problems:
        return _page(link, row, problems), 422
    try:
        staffing.accept(db(), row, hash_password(password), now())
    except AlreadyThere:
        return _gone()
    access.clear_session()
    flash(gettext(N_("Your account is ready. Sign in, then set up your second factor.")))
    return redirect(url_for("security.login"), 303)


def _problems(password: str, again: str, row: staffing.Invitation) -> dict[str, str]:
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST:
        return {"password": gettext(N_("Use 12 to 128 characters. Several words are easy to remember."))}
    if is_guessable(password, row.email, row.name):
        return {"password": gettext(N_("Do not use your name, your e-mail address or one letter many times."))}
    if password != again:
        return {"again": gettext(N_("The two passwords are not the same. Type both once more."))}
    return {}


def _page(link: str, row: staffing.Invitation, problems: dict[str, str] | None = None) -> str:
    return render_template(
        "staff/people/invitation.html",
        link=link,
        name=row.name,
        email=row.email,
        role=gettext(ROLE_NAMES[row.role]),
        problems=problems or {},
    )


def _gone() -> ResponseReturnValue:
    return render_template("staff/people/invitation_gone.html"), 404
