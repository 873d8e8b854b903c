"""Before anybody calls: the banner of a case says who may hear what, where, and at which hour there."""

import datetime as dt

import pytest
from sqlalchemy import select

from intake import questionnaire
from intake.casework.models import Case
from intake.db import transaction
from intake.questionnaire import Kind, Value, live
from intake.staff.contact import ZONES, safe_contact
from tests import people

NOON = dt.datetime(2026, 11, 2, 17, 0, tzinfo=dt.UTC)
V1, V2 = questionnaire.get(1), questionnaire.get(2)

# A cousin asks for a man who is held; the phone of the family is shared, and the name may not be said.
HELD = people.MARYAM | {
    "for_whom": "someone_else",
    "helper_name": "Nadia Fictional",
    "helper_contact": "nadia@example.org",
    "helper_relation": "family",
    "helper_language": "ar",
    "person_knows": "cannot_ask",
    "code_goes_to": "helper",
    "place_kind": "held",
    "facility": "Example County Jail",
    "documents_name": "AL FICTIONAL M",
    "held_contact": ["legal_call", "letter"],
    "whose_phone": "shared",
    "phone_owner_safe": "no",
    "say_instead": "Only ask for Maryam.",
    "time_zone": "arizona",
    "not_contact": "Her brother-in-law",
    "young_contact": "Uncle Samir, +1 202 555 0177",
    "family_help": ["spouse", "children"],
    "family_count": 4,
    "family_in_us": "some",
}


@pytest.fixture
def opened_page(engine, keys, clock, signed_in, caseworker):
    """Opens the case of a person with these answers, sent on this version of the form."""

    def open_case(answers: dict[str, Value], form=None) -> str:
        with transaction(engine) as session:
            people.submitted(session, keys, answers, now=clock(), form=form)
        people.admit_all(engine, keys, now=clock(), today=clock().date())
        with transaction(engine) as session:
            number = session.scalars(select(Case.id)).one()
        page = signed_in(caseworker).get(f"/cases/{number}")
        assert page.status_code == 200
        return page.text

    return open_case


def test_every_new_answer_stands_on_the_case_page_in_words(opened_page):
    page = opened_page(HELD)
    counted = live(V2, HELD)
    new = {one.key for step in V2.steps for one in step.questions} - {one.key for s in V1.steps for one in s.questions}
    assert new <= set(counted)
    for key in new:
        question = V2.question(key)
        assert question.label in page, key
        if question.kind in {Kind.CHOICE, Kind.CHOICES}:
            chosen = counted[key] if isinstance(counted[key], list) else [counted[key]]
            for label in (one.label for one in question.choices if one.code in chosen):
                assert label in page, key
        elif question.kind is Kind.TEXT:
            assert str(counted[key]) in page, key
    assert "Uncle Samir" in page and ">4<" in page.replace(" ", "").replace("\n", "")


def test_the_banner_says_who_may_hear_what_before_the_answers_begin(opened_page):
    page = opened_page(HELD)
    banner = page[page.index('id="contact"') : page.index('id="answers"')]
    for words in (
        "The others on this phone know nothing of this request. Do not say why you call.",
        "The helper keeps the return code and can read every letter.",
        "Her brother-in-law",
        "Only ask for Maryam.",
        "Example County Jail",
        "AL FICTIONAL M",
        "Legal call to the place of detention",
        "Uncle Samir",
        "Nadia Fictional, family, nadia@example.org, Arabic",
        "Arizona time",
    ):
        assert words in banner, words


def test_a_case_sent_on_version_1_shows_its_banner_as_before(opened_page):
    page = opened_page(people.MARYAM, form=V1)
    banner = page[page.index('id="contact"') : page.index('id="answers"')]
    assert "+12025550123" in banner and "Do not leave a message." in banner
    for words in ("The time there now", "You may say", "Held at", "Helper:"):
        assert words not in banner


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("eastern", "Eastern time (12:00)"),
        ("arizona", "Arizona time (10:00)"),
        ("hawaii", "Hawaii time (07:00)"),
        ("other", ""),
        ("unsure", ""),
    ],
)
def test_the_hour_there_is_told_so_that_nobody_is_called_at_night(staff_app, zone, said):
    with staff_app.app_context():
        assert safe_contact({"time_zone": zone}, NOON).clock == said


def test_every_zone_that_can_be_chosen_has_a_clock_but_the_two_that_name_none():
    assert set(ZONES) == V2.question("time_zone").codes - {"other", "unsure"}


def test_what_does_not_count_is_not_in_the_banner(staff_app):
    free = live(V2, HELD | {"place_kind": "us", "for_whom": "me"})
    with staff_app.app_context():
        safe = safe_contact(free, NOON)
    said = " ".join(name + text for name, text in (*safe.ways, *safe.facts)) + " ".join(safe.warnings)
    for words in ("Legal call", "Example County Jail", "Nadia", "return code"):
        assert words not in said
