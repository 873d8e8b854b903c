"""What the desk clears away each hour: drafts that nobody sent, mail that left, empty rows, accounts nobody uses."""

import datetime as dt
import logging
from typing import Final

from sqlalchemy import Engine

from . import drafts, kepttext, outbox, staffing
from .backups import folder
from .casework import taking
from .db import transaction
from .retention import carrying
from .settings import Settings

log = logging.getLogger("intake.worker")

REMAINS_AT_A_TIME: Final = 500


def tidy(engine: Engine, settings: Settings, now: dt.datetime, today: dt.date) -> bool:
    """Remove everything whose time is over, in one transaction; whether SQLite's log has to be emptied after it."""
    with transaction(engine) as session:
        removed = drafts.purge_expired(session, now)
        outbox.purge(session, now)
        taking.purge(session, now)
        kepttext.purge(session, now)
        disabled = staffing.disable_due(session, now, today)
        rows = carrying.remove_remains(session, _in_no_backup(settings, now), REMAINS_AT_A_TIME)
    for sentence, count in (("removed %d expired drafts", removed), ("suspended %d accounts", disabled)):
        if count:
            log.info(sentence, count)
    return rows > 0


def _in_no_backup(settings: Settings, now: dt.datetime) -> dt.datetime:
    """What was erased before this moment lies in no backup any more: the list of erasures need not know it."""
    before = now - dt.timedelta(days=settings.backup_days)
    last = folder.last(settings.data)
    # Without a backup since the erasing, the list beside the backups does not hold it yet.
    return min(before, last.at) if last is not None else before
