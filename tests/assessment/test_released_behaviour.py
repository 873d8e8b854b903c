"""Version 1 judges as it did when it was released.

Two thousand fictional people are drawn without chance (from hashes), judged, and everything staff would see
is summed up in one recorded hash. If it differs, a released version has changed: undo it, or make a new version.
"""

import hashlib
from datetime import date, timedelta
from typing import Any

from intake import assessment

RECORDED = "4cec8471ae1cd7796cea92d3d326ba15efb01025f8b1f911a05833099ccdbb2e"
FIRST_DAY = date(2026, 11, 23)
DATES = (
    *("applied_on", "next_date", "decision_date", "fear_date", "motion_date", "letter_due"),
    *("missed_on", "permission_ends", "grant_date", "arrival", "birth"),
)
CODES = {
    "representation": "no active past notario unsure",
    "affordability": "no little yes unsure",
    "income_band": "none to_1000 to_2000 to_3000 to_4500 to_6500 over_6500 rather_not",
    "claims": "afraid crime_victim trafficking family_violence child_alone temporary_ending family_join unsure other",
    "danger_now": "no no no no yes unsure",
    "place_kind": "us us us us held border abroad",
    "state": "TX NY AK HI PR",
    "stage": "none applied court order denied appeal fear_waiting fear_failed gov_motion unsure",
    "order_by": "judge board dhs unsure",
    "work_permit": "no yes unsure",
    "missed_hearing": "no no no no yes unsure",
    "prior_removal": "no no no yes unsure",
    "trusted_adult": "no yes unsure",
}
YEARS_BEFORE = {"birth": 21, "arrival": 1, "grant_date": 2}


def _draw(person: int, key: str, among: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{person}:{key}".encode()).digest()[:4]) % among


def _date(person: int, key: str) -> str:
    years = YEARS_BEFORE.get(key, 0) - (3 if key == "birth" and _draw(person, "young", 2) else 0)
    day = date(FIRST_DAY.year - years, FIRST_DAY.month, 1)
    day += timedelta(days=_draw(person, key, 400) - 200)
    exact = day.isoformat()
    return (exact, exact, exact, exact[:7], exact[:4], "unsure")[_draw(person, key + "?", 6)]


def _answers(person: int) -> dict[str, Any]:
    answers: dict[str, Any] = {"household_size": 1 + _draw(person, "household_size", 6)}
    for key, codes in CODES.items():
        listed = codes.split()
        answers[key] = listed[_draw(person, key, len(listed))]
    for key in ("claims", "stage"):
        answers[key] = [answers[key], *CODES[key].split()[: _draw(person, key + "+", 3)]]
    for key in DATES:
        answers[key] = _date(person, key)
    return {key: value for key, value in answers.items() if _draw(person, key + "!", 3)}


def test_version_1_judges_two_thousand_people_as_it_did_when_it_was_released() -> None:
    rules = assessment.get(1)
    seen = hashlib.sha256()
    codes: set[str] = set()
    for person in range(2000):
        today = FIRST_DAY + timedelta(days=_draw(person, "today", 30))
        found = assessment.facts(_answers(person))
        result = assessment.assess(rules, found, today)
        codes |= set(result.codes)
        line = [result.outcome, result.level, result.due_on, result.due_code, result.referred_by, result.tags]
        reasons = [
            (
                reason.code,
                reason.effect,
                reason.level,
                reason.due_on,
                reason.target_on,
                reason.text,
                reason.inputs,
            )
            for reason in result.reasons
        ]
        seen.update("|".join(map(str, [*line, *reasons])).encode())
    every = {rule.code for rule in (*rules.eligibility, *rules.urgency)}
    assert codes == every - {"LOC_OUT_OF_AREA"}
    assert seen.hexdigest() == RECORDED
