"""Partners at the staff door: the list that administrators keep, and referring a person who agreed to it."""

import dataclasses
import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from intake.casework import partners
from intake.db import transaction
from intake.staff.app import create_app
from tests import people
from tests.judge import JudgedClient
from tests.staff.conftest import send, token


@pytest.fixture
def staff_app(settings, engine, keys, clock):
    """The door of an organisation whose form names one partner."""
    named = dataclasses.replace(settings, partners=("Harbour Clinic",))
    app = create_app(named, engine, keys.keyring, clock=clock)
    app.test_client_class = JudgedClient
    app.testing = True
    return app


@pytest.fixture
def clinic(engine, clock) -> str:
    typed = {"name": "Harbour Clinic", "kind": "clinic", "takes": "Children.", "contact": "Call <Dana>."}
    with transaction(engine) as session:
        row = partners.save(session, None, typed, active=True, actor="cli", now=clock())
        return str(row.id)


@pytest.fixture
def today(clock) -> dt.date:
    return clock().astimezone(ZoneInfo("America/New_York")).date()


def case(engine, keys, clock, **answers) -> str:
    (case_id,) = people.send(engine, keys, people.MARYAM | answers)
    people.admit_all(engine, keys)
    return f"/cases/{case_id}"


def refer(client, path, **fields):
    return client.post(f"{path}/partners", data={"csrf_token": token(client.get(path)), **fields})


def test_administrators_keep_the_list(signed_in, admin, caseworker):
    client = signed_in(admin)
    assert "No partner yet." in client.get("/partners").text
    wrong = send(client, "/partners", name=" ", kind="bank", takes="\u202ex", contact="")
    assert wrong.status_code == 422 and "Type the name" in wrong.text and "what kind" in wrong.text
    saved = send(client, "/partners", name="Harbour Clinic", kind="clinic", takes="Children", contact="x", active="1")
    assert saved.status_code == 303
    page = client.get("/partners")
    assert "named in the form" in page.text and "takes nobody now" not in page.text
    number = re.search(r"/partners\?change=(\d+)", page.text).group(1)
    assert 'value="Harbour Clinic"' in client.get(f"/partners?change={number}").text
    assert send(client, "/partners", partner=number, name="Harbour Clinic", kind="clinic").status_code == 303
    assert "takes nobody now" in client.get("/partners").text
    for rubbish in ("x", "9" * 30, "%00", "-1"):
        assert client.get(f"/partners?change={rubbish}").status_code == 200
    assert signed_in(caseworker).get("/partners").status_code == 403


def test_who_agreed_in_the_form_is_referred_and_the_answer_is_kept(signed_in, caseworker, engine, keys, clock, clinic):
    path, client = case(engine, keys, clock, consent_share="yes"), signed_in(caseworker)
    page = client.get(path)
    assert "the person agreed to sharing" in page.text and "Call &lt;Dana&gt;." in page.text
    sent = refer(client, path, partner=clinic, consent="form", partner_note="Her <sister> asks.")
    assert sent.status_code == 303
    page = client.get(path)
    assert "Her &lt;sister&gt; asks." in page.text and "Referred to a partner." in page.text
    asked = re.search(rf'action="({path}/partners/[0-9a-f-]+)"', page.text).group(1)
    for outcome, shown in (("no_answer", "Ask the partner again on"), ("taken", "The partner takes it")):
        fields = {"csrf_token": token(page), "outcome": outcome, "ask_again": "2027-01-04"}
        assert client.post(asked, data=fields).status_code == 303
        page = client.get(path)
        assert shown in page.text
    assert "4 January 2027" not in page.text and f'action="{asked}"' not in page.text
    wrong = client.post(asked, data={"csrf_token": token(page), "outcome": "\0"})
    assert wrong.status_code == 422 and "Choose what the partner said." in wrong.text


def test_without_consent_the_form_says_so_and_nothing_is_written(signed_in, caseworker, engine, keys, clock, clinic):
    path, client = case(engine, keys, clock), signed_in(caseworker)
    page = client.get(path)
    assert "did not agree to sharing" in page.text and '<option value="form"' not in page.text
    refused = refer(client, path, partner=clinic, consent="form", partner_note="Kept words")
    assert refused.status_code == 422 and "Ask them first" in refused.text and "Kept words" in refused.text
    assert "Referred to a partner." not in client.get(path).text


def test_a_consent_by_phone_is_kept_with_who_heard_it_and_when(
    signed_in, caseworker, colleague, engine, keys, clock, clinic, today
):
    path, client = case(engine, keys, clock), signed_in(caseworker)
    for day in ("", "yesterday", "2026-13-01", "2999-01-01", "\u0662\u0660\u0662\u0666-01-01"):
        fields = {"partner": clinic, "consent": "phone", "heard_by": str(colleague.id), "heard_on": day}
        refused = refer(client, path, **fields)
        assert refused.status_code == 422 and "the day on which the person agreed" in refused.text, day
    heard = today.isoformat()
    sent = refer(client, path, partner=clinic, consent="phone", heard_by=str(colleague.id), heard_on=heard)
    assert sent.status_code == 303
    page = client.get(path).text
    assert "heard by" in page and "<bdi>Ben Colleague</bdi>" in page


def test_a_referral_of_another_case_is_not_there(signed_in, caseworker, engine, keys, clock, clinic):
    path, client = case(engine, keys, clock), signed_in(caseworker)
    nowhere = f"{path}/partners/00000000-0000-0000-0000-000000000001"
    assert send(client, nowhere, page=path, outcome="taken").status_code == 404


def test_without_partners_the_case_page_speaks_of_none(signed_in, caseworker, engine, keys, clock):
    assert "Refer to a partner" not in signed_in(caseworker).get(case(engine, keys, clock)).text
