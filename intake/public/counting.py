"""Which visits count, and where: one line in a view, no cookie, no address."""

from typing import cast

from flask import Flask, current_app, request

from .. import web
from ..visits import Counter

_NAME = "intake.visits"


def install(app: Flask) -> None:
    """Give `app` its counter, on the database that it writes to."""
    app.extensions[_NAME] = Counter(app.extensions["intake"]["writes"], web.settings_of(app).timezone)


def visits_of(app: Flask) -> Counter:
    """The counter of `app`."""
    return cast(Counter, app.extensions[_NAME])


def saw(place: str, source: str | None = None) -> None:
    """Count this request as a visit of `place`, unless it is only a look ahead by a browser or a check by a machine."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if request.method == "GET" and "prefetch" not in ahead.lower():
        visits_of(current_app).saw(place, source)
