"""The words of an assessment: outcomes, levels, reasons, rules. Plain frozen values.

An `Assessment` holds facts about a person. Reprs show codes only, so that no log shows an answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from intake.assessment.days import Clock, Phrase
from intake.assessment.facts import Facts
from intake.assessment.figures import Figures


class Outcome(StrEnum):
    """What the screening says. A machine refuses nobody: after REFER the form can still be sent."""

    LIKELY = "likely"
    REVIEW = "review"
    REFER = "refer"


class Level(IntEnum):
    """How soon staff must look; the lower number is the more urgent."""

    CRITICAL = 1
    HIGH = 2
    NORMAL = 3


class Effect(StrEnum):
    """What an eligibility reason does to the outcome."""

    PASS = "pass"  # noqa: S105 - an effect, not a password
    REVIEW = "review"
    REFER = "refer"
    OVERRIDE = "override"


class StaffCode(StrEnum):
    """Codes that only staff set, after the name check. No rule gives them and no applicant sees them."""

    CONFLICT = "CONFLICT"
    DUPLICATE = "DUPLICATE"


ELIGIBILITY = "eligibility"
URGENCY = "urgency"


@dataclass(frozen=True)
class Policy:
    """What the organisation decides: `service_area` holds two-letter state codes, empty = everywhere."""

    service_area: frozenset[str] = frozenset()
    out_of_area_refers: bool = False


@dataclass(frozen=True, repr=False)
class Reason:
    """One rule that fired, for staff.

    `effect` is an `Effect` value for eligibility and "" for urgency. `level` is None for a date that is
    shown but ranks nothing. `due_on` is the computed day, also when it is over; `target_on` is the earlier
    day that the organisation aims at. `template` is the wording and `words` what fills it, so that it can be
    said in another language. `inputs` are (answer key, canonical value). `cites`, `source` and
    `verified_on` come from the figures; `verified_on` is None when nobody has checked the source.
    """

    code: str
    family: str
    effect: str
    level: Level | None
    due_on: date | None
    target_on: date | None
    template: str
    words: tuple[tuple[str, str | Phrase], ...]
    inputs: tuple[tuple[str, str], ...]
    cites: tuple[str, ...]
    source: str
    verified_on: date | None

    @property
    def cite(self) -> str:
        """All sources of the rule in one line."""
        return "; ".join(self.cites)

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.template.format_map(dict(self.words))

    def __repr__(self) -> str:
        return f"Reason({self.code})"


@dataclass(frozen=True, repr=False)
class Assessment:
    """The result of one rule set on one day.

    `due_on` is the earliest computed date that is today or later, `due_code` the reason it comes from.
    `referred_by` are the REFER codes that stand after every OVERRIDE. `reasons` holds eligibility in the
    order of the rules, then urgency, most urgent first. `version` is that of the rule set.
    """

    outcome: Outcome
    level: Level
    due_on: date | None
    due_code: str | None
    reasons: tuple[Reason, ...]
    referred_by: tuple[str, ...]
    tags: tuple[str, ...]
    version: int

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of every reason, in the order of `reasons`."""
        return tuple(reason.code for reason in self.reasons)

    def __repr__(self) -> str:
        return f"Assessment({self.outcome}, {self.level.name}, version {self.version})"


@dataclass(frozen=True)
class Finding:
    """What a predicate found. `text` names the wording of its rule, `words` fills it.

    `effect` replaces the effect of the rule where the organisation's policy says so.
    """

    level: Level | None = None
    text: str = ""
    due: date | None = None
    target: date | None = None
    words: Mapping[str, str | Phrase] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    effect: Effect | None = None


@dataclass(frozen=True)
class Context:
    """What a predicate may look at. `found` are the reasons of the rules before it in the rule set."""

    facts: Facts
    clock: Clock
    figures: Figures
    policy: Policy
    found: Sequence[Reason]

    def figure(self, key: str) -> int:
        """The number behind a figure's key."""
        return self.figures.number(key)


Finds = Callable[[Context], Finding | None]


@dataclass(frozen=True)
class Rule:
    """One row of the rule table.

    `cites` are keys of figures, the first being the main source. `texts` maps a wording's name to a template;
    "" is the usual one. `inputs` are the answer keys the reason shows. A REFER rule with `lifted_by` is set
    aside only by those OVERRIDE codes, one without it by any OVERRIDE.
    """

    code: str
    family: str
    effect: Effect | None
    cites: tuple[str, ...]
    inputs: tuple[str, ...]
    texts: Mapping[str, str]
    finds: Finds
    lifted_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleSet:
    """One version of the rules with its figures. `released_on` says which guideline years it came with."""

    version: int
    released_on: date
    eligibility: tuple[Rule, ...]
    urgency: tuple[Rule, ...]
    figures: Figures
