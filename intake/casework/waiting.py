"""How long people wait until staff first reach out to them, measured so that those who still wait count."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from .. import organisation
from ..db import transaction
from ..settings import Settings
from ..workdays import Calendar
from .messages import SENT
from .models import Case, CaseEvent

WINDOW = dt.timedelta(days=90)
FEWEST_CONTACTED = 10


class Waited(NamedTuple):
    """Working days within which half of the people, and eight of ten, are contacted; None when not reached yet.

    `longer` is only set when half is not reached: more than half of the people wait longer than this.
    """

    half: int | None
    most: int | None
    longer: int | None


def measure(
    session: Session, now: dt.datetime, zone: dt.tzinfo = dt.UTC, calendar: Calendar | None = None
) -> Waited | None:
    """How long people who wrote in the last 90 days wait for the first contact; None under ten contacted cases.

    The clock starts when the form was sent. It ends with the first letter by staff, or with the first status that
    means contact (`moving.CONTACT`). Leaving out those who still wait would flatter: only the quick ones would count.
    So this is the estimate of Kaplan and Meier (1958): who waits now counts as waiting at least until now, and who was
    closed without contact as waiting at least until the last change of the case. Days are local, and those of
    `calendar`; without one, Monday to Friday.
    """
    wrote = (
        select(CaseEvent.case_id, func.min(CaseEvent.at).label("at"))
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.event == SENT, Case.received_at > now - WINDOW)
        .group_by(CaseEvent.case_id)
        .subquery()
    )
    rows = session.execute(
        select(Case.received_at, Case.contacted_at, Case.is_open, Case.updated_at, wrote.c.at)
        .outerjoin(wrote, wrote.c.case_id == Case.id)
        .where(Case.received_at > now - WINDOW, Case.received_at <= now)
    )
    week = calendar or Calendar(federal=False)
    contacted: Counter[int] = Counter()
    without: Counter[int] = Counter()
    for received, status_at, is_open, updated, letter_at in rows:
        # SQLite gives the smallest of some times back without their zone.
        reached = [_aware(one) for one in (status_at, letter_at) if one is not None]
        ended = min(reached) if reached else now if is_open else updated
        days = week.between(received, ended, zone)
        (contacted if reached else without)[days] += 1
    return estimate(contacted, without) if contacted.total() >= FEWEST_CONTACTED else None


def estimate(contacted: Counter[int], without: Counter[int]) -> Waited:
    """The figures from how many were contacted after, and are known to wait without contact for, each number of days.

    Pure. At least one of the counters has an entry.
    """
    waiting, share = contacted.total() + without.total(), 1.0
    reached: dict[float, int] = {}
    days = sorted({*contacted, *without})
    for day in days:
        share *= 1 - contacted[day] / waiting
        waiting -= contacted[day] + without[day]
        for part in (0.5, 0.2):
            # A hair above, so that rounding does not add a day.
            if share <= part + 1e-9:
                reached.setdefault(part, day)
    half = reached.get(0.5)
    return Waited(half, reached.get(0.2), days[-1] if half is None else None)


def record(engine: Engine, now: dt.datetime, settings: Settings) -> None:
    """Measure, and write the figures where everybody may read them; too few cases empty them."""
    with transaction(engine.execution_options(reads=True)) as session:
        week = organisation.current(session, settings).calendar
        found = measure(session, now, settings.timezone, week) or Waited(None, None, None)
    with transaction(engine) as session:
        keys: Iterable[str] = (organisation.HALF, organisation.MOST, organisation.LONGER)
        organisation.keep_measured(session, dict(zip(keys, found, strict=True)), now)


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
