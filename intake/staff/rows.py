"""Cases in lists as staff read them: the rows of the queue and of the first page, in words."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from .. import accounts, targets
from ..casework.models import Case
from ..locales import N_
from ..targets import SUGGESTED
from ..web import db, gettext, ngettext
from ..workdays import Calendar
from . import labels, present
from .context import today

# More codes than these are counted, not named: the case page has them all with their reasons.
_CODES_NAMED = 2
_STATUS_TEXT = N_("needs a reply")


@dataclass(frozen=True, slots=True)
class Clock:
    """The present moment as lists need it: the time, the day in the organisation's zone, the days it works.

    `targets` are working days until the first contact by level, see `targets`.
    """

    now: dt.datetime
    today: dt.date
    zone: dt.tzinfo
    week: Calendar
    targets: tuple[int, ...] = SUGGESTED


def queue_rows(rows: Sequence[Row[Any]], clock: Clock) -> list[dict[str, Any]]:
    """The rows of a list in words, each a plain mapping, so that the template does nothing but print."""
    return [queue_row(row, clock) for row in rows]


def queue_row(row: Row[Any], clock: Clock) -> dict[str, Any]:
    """One row of `casework.queue.COLUMNS` in words."""
    name, shape = labels.LEVELS.get(row.level, ("", ""))
    waiting = max(0, (clock.today - row.received_at.astimezone(clock.zone).date()).days)
    return {
        "id": row.id,
        "version": row.version,
        "reference": row.reference,
        "level": row.level,
        "level_name": gettext(name),
        "shape": shape,
        "due": present.day(row.due_on) if row.due_on else "",
        "left": present.days_left(row.due_on, clock.today),
        "why": present.word(labels.DUE, row.due_code),
        "language": present.language(row.language),
        "interpreter": bool(row.interpreter),
        "place": present.place(row.place_kind, row.state),
        "held": row.place_kind == "held",
        "stages": _words(labels.STAGES, row.stages),
        "minor": row.age_band == "0-17",
        "claims": _words(labels.CLAIMS, row.claims),
        "outcome": present.word(labels.OUTCOMES_SHORT, row.outcome),
        "codes": _codes(row.codes),
        "safe": _words(labels.WAYS_SHORT, row.safe_contact),
        "status": present.status(row.status),
        "owner": row.owner_name or "",
        "taken": [gettext(labels.TAKEN[mark][0]) for mark in row.marks if mark in labels.TAKEN],
        "reply": waits_for_reply(row.unanswered_since, clock),
        "late": _late(row, clock),
        "follow_up": _follow_up(row, clock.today),
        "pairs": bool(row.pairs),
        "conflict": row.conflict == "possible",
        "waiting": ngettext("%(days)s day", "%(days)s days", waiting) % {"days": waiting},
    }


def waits_for_reply(since: dt.datetime | None, clock: Clock) -> str:
    """How long the first message that nobody answered waits, in working days; empty when none does."""
    if since is None:
        return ""
    days = clock.week.between(since, clock.now, clock.zone)
    if days == 0:
        return gettext(_STATUS_TEXT)
    return ngettext("needs a reply for %(days)s working day", "needs a reply for %(days)s working days", days) % {
        "days": days
    }


def _late(row: Row[Any], clock: Clock) -> str:
    """By how much the first contact is over the target of the case's level, or else the reply; empty while neither is.

    The target of the first contact holds for a reply as well: who waits does not know which of them it is.
    """
    if not row.is_open:
        return ""
    first = row.contacted_at is None
    since = row.received_at if first else row.unanswered_since
    days = targets.over(clock.targets, row.level, clock.week.between(since, clock.now, clock.zone)) if since else 0
    if days == 0:
        return ""
    said = (
        ngettext("first contact %(days)s working day late", "first contact %(days)s working days late", days)
        if first
        else ngettext("reply %(days)s working day late", "reply %(days)s working days late", days)
    )
    return said % {"days": days}


def follow_up_of(case: Case) -> Mapping[str, str]:
    """The follow-up of one case: the day in words, how far away, whose it is, and the day as a field holds it."""
    on = case.follow_up_on
    return {
        "day": present.day(on) if on else "",
        "left": present.days_left(on, today()) if on else "",
        "who": accounts.name_of(db(), case.follow_up_id),
        "value": on.isoformat() if on else "",
    }


def _follow_up(row: Row[Any], today: dt.date) -> str:
    if row.follow_up_on is None:
        return ""
    return gettext(N_("follow-up %(when)s")) % {"when": present.days_left(row.follow_up_on, today)}


def _words(words: Mapping[str, str], codes: Sequence[str]) -> str:
    return ", ".join(present.word(words, code) for code in codes)


def _codes(codes: Sequence[str]) -> str:
    more = len(codes) - _CODES_NAMED
    return " ".join((*codes[:_CODES_NAMED], *((f"+{more}",) if more > 0 else ())))
