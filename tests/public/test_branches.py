"""People in very different places find their own way through the form, and the desk gets what they typed."""

import datetime as dt
import json
import re

import pytest
from sqlalchemy import select

from intake import questionnaire, referrals, releases
from intake.db import transaction
from intake.questionnaire import Sensitivity
from intake.submissions import Submission, SubmissionBody
from tests.public.walking import ROSA, fields, press, token, walk

HOTLINE = "1-888-373-7888"
A_NUMBER = "012345678"
IMPORTED = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def opened(session, keys) -> tuple[Submission, dict]:
    """The one submission there is, and what the desk's key finds inside."""
    sent = session.scalars(select(Submission)).one()
    envelope = session.scalars(select(SubmissionBody.envelope)).one()
    return sent, json.loads(keys.keyring.open(envelope, table="submission", record_id=sent.id.bytes))


def changed(**answers) -> dict:
    """Rosa's answers, with some changed; None takes an answer away."""
    return {key: value for key, value in (ROSA | answers).items() if value is not None}


@pytest.fixture
def places(engine) -> None:
    with transaction(engine) as session:
        referrals.load_bundled(session)


def test_a_reader_of_a_release_sends_the_form_and_the_release_is_kept_as_the_source(
    engine, public_client, session, keys
):
    with transaction(engine) as writing:
        slug = releases.import_files(writing, releases.samples()[:1], IMPORTED)[0].slug
    release = public_client.get(f"/en/releases/{slug}").text
    way = re.search(r'class="button" href="([^"]+)"', release)[1]
    assert way.endswith(f"?from={slug}")
    first = public_client.get(way)
    begun = public_client.post(way, data={"csrf_token": token(first), "go": "on", **fields("start", ROSA)})
    assert begun.headers["Location"] == "/en/apply/who"
    assert walk(public_client, ROSA).status_code == 200
    sent, contents = opened(session, keys)
    assert sent.source == slug
    assert contents["answers"]["call_name"] == "Rosa Marín"
    assert contents["typed"]["contact"]["phone"] == "+12025550123"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("source", ["a%00b", "%E2%80%AE", "x" * 200, "Rosa+Marin", "../..", "'--"])
def test_a_made_up_source_in_the_address_is_forgotten_and_stops_nobody(public_client, session, source):
    public_client.get(f"/en/apply/?from={source}")
    assert walk(public_client, ROSA).status_code == 200
    assert session.scalars(select(Submission.source)).one() is None


def test_a_helper_is_asked_who_helps_and_the_name_of_the_helper_is_sealed(public_client, session, keys):
    helped = changed(
        for_whom="someone_else",
        helper_name="Father Tomás",
        helper_contact="tomas@example.org",
        person_knows="yes",
        code_goes_to="helper",
    )
    page = walk(public_client, helped, until="who")
    refused = public_client.post("/en/apply/who", data={"csrf_token": token(page), "for_whom": "someone_else"})
    assert refused.status_code == 422 and 'href="#f-helper_contact"' in refused.text
    assert walk(public_client, helped).status_code == 200
    _sent, contents = opened(session, keys)
    assert {key: contents["answers"][key] for key in ("helper_name", "helper_contact", "person_knows")} == {
        "helper_name": "Father Tomás",
        "helper_contact": "tomas@example.org",
        "person_knows": "yes",
    }


def test_a_person_who_is_held_never_sees_the_whole_a_number_again(public_client, session, keys):
    held = changed(
        place_kind="held",
        state="AZ",
        facility="Eloy Detention Center",
        documents_name="MARIN ROSA",
        birth_country="HN",
        a_number=A_NUMBER,
    )
    walk(public_client, held, until="place")
    typed = fields("place", held) | {"a_number": "A 012-345-678"}
    assert press(public_client, "/en/apply/place", typed).status_code == 303
    place = public_client.get("/en/apply/place").text
    assert "A•••-•••-678" in place
    masked = fields("place", held) | {"a_number": "A•••-•••-678"}
    assert press(public_client, "/en/apply/place", masked).status_code == 303
    later = [public_client.get(f"/en/apply/{key}").text for key in ("place", "stage")]
    for key in ("stage", "dates", "arrival", "about", "contact"):
        later.append(press(public_client, f"/en/apply/{key}", fields(key, held)).text)
    check = public_client.get("/en/apply/check").text
    sent = press(public_client, "/en/apply/check", fields("check", held))
    later += [check, sent.text, public_client.get("/en/receipt").text, public_client.get("/en/later").text]
    assert "A•••-•••-678" in check
    for page in (place, *later):
        assert not re.search(r"012\W?345\W?678|345678", page)
    row, contents = opened(session, keys)
    assert contents["answers"]["a_number"] == A_NUMBER, "coming back masked did not change it"
    assert row.outcome == "review" and "DETAINED" in row.codes and row.level == 1


def test_a_person_abroad_is_not_asked_when_they_came(public_client, session, keys):
    abroad = changed(place_kind="abroad", state=None, stage=["none"], next_date=None, arrival=None)
    walk(public_client, abroad, until="about")
    skipped = public_client.get("/en/apply/arrival", follow_redirects=True)
    assert skipped.request.path == "/en/apply/about"
    receipt = walk(public_client, abroad)
    assert "in the US to ask for asylum here" in receipt.text
    row, contents = opened(session, keys)
    assert "LOC_ABROAD" in row.codes and "arrival" not in contents["answers"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("answers", "outcome", "code", "words"),
    [
        ({"representation": "active"}, "refer", "REP_ACTIVE", "Talk to your lawyer first."),
        ({"affordability": "yes", "income_band": None}, "refer", "AFF_YES", "Our free help is for people who cannot"),
        ({"claims": ["other"]}, "refer", "CLM_OTHER_ONLY", "We work only on asylum"),
        ({"representation": "notario"}, "review", "REP_NOTARIO", "In the US they are not lawyers."),
        ({"birth": "age_14_17", "trusted_adult": "no"}, "review", "MINOR_ALONE", "A person will look at this."),
    ],
    ids=["has a lawyer", "can pay", "another problem", "paid a notario", "a child alone"],
)
def test_the_receipt_says_honestly_what_may_come_and_refuses_nobody(
    public_client, session, answers, outcome, code, words
):
    receipt = walk(public_client, changed(**answers))
    row = session.scalars(select(Submission)).one()
    assert row.outcome == outcome and code in row.codes
    assert words in receipt.text and row.reference in receipt.text
    for word in ("qualify", "eligible", "denied", "rejected"):
        assert word not in receipt.text


@pytest.mark.usefixtures("places")
def test_a_person_who_was_forced_to_work_sees_the_hotline_first(public_client, session):
    forced = changed(claims=["afraid", "trafficking"])
    first = walk(public_client, forced, until="first-result").text
    receipt = walk(public_client, forced).text
    for page in (first, receipt):
        numbers = re.findall(r'class="places".*?href="tel:[0-9]+"><bdi dir="ltr">([^<]+)<', page, re.DOTALL)
        assert numbers[0] == HOTLINE
        assert "call 911" in page
    assert "SAFETY" in session.scalars(select(Submission.codes)).one()


def test_nothing_that_tells_who_a_person_is_stands_before_the_first_result(public_client):
    q = questionnaire.current()
    before = q.steps[: q.steps.index(q.step(q.first_result_after)) + 1]
    asked = {question.key for step in before for question in step.questions}
    telling = {
        question.key
        for step in before
        for question in step.questions
        if question.sensitivity in {Sensitivity.IDENTITY, Sensitivity.CONTACT, Sensitivity.OPEN}
    }
    assert telling == {"helper_name", "helper_contact"}, "only a helper is asked for a name and a number"
    first = walk(public_client, ROSA, until="first-result")
    assert "Until now we did not ask for your name." in first.text
    assert not asked & {"call_name", "birth", "nationality", "phone", "email", "a_number", "city", "state"}
