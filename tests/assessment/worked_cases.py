"""Worked cases: what a person answered, the day, and what staff must see. Fictional people, real rules.

`STEADY` is a person nothing is urgent about: an application sent in time, no lawyer, no money, Texas.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.assessment import Level, Outcome, Policy

TODAY = date(2026, 11, 23)
EVERYWHERE = Policy()
LIKELY, REVIEW, REFER = Outcome.LIKELY, Outcome.REVIEW, Outcome.REFER
CRITICAL, HIGH, NORMAL = Level.CRITICAL, Level.HIGH, Level.NORMAL

STEADY: dict[str, Any] = {
    "representation": "no",
    "affordability": "no",
    "claims": ["afraid"],
    "place_kind": "us",
    "state": "TX",
    "stage": ["applied"],
    "applied_on": "2026-09-01",
    "arrival": "2025-12-01",
    "prior_removal": "no",
    "birth": "1990-05-05",
}
NEW = {**STEADY, "stage": ["none"]}
JUDGE = {**STEADY, "stage": ["denied"], "order_by": "judge", "arrival": "over_2_years"}
LONG_HERE = {**NEW, "arrival": "over_2_years"}
SCREENING = {"representation": "no", "affordability": "no", "claims": ["afraid"]}
CHILD = {**STEADY, "claims": ["child_alone"]}


@dataclass(frozen=True)
class Worked:
    """One case. `due` is None when no computed date lies ahead. `codes` must be there, `absent` must not."""

    id: str
    answers: dict[str, Any]
    outcome: Outcome
    level: Level
    due: date | None
    codes: str
    absent: str = ""
    today: date = TODAY
    policy: Policy = EVERYWHERE


def iso(text: str) -> date:
    """A day from "2026-11-23"."""
    return date.fromisoformat(text)


W = Worked
FIRST_SCREEN = [
    W("nothing answered", {}, LIKELY, NORMAL, None, "U19"),
    W("three screening answers", SCREENING, LIKELY, NORMAL, None, "REP_NONE AFF_NO CLM_PROTECTION U19"),
    W("had a lawyer before", {**SCREENING, "representation": "past"}, LIKELY, NORMAL, None, "REP_NONE"),
    W("paid a notario", {**SCREENING, "representation": "notario"}, REVIEW, NORMAL, None, "REP_NOTARIO"),
    W("not sure of a lawyer", {**SCREENING, "representation": "unsure"}, REVIEW, NORMAL, None, "REP_UNSURE"),
    W("has a lawyer", {**SCREENING, "representation": "active"}, REFER, NORMAL, None, "REP_ACTIVE"),
    W("pays a little", {**SCREENING, "affordability": "little"}, REVIEW, NORMAL, None, "AFF_PARTIAL"),
    W("not sure of money", {**SCREENING, "affordability": "unsure"}, REVIEW, NORMAL, None, "AFF_UNSURE"),
    W("can pay", {**SCREENING, "affordability": "yes"}, REFER, NORMAL, None, "AFF_YES", "AFF_NO"),
    W("only unsure", {**SCREENING, "claims": ["unsure"]}, REVIEW, NORMAL, None, "CLM_UNSURE"),
    W("only other", {**SCREENING, "claims": ["other"]}, REFER, NORMAL, None, "CLM_OTHER_ONLY"),
    W(
        "unsure and other",
        {**SCREENING, "claims": ["unsure", "other"]},
        REVIEW,
        NORMAL,
        None,
        "CLM_UNSURE",
        "CLM_OTHER_ONLY",
    ),
    W(
        "afraid and other",
        {**SCREENING, "claims": ["afraid", "other"]},
        LIKELY,
        NORMAL,
        None,
        "CLM_PROTECTION",
        "CLM_OTHER_ONLY",
    ),
    W(
        "only family join",
        {**SCREENING, "claims": ["family_join"]},
        REVIEW,
        NORMAL,
        None,
        "CLM_I730_ONLY",
        "U16",
    ),
    W(
        "only temporary",
        {**SCREENING, "claims": ["temporary_ending"]},
        REVIEW,
        NORMAL,
        None,
        "CLM_TEMPORARY_ONLY",
        "U15",
    ),
    W(
        "trafficking",
        {**SCREENING, "claims": ["trafficking"]},
        REVIEW,
        HIGH,
        None,
        "SAFETY U17 CLM_PROTECTION",
    ),
    W("violence at home", {**SCREENING, "claims": ["family_violence"]}, REVIEW, HIGH, None, "SAFETY U17"),
    W("danger now", {**SCREENING, "danger_now": "yes"}, REVIEW, HIGH, None, "SAFETY U17"),
    W("not sure of danger", {**SCREENING, "danger_now": "unsure"}, REVIEW, HIGH, None, "SAFETY U17"),
    W("no danger", {**SCREENING, "danger_now": "no"}, LIKELY, NORMAL, None, "U19", "SAFETY U17"),
    W(
        "a U claim alone is no danger",
        {**SCREENING, "claims": ["crime_victim"]},
        LIKELY,
        NORMAL,
        None,
        "CLM_PROTECTION",
        "SAFETY",
    ),
]

OVERRIDES = [
    W("an order on an unknown day", {**JUDGE, "stage": ["order"]}, REVIEW, HIGH, None, "FINAL_ORDER U04"),
    W(
        "danger lifts a lawyer and money",
        {**SCREENING, "representation": "active", "affordability": "yes", "danger_now": "yes"},
        REVIEW,
        HIGH,
        None,
        "REP_ACTIVE AFF_YES SAFETY",
    ),
    W(
        "held does not lift a lawyer",
        {**STEADY, "representation": "active", "place_kind": "held"},
        REFER,
        CRITICAL,
        None,
        "REP_ACTIVE DETAINED U01",
    ),
    W(
        "held lifts money",
        {**STEADY, "affordability": "yes", "place_kind": "held"},
        REVIEW,
        CRITICAL,
        None,
        "AFF_YES DETAINED",
    ),
    W(
        "a child with an adult does not lift a lawyer",
        {**STEADY, "representation": "active", "birth": "2012-01-01", "trusted_adult": "yes"},
        REFER,
        NORMAL,
        None,
        "MINOR REP_ACTIVE",
        "MINOR_ALONE U12",
    ),
    W(
        "a child alone lifts a lawyer",
        {**STEADY, "representation": "active", "birth": "2012-01-01", "trusted_adult": "no"},
        REVIEW,
        HIGH,
        None,
        "MINOR MINOR_ALONE REP_ACTIVE U12",
    ),
    W(
        "an order lifts the kind of claim",
        {**JUDGE, "claims": ["other"], "stage": ["order"], "decision_date": "2020"},
        REVIEW,
        NORMAL,
        None,
        "CLM_OTHER_ONLY FINAL_ORDER",
    ),
    W(
        "a failed fear interview lifts money",
        {
            **NEW,
            "affordability": "yes",
            "stage": ["fear_failed"],
            "fear_date": "2026-11-20",
            "arrival": "2026-11-01",
        },
        REVIEW,
        CRITICAL,
        iso("2026-11-27"),
        "FEAR_NEGATIVE AFF_YES U03",
    ),
    W("abroad", {**SCREENING, "place_kind": "abroad"}, REFER, NORMAL, None, "LOC_ABROAD"),
    W(
        "abroad to join family",
        {**SCREENING, "claims": ["family_join"], "place_kind": "abroad"},
        REVIEW,
        NORMAL,
        None,
        "CLM_I730_ONLY",
        "LOC_ABROAD",
    ),
    W(
        "abroad and in danger",
        {**SCREENING, "place_kind": "abroad", "danger_now": "yes"},
        REVIEW,
        HIGH,
        None,
        "LOC_ABROAD SAFETY",
    ),
    W("at a border", {**SCREENING, "place_kind": "border"}, REVIEW, NORMAL, None, "LOC_BORDER"),
    W(
        "inside the service area",
        STEADY,
        LIKELY,
        NORMAL,
        None,
        "U19",
        "LOC_OUT_OF_AREA",
        policy=Policy(frozenset({"TX"})),
    ),
    W(
        "outside the service area",
        STEADY,
        REVIEW,
        NORMAL,
        None,
        "LOC_OUT_OF_AREA",
        policy=Policy(frozenset({"NY"})),
    ),
    W(
        "outside, and the organisation refers",
        STEADY,
        REFER,
        NORMAL,
        None,
        "LOC_OUT_OF_AREA",
        policy=Policy(frozenset({"NY"}), out_of_area_refers=True),
    ),
    W(
        "held outside the area",
        {**STEADY, "place_kind": "held"},
        REVIEW,
        CRITICAL,
        None,
        "LOC_OUT_OF_AREA DETAINED",
        policy=Policy(frozenset({"NY"}), out_of_area_refers=True),
    ),
    W("sent back before", {**STEADY, "prior_removal": "yes"}, REVIEW, HIGH, None, "PRIOR_REMOVAL U14"),
    W(
        "not sure of being sent back",
        {**STEADY, "prior_removal": "unsure"},
        REVIEW,
        NORMAL,
        None,
        "PRIOR_REMOVAL",
        "U14",
    ),
]


def _money(band: str, size: int | None, state: str, **more: str) -> dict[str, Any]:
    household = {} if size is None else {"household_size": size}
    return {**STEADY, "affordability": "unsure", "income_band": band, "state": state, **household, **more}


MONEY = [
    W("cannot pay, and poor", _money("to_1000", 1, "TX", affordability="no"), LIKELY, NORMAL, None, "AFF_NO"),
    W("to 2000 alone is under 200 %", _money("to_2000", 1, "TX"), REVIEW, NORMAL, None, "AFF_NO AFF_UNSURE"),
    W(
        "household left out counts as one",
        _money("to_3000", None, "TX"),
        REVIEW,
        NORMAL,
        None,
        "AFF_UNSURE",
        "AFF_NO",
    ),
    W(
        "to 3000 alone is over 200 %",
        _money("to_3000", 1, "TX"),
        REVIEW,
        NORMAL,
        None,
        "AFF_UNSURE",
        "AFF_NO",
    ),
    W("to 3000 for two", _money("to_3000", 2, "TX"), REVIEW, NORMAL, None, "AFF_NO"),
    W("to 4500 for two", _money("to_4500", 2, "TX"), REVIEW, NORMAL, None, "AFF_UNSURE", "AFF_NO"),
    W("to 4500 for three", _money("to_4500", 3, "TX"), REVIEW, NORMAL, None, "AFF_NO"),
    W("Alaska: to 3000 alone", _money("to_3000", 1, "AK"), REVIEW, NORMAL, None, "AFF_NO"),
    W("Hawaii: to 3000 alone", _money("to_3000", 1, "HI"), REVIEW, NORMAL, None, "AFF_NO"),
    W(
        "Puerto Rico uses the 48 states",
        _money("to_3000", 1, "PR"),
        REVIEW,
        NORMAL,
        None,
        "AFF_UNSURE",
        "AFF_NO",
    ),
    W("Alaska: to 4500 for two", _money("to_4500", 2, "AK"), REVIEW, NORMAL, None, "AFF_NO"),
    W("Hawaii: to 4500 for two", _money("to_4500", 2, "HI"), REVIEW, NORMAL, None, "AFF_UNSURE", "AFF_NO"),
    W("no income", _money("none", 1, "TX"), REVIEW, NORMAL, None, "AFF_NO"),
    W("rather not say", _money("rather_not", 1, "TX"), REVIEW, NORMAL, None, "AFF_UNSURE", "AFF_NO"),
    W(
        "cannot pay, income over 300 %",
        _money("over_6500", 2, "TX", affordability="no"),
        REVIEW,
        NORMAL,
        None,
        "AFF_NO AFF_INCONSISTENT",
    ),
    W(
        "cannot pay, three share it",
        _money("over_6500", 3, "TX", affordability="no"),
        LIKELY,
        NORMAL,
        None,
        "AFF_NO",
        "AFF_INCONSISTENT",
    ),
    W(
        "cannot pay, to 6500 alone",
        _money("to_6500", 1, "TX", affordability="no"),
        REVIEW,
        NORMAL,
        None,
        "AFF_INCONSISTENT",
    ),
    W(
        "cannot pay, to 6500 alone in Hawaii",
        _money("to_6500", 1, "HI", affordability="no"),
        LIKELY,
        NORMAL,
        None,
        "AFF_NO",
        "AFF_INCONSISTENT",
    ),
    W(
        "cannot pay, two in Alaska",
        _money("over_6500", 2, "AK", affordability="no"),
        LIKELY,
        NORMAL,
        None,
        "AFF_NO",
        "AFF_INCONSISTENT",
    ),
    W(
        "can pay but poor is still referred",
        _money("to_1000", 4, "TX", affordability="yes"),
        REFER,
        NORMAL,
        None,
        "AFF_NO AFF_YES",
    ),
]
