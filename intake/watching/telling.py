"""Alarms by e-mail: one mail a day at most while something is wrong, and one when it is over.

What was told is kept among the measured figures, so that an alarm which ended while no desk ran is still said to be
over. The desk sends these mails as all others: of a host that is down, and of a mail server that is away, only the
admin's page and the figures can tell.
"""

import datetime as dt
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from .. import organisation, outbox
from ..db import transaction
from ..organisation import Measured
from ..publickeys import PublicKey, read_public_keys
from ..settings import Settings
from .alarms import SENTENCES, Alarm, wrong
from .seeing import see

log = logging.getLogger("intake.watching")

KIND: Final = "alarm"
_SUBJECT: Final = "Alarm: {}"
_OVER: Final = "Over: {}"
_NO_REPLY: Final = "This message names nobody, and a reply to it reaches nobody."


def look(engine: Engine, settings: Settings, now: dt.datetime, opened: dt.datetime) -> int:
    """See what is wrong, and queue the mails that are due; returns how many. `opened`: since when this desk works.

    That no desk worked before is no news: only a request that had to wait for it is.
    """
    with transaction(engine.execution_options(reads=True)) as session:
        seen = see(session, settings, now)
    found = wrong(replace(seen, beat=max(seen.beat or opened, opened)))
    recipients = read_public_keys(settings.keys / "public.json").recipients()
    day = now.astimezone(settings.timezone).date()
    to = settings.alarms_to if settings.mail is not None else ""
    with transaction(engine) as session:
        return tell(session, to, found, day, recipients, now)


def tell(
    session: Session,
    to: str,
    found: Collection[Alarm],
    day: dt.date,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> int:
    """Queue what is to be told on this day about what is wrong, to nobody where `to` is empty; returns how many."""
    told, states = 0, _states(session)
    for alarm in Alarm:
        last = states.get(_key(alarm))
        if alarm in found and last != day.toordinal():
            log.warning("alarm: %s", alarm.value)
            told += _put(session, to, alarm, f"{KIND}:{alarm}:{day}", _SUBJECT, recipients, now)
            organisation.keep_measured(session, {_key(alarm): day.toordinal()}, now)
        elif alarm not in found and last is not None:
            log.info("the alarm is over: %s", alarm.value)
            since = dt.date.fromordinal(last)
            told += _put(session, to, alarm, f"{KIND}:{alarm}:{since}:over", _OVER, recipients, now)
            organisation.keep_measured(session, {_key(alarm): None}, now)
    return told


def _put(
    session: Session,
    to: str,
    alarm: Alarm,
    once: str,
    subject: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> bool:
    said = SENTENCES[alarm] if subject == _SUBJECT else f"This is over: {SENTENCES[alarm]}"
    name = alarm.value.replace("_", " ")
    return bool(to) and outbox.put(
        session,
        kind=KIND,
        to=to,
        subject=subject.format(name),
        text=f"{said}\n\n{_NO_REPLY}\n",
        recipients=recipients,
        now=now,
        once=once,
    )


def _key(alarm: Alarm) -> str:
    return f"{KIND}:{alarm}"


def _states(session: Session) -> dict[str, int | None]:
    """The number of the day on which each alarm was last told; None once it is over."""
    keys = [_key(alarm) for alarm in Alarm]
    rows = session.execute(select(Measured.key, Measured.value).where(Measured.key.in_(keys)))
    return {row.key: row.value for row in rows}
