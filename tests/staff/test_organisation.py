"""What the organisation says of itself: an admin saves versions, two admins do not overwrite each other."""

import json
import re

import pytest
from sqlalchemy import select

from intake.audit import AuditEvent
from intake.db import transaction
from intake.organisation import OrganisationVersion
from tests.staff.conftest import send, token

SAID = {
    "name": "Harbour Rights",
    "about": "We are lawyers and helpers.\nWe work for free.",
    "phones": "Office: 202-555-0123\nNight line: +1 202 555 0188",
    "email": "help@example.org",
    "hours": "Monday to Friday, 9 am to 5 pm",
    "zone": "America/Chicago",
    "promise_days": "7",
    "languages": ["es", "ar"],
    "days": ["0", "1", "2", "3", "4"],
    "closed": "2026-12-24 Christmas Eve",
    "states": ["NY", "TX"],
    "target_1": "0",
    "target_2": "2",
    "target_3": "8",
}


@pytest.fixture
def client(signed_in, admin):
    return signed_in(admin)


def versions(engine) -> list[OrganisationVersion]:
    with transaction(engine) as session:
        return list(session.scalars(select(OrganisationVersion).order_by(OrganisationVersion.version)))


def test_each_change_is_a_new_version_with_its_author_and_a_trace(client, engine, admin):
    assert 'value="Harbour Rights"' in client.get("/organisation").text
    assert send(client, "/organisation", version="0", **SAID).status_code == 303
    assert send(client, "/organisation", version="1", **(SAID | {"promise_days": ""})).status_code == 303
    first, second = versions(engine)
    assert first.said["promise_days"] == 7 and second.said["promise_days"] is None
    assert first.said["phones"] == [["Office", "+12025550123"], ["Night line", "+12025550188"]]
    assert first.said["languages"] == ["es", "ar"] and second.actor == f"staff:{admin.id}"
    with transaction(engine) as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.event == "organisation:changed"))
        changed = [json.loads(one.details)["changed"] for one in found]
    assert "phones" in changed[0] and changed[1] == ["promise_days"]


def test_the_page_shows_again_what_was_saved(client):
    send(client, "/organisation", version="0", **SAID)
    page = client.get("/organisation").text
    assert "Office: +1 202-555-0123\nNight line: +1 202-555-0188" in page
    assert 'id="languages-ar" name="languages" value="ar" checked' in page
    assert '<option value="America/Chicago" selected>' in page and "Saved." in page
    assert 'id="states-TX" name="states" value="TX" checked' in page
    assert re.search(r'id="target_2" name="target_2" value="2"', page)


def test_what_cannot_be_kept_has_a_sentence_and_stays_typed(client, engine):
    wrong = SAID | {
        "name": "",
        "phones": "Office: 12",
        "email": "nobody",
        "zone": "Mars",
        "languages": ["xx"],
        "promise_days": "soon",
        "states": ["XX"],
        "target_1": "now",
    }
    page = send(client, "/organisation", version="0", **wrong)
    assert page.status_code == 422
    for words in (
        "Write the name",
        "cannot be read",
        "help@example.org",
        "Choose a time zone",
        "Choose languages",
        "whole number",
        "Choose states",
        "0 is the same day",
    ):
        assert words in page.text
    assert "Office: 12</textarea>" in page.text and 'value="soon"' in page.text and 'value="nobody"' in page.text
    assert versions(engine) == []


def test_who_comes_second_sees_the_newest_version_and_keeps_what_was_typed(client, signed_in, make_person, engine):
    other, mine = signed_in(make_person("Dana Admin", "admin")), client.get("/organisation")
    send(other, "/organisation", version="0", **(SAID | {"hours": "Only on Monday"}))
    sent = SAID | {"hours": "Only on Friday", "version": "0", "csrf_token": token(mine)}
    page = client.post("/organisation", data=sent)
    assert page.status_code == 409 and "Somebody else saved another version" in page.text
    assert "<bdi>New York, Texas</bdi>" in page.text and "<bdi>0 · 2 · 8</bdi>" in page.text
    assert "<bdi>Only on Monday</bdi>" in page.text and 'value="Only on Friday"' in page.text
    assert len(versions(engine)) == 1
    assert send(client, "/organisation", **(sent | {"version": "1"})).status_code == 303
    assert [one.said["hours"] for one in versions(engine)] == ["Only on Monday", "Only on Friday"]


def test_a_caseworker_may_not_speak_for_the_organisation(signed_in, caseworker, staff_app, engine):
    client = signed_in(caseworker)
    assert client.get("/organisation").status_code == 403
    assert 'href="/organisation"' not in client.get("/").text
    staff_app.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/organisation", data=SAID | {"version": "0"}).status_code == 403
    assert versions(engine) == []
