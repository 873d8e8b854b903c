"""What is wrong at present, by what was seen. Pure; the doctor and the admin's page use the same bounds."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ..locales import N_
from ..trail import CHECK_WITHIN
from .seeing import MIB, Seen

DESK_BEHIND: Final = dt.timedelta(minutes=5)
MAIL_STUCK: Final = dt.timedelta(hours=1)
BACKUP_EVERY: Final = dt.timedelta(days=2)
SCARCE_MIB: Final = 1024


class Alarm(StrEnum):
    """What can be wrong. Codes are permanent: they stand in figures and in the names of mails."""

    DESK = "desk_behind"
    OUTBOX = "outbox_stuck"
    TRAIL = "chain_broken"
    BACKUP = "backup_old"
    DISK = "disk_low"
    FIGURES = "figures_overdue"


# What is wrong, and what to do. Each stands in a mail as well, in English: it names nobody and no place.
SENTENCES: Final[Mapping[Alarm, str]] = {
    Alarm.DESK: N_("A request has waited more than 5 minutes for the desk, or the desk is silent. See if it runs."),
    Alarm.OUTBOX: N_("Mail has waited more than an hour, or could not be sent. Look at the outbox."),
    Alarm.TRAIL: N_("The audit trail is not whole, or was not checked for two days. Look at its check."),
    Alarm.BACKUP: N_("The last backup is more than two days old, or none is known. Make one now, and one each night."),
    Alarm.DISK: N_("A disk has less than 1 GB left. Make room now, or people can no longer send."),
    Alarm.FIGURES: N_("Figures of law need a check, or have changed. Look at the figures of law."),
}


def wrong(seen: Seen) -> tuple[Alarm, ...]:
    """What is wrong, in the order of `Alarm`."""
    mail = seen.mail
    found = {
        Alarm.DESK: _older(seen, seen.oldest_arrival, DESK_BEHIND) or _older(seen, seen.beat, DESK_BEHIND),
        Alarm.OUTBOX: mail is not None and (mail.failed > 0 or _older(seen, mail.oldest, MAIL_STUCK)),
        Alarm.TRAIL: not seen.trail_whole or _older(seen, seen.trail_checked, CHECK_WITHIN),
        Alarm.BACKUP: seen.backup is None or _older(seen, seen.backup, BACKUP_EVERY),
        Alarm.DISK: any(free < SCARCE_MIB * MIB for free in seen.room.values()),
        Alarm.FIGURES: seen.figures_overdue + seen.figures_changed > 0,
    }
    return tuple(alarm for alarm in Alarm if found[alarm])


def _older(seen: Seen, moment: dt.datetime | None, than: dt.timedelta) -> bool:
    return moment is not None and seen.at - moment > than
