"""Which visits count, and where: one line in a view, no cookie, no address."""

from typing import cast

from flask import Flask, current_app, g, request

from .. import web
from ..drafts import Draft
from ..questionnaire import Step
from ..visits import Counter

_NAME = "intake.visits"
# Steps of a draft that were kept before they were finished.
_PAUSED = "paused"


def install(app: Flask) -> None:
    """Give `app` its counter, on the database that it writes to."""
    app.extensions[_NAME] = Counter(app.extensions["intake"]["writes"], web.settings_of(app).timezone)


def visits_of(app: Flask) -> Counter:
    """The counter of `app`."""
    return cast(Counter, app.extensions[_NAME])


def finished(held: Draft, step: Step) -> None:
    """Count that `step` was filled in, once for each draft. To be asked before the draft takes what was typed."""
    paused = held.extra.get(_PAUSED, [])
    if step.key not in held.typed or step.key in paused:
        visits_of(current_app).finished(step.key)
        if paused:
            held.extra[_PAUSED] = [key for key in paused if key != step.key]


def paused(held: Draft, step: Step) -> None:
    """Note in the draft that `step` was put aside half filled in. To be asked before the draft takes it."""
    if step.key not in held.typed:
        held.extra[_PAUSED] = [*held.extra.get(_PAUSED, []), step.key]


def sent(last: Step) -> None:
    """Count that a form was sent, with its last step."""
    g.sent = True
    visits_of(current_app).finished(last.key)


def saw(place: str, source: str | None = None) -> None:
    """Count this request as a visit of `place`, unless it is only a look ahead by a browser or a check by a machine."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if request.method == "GET" and "prefetch" not in ahead.lower():
        visits_of(current_app).saw(place, source)
