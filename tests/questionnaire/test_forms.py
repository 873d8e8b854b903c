"""People fill in a step: what they mean is kept, what they typed is never lost, and each error says what to
do.
"""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from intake import questionnaire
from intake.questionnaire import Value
from intake.questionnaire.forms import Reading, form_for, read
from intake.questionnaire.reading import field_names, retype

V1 = questionnaire.get(1)
TODAY = date(2026, 11, 23)


def send(step: str, *fields: tuple[str, str], answers: dict[str, Value] | None = None) -> Reading:
    return read(V1.step(step), MultiDict(fields), answers or {}, today=TODAY)


def test_a_chosen_answer_is_kept_as_its_code() -> None:
    reading = send("lawyer", ("representation", "no"))
    assert reading.ok
    assert reading.answers == {"representation": "no"}
    assert reading.typed == {"representation": "no"}


def test_an_empty_required_question_says_what_to_do() -> None:
    reading = send("lawyer")
    assert reading.answers == {}
    assert reading.errors == {"representation": "Choose if you have a lawyer now."}


@pytest.mark.parametrize("code", ["NO", "maybe", "no ", "<script>", "representation", "\0"])
def test_an_unknown_code_is_refused(code: str) -> None:
    assert send("lawyer", ("representation", code)).errors["representation"] in {
        "Choose one of the answers.",
        "Choose if you have a lawyer now.",
    }


def test_several_answers_come_in_the_order_of_the_definition_and_once_each() -> None:
    reading = send("claims", ("claims", "unsure"), ("claims", "afraid"), ("claims", "unsure"))
    assert reading.answers == {"claims": ["afraid", "unsure"]}
    assert reading.typed["claims"] == ["unsure", "afraid", "unsure"]


def test_answers_that_exclude_each_other_are_questioned() -> None:
    nothing_and_court = send("stage", ("stage", "none"), ("stage", "court"))
    assert nothing_and_court.errors == {
        "stage": "Choose “Nothing has happened” alone, or choose other answers.",
    }
    assert send("stage", ("stage", "court"), ("stage", "unsure")).ok
    self_and_phone = send("contact", ("language", "es"), ("contact_ways", "self"), ("contact_ways", "phone"))
    assert list(self_and_phone.errors) == ["contact_ways"]


def test_a_ticked_way_of_contact_needs_its_details() -> None:
    reading = send("contact", ("language", "es"), ("contact_ways", "signal"), ("contact_ways", "email"))
    assert reading.errors == {
        "phone": "Write the phone number that we may use.",
        "email": "Write the email address that we may use.",
    }


def test_what_was_typed_for_a_way_that_is_no_longer_ticked_is_kept_but_has_no_effect() -> None:
    reading = send("contact", ("language", "es"), ("contact_ways", "self"), ("phone", "12"), ("email", "x"))
    assert reading.ok
    assert reading.answers == {"language": "es", "contact_ways": ["self"]}
    assert reading.typed["phone"] == "12"
    assert reading.typed["email"] == "x"


def test_conditions_look_at_what_was_just_sent_and_not_at_what_was_said_before() -> None:
    before: dict[str, Value] = {
        "for_whom": "someone_else",
        "helper_contact": "Ana, 202 555 0123",
        "person_knows": "no",
    }
    reading = send("who", ("for_whom", "me"), answers=before)
    assert reading.ok
    assert reading.merged(V1.step("who"), before | {"device": "mine"}) == {"device": "mine", "for_whom": "me"}


def test_conditions_also_look_at_earlier_steps() -> None:
    ended = ("permission_ends.year", "2026")
    assert send("dates", ended).answers == {}
    assert send("dates", ended, answers={"claims": ["temporary_ending"]}).answers == {"permission_ends": "2026"}


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ((("arrival.day", "٤"), ("arrival.month", "3"), ("arrival.year", "٢٠٢٦")), "2026-03-04"),
        ((("arrival.month", "mar"), ("arrival.year", "2026")), "2026-03"),
        ((("arrival.year", "2026"), ("arrival.other", "")), "2026"),
        ((("arrival.other", "over_2_years"),), "over_2_years"),
    ],
)
def test_a_date_may_be_whole_partial_or_unknown(fields: tuple[tuple[str, str], ...], value: str) -> None:
    assert send("arrival", *fields).answers == {"arrival": value}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ((), "Enter the month and the year. If you do not know them, choose another answer."),
        (
            (("arrival.year", "2026"), ("arrival.other", "unsure")),
            "Enter a date or choose another answer. Do only one of these.",
        ),
        ((("arrival.other", "never"),), "Choose one of the answers."),
        ((("arrival.day", "4"), ("arrival.month", "3")), "Enter the year as well."),
        ((("arrival.year", "26"),), "Enter a year with four digits, such as 2025."),
        ((("arrival.year", "1403"),), "Enter the year as people in the US count it, such as 2025."),
        (
            (("arrival.day", "31"), ("arrival.month", "6"), ("arrival.year", "2026")),
            "Check the day. That month does not have this day.",
        ),
        (
            (("arrival.month", "12"), ("arrival.year", "2026")),
            "This day has not come yet. Check the year, the month and the day.",
        ),
    ],
)
def test_a_date_that_cannot_be_taken_says_why_and_stays_as_typed(
    fields: tuple[tuple[str, str], ...], sentence: str
) -> None:
    reading = send("arrival", *fields)
    assert reading.errors == {"arrival": sentence}
    assert reading.answers == {}
    for name, text in fields:
        assert reading.typed[name] == text


def test_a_court_date_may_lie_ahead_and_tomorrow_may_be_today_elsewhere() -> None:
    ahead = (("next_date.day", "1"), ("next_date.month", "2"), ("next_date.year", "2027"))
    assert send("dates", *ahead).answers == {"next_date": "2027-02-01"}
    tomorrow = (("arrival.day", "24"), ("arrival.month", "11"), ("arrival.year", "2026"))
    assert send("arrival", *tomorrow).ok


def test_a_language_comes_from_the_list_or_in_own_words() -> None:
    ways = ("contact_ways", "self")
    assert send("contact", ("language", "mam"), ways).answers["language"] == "mam"
    own = send("contact", ("language", "other"), ("language.other", " Mam  Todos Santos "), ways)
    assert own.answers["language"] == "other:Mam Todos Santos"
    assert send("contact", ("language.other", "Akateko"), ways).answers["language"] == "other:Akateko"
    assert send("contact", ("language", "other"), ways).errors == {"language": "Write the name of your language."}
    assert list(send("contact", ("language", "es"), ("language.other", "Mam"), ways).errors) == ["language"]
    assert list(send("contact", ("language", "xx"), ways).errors) == ["language"]


def test_two_nationalities_may_be_given_and_one_may_be_none() -> None:
    rest = (("call_name", "Amina"), ("birth.other", "age_21_39"))
    both = send("about", ("nationality", "AF"), ("nationality.2", "PK"), *rest)
    assert both.answers["nationality"] == ["AF", "PK"]
    assert send("about", ("nationality", ""), ("nationality.2", "stateless"), *rest).answers["nationality"] == [
        "stateless"
    ]
    assert send("about", ("nationality", "AF"), ("nationality.2", "AF"), *rest).answers["nationality"] == ["AF"]
    assert send("about", ("nationality", "Atlantis"), *rest).errors == {
        "nationality": "Choose a country from the list."
    }


def test_an_a_number_that_comes_back_masked_stays_the_same() -> None:
    place: tuple[tuple[str, str], ...] = (("place_kind", "held"),)
    before: dict[str, Value] = {"place_kind": "held", "a_number": "012345678"}
    shown = retype(V1.question("a_number"), "012345678")
    assert shown == {"a_number": "A•••-•••-678"}
    assert send("place", *place, ("a_number", "A•••-•••-678"), answers=before).answers["a_number"] == "012345678"
    assert send("place", *place, ("a_number", "A•••-•••-678")).errors == {
        "a_number": "Check the A-number. It has 7 to 9 digits, such as A012-345-678."
    }
    assert send("place", *place, ("a_number", "98765432"), answers=before).answers["a_number"] == "098765432"
    assert "a_number" not in send("place", *place, ("a_number", ""), answers=before).answers


def test_too_long_a_text_is_refused_in_words_and_kept() -> None:
    story = "word " * 200
    reading = send("check", ("anything_else", story), ("consent_conflict", "yes"))
    assert reading.errors == {"anything_else": "This is too long. Use 500 letters or fewer."}
    assert reading.typed["anything_else"] == story
    assert reading.answers == {"consent_conflict": "yes"}
    assert send("check", ("anything_else", "x" * 500), ("consent_conflict", "yes")).ok


def test_text_that_shows_nothing_is_no_answer() -> None:
    assert (
        send("about", ("call_name", "\u200b \u2066\u2069")).errors["call_name"] == "Write a name that we can call you."
    )


def test_text_is_cleaned_but_shown_again_as_typed() -> None:
    reading = send("about", ("call_name", "  Ami\u202ena  "), ("birth.year", "1990"), ("nationality", "AF"))
    assert reading.answers["call_name"] == "Amina"
    assert reading.typed["call_name"] == "  Ami\u202ena  "


def test_a_household_is_counted_in_any_script() -> None:
    assert send("money", ("affordability", "no"), ("household_size", "५")).answers["household_size"] == 5
    for typed in ("0", "31", "many", "2-3"):
        assert send("money", ("affordability", "no"), ("household_size", typed)).errors == {
            "household_size": "Enter a number from 1 to 30, such as 4."
        }


def test_a_consent_is_a_tick_and_nothing_else() -> None:
    assert send("start").errors == {"consent_start": "Tick the box if you want to start."}
    assert list(send("start", ("consent_start", "no")).errors) == ["consent_start"]
    assert send("start", ("consent_start", "yes")).answers == {"consent_start": "yes"}


def test_a_field_that_no_step_knows_is_ignored() -> None:
    reading = send("lawyer", ("representation", "no"), ("csrf_token", "x"), ("is_admin", "yes"))
    assert reading.answers == {"representation": "no"}
    assert set(reading.typed) == {"representation"}


def test_a_reading_does_not_show_answers_when_printed() -> None:
    assert "Amina" not in repr(send("about", ("call_name", "Amina")))


def test_the_form_of_a_step_is_made_once_and_names_its_fields_by_question() -> None:
    step = V1.step("place")
    assert form_for(step) is form_for(step)
    form = form_for(step)(MultiDict(), {}, {}, None)
    assert [field.name for field in form] == [question.key for question in step.questions]


SAMPLES: dict[str, list[Value]] = {
    "arrival": ["2026-03-04", "2026-10", "2026", "unsure"],
    "nationality": [["AF"], ["AF", "stateless"]],
    "language": ["es", "other:Mam Todos Santos"],
    "claims": [["afraid", "other"]],
    "household_size": [4],
    "phone": ["+12025550123"],
    "state": ["PR"],
    "consent_share": ["yes"],
    "call_name": ["Ñandú 😀"],
}


@pytest.mark.parametrize("key", SAMPLES)
def test_an_answer_shown_again_and_sent_unchanged_stays_the_same(key: str) -> None:
    step = next(step for step in V1.steps if V1.question(key) in step.questions)
    open_all: dict[str, Value] = {"contact_ways": ["phone"], "place_kind": "us"}
    for value in SAMPLES[key]:
        fields = MultiDict[str, str]()
        for other in step.questions:
            shown = retype(other, open_all.get(other.key) if other.key != key else value)
            assert tuple(shown) == field_names(other)
            for name, text in shown.items():
                fields.setlist(name, text if isinstance(text, list) else [text])
        assert read(step, fields, {}).answers[key] == value
