"""What was seen, as figures for graphs: ages, room, mail, each alarm. The staff door and the desk both give them."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ..db import transaction
from ..metrics import Family, Sample, few_hidden, gauge
from ..settings import Settings
from .alarms import Alarm, wrong
from .seeing import Seen, see

log = logging.getLogger("intake.watching")

# An age to the second would be the time at which one person sent.
STEP_SECONDS: Final = 10


def source(engine: Engine, settings: Settings, clock: Callable[[], dt.datetime]) -> Callable[[], Iterator[Family]]:
    """What looks anew each time it is asked; while the database is away it says only that."""

    def families() -> Iterator[Family]:
        about = "1 while the database answers."
        try:
            with transaction(engine.execution_options(reads=True)) as session:
                seen = see(session, settings, clock())
        except SQLAlchemyError as error:
            log.warning("the figures cannot be read (%s)", type(error).__name__)
            yield gauge("intake_database_up", about, 0)
            return
        yield gauge("intake_database_up", about, 1)
        yield from of(seen)

    return families


def of(seen: Seen) -> Iterator[Family]:
    """The figures. Pure."""
    mail, waits = seen.mail, _age(seen, seen.oldest_arrival)
    yield gauge("intake_desk_waiting_seconds", "Age of the oldest request that no desk took in; 0: none.", waits or 0)
    yield gauge("intake_desk_beat_seconds", "Time since the desk last said that it works.", _age(seen, seen.beat))
    if mail is not None:
        states = {"waiting": mail.waiting, "failed": mail.failed}
        samples = tuple(Sample(few_hidden(number), {"state": state}) for state, number in states.items())
        about = "Mails in the outbox, up to 1000, in full tens; NaN: from 1 to 9."
        yield Family("intake_outbox_mails", "gauge", about, samples)
        age = _age(seen, mail.oldest) or 0
        yield gauge("intake_outbox_oldest_seconds", "Age of the oldest mail that waits; 0: none.", age)
    checked = _age(seen, seen.trail_checked)
    yield gauge("intake_audit_whole", "0 once the audit trail was found changed.", int(seen.trail_whole))
    yield gauge("intake_audit_checked_seconds", "Time since the whole audit trail was last checked.", checked)
    yield gauge("intake_backup_seconds", "Age of the last backup.", _age(seen, seen.backup))
    room = tuple(Sample(free, {"place": place}) for place, free in seen.room.items())
    yield Family("intake_disk_free_bytes", "gauge", "Free room on the disks of this host, by what lies there.", room)
    yield gauge("intake_figures_overdue", "Figures of law whose check is overdue.", seen.figures_overdue)
    found = wrong(seen)
    alarms = tuple(Sample(int(alarm in found), {"name": alarm.value}) for alarm in Alarm)
    yield Family("intake_alarm", "gauge", "1 while this is wrong.", alarms)


def _age(seen: Seen, moment: dt.datetime | None) -> int | None:
    if moment is None:
        return None
    seconds = max(0, int((seen.at - moment).total_seconds()))
    return seconds - seconds % STEP_SECONDS
