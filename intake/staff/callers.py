"""Who is counted at the staff door: an address, under a key that means nothing tomorrow; where, stands in `tallies`."""

from typing import cast

from flask import Flask, current_app, request
from flask_limiter import Limiter

from .. import web
from ..tallies import Tallies
from .context import now

_NAME = "intake.limits"


def install(app: Flask) -> None:
    """Give an app its counts: its own, or those of all staff doors. Call it before a limit is set."""
    tallies = Tallies(web.settings_of(app), "staff")
    app.extensions[_NAME] = tallies
    app.extensions["intake"]["figures"].append(tallies.families)


def limiter_of(app: Flask) -> Limiter:
    """What limits how often one caller may ask for something."""
    return Limiter(caller, app=app, **_tallies(app).of_flask_limiter())


def caller() -> str:
    """The caller's address as limits know it: a keyed hash of one day."""
    return _tallies(current_app).salt.key(request.remote_addr, now().date())


def _tallies(app: Flask) -> Tallies:
    return cast(Tallies, app.extensions[_NAME])
