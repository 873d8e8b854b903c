"""Figures of law and money as the office checks them: which source needs a look, and what somebody found there.

A figure itself is never changed here. Each judgement names the version of the rules by which it was made, and that
version holds its figures: with another number under the same version, no judgement could be made again and explained.
A figure that has changed at its source waits, as an alarm, for the version of the rules that has it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from . import assessment, audit, verifying
from .assessment import Figure
from .locales import N_
from .typed import clean_text
from .verifying import Found, Verification

LONGEST: Final = 300
ANSWERS: Final = (Found.RIGHT, Found.CHANGED)


class BadCheck(ValueError):
    """The check cannot be kept. `problems` has a sentence for staff by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("The check of a figure cannot be kept.")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Standing:
    """One figure and how it stands: the day of its last check, if any, and what the source says if it says otherwise.

    `is_overdue`: nobody looked for longer than the figure allows. `changed` is empty while the figure is right.
    """

    figure: Figure
    checked_on: dt.date | None
    is_overdue: bool
    changed: str = ""


def standings(session: Session, today: dt.date, zone: dt.tzinfo) -> list[Standing]:
    """Every figure and ground of the newest rules, what has changed or is overdue first; one statement."""
    figures, checks = assessment.current().figures, verifying.newest(session, verifying.FIGURE)
    days = {key: check.at.astimezone(zone).date() for key, check in checks.items()}
    late = {figure.key for figure in assessment.overdue(figures, today, days)}
    found = [_standing(one, checks.get(one.key), days.get(one.key), one.key in late) for one in figures.listed]
    return sorted(found, key=lambda one: (not one.changed, not one.is_overdue))


def check(session: Session, key: str, found: str, said: str, *, actor: str, now: dt.datetime) -> None:
    """Write down that somebody compared the figure with its source: "right", or "changed" with what it says now.

    Raises:
        LookupError: there is no figure of this key.
        BadCheck.
    """
    if key not in {figure.key for figure in assessment.current().figures.listed}:
        raise LookupError("there is no figure of this name")
    words, problems = clean_text(said), {}
    if found not in ANSWERS:
        problems["found"] = N_("Choose what you found.")
    if found == Found.CHANGED and not words:
        problems["said"] = N_("Write what the source says now, and from which day.")
    if len(words) > LONGEST:
        problems["said"] = N_("This text is too long.")
    if problems:
        raise BadCheck(problems)
    subject = verifying.label(verifying.FIGURE, key)
    kept = words if found == Found.CHANGED else ""
    verifying.record(session, subject, Found(found), actor=actor, now=now, said=kept)
    audit.append(
        session, actor=actor, event=audit.Event.FIGURE_CHECKED, subject=subject, details={"result": found}, now=now
    )


def _standing(figure: Figure, last: Verification | None, day: dt.date | None, is_overdue: bool) -> Standing:
    released = figure.verified_on
    # A version of the rules whose figure was compared later than that has it already.
    counts = last is not None and day is not None and (released is None or released <= day)
    changed = last.said if last is not None and counts and last.found == Found.CHANGED else ""
    return Standing(figure, max(filter(None, (released, day)), default=None), is_overdue, changed)
