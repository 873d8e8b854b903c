"""The language of the staff side: what a person chose, else what the browser asks for."""

from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_security import current_user

from ..locales import FOR_STAFF, PSEUDO, Language, negotiate
from ..refusals import SAFE
from ..web import settings_of
from . import access
from .context import member

bp = Blueprint("languages", __name__)


def install(app: Flask) -> None:
    """Let every request know its language, and every page which others there are."""
    app.before_request(_speak)
    app.context_processor(_offered)


@bp.post("/language")
@access.permit(access.ANYONE)
def choose() -> ResponseReturnValue:
    """Speak another language from now on, also after the next sign-in, and go back to the same page."""
    code = request.form.get("language", "")
    if any(one.code == code for one in _all()):
        session["language"] = code
        if current_user.is_authenticated:
            member().language = code
    return redirect(access.local(request.form.get("back", "")), 303)


def _speak() -> None:
    chosen = session.get("language")
    found = next((one for one in _all() if one.code == chosen), None)
    g.language = found or negotiate([value for value, _ in request.accept_languages], pseudo=False, among=FOR_STAFF)


def _all() -> tuple[Language, ...]:
    return (*FOR_STAFF, PSEUDO) if settings_of(current_app).pseudo_locale else FOR_STAFF


def _offered() -> dict[str, Any]:
    # A page that came from a form has no address to come back to.
    here = request.full_path.rstrip("?") if request.method in SAFE and request.endpoint else ""
    return {"spoken_here": _all() if here else (), "here": here}
