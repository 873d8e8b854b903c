"""What holds for every set of answers, found by trying many."""

from datetime import date, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake import assessment
from intake.assessment import Effect, Outcome, Policy

RULES = assessment.current()
EVERYWHERE = Policy()
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
YES_NO_UNSURE = st.sampled_from(["yes", "no", "unsure"])
POLICIES = st.sampled_from([Policy(), Policy(frozenset({"NY"})), Policy(frozenset({"NY"}), out_of_area_refers=True)])


def _dates(*, years_back: int = 3, years_on: int = 2) -> st.SearchStrategy[str]:
    days = st.dates(date(2026 - years_back, 1, 1), date(2026 + years_on, 12, 31)).map(date.isoformat)
    return st.one_of(days, days, days.map(lambda day: day[:7]), days.map(lambda day: day[:4]), st.just("unsure"))


def _some(codes: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(codes.split()), unique=True, max_size=4)


ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "representation": st.sampled_from(["no", "active", "past", "notario", "unsure"]),
    "affordability": st.sampled_from(["no", "little", "yes", "unsure"]),
    "household_size": st.integers(1, 30),
    "income_band": st.sampled_from(
        ["none", "to_1000", "to_2000", "to_3000", "to_4500", "to_6500", "over_6500", "rather_not"]
    ),
    "claims": _some(
        "afraid crime_victim trafficking family_violence child_alone temporary_ending family_join unsure other"
    ),
    "danger_now": YES_NO_UNSURE,
    "place_kind": st.sampled_from(["us", "held", "border", "abroad"]),
    "state": st.sampled_from(["TX", "NY", "AK", "HI", "PR"]),
    "stage": _some("none applied court order denied appeal fear_waiting fear_failed gov_motion unsure"),
    "order_by": st.sampled_from(["judge", "board", "dhs", "unsure"]),
    "applied_on": _dates(),
    "work_permit": YES_NO_UNSURE,
    "next_date": _dates(),
    "decision_date": _dates(),
    "fear_date": _dates(),
    "motion_date": _dates(),
    "letter_due": _dates(),
    "missed_hearing": YES_NO_UNSURE,
    "missed_on": _dates(),
    "permission_ends": _dates(),
    "grant_date": _dates(),
    "arrival": st.one_of(_dates(), st.just("over_2_years")),
    "prior_removal": YES_NO_UNSURE,
    "birth": st.one_of(
        st.dates(date(2003, 1, 1), date(2014, 12, 31)).map(date.isoformat),
        st.dates(date(2003, 1, 1), date(2014, 12, 31)).map(lambda day: day.isoformat()[:7]),
        st.sampled_from(["2005", "2008", "1980", "age_0_13", "age_14_17", "age_18_20", "age_65"]),
    ),
    "trusted_adult": YES_NO_UNSURE,
}
PEOPLE = st.fixed_dictionaries({}, optional=ANSWERS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
ODD_DATES = st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", fullmatch=True)


def _judge(answers: dict[str, Any], today: date, policy: Policy = EVERYWHERE) -> assessment.Assessment:
    return assessment.assess(RULES, assessment.facts(answers), today, policy)


@given(st.dictionaries(st.sampled_from(sorted(ANSWERS)), JSON | ODD_DATES, max_size=12) | JSON, st.dates())
@example({"arrival": "9999-12-31", "birth": "0001", "stage": ["order"], "decision_date": "9999"}, date.max)
@example({"next_date": "0000-00-00", "claims": [[]], "household_size": 10**30}, date.min)
def test_no_answers_can_produce_an_exception(answers: Any, today: date) -> None:
    found = assessment.facts(answers)
    result = assessment.assess(RULES, found, today)
    assert result.reasons
    change = assessment.next_change(RULES, found, today)
    assert change is None or change > today


@given(PEOPLE, DAYS, POLICIES)
def test_the_same_answers_give_the_same_assessment(answers: dict[str, Any], today: date, policy: Policy) -> None:
    first = _judge(answers, today, policy)
    assert first == _judge(dict(reversed(answers.items())), today, policy)
    assert all(reason.text.endswith(".") and "{" not in reason.text for reason in first.reasons)


@given(PEOPLE, DAYS, POLICIES)
def test_an_override_leaves_no_refer_standing(answers: dict[str, Any], today: date, policy: Policy) -> None:
    result = _judge(answers, today, policy)
    overrides = {reason.code for reason in result.reasons if reason.effect == Effect.OVERRIDE}
    refers = {reason.code for reason in result.reasons if reason.effect == Effect.REFER}
    if not overrides:
        assert set(result.referred_by) == refers
    elif overrides & {"MINOR_ALONE", "SAFETY"}:
        assert result.outcome == Outcome.REVIEW
    else:
        assert set(result.referred_by) == refers & {"REP_ACTIVE"}
    assert (result.outcome == Outcome.REFER) == bool(result.referred_by)


@given(PEOPLE, DAYS)
def test_the_level_and_the_due_day_come_from_the_reasons(answers: dict[str, Any], today: date) -> None:
    result = _judge(answers, today)
    assert result.level == min(reason.level for reason in result.reasons if reason.level is not None)
    ahead = [reason.due_on for reason in result.reasons if reason.due_on and reason.due_on >= today]
    assert result.due_on == min(ahead, default=None)
    assert (result.due_code is None) == (result.due_on is None)
    assert len(result.codes) == len(set(result.codes))


@given(PEOPLE, DAYS)
def test_a_protective_fact_never_makes_a_case_less_urgent(answers: dict[str, Any], today: date) -> None:
    before = _judge(answers, today).level
    claims = [*answers.get("claims", []), "trafficking"]
    assert _judge({**answers, "claims": claims}, today).level <= before
    assert _judge({**answers, "danger_now": "yes"}, today).level <= before
    assert _judge({**answers, "place_kind": "held"}, today).level <= before
    ageless = {key: value for key, value in answers.items() if key not in {"birth", "trusted_adult"}}
    child = {**ageless, "birth": "age_0_13", "trusted_adult": "no"}
    assert _judge(child, today).level <= _judge(ageless, today).level
    if answers.get("missed_hearing") != "yes":
        assert _judge({**answers, "missed_hearing": "yes"}, today).level <= before


def _day(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


@given(
    PEOPLE,
    DAYS,
    st.sampled_from(["next_date", "letter_due", "permission_ends"]),
    st.integers(0, 400),
    st.integers(0, 400),
)
def test_a_nearer_date_ahead_never_makes_a_case_less_urgent(
    answers: dict[str, Any], today: date, key: str, one: int, other: int
) -> None:
    near = _judge({**answers, key: _day(today, min(one, other))}, today)
    far = _judge({**answers, key: _day(today, max(one, other))}, today)
    assert near.level <= far.level


@given(
    PEOPLE,
    DAYS,
    st.sampled_from(["decision_date", "fear_date", "missed_on"]),
    st.integers(0, 400),
    st.integers(0, 400),
)
def test_a_more_recent_decision_never_makes_a_case_less_urgent(
    answers: dict[str, Any], today: date, key: str, one: int, other: int
) -> None:
    near = _judge({**answers, key: _day(today, -min(one, other))}, today)
    far = _judge({**answers, key: _day(today, -max(one, other))}, today)
    assert near.level <= far.level


@given(PEOPLE, DAYS, st.integers(0, 365), st.integers(0, 365))
def test_a_nearer_one_year_date_never_makes_a_case_less_urgent(
    answers: dict[str, Any], today: date, one: int, other: int
) -> None:
    recent = _judge({**answers, "arrival": _day(today, -min(one, other))}, today)
    older = _judge({**answers, "arrival": _day(today, -max(one, other))}, today)
    assert older.level <= recent.level


@given(PEOPLE, DAYS, st.integers(1, 900), st.integers(1, 900))
def test_a_nearer_21st_birthday_never_makes_a_case_less_urgent(
    answers: dict[str, Any], today: date, one: int, other: int
) -> None:
    base = date(today.year - 21, today.month, min(today.day, 28))
    near = _judge({**answers, "birth": _day(base, min(one, other) + 4)}, today)
    far = _judge({**answers, "birth": _day(base, max(one, other) + 4)}, today)
    assert near.level <= far.level


@settings(max_examples=150)
@given(PEOPLE, DAYS, POLICIES, st.integers(0, 10_000))
def test_nothing_changes_before_the_day_that_is_promised(
    answers: dict[str, Any], today: date, policy: Policy, seed: int
) -> None:
    found = assessment.facts(answers)
    now = assessment.assess(RULES, found, today, policy)
    change = assessment.next_change(RULES, found, today, policy)
    horizon = (change - today).days if change else 4000
    step = max(1, horizon // 20)
    offsets = {1, 2, horizon - 1, *range(1 + seed % step, horizon, step)}
    for offset in sorted(offset for offset in offsets if 0 < offset < horizon):
        assert assessment.assess(RULES, found, today + timedelta(days=offset), policy) == now
    if change is not None:
        assert assessment.assess(RULES, found, change, policy) != now
