"""A desk whose clock jumps back and forth by more than a day, beside one whose clock is right. It sends no mail.

The jumps stay below the seven days for which a draft lives: with a clock that is a week ahead it is right to remove
one.
"""

import contextlib
import datetime as dt
import itertools
import time

from sqlalchemy.exc import DBAPIError

from intake import logs, settings
from intake.db import make_engine
from intake.keyring.following import FollowingKeyring
from intake.worker import Desk

JUMPS = (dt.timedelta(0), dt.timedelta(hours=26), dt.timedelta(hours=-26), dt.timedelta(seconds=-40))
EACH_SECONDS = 1.5


def main() -> None:
    """Work until the end comes from outside."""
    logs.configure("jumping")
    loaded = settings.load()
    jump = dt.timedelta(0)
    engine = make_engine(loaded.database_url, loaded.bounds.of("worker"))
    desk = Desk(engine, FollowingKeyring(loaded), loaded, clock=lambda: dt.datetime.now(dt.UTC) + jump)
    for jump in itertools.cycle(JUMPS):  # noqa: B007 -- the clock above reads it
        until = time.monotonic() + EACH_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(DBAPIError):
                desk.run_once()
            time.sleep(0.2)


if __name__ == "__main__":
    main()
