"""A child who is alone finds words for a child, and an adult whom we may talk to is asked for beside the age."""

import pytest
from sqlalchemy import select

from intake import referrals
from intake.db import transaction
from intake.submissions import Submission
from tests.public.plainly import grade_of
from tests.public.test_branches import changed, opened
from tests.public.walking import ROSA, walk

SAMI = changed(
    claims=["child_alone"],
    birth="age_14_17",
    trusted_adult="no",
    young_contact="Ms. Okafor, my teacher, okafor@example.org",
    contact_ways=["self"],
    phone=None,
    voicemail=None,
)


@pytest.fixture
def places(engine) -> None:
    with transaction(engine) as session:
        referrals.load_bundled(session)


@pytest.mark.usefixtures("places")
def test_a_child_reads_short_words_and_finds_places_for_children_first(public_client):
    page = public_client.get("/en/children")
    for words in ("You did nothing wrong", "We do not tell the police", "What is a guardian?"):
        assert words in page.text
    order = [page.text.index(one) for one in ("call 911", "You can fill in", "Go to the questions", "Places that help")]
    assert order == sorted(order), "danger is spoken of first, and no list of places stands before the way on"
    assert "Kids in Need of Defense" in page.text and "New Americans Hotline" not in page.text
    assert grade_of(page) <= 6


def test_the_page_stands_without_any_place_to_show(public_client):
    assert "Places that help children" not in public_client.get("/en/children").text


def test_a_child_alone_is_led_there_from_the_first_answer_and_from_the_question_of_age(public_client):
    assert 'href="/en/children"' in walk(public_client, SAMI, until="first-result").text
    assert 'href="/en/children"' in walk(public_client, SAMI, until="about").text
    assert 'href="/en/children"' not in walk(public_client, ROSA, until="first-result").text


def test_a_child_without_an_adult_names_one_we_may_talk_to_and_ranks_high(public_client, session, keys):
    assert walk(public_client, SAMI).status_code == 200
    row, contents = opened(session, keys)
    assert contents["answers"]["young_contact"] == SAMI["young_contact"]
    assert "MINOR_ALONE" in row.codes and row.level <= 2


def test_a_child_need_not_name_anybody(public_client, session):
    alone = {key: value for key, value in SAMI.items() if key not in {"young_contact", "trusted_adult"}}
    assert walk(public_client, alone).status_code == 200
    assert "MINOR" in session.scalars(select(Submission.codes)).one()
