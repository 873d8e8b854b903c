"""Dates that rank nothing, version 1, kept in sight of staff: too far away to be urgent, or over for long.

Codes end in _AHEAD, _PASSED or _DATE. A note has no level; a day ahead still counts as the next deadline.
"""

from intake.assessment.days import Phrase
from intake.assessment.model import Context, Finding
from intake.assessment.v1_clocks import PASSED, has_final_order, last_day_before, one_year_date


def hearing_ahead(c: Context) -> Finding | None:
    """A next date too far away to rank."""
    span = c.facts.next_date.span
    if span is None or c.clock.near(span, c.figure("hearing_high_days")):
        return None
    return Finding(due=c.clock.due(span), words={"next": span.on()})


def one_year_ahead(c: Context) -> Finding | None:
    """A one-year date too far away to rank."""
    due = one_year_date(c)
    if due is None or c.clock.near(due, c.figure("one_year_high_days")):
        return None
    return Finding(due=c.clock.due(due), words={"due": due.on()})


def letter_passed(c: Context) -> Finding | None:
    """The day on a letter is long over."""
    span = c.facts.letter_due.span
    if span is None or c.clock.open(span.plus_days(c.figure("letter_passed_days"))):
        return None
    return Finding(due=span.last, words={"due": span.on()})


def permission_date(c: Context) -> Finding | None:
    """A permission whose end is too far away to rank, or over for long."""
    span = c.facts.permission_ends.span
    if c.facts.applied or span is None:
        return None
    words = {"ends": span.on()}
    if not c.clock.near(span, c.figure("permission_ending_days")):
        return Finding(due=c.clock.due(span), words=words)
    if c.clock.open(span.plus_days(c.figure("permission_ended_days"))):
        return None
    return Finding(text=PASSED, due=span.last, words=words)


def reopen_passed(c: Context) -> Finding | None:
    """An order whose days for a motion to reopen are over."""
    span = c.facts.decision_date.span
    if span is None or not has_final_order(c):
        return None
    due = span.plus_days(c.figure("reopen_days"))
    return None if c.clock.open(due) else Finding(due=due.last, words={"decided": span.on(), "due": due.on()})


def child_limit_passed(c: Context) -> Finding | None:
    """A child's claim of someone who has turned 21."""
    due = last_day_before(c, "child_limit_years")
    if due is None or "child_alone" not in c.facts.claims or c.clock.open(due):
        return None
    words: dict[str, str | Phrase] = {"age": str(c.figure("child_limit_years")), "birthday": due.plus_days(1).on()}
    return Finding(due=due.last, words=words)


def family_join_note(c: Context) -> Finding | None:
    """A family-join window that ends later, or is over."""
    span = c.facts.grant_date.span
    if span is None:
        return None
    due = span.plus_years(c.figure("family_join_years"))
    if c.clock.open(due) and c.clock.near(due, c.figure("family_join_high_days")):
        return None
    text = "" if c.clock.open(due) else PASSED
    return Finding(None, text, due=c.clock.due(due), words={"granted": span.on(), "due": due.on()})
