"""The situations of the fictional people: one for each rule that staff should see at work. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Days:
    """A date so many days from today; with `month_only` the person knows only month and year."""

    from_today: int
    month_only: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What differs from a person of whom nothing special is known; None takes an answer away.

    `waiting` bounds how many days ago the request was sent, so that no date in it lies after that day.
    """

    name: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    waiting: tuple[int, int] = (0, 30)


def _birth(years: int, days: int = 0) -> Days:
    """A birthday that comes in `days` days, on which the person turns `years`; exact enough for a demonstration."""
    return Days(round(-365.2425 * years) + days)


SITUATIONS: Final = (
    Situation("hearing in nine days", {"stage": ["court"], "next_date": Days(9)}, (1, 6)),
    Situation("hearing in six weeks", {"stage": ["court"], "next_date": Days(44)}, (2, 14)),
    Situation(
        "held, fear interview set",
        {
            "place_kind": "held",
            "city": None,
            "facility": "Example County Jail",
            "documents_name": "As on the papers",
            "birth_country": "HN",
            "a_number": "200000017",
            "for_whom": "someone_else",
            "helper_name": "A cousin",
            "helper_contact": "cousin@example.org",
            "helper_relation": "family",
            "helper_language": "en",
            "person_knows": "yes",
            "code_goes_to": "both",
            "stage": ["fear_waiting"],
            "next_date": Days(3),
            "arrival": Days(-25),
            "contact_ways": ["someone"],
            "contact_person": "The cousin who filled in this form",
            "held_contact": ["legal_call", "family"],
        },
        (0, 2),
    ),
    Situation(
        "failed a fear interview",
        {
            "place_kind": "held",
            "city": None,
            "facility": "Example Processing Center",
            "stage": ["fear_failed"],
            "fear_date": Days(-4),
            "arrival": Days(-40),
        },
        (0, 3),
    ),
    Situation(
        "a judge said no last week",
        {"stage": ["denied"], "order_by": "judge", "decision_date": Days(-8), "a_number": "200000025"},
        (1, 6),
    ),
    Situation(
        "final order two months ago",
        {"stage": ["order"], "order_by": "board", "decision_date": Days(-52)},
        (3, 30),
    ),
    Situation(
        "missed a hearing",
        {"stage": ["court"], "missed_hearing": "yes", "missed_on": Days(-95, month_only=True)},
        (2, 25),
    ),
    Situation("one-year date in three weeks", {"arrival": Days(-345)}, (0, 12)),
    Situation("one-year date passed last month", {"arrival": Days(-400)}, (0, 20)),
    Situation("a letter asks for an answer", {"stage": ["applied"], "letter_due": Days(5)}, (0, 6)),
    Situation("the government wants to end the case", {"stage": ["gov_motion"], "motion_date": Days(-5)}, (0, 4)),
    Situation(
        "a child without an adult",
        {
            "claims": ["child_alone", "afraid"],
            "birth": "age_14_17",
            "trusted_adult": "no",
            "for_whom": "someone_else",
            "helper_name": "A teacher",
            "helper_contact": "+12025550143",
            "helper_relation": "shelter",
            "person_knows": "yes",
            "code_goes_to": "person",
            "young_contact": "My teacher, at school on weekdays",
            "family_help": [],
            "arrival": Days(-200, month_only=True),
        },
        (0, 9),
    ),
    Situation(
        "turns twenty-one in seven weeks",
        {"claims": ["child_alone"], "birth": _birth(21, 47), "why_hurt": None, "arrival": "over_2_years"},
        (1, 20),
    ),
    Situation("came four months ago", {"arrival": Days(-120)}, (0, 15)),
    Situation("was sent back before", {"prior_removal": "yes", "arrival": Days(-700)}, (1, 30)),
    Situation(
        "permission ends in six weeks",
        {
            "claims": ["temporary_ending"],
            "why_hurt": None,
            "permission_ends": Days(41),
            "arrival": "over_2_years",
        },
        (1, 28),
    ),
    Situation(
        "wants to bring the family",
        {
            "claims": ["family_join"],
            "why_hurt": None,
            "grant_date": Days(-690),
            "arrival": "over_2_years",
            "family_help": ["spouse", "children"],
            "family_count": 3,
            "family_in_us": "none",
        },
        (1, 28),
    ),
    Situation(
        "not safe at home",
        {
            "claims": ["family_violence"],
            "why_hurt": None,
            "danger_now": "yes",
            "device": "watched",
            "contact_ways": ["phone"],
            "whose_phone": "shared",
            "voicemail": "no",
            "phone_owner_safe": "no",
            "say_name": "no",
            "say_instead": "Only ask for me by name.",
            "good_times": ["morning"],
            "not_contact": "My husband. He often has my phone in the evening.",
        },
        (0, 5),
    ),
    Situation(
        "made to work",
        {"claims": ["trafficking"], "why_hurt": None, "contact_ways": ["self"], "arrival": "over_2_years"},
        (0, 12),
    ),
    Situation(
        "waiting long for a work permit",
        {"stage": ["applied"], "applied_on": Days(-210), "work_permit": "no", "arrival": "over_2_years"},
        (5, 40),
    ),
    Situation("paid a notario", {"representation": "notario", "stage": ["applied"]}, (2, 30)),
    Situation("has a lawyer", {"representation": "active"}, (2, 40)),
    Situation("can pay a lawyer", {"affordability": "yes", "income_band": "over_6500"}, (2, 40)),
    Situation("needs something else", {"claims": ["other"], "why_hurt": None}, (2, 40)),
    Situation(
        "is outside the country",
        {"place_kind": "abroad", "state": None, "city": None, "arrival": None, "prior_removal": None},
        (2, 40),
    ),
    Situation(
        "is at the border",
        {"place_kind": "border", "state": None, "city": None, "arrival": "unsure", "phone": "+525555550123"},
        (0, 8),
    ),
    Situation("has a court case, does not know when", {"stage": ["court"], "next_date": "unsure"}, (1, 20)),
    Situation(
        "was hurt by a crime",
        {
            "claims": ["crime_victim"],
            "why_hurt": None,
            "contact_ways": ["email"],
            "email": "person@example.org",
            "arrival": "over_2_years",
        },
        (2, 40),
    ),
    Situation(
        "applied and waits",
        {
            "stage": ["applied"],
            "applied_on": Days(-80, month_only=True),
            "work_permit": "unsure",
            "arrival": "over_2_years",
        },
        (3, 45),
    ),
    Situation(
        "is not sure of anything",
        {
            "claims": ["unsure"],
            "representation": "unsure",
            "affordability": "unsure",
            "why_hurt": None,
            "stage": ["unsure"],
            "arrival": "unsure",
            "anything_else": "My neighbour told me about this page. I do not know where to begin.",
        },
        (0, 25),
    ),
)
