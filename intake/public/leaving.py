"""Leaving in one tap, a page that looks like nothing, and what pages show of whose they are."""

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from .. import questionnaire, refusals, web
from ..returncode import show_code
from . import visit
from .back import resume_at

bp = Blueprint("leaving", __name__)

FORGET = '"cache", "cookies", "storage"'


# What can be sent only from within a visit; the first page and the page for the code begin one.
_INSIDE = frozenset({"apply", "back", "ending"})
_BEGINS = "apply.begin"


def install(app: Flask) -> None:
    """Let “Leave now” work from pages that everybody shares, which cannot carry a token: it only forgets."""
    app.extensions["csrf"].exempt(leave_now)
    app.register_error_handler(CSRFError, sent_again)


def sent_again(_error: CSRFError) -> ResponseReturnValue:
    """A form whose token does not fit this browser: mostly one that was open too long.

    After leaving, Back and “send the form again” bring a browser here as well. Then the page says nothing of us.
    """
    if request.blueprint in _INSIDE and request.endpoint != _BEGINS and visit.idle_keys() is None:
        return Response(render_template("public/gone.html", look=visit.HIDDEN), status=400)
    return refusals.refuse(400)


@bp.post("/leave-now")
def leave_now() -> ResponseReturnValue:
    """Forget everything on this device and show something else; another site cannot press this button."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return redirect(url_for("leaving.measures"), 303)
    visit.forget()
    response = redirect(web.settings_of(current_app).leave_to or url_for("leaving.measures"), 303)
    response.headers["Clear-Site-Data"] = FORGET
    return response


@bp.get("/measures")
def measures() -> ResponseReturnValue:
    """A page about something else, for whoever looks at the screen next."""
    return web.cacheable(web.page("public/measures.html"))


@bp.get("/look")
def look() -> ResponseReturnValue:
    """Choose whether pages show whose they are."""
    return render_template("public/look.html")


@bp.post("/look")
def change_look() -> ResponseReturnValue:
    """Hide whose pages these are, or show it again, on this device until it leaves."""
    visit.look_neutral(request.form.get("neutral") == "yes")
    return redirect(url_for("leaving.look"), 303)


@bp.get("/device")
def device() -> ResponseReturnValue:
    """What we do differently on a device that others use, and the return code, before anything more is asked."""
    held = visit.draft()
    if held is None:
        return redirect(url_for("apply.step", key="who"), 303)
    return render_template(
        "public/device.html", code=show_code(held.code), following=resume_at(held, questionnaire.get(held.form_version))
    )
