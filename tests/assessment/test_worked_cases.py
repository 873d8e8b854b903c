"""Every worked case comes out as staff expect it."""

import json
from datetime import date

import pytest
from worked_cases import FIRST_SCREEN, JUDGE, MONEY, OVERRIDES, STEADY, TODAY, Worked
from worked_dates import AGES, ONE_YEAR, OTHERS
from worked_hearings import DECISIONS, HEARINGS

from intake import assessment

CASES = [*FIRST_SCREEN, *OVERRIDES, *MONEY, *HEARINGS, *DECISIONS, *ONE_YEAR, *AGES, *OTHERS]


def _judged(case: Worked) -> assessment.Assessment:
    found = assessment.facts(json.loads(json.dumps(case.answers)))
    return assessment.assess(assessment.get(1), found, case.today, case.policy)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_worked_case_comes_out_as_written(case: Worked) -> None:
    result = _judged(case)
    assert (result.outcome, result.level, result.due_on) == (case.outcome, case.level, case.due)
    assert set(case.codes.split()) <= set(result.codes)
    assert not set(case.absent.split()) & set(result.codes)


def test_there_are_enough_cases_and_each_has_its_own_name() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 90


def test_every_rule_fires_in_some_case() -> None:
    fired = {code for case in CASES for code in _judged(case).codes}
    ruleset = assessment.get(1)
    assert {rule.code for rule in (*ruleset.eligibility, *ruleset.urgency)} == fired


def test_every_wording_is_a_finished_sentence_with_a_source() -> None:
    for case in CASES:
        for reason in _judged(case).reasons:
            assert reason.text.endswith(".")
            assert "{" not in reason.text
            assert "  " not in reason.text
            assert reason.cite
            assert reason.source


def test_every_wording_of_every_rule_is_used_by_some_case() -> None:
    ruleset = assessment.get(1)
    shown = [reason for case in CASES for reason in _judged(case).reasons]
    for rule in (*ruleset.eligibility, *ruleset.urgency):
        for template in rule.texts.values():
            start = template.split("{")[0]
            assert any(r.code == rule.code and r.text.startswith(start) for r in shown), (rule.code, template)


def test_a_denial_says_both_dates_and_the_target() -> None:
    answers = {**JUDGE, "decision_date": "2026-11-02"}
    result = assessment.assess(assessment.current(), assessment.facts(answers), TODAY)
    (reason,) = (reason for reason in result.reasons if reason.code == "U04")
    assert "on 2 November 2026" in reason.text
    assert "by 2 December 2026" in reason.text
    assert reason.target_on == date(2026, 11, 12)
    assert reason.inputs == (("stage", "denied"), ("order_by", "judge"), ("decision_date", "2026-11-02"))
    assert reason.cite.startswith("8 CFR 1003.38(b)")
    assert result.due_code == "U04"


@pytest.mark.parametrize(
    ("answers", "tag"),
    [
        ({"stage": ["applied"], "applied_on": "2026-01", "work_permit": "no"}, "EAD"),
        ({"state": "PR", "income_band": "none"}, "TERRITORY_FPL"),
        ({"state": "GU", "income_band": "over_6500", "affordability": "no"}, "TERRITORY_FPL"),
        ({"representation": "notario"}, "FRAUD_INFO"),
        ({"danger_now": "yes"}, "HOTLINES"),
    ],
)
def test_tags_say_what_else_to_show(answers: dict[str, object], tag: str) -> None:
    result = assessment.assess(assessment.current(), assessment.facts(answers), TODAY)
    assert result.tags == (tag,)


def test_a_repr_shows_no_answer() -> None:
    answers = {**STEADY, "birth": "1990-05-05", "next_date": "2026-12-01"}
    found = assessment.facts(answers)
    result = assessment.assess(assessment.current(), found, TODAY)
    shown = f"{found!r} {result!r} {result.reasons!r}"
    assert not any(part in shown for part in ("1990", "2026", "TX", "afraid"))
