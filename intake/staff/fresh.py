"""Whether a person gave both factors a short while ago: for what must not be done from a browser left open."""

import datetime as dt

from flask_security import check_and_update_authn_fresh

from .security import FRESH


def is_fresh() -> bool:
    """Whether both factors were given within the last 15 minutes."""
    return bool(check_and_update_authn_fresh(FRESH, dt.timedelta(0), "session"))
