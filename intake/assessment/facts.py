"""What the rules need to know, read from answers. Pure; reads no clock; never raises.

How unclear answers are read:

* An answer whose question would not be asked any more (an order date after "order" was unticked) is ignored.
* A code that this version does not know, or a value of the wrong kind, counts as not answered. A date that
  cannot be read counts as "unsure".
* A date is a `Span` of all days that it may mean. A rule about a deadline uses the earliest day to decide how
  near it is and the latest day to decide whether it is over. So a month that has begun ranks as due now, and
  a clock counts as over only when every reading says so.
* Birth: the earliest possible birthday for a deadline that ends at 18 or 21; the latest possible birthday for
  the protection of people under 18. An age band says the age on the day of the answer; the birthday is
  then unknown.
* `trusted_adult`: "no" and "unsure" both count as no trusted adult; not answered does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from intake.assessment.days import Span, partial

PROTECTION_CLAIMS = frozenset({"afraid", "crime_victim", "trafficking", "family_violence", "child_alone"})
CLAIMS = PROTECTION_CLAIMS | {"temporary_ending", "family_join", "unsure", "other"}
STAGES = frozenset(
    {
        "none",
        "applied",
        "court",
        "order",
        "denied",
        "appeal",
        "fear_waiting",
        "fear_failed",
        "gov_motion",
        "unsure",
    }
)
DECIDED_STAGES = frozenset({"order", "denied", "appeal"})
AGE_BANDS = frozenset({"age_0_13", "age_14_17", "age_18_20", "age_21_39", "age_40_64", "age_65"})
UNSURE = "unsure"
OVER_2_YEARS = "over_2_years"
_YES_NO_UNSURE = frozenset({"yes", "no", UNSURE})
_CHOICES: Mapping[str, frozenset[str]] = {
    "representation": frozenset({"no", "active", "past", "notario", UNSURE}),
    "affordability": frozenset({"no", "little", "yes", UNSURE}),
    "income_band": frozenset(
        {"none", "to_1000", "to_2000", "to_3000", "to_4500", "to_6500", "over_6500", "rather_not"}
    ),
    "danger_now": _YES_NO_UNSURE,
    "place_kind": frozenset({"us", "held", "border", "abroad"}),
    "work_permit": _YES_NO_UNSURE,
    "order_by": frozenset({"judge", "board", "dhs", UNSURE}),
    "missed_hearing": _YES_NO_UNSURE,
    "prior_removal": _YES_NO_UNSURE,
    "trusted_adult": _YES_NO_UNSURE,
}
HOUSEHOLD_MOST = 30
_STATE_LENGTH = 2


@dataclass(frozen=True)
class When:
    """One date answer: `span` if it can be read, `unsure` if it was given but cannot; neither = not asked."""

    span: Span | None = None
    unsure: bool = False


@dataclass(frozen=True, repr=False)
class Facts:
    """The answers that count for the rules, in canonical codes. Its repr shows none of them."""

    representation: str | None = None
    affordability: str | None = None
    household_size: int | None = None
    income_band: str | None = None
    claims: frozenset[str] = frozenset()
    danger_now: str | None = None
    place_kind: str | None = None
    state: str | None = None
    stage: frozenset[str] = frozenset()
    order_by: str | None = None
    applied_on: When = field(default_factory=When)
    work_permit: str | None = None
    next_date: When = field(default_factory=When)
    decision_date: When = field(default_factory=When)
    fear_date: When = field(default_factory=When)
    motion_date: When = field(default_factory=When)
    letter_due: When = field(default_factory=When)
    missed_hearing: str | None = None
    missed_on: When = field(default_factory=When)
    permission_ends: When = field(default_factory=When)
    grant_date: When = field(default_factory=When)
    arrival: When = field(default_factory=When)
    over_2_years: bool = False
    prior_removal: str | None = None
    birth: Span | None = None
    age_band: str | None = None
    trusted_adult: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Facts(…)"

    @property
    def applied(self) -> bool:
        """Was an asylum application reported? Nothing else counts as one: the one-year clock is kept."""
        return "applied" in self.stage

    @property
    def decided(self) -> bool:
        """Was an order, a denial or a pending appeal reported?"""
        return bool(self.stage & DECIDED_STAGES)

    @property
    def beyond_judge(self) -> bool:
        """Was the decision made by the Board of Immigration Appeals or by DHS?"""
        return self.order_by in {"board", "dhs"}

    @property
    def in_court(self) -> bool:
        """Is or was there a case before an immigration judge? An order alone may come from DHS."""
        if self.stage & {"court", "denied", "appeal", "gov_motion"}:
            return True
        return "order" in self.stage and self.order_by in {"judge", "board"}

    @property
    def asked_dates(self) -> bool:
        """Did the applicant reach the dates? Then a date left out is an unknown date."""
        return bool(self.stage)

    def inputs(self, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """The canonical answers with these names, in this order, those not answered left out."""
        return tuple((name, self.said[name]) for name in names if name in self.said)


def facts(answers: object) -> Facts:
    """Read the facts out of `answers` (see the answer contract: dict of key to str, list of str or int).

    Accepts any JSON-shaped value and raises nothing: what cannot be used counts as not answered.
    """
    given: Mapping[object, object] = answers if isinstance(answers, Mapping) else {}
    said: dict[str, str] = {}

    def choice(name: str) -> str | None:
        value = given.get(name)
        if isinstance(value, str) and value in _CHOICES[name]:
            said[name] = value
            return value
        return None

    def choices(name: str, known: frozenset[str]) -> frozenset[str]:
        value = given.get(name)
        listed = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
        picked = [code for code in listed if isinstance(code, str) and code in known]
        if picked:
            said[name] = ",".join(dict.fromkeys(picked))
        return frozenset(picked)

    def when(name: str, asked: bool = True) -> When:
        value = given.get(name)
        if not asked or not isinstance(value, str) or not value:
            return When()
        span = partial(value)
        said[name] = value if span else UNSURE
        return When(span, span is None)

    size = given.get("household_size")
    household = size if isinstance(size, int) and not isinstance(size, bool) else None
    if household is not None and not 1 <= household <= HOUSEHOLD_MOST:
        household = None
    if household is not None:
        said["household_size"] = str(household)

    claims = choices("claims", CLAIMS)
    stage = choices("stage", STAGES)
    place_kind = choice("place_kind")
    decided = bool(stage & DECIDED_STAGES)
    missed_hearing = choice("missed_hearing")
    here = place_kind != "abroad"

    state = given.get("state")
    if not (isinstance(state, str) and len(state) == _STATE_LENGTH and state.isascii() and state.isupper()):
        state = None
    if state is not None and place_kind in {None, "us", "held"}:
        said["state"] = state
    else:
        state = None

    over_2_years = here and given.get("arrival") == OVER_2_YEARS
    arrival = when("arrival", here and not over_2_years)
    if over_2_years:
        said["arrival"] = OVER_2_YEARS

    born = given.get("birth")
    birth = partial(born) if isinstance(born, str) else None
    age_band = born if isinstance(born, str) and born in AGE_BANDS else None
    if isinstance(born, str) and (birth or age_band):
        said["birth"] = born

    return Facts(
        representation=choice("representation"),
        affordability=choice("affordability"),
        household_size=household,
        income_band=choice("income_band"),
        claims=claims,
        danger_now=choice("danger_now"),
        place_kind=place_kind,
        state=state,
        stage=stage,
        order_by=choice("order_by") if decided else None,
        applied_on=when("applied_on", "applied" in stage),
        work_permit=choice("work_permit") if "applied" in stage else None,
        next_date=when("next_date"),
        decision_date=when("decision_date", decided),
        fear_date=when("fear_date", "fear_failed" in stage),
        motion_date=when("motion_date", "gov_motion" in stage),
        letter_due=when("letter_due"),
        missed_hearing=missed_hearing,
        missed_on=when("missed_on", missed_hearing == "yes"),
        permission_ends=when("permission_ends", "temporary_ending" in claims),
        grant_date=when("grant_date", "family_join" in claims),
        arrival=arrival,
        over_2_years=over_2_years,
        prior_removal=choice("prior_removal") if here else None,
        birth=birth,
        age_band=age_band,
        trusted_adult=choice("trusted_adult"),
        said=MappingProxyType(said),
    )
