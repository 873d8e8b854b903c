"""Figures carry their sources, a bad file is refused, and a released version cannot change unnoticed."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from worked_cases import STEADY, TODAY, iso

from intake import assessment
from intake.assessment import figures as figures_file
from intake.assessment.days import Clock, Span, in_words, partial, years_after
from intake.assessment.model import StaffCode

RULES = assessment.get(1)
FILE = Path(figures_file.__file__).with_name("figures.toml")
DIGESTS = {1: "fa56d9de86db981291c8fe2676fe6eddfc8580ebc97e50f17731eabd6e4758b1"}


def _raw() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def test_a_released_rule_set_is_the_one_that_was_released() -> None:
    assert {version: assessment.digest(rules) for version, rules in assessment.released.items()} == DIGESTS


def test_checking_a_source_again_or_adding_a_guideline_year_is_no_new_version() -> None:
    raw = _raw()
    raw["figures"]["reopen_days"]["verified_on"] = date(2027, 1, 5)
    raw["guidelines"]["2027"] = {**raw["guidelines"]["2026"], "contiguous_first": 16500}
    assert assessment.digest(_with(raw)) == DIGESTS[1]


def test_changing_a_figure_is_a_new_version() -> None:
    raw = _raw()
    raw["figures"]["reopen_days"]["value"] = 91
    assert assessment.digest(_with(raw)) != DIGESTS[1]


def _with(raw: dict[str, Any]) -> assessment.RuleSet:
    return assessment.RuleSet(
        RULES.version, RULES.released_on, RULES.eligibility, RULES.urgency, figures_file.parse(raw)
    )


def test_the_newest_released_version_is_current_and_an_unknown_one_is_refused() -> None:
    assert assessment.current() is assessment.get(max(assessment.released))
    with pytest.raises(assessment.UnknownVersion, match="no rule set with version 99"):
        assessment.get(99)


def test_every_rule_cites_figures_that_exist_and_has_its_own_code() -> None:
    rules = (*RULES.eligibility, *RULES.urgency)
    assert all(key in RULES.figures.entries for rule in rules for key in rule.cites)
    assert all(rule.cites for rule in rules)
    assert len({rule.code for rule in rules}) == len(rules)
    assert {f"U{number:02}" for number in range(1, 21)} <= {rule.code for rule in RULES.urgency}


def test_only_staff_mark_conflicts_and_duplicates() -> None:
    codes = {rule.code for rule in (*RULES.eligibility, *RULES.urgency)}
    assert {code.value for code in StaffCode} == {"CONFLICT", "DUPLICATE"}
    assert not codes & set(StaffCode)


def test_a_new_year_uses_the_newest_guideline_up_to_it() -> None:
    raw = _raw()
    raw["guidelines"]["2027"] = {**raw["guidelines"]["2026"], "contiguous_first": 18000}
    rules = _with(raw)
    found = assessment.facts({**STEADY, "affordability": "unsure", "income_band": "to_3000"})
    assert "AFF_NO" not in assessment.assess(rules, found, date(2026, 12, 31)).codes
    assert "AFF_NO" in assessment.assess(rules, found, date(2027, 1, 1)).codes
    assert assessment.next_change(rules, found, date(2026, 12, 31)) == date(2027, 1, 1)


def test_admins_see_sources_that_nobody_checked_or_not_lately() -> None:
    now = {entry.key for entry in assessment.overdue(RULES.figures, TODAY)}
    assert "letter_passed_days" in now
    assert "board_appeal_days" not in now
    later = {entry.key for entry in assessment.overdue(RULES.figures, date(2027, 1, 31))}
    assert {"board_appeal_days", "guidelines.2026"} <= later


def test_a_reason_says_when_a_source_was_not_checked() -> None:
    result = assessment.assess(RULES, assessment.facts({"prior_removal": "unsure"}), TODAY)
    assert [reason.verified_on for reason in result.reasons if reason.code == "PRIOR_REMOVAL"] == [None]


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("figures", "reopen_days", "value"), "ninety", "reopen_days: value must be a whole number"),
        (("figures", "reopen_days", "value"), -1, "reopen_days: value must be a whole number"),
        (("figures", "reopen_days", "value"), True, "reopen_days: value must be a whole number"),
        (("figures", "reopen_days", "cite"), "", "reopen_days: cite must be text"),
        (("figures", "reopen_days", "verified_on"), "yesterday", "reopen_days: verified_on must be a date"),
        (("figures", "reopen_days", "recheck_after_days"), None, "recheck_after_days must be a whole number"),
        (("figures", "reopen_days", "colour"), "red", "the field 'colour' is not known"),
        (("bases", "offer", "value"), 3, "offer: a figure needs a value, and a basis has none"),
        (("figures", "offer"), {"value": 1}, "offer"),
        (("guidelines", "2026", "alaska_first"), "much", "guidelines.2026: alaska_first"),
        (("guidelines", "soon"), {}, "a guideline is a table named by its year"),
        (("income_bands", "none"), [], "income_bands.none: needs one or two amounts"),
        (("figures",), 3, r"needs a table \[figures\]"),
        (("guidelines",), {}, "no poverty guideline"),
        (("surprise",), {}, "unknown table 'surprise'"),
    ],
)
def test_a_malformed_figures_file_is_refused_with_its_reason(
    place: tuple[str, ...], value: object, message: str
) -> None:
    raw = _raw()
    table = raw
    for name in place[:-1]:
        table = table[name]
    table[place[-1]] = value
    with pytest.raises(assessment.FiguresError, match=message):
        figures_file.parse(raw)


def test_a_figures_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(assessment.FiguresError, match=r"nowhere\.toml cannot be read"):
        figures_file.load(tmp_path / "nowhere.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("value = = 3", encoding="utf-8")
    with pytest.raises(assessment.FiguresError, match="not valid TOML"):
        figures_file.load(broken)
    with pytest.raises(assessment.FiguresError, match="no figure named"):
        RULES.figures.number("offer")


def test_days_of_a_month_or_a_year_are_read_whole() -> None:
    assert partial("2024-02") == Span(iso("2024-02-01"), iso("2024-02-29"))
    assert partial("2026-12") == Span(iso("2026-12-01"), iso("2026-12-31"))
    assert partial("9999-12") == Span(iso("9999-12-01"), date.max)
    assert partial("2026") == Span(iso("2026-01-01"), iso("2026-12-31"))
    assert [partial(text) for text in ("2026-13", "2026-02-29", "0000", "26", "٢٠٢٦", "2026-1-1", "")] == [None] * 7


def test_days_are_said_in_plain_words() -> None:
    assert in_words(iso("2026-12-02")) == "2 December 2026"
    spoken = [str(span.on()) for span in map(partial, ("2026-12-02", "2026-12", "2026")) if span]
    assert spoken == ["on 2 December 2026", "in December 2026", "in 2026"]
    assert str(Span(iso("2026-12-02"), iso("2026-12-05")).on()) == "between 2 December 2026 and 5 December 2026"


def test_a_leap_day_birthday_is_read_both_ways() -> None:
    assert years_after(iso("2008-02-29"), 18) == iso("2026-02-28")
    assert years_after(iso("2008-02-29"), 18, late=True) == iso("2026-03-01")
    assert years_after(iso("2008-02-29"), 20) == iso("2028-02-29")
    assert years_after(date.max, 1) == date.max


def test_a_clock_notes_the_nearest_day_that_changes_an_answer() -> None:
    clock = Clock(TODAY)
    assert clock.turn is None
    assert not clock.reached(iso("2027-01-01"))
    assert not clock.passed(iso("2026-12-01"))
    assert clock.reached(TODAY)
    assert clock.turn == iso("2026-12-02")


def test_a_case_gets_worse_on_the_day_it_is_said_to() -> None:
    found = assessment.facts({**STEADY, "next_date": "2026-12-20"})
    assert assessment.assess(RULES, found, TODAY).level == assessment.Level.HIGH
    assert assessment.next_change(RULES, found, TODAY) == iso("2026-12-06")
    assert assessment.assess(RULES, found, iso("2026-12-06")).level == assessment.Level.CRITICAL


def test_a_birthday_changes_an_assessment() -> None:
    found = assessment.facts({**STEADY, "birth": "2008-12-24"})
    assert assessment.next_change(RULES, found, TODAY) == iso("2026-12-24")
