"""Limits on costly requests, counted under a key that is never stored and changes each day."""

import datetime as dt
import hashlib
import hmac

from flask import Flask, request
from flask_limiter import Limiter

from ..settings import Settings, secret

# A shelter's forty phones share one address: the limits leave room for all of them.
START = "60 per minute; 600 per hour"
LOOK_UP = "30 per minute; 200 per hour"
LOOK_UP_OVERALL = "600 per minute"

_salt = b""


def _counted_as() -> str:
    day = dt.datetime.now(dt.UTC).date().isoformat()
    return hmac.new(_salt, f"{day} {request.remote_addr}".encode(), hashlib.sha256).hexdigest()[:20]


limiter = Limiter(_counted_as, default_limits=[], storage_uri="memory://", strategy="moving-window")


def install(app: Flask, settings: Settings) -> None:
    """Attach the limits to an app."""
    global _salt
    _salt = secret(settings.secrets / "public.key").encode()
    app.config["RATELIMIT_HEADERS_ENABLED"] = False
    limiter.init_app(app)
