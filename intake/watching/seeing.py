"""What can be seen of an installation at one moment, in a few statements whose cost does not grow with its cases."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from .. import lawfigures, organisation, outbox, trail
from ..backups import folder
from ..organisation import Measured
from ..outbox import Standing
from ..settings import Settings
from ..submissions import Arrival

# Under this key among the measured figures the desk says each minute that it works.
HEARTBEAT: Final = "desk"
MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen. A time is None where there is nothing of its kind: no request waits, no backup is known.

    `beat`: when the desk last said that it works. `room`: free bytes by place, see `room`. `mail` is what waits and
    failed, None while mail is off. `trail_whole` is False once a check found the audit trail changed.
    """

    at: dt.datetime
    oldest_arrival: dt.datetime | None
    beat: dt.datetime | None
    mail: Standing | None
    trail_whole: bool
    trail_checked: dt.datetime | None
    backup: dt.datetime | None
    room: Mapping[str, int]
    figures_overdue: int
    figures_changed: int


def see(session: Session, settings: Settings, now: dt.datetime) -> Seen:
    """Look at everything once."""
    beat = session.get(Measured, HEARTBEAT)
    checks = trail.state(session)
    last = folder.last(settings.data)
    figures = lawfigures.standings(session, now.astimezone(settings.timezone).date(), settings.timezone)
    return Seen(
        at=now,
        oldest_arrival=session.scalar(select(func.min(Arrival.received_at))),
        beat=beat.measured_at if beat is not None else None,
        mail=outbox.standing(session) if settings.mail is not None else None,
        trail_whole=checks is None or checks.bad_seq is None,
        trail_checked=(checks.whole_at or checks.started_at) if checks is not None else None,
        backup=last.at if last is not None else None,
        room=room(settings),
        figures_overdue=sum(one.is_overdue for one in figures),
        figures_changed=sum(bool(one.changed) for one in figures),
    )


def beat(session: Session, now: dt.datetime) -> None:
    """Say that the desk works."""
    organisation.keep_measured(session, {HEARTBEAT: None}, now)


def room(settings: Settings) -> dict[str, int]:
    """Free bytes of the disks on this host, by what lies there: `data`, `temporary`, and `database` for SQLite."""
    places = {"data": settings.data, "temporary": Path(tempfile.gettempdir())}
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        places["database"] = Path(url.database).parent
    return {name: shutil.disk_usage(path).free for name, path in places.items() if path.is_dir()}
