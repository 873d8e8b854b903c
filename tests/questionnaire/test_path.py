"""What a person is asked depends on what they said, and nothing they said can break it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import questionnaire
from intake.questionnaire import (
    AllOf,
    AnyOf,
    Choice,
    Has,
    Kind,
    Not,
    Question,
    Questionnaire,
    Sensitivity,
    Step,
    Value,
    answered,
    asked,
    digest,
    fits,
    holds,
    live,
    missing,
    next_step,
    path,
    previous_step,
    shown,
)

V1 = questionnaire.get(1)

COMPLETE: dict[str, Value] = {
    "consent_start": "yes",
    "for_whom": "me",
    "representation": "no",
    "affordability": "no",
    "claims": ["afraid"],
    "place_kind": "us",
    "state": "NY",
    "stage": ["none"],
    "arrival": "2026-03",
    "call_name": "Amina",
    "birth": "1990-02",
    "nationality": ["AF"],
    "language": "fa_AF",
    "contact_ways": ["self"],
    "consent_conflict": "yes",
}


def keys(questions: tuple[Question, ...]) -> set[str]:
    return {question.key for question in questions}


def test_a_complete_form_misses_nothing() -> None:
    assert missing(V1, COMPLETE) == ()


@pytest.mark.parametrize("key", COMPLETE)
def test_each_required_answer_is_missed_when_it_is_not_there(key: str) -> None:
    without = {name: value for name, value in COMPLETE.items() if name != key}
    assert key in {question for _, question in missing(V1, without)}


def test_an_empty_form_misses_the_required_questions_in_order() -> None:
    assert missing(V1, {}) == (
        ("start", "consent_start"),
        ("who", "for_whom"),
        ("lawyer", "representation"),
        ("money", "affordability"),
        ("claims", "claims"),
        ("place", "place_kind"),
        ("stage", "stage"),
        ("arrival", "arrival"),
        ("about", "call_name"),
        ("about", "birth"),
        ("about", "nationality"),
        ("contact", "language"),
        ("contact", "contact_ways"),
        ("check", "consent_conflict"),
    )


@pytest.mark.parametrize(
    ("changes", "now_missing"),
    [
        ({"for_whom": "someone_else"}, {"helper_contact", "person_knows"}),
        ({"place_kind": "held", "state": ""}, set()),
        ({"place_kind": "us", "state": "ZZ"}, {"state"}),
        ({"contact_ways": ["whatsapp", "email"]}, {"phone", "email"}),
        ({"contact_ways": ["someone"]}, {"contact_person"}),
        ({"stage": ["order", "denied"]}, set()),
    ],
)
def test_an_answer_can_make_other_answers_required(changes: dict[str, Value], now_missing: set[str]) -> None:
    assert {key for _, key in missing(V1, COMPLETE | changes)} == now_missing


def test_a_person_abroad_is_not_asked_when_they_came_to_the_us() -> None:
    abroad = COMPLETE | {"place_kind": "abroad"}
    assert "arrival" not in {step.key for step in path(V1, abroad)}
    assert "arrival" in {step.key for step in path(V1, COMPLETE)}
    after, before = next_step(V1, abroad, "dates"), previous_step(V1, abroad, "about")
    assert after is not None and after.key == "about"
    assert before is not None and before.key == "dates"


def test_a_step_that_is_no_longer_asked_still_leads_on() -> None:
    after = next_step(V1, COMPLETE | {"place_kind": "abroad"}, "arrival")
    assert after is not None and after.key == "about"


def test_the_path_has_two_ends() -> None:
    assert previous_step(V1, {}, "start") is None
    assert next_step(V1, {}, "check") is None
    with pytest.raises(KeyError):
        next_step(V1, {}, "nowhere")


def test_dates_are_asked_only_where_they_can_matter() -> None:
    dates = V1.step("dates")
    assert keys(asked(V1, dates, {})) == {"next_date", "letter_due", "missed_hearing"}
    assert "decision_date" in keys(asked(V1, dates, {"stage": ["appeal"]}))
    assert "fear_date" in keys(asked(V1, dates, {"stage": ["fear_failed"]}))
    assert "motion_date" in keys(asked(V1, dates, {"stage": ["gov_motion"]}))
    assert "permission_ends" in keys(asked(V1, dates, {"claims": ["temporary_ending"]}))
    assert "grant_date" in keys(asked(V1, dates, {"claims": ["family_join", "unsure"]}))
    assert "missed_on" in keys(asked(V1, dates, {"missed_hearing": "yes"}))


def test_a_page_without_script_shows_what_an_answer_on_it_may_call_for() -> None:
    assert keys(shown(V1, V1.step("dates"), {})) == {"next_date", "letter_due", "missed_hearing", "missed_on"}
    assert keys(shown(V1, V1.step("place"), {})) == {q.key for q in V1.step("place").questions}
    for step in V1.steps:
        for question in shown(V1, step, {}):
            if question.when is not None:
                assert question.only_if, question.key


def test_what_was_said_before_a_change_of_mind_has_no_effect() -> None:
    changed = COMPLETE | {
        "for_whom": "me",
        "helper_name": "Ana",
        "contact_ways": ["self"],
        "phone": "+12025550123",
    }
    assert live(V1, changed) == COMPLETE
    questions = {question.key for _, pairs in answered(V1, changed) for question, _ in pairs}
    assert questions == set(COMPLETE)


def test_a_condition_does_not_see_the_answer_to_a_question_that_is_not_asked() -> None:
    def one(key: str, when: Has | None = None) -> Question:
        return Question(key, Kind.CHOICE, key, Sensitivity.TRIAGE, when=when, choices=(Choice("yes", "Yes"),))

    chain = (one("first"), one("second", Has("first", "yes")), one("third", Has("second", "yes")))
    small = Questionnaire(1, (Step("only", "Only", "", chain),), "only")
    assert live(small, {"second": "yes", "third": "yes"}) == {}
    assert set(live(small, {"first": "yes", "second": "yes", "third": "yes"})) == {"first", "second", "third"}


def test_answers_come_back_by_step_in_the_order_of_the_definition() -> None:
    turned = dict(reversed(COMPLETE.items()))
    pairs = answered(V1, turned)
    assert [question.key for _, given in pairs for question, _ in given] == list(COMPLETE)
    assert [step.key for step, _ in pairs] == [
        "start",
        "who",
        "lawyer",
        "money",
        "claims",
        "place",
        "stage",
        "arrival",
        "about",
        "contact",
        "check",
    ]
    assert dict(pairs[4][1])[V1.question("claims")] == ["afraid"]


def test_conditions_combine() -> None:
    here, there = Has("place", "us", "held"), Has("stage", "court")
    answers = {"place": "held", "stage": ["none", "court"]}
    assert holds(here, answers) and holds(there, answers) and holds(None, {})
    assert holds(AllOf((here, there)), answers) and not holds(AllOf((here, there)), {"place": "us"})
    assert holds(AnyOf((here, there)), {"place": "us"}) and not holds(AnyOf((here, there)), {})
    assert holds(Not(here), {}) and not holds(Not(here), answers)


def test_a_questionnaire_that_cannot_work_is_refused_when_it_is_built() -> None:
    def one(key: str, when: Has | None = None) -> Question:
        return Question(key, Kind.TEXT, key, Sensitivity.OPEN, when=when)

    for steps, after in [
        ((Step("a", "A", "", (one("x"), one("x"))),), "a"),
        ((Step("a", "A", "", ()), Step("a", "A", "", ())), "a"),
        ((Step("a", "A", "", (one("x", Has("y", "yes")), one("y"))),), "a"),
        ((Step("a", "A", "", (one("x"),)),), "b"),
    ]:
        with pytest.raises(ValueError):
            Questionnaire(1, steps, after)


def test_the_digest_sees_every_word_and_every_code() -> None:
    def small(label: str = "Yes", code: str = "yes", when: Has | None = None) -> str:
        first = Question("x", Kind.CHOICE, "X", Sensitivity.TRIAGE, choices=(Choice(code, label),))
        second = Question("y", Kind.TEXT, "Y", Sensitivity.OPEN, when=when)
        return digest(Questionnaire(1, (Step("a", "A", "", (first, second)),), "a"))

    assert small() == small()
    assert len({small(), small(label="Yes."), small(code="y"), small(when=Has("x", "yes"))}) == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)
ALL_KEYS = [question.key for step in V1.steps for question in step.questions]
ALL_CODES = sorted({code for step in V1.steps for question in step.questions for code in question.codes})
NEAR = st.sampled_from(ALL_CODES) | st.lists(st.sampled_from(ALL_CODES), max_size=4) | st.just("2024-02-30")


@given(st.dictionaries(st.sampled_from(ALL_KEYS) | st.text(max_size=8), JSON | NEAR, max_size=25))
def test_no_answers_can_break_the_questionnaire(answers: dict[str, object]) -> None:
    counted = live(V1, answers)
    assert {(step.key, q) for step, pairs in answered(V1, answers) for q, _ in pairs} == {
        (step.key, V1.question(key)) for step in V1.steps for key in counted if V1.question(key) in step.questions
    }
    assert not {key for _, key in missing(V1, answers)} & set(counted)
    assert all(fits(V1.question(key), value) for key, value in counted.items())
    assert live(V1, counted) == counted
    for step in V1.steps:
        assert set(asked(V1, step, answers)) <= set(shown(V1, step, answers)) or step not in path(V1, answers)
        next_step(V1, answers, step.key)
        previous_step(V1, answers, step.key)
