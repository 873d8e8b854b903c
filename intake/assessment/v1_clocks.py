"""Urgency rules, version 1: the predicates of U01 to U20.

The level of a case is the most urgent that fires. Each rule gives the day it computed; a day that is over
stays in its reason and no longer counts as the next deadline. Dates that rank nothing are
notes (`v1_notes`).
"""

from intake.assessment.days import Phrase, Span, days_after, years_after
from intake.assessment.facts import UNSURE
from intake.assessment.model import Context, Finding, Level
from intake.assessment.v1_screening import HOTLINES_TAG, minor_alone, unsafe, unsafe_text

CHILD_CLAIMS = frozenset({"child_alone", "family_violence"})
WORK_PERMIT_TAG = "EAD"
UNKNOWN = "unknown"
PASSED = "passed"


def u01(c: Context) -> Finding | None:
    """Held now."""
    return Finding(Level.CRITICAL) if c.facts.place_kind == "held" else None


def u02(c: Context) -> Finding | None:
    """Hearing, interview or check-in near. A month that has begun may mean any day from today on."""
    span = c.facts.next_date.span
    if span is None or not c.clock.open(span) or not c.clock.near(span, c.figure("hearing_high_days")):
        return None
    critical = c.clock.near(span, c.figure("hearing_critical_days"))
    return Finding(Level.CRITICAL if critical else Level.HIGH, due=c.clock.due(span), words={"next": span.on()})


def u03(c: Context) -> Finding | None:
    """Fear interview set, or a negative result not long ago. An unknown day of the result is HIGH."""
    if "fear_failed" in c.facts.stage:
        span = c.facts.fear_date.span
        if span is not None and c.clock.open(span.plus_days(c.figure("fear_recent_days"))):
            due = span.plus_days(c.figure("fear_review_days"))
            return Finding(Level.CRITICAL, due=c.clock.due(due), words={"failed": span.on(), "due": due.by()})
    if "fear_waiting" in c.facts.stage:
        return Finding(Level.CRITICAL, "waiting")
    if "fear_failed" in c.facts.stage and c.facts.fear_date.span is None:
        return Finding(Level.HIGH, UNKNOWN)
    return None


def u04(c: Context) -> Finding | None:
    """Decision of a judge (or of someone not known): the appeal must be received in time."""
    if not c.facts.decided or c.facts.beyond_judge:
        return None
    span = c.facts.decision_date.span
    if span is None:
        return Finding(Level.HIGH, UNKNOWN)
    due = span.plus_days(c.figure("board_appeal_days"))
    if not c.clock.open(due):
        return None
    return Finding(
        Level.CRITICAL,
        due=c.clock.due(due),
        target=days_after(span.first, c.figure("board_appeal_target_days")),
        words={"decided": span.on(), "due": due.by()},
    )


def u05(c: Context) -> Finding | None:
    """Final order by the Board or DHS: petition for review."""
    if not c.facts.decided or not c.facts.beyond_judge:
        return None
    span = c.facts.decision_date.span
    if span is None:
        return Finding(Level.HIGH, UNKNOWN)
    due = span.plus_days(c.figure("court_review_days"))
    if not c.clock.open(due):
        return None
    return Finding(Level.CRITICAL, due=c.clock.due(due), words={"decided": span.on(), "due": due.by()})


def has_final_order(c: Context) -> bool:
    """Is there a decision that no appeal holds back? While an appeal waits, a judge's decision is not final."""
    return c.facts.decided and (c.facts.beyond_judge or "appeal" not in c.facts.stage)


def u06(c: Context) -> Finding | None:
    """Final order whose first days are over: motion to reopen."""
    span = c.facts.decision_date.span
    if span is None or not has_final_order(c):
        return None
    first_clock = c.figure("court_review_days" if c.facts.beyond_judge else "board_appeal_days")
    over = span.plus_days(first_clock)
    due = span.plus_days(c.figure("reopen_days"))
    if not c.clock.passed(over.first) or not c.clock.open(due):
        return None
    text = "maybe" if c.clock.open(over) else ""
    words = {"decided": span.on(), "over": over.on(), "due": due.by()}
    return Finding(Level.HIGH, text, due=c.clock.due(due), words=words)


def u07(c: Context) -> Finding | None:
    """Missed hearing: motion to rescind. Not being sure counts as missed on an unknown day."""
    if c.facts.missed_hearing == UNSURE:
        return Finding(Level.HIGH, UNSURE)
    if c.facts.missed_hearing != "yes":
        return None
    span = c.facts.missed_on.span
    if span is None:
        return Finding(Level.HIGH, UNKNOWN)
    due = span.plus_days(c.figure("rescind_days"))
    words = {"missed": span.on(), "due": due.by()}
    if c.clock.open(due):
        return Finding(Level.CRITICAL, due=c.clock.due(due), words=words)
    return Finding(Level.HIGH, PASSED, due=due.last, words={**words, "due": due.on()})


def one_year_date(c: Context) -> Span | None:
    """The one-year date, None when it does not run: applied, abroad, or the arrival is not known."""
    if c.facts.applied or c.facts.place_kind == "abroad" or c.facts.arrival.span is None:
        return None
    return c.facts.arrival.span.plus_years(c.figure("one_year_years"))


def u08(c: Context) -> Finding | None:
    """One-year date near, or passed not long ago. An unknown arrival is HIGH until checked."""
    if c.facts.arrival.unsure and not c.facts.applied:
        return Finding(Level.HIGH, UNKNOWN)
    due = one_year_date(c)
    if due is None or not c.clock.near(due, c.figure("one_year_high_days")):
        return None
    if c.clock.open(due):
        critical = c.clock.near(due, c.figure("one_year_critical_days"))
        level = Level.CRITICAL if critical else Level.HIGH
        return Finding(level, due=c.clock.due(due), words={"due": due.on()})
    if not c.clock.open(due.plus_days(c.figure("one_year_passed_days"))):
        return None
    return Finding(Level.HIGH, PASSED, due=due.last, words={"due": due.on()})


def u09(c: Context) -> Finding | None:
    """A letter, fee notice or intent to deny asks for an answer. One just over is HIGH until checked."""
    if c.facts.letter_due.unsure:
        return Finding(Level.HIGH, UNKNOWN)
    span = c.facts.letter_due.span
    if span is None:
        return None
    words = {"due": span.on()}
    if c.clock.open(span):
        critical = c.clock.near(span, c.figure("letter_critical_days"))
        return Finding(Level.CRITICAL if critical else Level.HIGH, due=c.clock.due(span), words=words)
    if c.clock.open(span.plus_days(c.figure("letter_passed_days"))):
        return Finding(Level.HIGH, PASSED, due=span.last, words=words)
    return None


def u10(c: Context) -> Finding | None:
    """The government asked the court to end the case or to send the person to a third country."""
    if "gov_motion" not in c.facts.stage:
        return None
    span = c.facts.motion_date.span
    if span is None:
        return Finding(Level.CRITICAL, UNKNOWN)
    due = span.plus_days(c.figure("motion_response_days"))
    text = "" if c.clock.open(due) else PASSED
    said = due.on() if text else due.by()
    return Finding(Level.CRITICAL, text, due=c.clock.due(due), words={"sent": span.on(), "due": said})


def last_day_before(c: Context, years: str) -> Span | None:
    """The last day before a birthday; None when the birthday is not known. Every possible day of birth."""
    birth = c.facts.birth
    if birth is None:
        return None
    count = c.figure(years)
    return Span(years_after(birth.first, count), years_after(birth.last, count)).plus_days(-1)


def u11(c: Context) -> Finding | None:
    """A child's claim that ends at 21, or needs a state court that may end at 18."""
    claims = c.facts.claims & CHILD_CLAIMS
    at_18 = "child_alone" in claims
    if (claims and c.facts.age_band == "age_18_20") or (at_18 and c.facts.age_band == "age_14_17"):
        return Finding(Level.HIGH, UNKNOWN)
    for years, applies in (("child_limit_years", bool(claims)), ("adult_years", at_18)):
        due = last_day_before(c, years)
        if not applies or due is None or not c.clock.open(due):
            continue
        birthday = due.plus_days(1)
        words: dict[str, str | Phrase] = {"age": str(c.figure(years)), "birthday": birthday.on(), "due": due.by()}
        if years == "adult_years":
            if c.clock.near(birthday, c.figure("adult_high_days")):
                return Finding(Level.HIGH, "adult", due=c.clock.due(due), words=words)
        elif c.clock.near(birthday, c.figure("child_limit_critical_days")):
            return Finding(Level.CRITICAL, due=c.clock.due(due), words=words)
        elif c.clock.near(birthday, c.figure("child_limit_high_days")):
            return Finding(Level.HIGH, due=c.clock.due(due), words=words)
    return None


def u12(c: Context) -> Finding | None:
    """Under 18 without a trusted adult; CRITICAL when any date found by the rules before is near."""
    if not minor_alone(c):
        return None
    days = c.figure("minor_date_days")
    dues = sorted(reason.due_on for reason in c.found if reason.due_on is not None)
    for due in dues:
        if not c.clock.passed(due) and c.clock.near(Span(due, due), days):
            return Finding(Level.CRITICAL, "date", words={"due": Span(due, due).on()})
    return Finding(Level.HIGH)


def u13(c: Context) -> Finding | None:
    """Too short a time in the US to be safe from expedited removal, with no court case and no application."""
    if c.facts.applied or c.facts.in_court or c.facts.place_kind == "abroad":
        return None
    if c.facts.arrival.unsure:
        return Finding(Level.HIGH, UNKNOWN)
    span = c.facts.arrival.span
    if span is None or c.clock.reached(years_after(span.last, c.figure("expedited_years"), late=True)):
        return None
    return Finding(Level.HIGH, words={"arrived": span.on()})


def u14(c: Context) -> Finding | None:
    """Sent back before."""
    return Finding(Level.HIGH) if c.facts.prior_removal == "yes" else None


def u15(c: Context) -> Finding | None:
    """A temporary permission that ended not long ago or ends soon, and no application."""
    if "temporary_ending" not in c.facts.claims or c.facts.applied:
        return None
    span = c.facts.permission_ends.span
    if span is None:
        asked = c.facts.permission_ends.unsure or c.facts.asked_dates
        return Finding(Level.HIGH, UNKNOWN) if asked else None
    if not c.clock.near(span, c.figure("permission_ending_days")):
        return None
    if not c.clock.open(span.plus_days(c.figure("permission_ended_days"))):
        return None
    text = "" if c.clock.open(span) else PASSED
    return Finding(Level.HIGH, text, due=c.clock.due(span), words={"ends": span.on()})


def u16(c: Context) -> Finding | None:
    """The family-join window ends soon. An unknown day of the grant is HIGH until checked."""
    if "family_join" not in c.facts.claims:
        return None
    span = c.facts.grant_date.span
    if span is None:
        asked = c.facts.grant_date.unsure or c.facts.asked_dates
        return Finding(Level.HIGH, UNKNOWN) if asked else None
    due = span.plus_years(c.figure("family_join_years"))
    if not c.clock.open(due) or not c.clock.near(due, c.figure("family_join_high_days")):
        return None
    return Finding(Level.HIGH, due=c.clock.due(due), words={"granted": span.on(), "due": due.by()})


def u17(c: Context) -> Finding | None:
    """Danger now, trafficking, abuse at home."""
    return Finding(Level.HIGH, text=unsafe_text(c), tags=(HOTLINES_TAG,)) if unsafe(c) else None


def u18(c: Context) -> Finding | None:
    """An application pending so long that a work permit may be asked for. A month means its first day."""
    span = c.facts.applied_on.span
    if span is None or c.facts.work_permit != "no":
        return None
    if not c.clock.reached(days_after(span.first, c.figure("work_permit_days"))):
        return None
    return Finding(Level.NORMAL, tags=(WORK_PERMIT_TAG,), words={"applied": span.on()})


def u19(c: Context) -> Finding | None:
    """Nothing else ranks."""
    return None if any(reason.level is not None for reason in c.found) else Finding(Level.NORMAL)


def u20(c: Context) -> Finding | None:
    """A court case without a known date, or a next date that is over or that the applicant is not sure of.

    Without this a case would fall from CRITICAL to NORMAL on the day after its hearing.
    """
    span = c.facts.next_date.span
    if span is not None:
        if c.clock.open(span):
            return None
        return Finding(Level.HIGH, PASSED, due=span.last, words={"next": span.on()})
    if "court" in c.facts.stage:
        return Finding(Level.HIGH)
    return Finding(Level.HIGH, UNSURE) if c.facts.next_date.unsure else None
