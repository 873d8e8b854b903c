"""Each adult of a family has a form and a code of their own; only staff see that they belong together."""

import json
import re

import pytest
from sqlalchemy import select

from intake.submissions import Submission, SubmissionBody
from tests.public.plainly import grade_of
from tests.public.walking import ROSA, open_drafts, press, token, walk

LUIS = ROSA | {"call_name": "Luis Marín", "birth": "1988-11", "phone": "+12025550124"}
START = "Start a form for another person in my family"


def code_on(page) -> str:
    return re.search(r'class="code large"><bdi dir="ltr">([0-9 ]{19})<', page.text)[1]


def contents(session, keys) -> list[dict]:
    """What the desk's key finds in each submission, oldest first."""
    rows = session.execute(
        select(Submission.id, SubmissionBody.envelope)
        .join(SubmissionBody, SubmissionBody.submission_id == Submission.id)
        .order_by(Submission.received_at)
    )
    return [json.loads(keys.keyring.open(row.envelope, table="submission", record_id=row.id.bytes)) for row in rows]


def test_a_stranger_reads_how_a_family_asks_for_help_and_is_offered_no_second_form(public_client):
    page = public_client.get("/en/family")
    assert "Each adult who needs help" in page.text and START not in page.text
    assert grade_of(page) <= 6.5


def test_a_second_adult_sends_a_form_under_a_new_code_that_knows_the_first_reference(public_client, session, keys):
    receipt = walk(public_client, ROSA)
    first_code = code_on(receipt)
    page = public_client.get("/en/family")
    assert START in page.text and code_on(page) == first_code
    begun = press(public_client, "/en/family", {"kept": "yes"})
    assert begun.status_code == 303 and begun.headers["Location"] == "/en/apply/"
    second = walk(public_client, LUIS)
    assert second.status_code == 200 and code_on(second) != first_code
    rosa, luis = contents(session, keys)
    reference = session.scalars(select(Submission.reference).order_by(Submission.received_at)).first()
    assert rosa["family"] is None and luis["family"] == reference
    assert luis["answers"]["call_name"] == "Luis Marín"
    for row in session.scalars(select(Submission)):
        assert not hasattr(row, "family"), "who belongs together is sealed"


def test_the_new_form_is_empty_and_the_device_no_longer_opens_the_first_one(public_app):
    client = public_app.test_client()
    first_code = code_on(walk(client, ROSA))
    press(client, "/en/family", {"kept": "yes"})
    for address in ("/en/apply/", "/en/apply/start", "/en/family"):
        page = client.get(address)
        assert "Rosa" not in page.text and first_code not in page.text, address
    assert client.get("/en/receipt").status_code == 303
    assert press(public_app.test_client(), "/en/return", {"code": first_code}).status_code == 303


def test_nobody_loses_a_code_that_was_not_kept(public_client, session):
    walk(public_client, ROSA)
    refused = press(public_client, "/en/family", {})
    assert refused.status_code == 422 and 'href="#f-kept"' in refused.text
    assert "when you have written the code on paper" in refused.text
    assert public_client.get("/en/receipt").status_code == 200
    assert open_drafts(session) == 0


def test_a_double_tap_begins_one_form(public_client, session):
    walk(public_client, ROSA)
    sent = {"csrf_token": token(public_client.get("/en/family")), "kept": "yes"}
    for _ in range(2):
        assert public_client.post("/en/family", data=sent).headers["Location"] == "/en/apply/"
    assert open_drafts(session) == 1


@pytest.mark.parametrize("until", [None, "place"])
def test_without_a_sent_form_there_is_nothing_to_start_from(public_client, session, until):
    page = walk(public_client, ROSA, until=until) if until else public_client.get("/en/apply/")
    before = open_drafts(session)
    session.rollback()
    moved = public_client.post("/en/family", data={"csrf_token": token(page), "kept": "yes"})
    assert moved.headers["Location"] == "/en/family"
    assert open_drafts(session) == before
    session.rollback()
    wanted = "First finish and send the form" if until else "Did you send a form already?"
    assert wanted in public_client.get("/en/family").text


def test_how_many_relatives_need_help_is_asked_and_read_in_digits_of_any_script(public_client, session, keys):
    about = ROSA | {"family_help": ["children"], "family_count": "٣", "family_in_us": "some"}
    walk(public_client, about)
    assert contents(session, keys)[0]["answers"]["family_count"] == 3
