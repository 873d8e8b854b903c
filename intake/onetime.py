"""One-time codes as an authenticator app shows them, for the demonstration and the tests."""

import datetime as dt
from typing import cast

from passlib.totp import TOTP  # type: ignore[import-untyped]


def current_code(totp_secret: str, now: dt.datetime) -> str:
    """The six digits that an authenticator app shows at `now` for a base32 secret."""
    return cast(str, TOTP(key=totp_secret, format="base32").generate(now.timestamp()).token)
