"""The desk: whether it works, and what waits for it or for an administrator."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import func, select

from .. import outbox
from ..casework import admission
from ..organisation import Measured
from ..settings import Settings
from ..submissions import Arrival
from ..watching.alarms import DESK_BEHIND
from . import database
from .findings import Finding, hint, ok, reading, soon, wrong

# The desk says each minute that it works, but one that was stopped for a while on purpose is no news.
QUIET = dt.timedelta(hours=3)


def left_over(settings: Settings) -> Iterator[Finding]:
    """What the desk could not open, and mail that failed."""
    if not database.is_current(settings):
        return
    with reading(settings) as session:
        aside = admission.set_aside_count(session)
        mail = outbox.standing(session)
    if aside:
        yield wrong("desk", f"{aside} submissions could not be opened by the desk and wait aside.")
    else:
        yield ok("desk", "No submission waits aside.")
    if mail.failed:
        yield hint("mail", f"{mail.failed} mails failed and wait for an administrator under Outbox.")


def at_work(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """Whether the desk gave a sign of work of late."""
    with reading(settings) as session:
        oldest = session.scalar(select(func.min(Arrival.received_at)))
        last = session.scalar(select(func.max(Measured.measured_at)))
    if oldest is not None and now - oldest > DESK_BEHIND:
        minutes = int((now - oldest).total_seconds() // 60)
        yield wrong("desk", f"A request has waited {minutes} minutes for the desk: start it, and look into its log.")
    elif last is None:
        yield soon("desk", "The desk has not worked on this database yet: start it with `python -m intake serve`.")
    elif now - last > QUIET:
        hours = int((now - last).total_seconds() // 3600)
        yield soon("desk", f"The desk gave no sign of work for {hours} hours: see whether it runs.")
    else:
        yield ok("desk", "The desk is at work.")
