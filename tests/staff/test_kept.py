"""What was typed when the time of a session was over comes back to the same person, and lies nowhere in the clear."""

import re

import pytest
from sqlalchemy import select

from intake.casework.models import Case, Note
from intake.db import transaction
from intake.kepttext import KeptText
from tests import people
from tests.staff.conftest import give_password, send, sign_in

WORDS = "She will call back on Monday, after the hearing."


@pytest.fixture
def path(engine, keys, clock) -> str:
    with transaction(engine) as session:
        people.submitted(session, keys, people.JOAO, now=clock())
    people.admit_all(engine, keys, now=clock(), today=clock().date())
    with transaction(engine) as session:
        return f"/cases/{session.scalars(select(Case.id)).one()}"


@pytest.fixture
def late(signed_in, caseworker, path, clock):
    """A browser whose person wrote a note for longer than the session bears, and pressed the button."""
    client = signed_in(caseworker)
    page = client.get(path).text
    fields = {
        "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1],
        "version": re.search(r'name="version" value="(\d+)"', page)[1],
        "text": WORDS,
    }
    clock.advance(minutes=31)
    answer = client.post(f"{path}/notes", data=fields)
    assert answer.status_code == 303 and answer.location == "/sign-in?next=/kept"
    return client


def rows(engine, table) -> list:
    with transaction(engine) as session:
        return list(session.scalars(select(table)))


def back(client, person, clock) -> str:
    clock.advance(seconds=30)
    page = client.get("/sign-in?next=/kept")
    assert "What you typed is kept for you." in page.text and WORDS not in page.text
    first = send(client, "/sign-in", email=person.email, password=person.password, next="/kept")
    assert first.status_code == 302 and WORDS not in client.get(first.location).text
    return send(client, first.location, code=person.code(clock)).location


def test_it_comes_back_after_both_factors_and_is_sent_by_a_button(late, caseworker, engine, clock, path):
    assert rows(engine, Note) == []
    kept = rows(engine, KeptText)
    assert len(kept) == 1 and WORDS.encode() not in kept[0].envelope and b"cases" not in kept[0].envelope
    assert back(late, caseworker, clock).endswith("/kept")
    page = late.get("/kept")
    assert WORDS in page.text and "Send it now" in page.text
    form = page.text[page.text.index('action="/kept"') :].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    onward = late.post("/kept", data=fields)
    assert onward.status_code == 307 and onward.location == f"{path}/notes"
    assert late.post(onward.location, data=fields).status_code == 303
    assert WORDS in late.get(path).text and rows(engine, KeptText) == [] and len(rows(engine, Note)) == 1
    assert late.get("/kept").location == "/"


def test_another_person_at_the_same_browser_sees_nothing_of_it(late, colleague, engine, clock):
    clock.advance(seconds=30)
    sign_in(late, colleague, clock)
    assert late.get("/kept").location == "/" and WORDS not in late.get("/today").text
    assert len(rows(engine, KeptText)) == 1


def test_it_can_be_thrown_away_and_ends_by_itself(late, caseworker, engine, clock):
    back(late, caseworker, clock)
    assert send(late, "/kept", page="/kept", decision="discard").location == "/"
    assert rows(engine, KeptText) == [] and "thrown away" in late.get("/today").text


def test_it_ends_after_half_a_day(late, caseworker, clock, engine):
    clock.advance(hours=12)
    sign_in(late, caseworker, clock)
    assert late.get("/kept").location == "/"


def test_a_form_of_somebody_elses_making_is_not_kept(signed_in, caseworker, path, clock, engine):
    client = signed_in(caseworker)
    clock.advance(minutes=31)
    assert client.post(f"{path}/notes", data={"version": "1", "text": WORDS}).status_code == 400
    assert rows(engine, KeptText) == []


def test_passwords_and_sessions_that_were_ended_keep_nothing(signed_in, caseworker, clock, engine, path):
    client = signed_in(caseworker)
    page = client.get("/account").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    clock.advance(minutes=31)
    client.post("/account/password", data={"csrf_token": token, "password": "a b c d e f g h i j k l m"})
    assert rows(engine, KeptText) == []
    client = signed_in(caseworker)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]
    send(signed_in(caseworker), "/account/sessions/end-others", page="/account")
    assert client.post(f"{path}/notes", data={"csrf_token": token, "text": WORDS, "version": "1"}).status_code == 302
    assert rows(engine, KeptText) == []
    assert give_password(client, caseworker.email, caseworker.password).status_code == 302
