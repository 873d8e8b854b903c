"""Version 2 keeps every key and code of version 1, adds what a helper, a held person, a child and a family need."""

from dataclasses import fields

import pytest

from intake import questionnaire
from intake.questionnaire import Has, Kind, asked, live, missing, sentences, shown
from intake.questionnaire.v2.rebuilding import rebuilt
from tests.questionnaire.test_path import COMPLETE

V1, V2 = questionnaire.get(1), questionnaire.get(2)
DIGEST = "21007fbdc1b392fc2bf78e73d0c3216ee77920e6623ab3761caee5713ca47853"

# What this version adds, by step: kind and codes. Permanent.
ADDED: dict[str, dict[str, tuple[str, str]]] = {
    "who": {
        "helper_relation": ("choice", "family friend shelter lawyer_office other"),
        "helper_language": ("language", ""),
        "code_goes_to": ("choice", "person helper both"),
    },
    "about": {
        "young_contact": ("text", ""),
        "family_count": ("number", ""),
        "family_in_us": ("choice", "all some none"),
    },
    "contact": {
        "held_contact": ("choices", "legal_call legal_visit letter family"),
        "phone_owner_safe": ("choice", "yes no unsure"),
        "say_instead": ("text", ""),
        "time_zone": (
            "choice",
            "eastern central mountain arizona pacific alaska hawaii atlantic other unsure",
        ),
    },
}
HELPED = COMPLETE | {
    "for_whom": "someone_else",
    "helper_contact": "tomas@example.org",
    "person_knows": "cannot_ask",
    "code_goes_to": "helper",
}


def codes(question: questionnaire.Question) -> tuple[str, str]:
    return question.kind.value, " ".join(one.code for one in question.choices or question.alternatives)


def test_the_released_version_has_not_changed() -> None:
    assert questionnaire.digest(V2) == DIGEST, "A released version never changes. Write the change as a new version."


def test_every_key_and_code_of_version_1_is_still_there_and_nothing_came_but_what_is_written_here() -> None:
    assert [step.key for step in V2.steps] == [step.key for step in V1.steps]
    for before, now in zip(V1.steps, V2.steps, strict=True):
        old = {question.key: codes(question) for question in before.questions}
        assert {question.key: codes(question) for question in now.questions} == old | ADDED.get(now.key, {})


def test_what_did_not_change_is_the_same_object_so_that_its_words_exist_once() -> None:
    same = {now.key for before, now in zip(V1.steps, V2.steps, strict=True) if before is now}
    assert same == {"start", "lawyer", "money", "claims", "check"}


def test_only_what_is_meant_to_differ_differs_from_version_1() -> None:
    meant = {
        "person_knows": {"choices"},
        "birth_country": {"typed_list"},
        "nationality": {"typed_list"},
        "language": {"typed_list"},
        "trusted_adult": {"why"},
        "email": {"hint"},
    }
    meant |= {one.key: {"about", "calendars"} for step in V1.steps for one in step.questions if one.kind is Kind.DATE}
    for step in V1.steps:
        for old in step.questions:
            new = V2.question(old.key)
            changed = {one.name for one in fields(old) if getattr(old, one.name) != getattr(new, one.name)}
            assert changed == meant.get(old.key, set()), old.key


def test_answers_to_version_1_count_in_version_2_as_well() -> None:
    assert missing(V2, COMPLETE) == ()
    assert live(V2, COMPLETE) == live(V1, COMPLETE)


def test_a_helper_must_say_who_keeps_the_code_and_nobody_else_is_asked() -> None:
    assert missing(V2, HELPED) == ()
    assert missing(V2, {key: value for key, value in HELPED.items() if key != "code_goes_to"}) == (
        ("who", "code_goes_to"),
    )
    assert "code_goes_to" not in live(V2, HELPED | {"for_whom": "me"})


def test_no_answer_about_the_persons_knowledge_stops_a_helper() -> None:
    for knows in ("yes", "no", "cannot_ask"):
        assert missing(V2, HELPED | {"person_knows": knows}) == ()
    hints = {one.code: one.hint for one in V2.question("person_knows").choices}
    assert not hints["yes"] and "We do nothing that the person does not want." in hints["no"] == hints["cannot_ask"]


def test_ways_into_detention_stand_only_on_the_page_of_a_person_who_is_held() -> None:
    contact = V2.step("contact")
    assert V2.question("held_contact") not in shown(V2, contact, COMPLETE)
    assert V2.question("held_contact") in asked(V2, contact, COMPLETE | {"place_kind": "held"})


@pytest.mark.parametrize(
    ("answers", "key", "is_asked"),
    [
        ({"contact_ways": ["phone"], "whose_phone": "shared"}, "phone_owner_safe", True),
        ({"contact_ways": ["phone"], "whose_phone": "other"}, "phone_owner_safe", True),
        ({"contact_ways": ["phone"], "whose_phone": "mine"}, "phone_owner_safe", False),
        ({"contact_ways": ["self"], "whose_phone": "shared"}, "phone_owner_safe", False),
        ({"contact_ways": ["phone"], "say_name": "no"}, "say_instead", True),
        ({"contact_ways": ["phone"], "say_name": "yes"}, "say_instead", False),
        ({"family_help": ["siblings"]}, "family_count", True),
        ({"family_help": ["other"]}, "family_in_us", True),
        ({}, "family_count", False),
    ],
)
def test_a_question_comes_only_when_it_means_something(answers: dict[str, object], key: str, is_asked: bool) -> None:
    step = next(step for step in V2.steps if V2.question(key) in step.questions)
    assert (V2.question(key) in asked(V2, step, COMPLETE | answers)) is is_asked


def test_every_question_that_an_answer_on_its_page_calls_for_says_in_words_when_to_answer_it() -> None:
    for step in V2.steps:
        for question in shown(V2, step, COMPLETE | {"place_kind": "held", "stage": ["order"]}):
            here = {one.key for one in step.questions}
            if isinstance(question.when, Has) and question.when.key in here:
                assert question.only_if, question.key


def test_what_a_child_is_asked_stands_right_after_the_age() -> None:
    keys = [question.key for question in V2.step("about").questions]
    assert keys[keys.index("birth") : keys.index("birth") + 3] == ["birth", "trusted_adult", "young_contact"]
    assert V2.question("trusted_adult").only_if == V2.question("young_contact").only_if


def test_twelve_screens_are_enough_and_the_screening_asks_nobody_but_a_helper_for_a_name() -> None:
    assert len(V2.steps) <= 12
    screening = V2.steps[: V2.steps.index(V2.step(V2.first_result_after)) + 1]
    telling = {one.key for step in screening for one in step.questions if one.sensitivity.value != "triage"}
    assert telling == {"helper_name", "helper_contact"}


def test_every_new_number_and_length_limit_has_its_own_sentence() -> None:
    for step in V2.steps:
        for question in step.questions:
            if question.kind is Kind.NUMBER:
                assert str(question.bounds[1]) in question.unreadable
            if question.kind in {Kind.TEXT, Kind.LANGUAGE}:
                assert question.max_length in sentences.TOO_LONG_BY_LIMIT
                assert question.kind is Kind.LANGUAGE or question.sensitivity.value != "triage", question.key


def test_every_date_and_every_long_list_is_asked_as_people_know_it() -> None:
    for step in V2.steps:
        for question in step.questions:
            assert question.about == question.calendars == (question.kind is Kind.DATE), question.key
            lists = {Kind.COUNTRY, Kind.COUNTRIES, Kind.LANGUAGE}
            assert question.typed_list == (question.kind in lists), question.key


def test_a_step_is_not_rebuilt_around_a_question_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        rebuilt(V1.step("lawyer"), changes={"birth": {"hint": "x"}}, added={})


def test_what_must_never_be_asked_is_not_asked() -> None:
    keys = {question.key for step in V2.steps for question in step.questions}
    assert not keys & {"address", "street", "ssn", "entry", "manner_of_entry", "status", "story", "facility_phone"}
