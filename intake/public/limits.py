"""Limits on costly requests, counted under keys that change each day and tell nothing; where, stands in `tallies`."""

import datetime as dt
from collections.abc import Callable
from functools import partial, wraps
from typing import NamedTuple, cast

from flask import Flask, abort, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from limits import RateLimitItem, parse
from limits.strategies import MovingWindowRateLimiter

from .. import web
from ..tallies import Tallies


class Allowance(NamedTuple):
    """How much one address may ask for; `name` says of what."""

    name: str
    items: tuple[RateLimitItem, ...]


# A shelter's forty phones share one address: the limits leave room for all of them.
_SHELTER = (parse("60 per minute"), parse("600 per hour"))
START = Allowance("start", _SHELTER)
SEND = Allowance("send", _SHELTER)
# Each look-up of a code costs a tenth of a second. This bounds the work one address can ask for, not the guessing.
LOOK_UP = Allowance("look up", (parse("240 per minute"),))

# Codes that were not found, per address: forty people who each mistype twice still come in.
OWN = (parse("100 per 10 minutes"), parse("400 per hour"))
# Codes that were not found, from everywhere. Above it, only addresses that failed many times wait: more often than
# forty people who share one address and each mistype once, so that a flood from outside does not lock a shelter out.
OVERALL = parse("600 per 5 minutes")
SEVERAL = parse("50 per 30 minutes")

_EVERYWHERE = "everywhere"
_NAME = "intake.limits"


class Guessing:
    """Counts codes that were not found. Finding something never counts against anybody."""

    def __init__(self, counts: MovingWindowRateLimiter) -> None:
        self._counted = counts

    def must_wait(self, key: str) -> bool:
        """Whether this address may not look up a code just now: it failed very often, or many times in a flood."""
        if not all(self._counted.test(item, key) for item in OWN):
            return True
        return not self._counted.test(OVERALL, _EVERYWHERE) and not self._counted.test(SEVERAL, key)

    def failed(self, key: str) -> None:
        """Count one code that was not found."""
        for item in (*OWN, SEVERAL):
            self._counted.hit(item, key)
        self._counted.hit(OVERALL, _EVERYWHERE)


def counted_as() -> str:
    """The key under which this request is counted."""
    if "counted_as" not in g:
        g.counted_as = _tallies().salt.key(request.remote_addr, dt.datetime.now(dt.UTC).date())
    return cast(str, g.counted_as)


def guessing() -> Guessing:
    """What was counted of codes that were not found."""
    return Guessing(_counts())


def asking(allowance: Allowance) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """A view that an address may ask for as often as `allowance` says, whatever comes of it; then it waits (429)."""

    def around(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def counted(**values: str) -> ResponseReturnValue:
            # Counted before the work is done: many requests at once must not all find room.
            if not _has_room(allowance) or not _count(_counts(), allowance, counted_as()):
                abort(429)
            return view(**values)

        return counted

    return around


def sending(
    view: Callable[..., ResponseReturnValue], *, only: Callable[[], bool] = lambda: True
) -> Callable[..., ResponseReturnValue]:
    """A view with which an address may send as often as `SEND` says; what was not sent is not counted.

    `only` tells which requests are sends at all.
    """

    @wraps(view)
    def counted(**values: str) -> ResponseReturnValue:
        if not only():
            return view(**values)
        if not _has_room(SEND):
            abort(429)
        response = make_response(view(**values))
        if response.status_code < 400:
            # The person does not wait for the counting.
            response.call_on_close(partial(_count, _counts(), SEND, counted_as()))
        return response

    return counted


def install(app: Flask) -> None:
    """Give an app its counts: its own, or those of all public doors."""
    tallies = Tallies(web.settings_of(app), "public")
    app.extensions[_NAME] = tallies
    app.extensions["intake"]["figures"].append(tallies.families)


def _tallies() -> Tallies:
    return cast(Tallies, current_app.extensions[_NAME])


def _counts() -> MovingWindowRateLimiter:
    return _tallies().counts


def _has_room(allowance: Allowance) -> bool:
    counts, who = _counts(), counted_as()
    return all(counts.test(item, allowance.name, who) for item in allowance.items)


def _count(counts: MovingWindowRateLimiter, allowance: Allowance, who: str) -> bool:
    """Count one in every window of `allowance`; whether each of them had room for it."""
    had_room = [counts.hit(item, allowance.name, who) for item in allowance.items]
    return all(had_room)
