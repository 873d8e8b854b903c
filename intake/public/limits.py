"""Limits on costly requests, counted under keys that are never stored and change each day."""

import datetime as dt
import hashlib
import hmac
import ipaddress
import secrets
from typing import cast

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ..settings import Settings

# A shelter's forty phones share one address: the limits leave room for all of them.
START = "60 per minute; 600 per hour"
SEND = "60 per minute; 600 per hour"
# Each look-up of a code costs a tenth of a second. This bounds the work one address can ask for, not the guessing.
LOOK_UP = "240 per minute"

# Codes that were not found, per address: forty people who each mistype twice still come in.
OWN = (parse("100 per 10 minutes"), parse("400 per hour"))
# Codes that were not found, from everywhere. Above it, only addresses that failed many times wait: more often than
# forty people who share one address and each mistype once, so that a flood from outside does not lock a shelter out.
OVERALL = parse("600 per 5 minutes")
SEVERAL = parse("50 per 30 minutes")

_EVERYWHERE = "everywhere"
_GUESSING = "intake.guessing"


class Salt:
    """Turns an address into a key of one day. The salt is random, in memory only, and new each day."""

    def __init__(self) -> None:
        self._day = dt.date.min
        self._salt = b""

    def key(self, address: str | None, today: dt.date) -> str:
        """A key of 20 hex digits for `address`; an IPv6 address counts by its network (/64), which one home has."""
        if today != self._day:
            self._day, self._salt = today, secrets.token_bytes(32)
        return hmac.new(self._salt, _network(address).encode(), hashlib.sha256).hexdigest()[:20]


class Guessing:
    """Counts codes that were not found, in memory. Finding something never counts against anybody."""

    def __init__(self) -> None:
        self._counted = MovingWindowRateLimiter(MemoryStorage())

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


_salt = Salt()


def counted_as() -> str:
    """The key under which this request is counted."""
    return _salt.key(request.remote_addr, dt.datetime.now(dt.UTC).date())


limiter = Limiter(counted_as, default_limits=[], storage_uri="memory://", strategy="moving-window")


def guessing() -> Guessing:
    """What this app has counted of codes that were not found."""
    return cast(Guessing, current_app.extensions[_GUESSING])


def install(app: Flask, _settings: Settings) -> None:
    """Attach the limits to an app."""
    app.config["RATELIMIT_HEADERS_ENABLED"] = False
    limiter.init_app(app)
    app.extensions[_GUESSING] = Guessing()


def _network(address: str | None) -> str:
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
