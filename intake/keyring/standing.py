"""How the keys stand: what the page of the admins and the doctor say about them, out of a few small rows."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..accounts import StaffMember
from ..audit import AuditEvent, Event
from ..publickeys import KeyState, PublicKeys
from . import counting, holders, rewrapping
from .records import RewrapRun

DRILL_EVERY: Final = dt.timedelta(days=365)
# A run says something after each batch: so long without a word means that it was cut off.
QUIET: Final = dt.timedelta(minutes=15)


class Trouble(StrEnum):
    """What an admin has to see to, the worst first."""

    RETIRED_CLOSES = "retired-closes"
    STOPPED = "stopped"
    FEW_HOLDERS = "few-holders"
    OLDER_CLOSES = "older-closes"
    LEFT_OVER = "left-over"
    NEVER_DRILLED = "never-drilled"
    DRILL_OLD = "drill-old"


@dataclass(frozen=True, slots=True)
class Standing:
    """The keys at this moment. `tallies`: envelopes by key id when they were counted, None before the first count."""

    holders: Sequence[tuple[StaffMember, dt.datetime]]
    drilled_at: dt.datetime | None
    run: RewrapRun | None
    tallies: Mapping[str, int]
    counted_at: dt.datetime | None
    troubles: tuple[Trouble, ...]

    def closes(self, public: PublicKeys, state: KeyState) -> int:
        """How many envelopes the keys in this state close, counted once for each key."""
        return sum(self.tallies.get(entry.key.kid, 0) for entry in public.entries if entry.state is state)


def look(session: Session, public: PublicKeys, now: dt.datetime) -> Standing:
    """Four small reads, however many cases there are."""
    held, run = holders.listed(session), rewrapping.latest(session)
    drilled = select(func.max(AuditEvent.at)).where(AuditEvent.event == Event.KEYS_DRILLED.value)
    drilled_at, (tallies, counted_at) = session.scalar(drilled), counting.kept(session)
    found = Standing(held, drilled_at, run, tallies, counted_at, ())
    open_run = run is not None and run.finished_at is None
    wrong = {
        Trouble.RETIRED_CLOSES: found.closes(public, KeyState.RETIRED) > 0,
        Trouble.STOPPED: run is not None and open_run and now - run.moved_at > QUIET,
        Trouble.FEW_HOLDERS: len(held) < holders.ENOUGH,
        Trouble.OLDER_CLOSES: not open_run and found.closes(public, KeyState.OLDER) > 0,
        Trouble.LEFT_OVER: run is not None and not open_run and run.left_over > 0,
        Trouble.NEVER_DRILLED: drilled_at is None,
        Trouble.DRILL_OLD: drilled_at is not None and now - drilled_at > DRILL_EVERY,
    }
    troubles = tuple(one for one in Trouble if wrong[one])
    return Standing(held, drilled_at, run, tallies, counted_at, troubles)
