"""Pages that stand still: staying safe, fraud, privacy, and the two that say goodbye."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from .. import web

bp = Blueprint("pages", __name__)


@bp.get("/safety")
def safety() -> ResponseReturnValue:
    """Staying safe on this device: what it keeps, what we keep, what remains."""
    return web.cacheable(web.page("public/safety.html"))


@bp.get("/fraud")
def fraud() -> ResponseReturnValue:
    """How to tell a lawyer from somebody who only takes money."""
    return web.cacheable(web.page("public/fraud.html"))


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What we do and never do with answers."""
    return web.cacheable(web.page("public/privacy.html"))


@bp.get("/stopped")
def stopped() -> ResponseReturnValue:
    """Stopped after the first result: nothing is kept."""
    return render_template("public/stopped.html")


@bp.get("/left")
def left() -> ResponseReturnValue:
    """This browser holds nothing of the visit any more."""
    return render_template("public/left.html")
