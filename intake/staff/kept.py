"""What a person typed when the time of the session was over comes back after they signed in again.

Only the person who typed it sees it. It is shown first and sent by a button, so nothing happens unseen.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import kepttext
from ..kepttext import Kept
from ..locales import N_
from ..web import db, gettext
from . import access
from .context import member, now, staff_door
from .keeping import is_text

bp = Blueprint("kept", __name__, url_prefix="/kept")


@bp.get("")
@access.permit(access.SIGNED_IN)
def show() -> ResponseReturnValue:
    """What was typed, to be looked at before it is sent."""
    found = _found()
    if found is None:
        return redirect(url_for("today.home"))
    return render_template(
        "staff/kept.html", fields=found.fields, texts=[value for _name, value in found.fields if is_text(value)]
    )


@bp.post("")
@access.permit(access.SIGNED_IN)
def send() -> ResponseReturnValue:
    """Send it to where it belongs, as if the button had been pressed there; or throw it away."""
    found = _found()
    kepttext.forget(db(), member().id)
    if found is None or request.form.get("decision") == "discard":
        flash(gettext(N_("It is thrown away.")) if found else gettext(N_("Nothing is kept any more.")))
        return redirect(url_for("today.home"), 303)
    # The browser sends the same fields on; the path is the sealed one.
    return redirect(access.local(found.path), 307)


def _found() -> Kept | None:
    return kepttext.find(db(), member().id, staff_door().keyring, now())
