"""Rule set 1: both tables with the figures they cite.

Released: a change of a rule is `v2.py`. A new guideline year or `verified_on` is data, not a version.
"""

from datetime import date
from pathlib import Path

from intake.assessment.figures import load
from intake.assessment.model import RuleSet
from intake.assessment.v1_eligibility import ELIGIBILITY_RULES
from intake.assessment.v1_urgency import URGENCY_RULES

RULES = RuleSet(
    version=1,
    released_on=date(2026, 11, 23),
    eligibility=ELIGIBILITY_RULES,
    urgency=URGENCY_RULES,
    figures=load(Path(__file__).with_name("figures.toml")),
)
