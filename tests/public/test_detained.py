"""A person who is held, or their helper outside, learns what can be done now, and can be reached where they are."""

import re

from tests.public.plainly import grade_of
from tests.public.test_branches import changed, opened
from tests.public.walking import ROSA, fields, press, walk

HELD = changed(
    place_kind="held",
    state="AZ",
    facility="Example Detention Center",
    birth_country="HN",
    held_contact=["legal_call", "letter"],
    contact_ways=["someone"],
    contact_person="My sister, sister@example.org",
    phone=None,
    voicemail=None,
)


def test_the_page_says_what_to_do_what_the_government_runs_and_what_we_cannot_do(public_client):
    page = public_client.get("/en/detained")
    for words in ("Do not sign", "list of free lawyers", "legal call", "The government runs this search.", "We cannot"):
        assert words in page.text
    assert 'href="https://locator.ice.gov/" rel="noreferrer noopener"' in page.text
    assert "1-800-898-7180" in page.text
    assert grade_of(page) <= 6.5


def test_the_question_about_the_place_leads_there_and_so_does_the_first_answer(public_client):
    assert 'href="/en/detained"' in walk(public_client, ROSA, until="first-result").text
    assert 'href="/en/detained"' in walk(public_client, ROSA, until="place").text


def test_a_person_who_is_held_says_how_we_reach_them_there(public_client, session, keys):
    page = walk(public_client, HELD, until="contact")
    assert "Guards may listen to other calls." in page.text
    assert walk(public_client, HELD).status_code == 200
    _row, contents = opened(session, keys)
    assert contents["answers"]["held_contact"] == ["legal_call", "letter"]


def test_a_person_who_is_free_is_not_asked_and_cannot_be_made_to_answer(public_client, session, keys):
    page = walk(public_client, ROSA, until="contact")
    assert "held_contact" not in page.text
    sent = fields("contact", ROSA) | {"held_contact": ["legal_call"]}
    assert press(public_client, "/en/apply/contact", sent).status_code == 303
    press(public_client, "/en/apply/check", fields("check", ROSA))
    assert "held_contact" not in opened(session, keys)[1]["answers"]


def test_who_turns_out_to_be_free_takes_the_ways_into_detention_away(public_client, session, keys):
    walk(public_client, HELD, until="check")
    assert "A legal call" in public_client.get("/en/apply/check").text
    free = HELD | {"place_kind": "us"}
    press(public_client, "/en/apply/place?back=check", fields("place", free))
    check = public_client.get("/en/apply/check").text
    assert "A legal call" not in check and not re.search("Example Detention Center", check)
