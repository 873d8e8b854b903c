"""Eligibility, version 1: the predicates of its rows."""

from collections.abc import Callable, Mapping
from datetime import date

from intake.assessment.days import days_after, years_after
from intake.assessment.facts import PROTECTION_CLAIMS, UNSURE
from intake.assessment.model import Context, Effect, Finding, Finds

TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})
AREAS: Mapping[str, str] = {"AK": "alaska", "HI": "hawaii"}
FRAUD_TAG = "FRAUD_INFO"
HOTLINES_TAG = "HOTLINES"
TERRITORY_TAG = "TERRITORY_FPL"
MONTHS_A_YEAR = 12
PERCENT = 100


def under_adult_age(c: Context) -> bool:
    """May the person be under 18? The latest possible birthday counts; 29 February is read as 1 March."""
    if c.facts.birth is not None:
        return not c.clock.reached(years_after(c.facts.birth.last, c.figure("adult_years"), late=True))
    return c.facts.age_band in {"age_0_13", "age_14_17"}


def minor_alone(c: Context) -> bool:
    """May the person be under 18, with no adult whom they surely trust?"""
    return c.facts.trusted_adult in {"no", UNSURE} and under_adult_age(c)


def unsafe(c: Context) -> bool:
    """Trafficking, violence at home, or danger now; not being sure about danger counts as danger."""
    return bool(c.facts.claims & {"trafficking", "family_violence"}) or c.facts.danger_now in {"yes", UNSURE}


def unsafe_text(c: Context) -> str:
    """The wording: "unsure" when being unsure about danger is all there is, else the usual one."""
    certain = c.facts.claims & {"trafficking", "family_violence"} or c.facts.danger_now == "yes"
    return "" if certain else UNSURE


def safety(c: Context) -> Finding | None:
    """Trafficking, violence at home, or danger now; carries the hotlines tag."""
    return Finding(text=unsafe_text(c), tags=(HOTLINES_TAG,)) if unsafe(c) else None


def answer_is(name: str, *codes: str) -> Finds:
    """A predicate: the answer `name` is one of `codes`."""

    def finds(c: Context) -> Finding | None:
        return Finding() if getattr(c.facts, name) in codes else None

    return finds


def when(holds: Callable[[Context], bool]) -> Finds:
    """A predicate: `holds` is true."""

    def finds(c: Context) -> Finding | None:
        return Finding() if holds(c) else None

    return finds


def notario(c: Context) -> Finding | None:
    """Paid a notario or consultant; carries the fraud information tag."""
    return Finding(tags=(FRAUD_TAG,)) if c.facts.representation == "notario" else None


def _guideline(c: Context) -> int:
    """US$ a year: the newest guideline up to this year; one person where the household is not known."""
    usable = [g for g in c.figures.guidelines if c.clock.reached(date(g.year, 1, 1))]
    guideline = usable[-1] if usable else c.figures.guidelines[0]
    return guideline.yearly(AREAS.get(c.facts.state or "", "contiguous"), c.facts.household_size or 1)


def _low_income(c: Context) -> tuple[str, ...] | None:
    """Tags if the whole income band lies at or under the threshold, else None."""
    band = c.figures.bands.get(c.facts.income_band or "")
    if band is None or band[1] is None:
        return None
    if band[1] * MONTHS_A_YEAR * PERCENT > _guideline(c) * c.figure("poverty_under_percent"):
        return None
    return (TERRITORY_TAG,) if c.facts.state in TERRITORIES else ()


def cannot_pay(c: Context) -> Finding | None:
    """Says no, or the whole income band lies at or under the lower share of the guideline."""
    low = _low_income(c)
    if low is not None:
        percent = str(c.figure("poverty_under_percent"))
        return Finding(
            text="says_no_low" if c.facts.affordability == "no" else "low",
            tags=low,
            words={"percent": percent},
        )
    return Finding() if c.facts.affordability == "no" else None


def inconsistent(c: Context) -> Finding | None:
    """Says no, although the whole income band lies over the higher share of the guideline."""
    band = c.figures.bands.get(c.facts.income_band or "")
    if c.facts.affordability != "no" or band is None:
        return None
    percent = c.figure("poverty_over_percent")
    if band[0] * MONTHS_A_YEAR * PERCENT <= _guideline(c) * percent:
        return None
    tags = (TERRITORY_TAG,) if c.facts.state in TERRITORIES else ()
    return Finding(words={"percent": str(percent)}, tags=tags)


def no_protection_but(code: str) -> Callable[[Context], bool]:
    """A condition: claim `code`, and no protection claim beside it."""

    def holds(c: Context) -> bool:
        return code in c.facts.claims and not c.facts.claims & PROTECTION_CLAIMS

    return holds


def out_of_area(c: Context) -> Finding | None:
    """A known state outside a configured service area; the policy may turn REVIEW into REFER."""
    state = c.facts.state
    if not c.policy.service_area or state is None or state in c.policy.service_area:
        return None
    return Finding(effect=Effect.REFER if c.policy.out_of_area_refers else None, words={"state": state})


def late(c: Context) -> Finding | None:
    """No application, and the one-year date may be over on some reading of the arrival."""
    if c.facts.applied or c.facts.place_kind == "abroad":
        return None
    if c.facts.over_2_years:
        return Finding(text="over_2_years")
    if c.facts.arrival.unsure:
        return Finding(text="unknown")
    if c.facts.arrival.span is None:
        return None
    due = c.facts.arrival.span.plus_years(c.figure("one_year_years"))
    if not c.clock.passed(due.first):
        return None
    words = {"arrived": c.facts.arrival.span.on(), "due": due.on()}
    if c.clock.passed(due.last):
        return Finding(due=due.last, words=words)
    return Finding(text="may_have_passed", words=words)


def _no_appeal_left(c: Context) -> bool:
    """A judge's denial without an appeal is final once the appeal days are over on every reading."""
    span = c.facts.decision_date.span
    if "denied" not in c.facts.stage or "appeal" in c.facts.stage or span is None:
        return False
    return not c.clock.open(span.plus_days(c.figure("board_appeal_days")))


def final_order(c: Context) -> Finding | None:
    """An order, or a denial that nobody appealed in time."""
    span = c.facts.decision_date.span
    if "order" in c.facts.stage:
        return Finding(words={"decided": span.on()}) if span else Finding(text="unknown")
    return Finding(text="denied", words={"decided": span.on()}) if span and _no_appeal_left(c) else None


def appeal_window(c: Context) -> Finding | None:
    """A decision whose days to appeal run on some reading, or whose day is not known."""
    if not c.facts.decided:
        return None
    span = c.facts.decision_date.span
    if span is None:
        return Finding(text="unknown")
    key = "court_review_days" if c.facts.beyond_judge else "board_appeal_days"
    if not c.clock.open(span.plus_days(c.figure(key))):
        return None
    running = not c.clock.passed(days_after(span.first, c.figure(key)))
    return Finding(text="" if running else "maybe", words={"decided": span.on()})


def fear_negative(c: Context) -> Finding | None:
    """A failed fear interview, however long ago."""
    if "fear_failed" not in c.facts.stage:
        return None
    span = c.facts.fear_date.span
    return Finding(words={"failed": span.on()}) if span else Finding(text="unknown")


def in_absentia(c: Context) -> Finding | None:
    """A missed hearing; not being sure counts."""
    if c.facts.missed_hearing == "yes":
        return Finding()
    return Finding(text=UNSURE) if c.facts.missed_hearing == UNSURE else None
