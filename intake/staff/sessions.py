"""Ending sessions of one's own: one, all others, or every one."""

import uuid

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from .. import accounts, sessions
from ..audit import Event
from ..locales import N_
from ..web import db, gettext
from . import access
from .context import member, now
from .forms import tell
from .security import leave

bp = Blueprint("sessions", __name__, url_prefix="/account/sessions")


@bp.post("/<uuid:session_id>/end")
@access.permit(access.SIGNED_IN)
def end(session_id: uuid.UUID) -> ResponseReturnValue:
    """End one session of mine. One of somebody else looks like one that never was."""
    person = member()
    if not sessions.end(db(), person, now(), only=session_id):
        abort(404)
    tell(Event.STAFF_SESSIONS_ENDED, person, method="one")
    if session_id == access.this_session().id:
        return leave(gettext(N_("You are signed out.")))
    flash(gettext(N_("That session is ended.")))
    return redirect(url_for("account.index"), 303)


@bp.post("/end-others")
@access.permit(access.SIGNED_IN)
def end_others() -> ResponseReturnValue:
    """End all sessions of mine but this one."""
    person = member()
    sessions.end(db(), person, now(), but=access.this_session().id)
    tell(Event.STAFF_SESSIONS_ENDED, person, method="others")
    flash(gettext(N_("You are signed out everywhere else.")))
    return redirect(url_for("account.index"), 303)


@bp.post("/end-all")
@access.permit(access.SIGNED_IN)
def end_all() -> ResponseReturnValue:
    """End every session of mine, this one too."""
    person = member()
    sessions.end(db(), person, now())
    # Also what is halfway through a sign-in.
    accounts.end_sessions(person)
    tell(Event.STAFF_SESSIONS_ENDED, person, method="all")
    return leave(gettext(N_("You are signed out everywhere.")))
