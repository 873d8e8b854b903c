"""Searches kept from the queue: with their counts beside it, changed and removed by the person they belong to."""

import re

import pytest

from tests.casework import many
from tests.staff.conftest import send


@pytest.fixture
def client(signed_in, caseworker):
    return signed_in(caseworker)


def test_filters_are_kept_under_a_name_and_lead_back_to_the_same_page(client, engine, signed_in, colleague):
    many.fill(engine, 60)
    address = "/queue?language=ar&status=triage&status=contacting&sort=age"
    page = client.get(address)
    assert "Arabic" in page.text and "Triage, Contacting" in page.text
    kept = send(client, "/saved", page=address, name="Arabic & new", language="ar", status="triage", shared="1")
    assert kept.status_code == 303
    line = re.search(
        r'<a href="([^"]+)"><bdi>Arabic &amp; new</bdi> <span class="count">(\d+)', client.get("/queue").text
    )
    listed = client.get(line[1].replace("&amp;", "&"))
    assert int(line[2]) == listed.text.count("data-row=") > 0
    theirs = signed_in(colleague).get("/queue").text
    assert "Arabic &amp; new" in theirs and "(<bdi>Amina Caseworker</bdi>)" in theirs


def test_what_is_wrong_is_said_and_what_was_typed_stays(client):
    page = send(client, "/saved", page="/queue?level=1", name=" ", level="1", alert="1")
    assert page.status_code == 422 and "Give the search a name." in page.text
    assert '<input type="hidden" name="level" value="1">' in page.text
    assert re.search(r'name="alert" value="1" checked', page.text)


def test_a_search_is_changed_and_removed_by_its_owner_alone(client, signed_in, colleague):
    send(client, "/saved", page="/queue?level=1", name="Critical ones", level="1", shared="1")
    key = re.search(r'href="(/saved/\d+)"', client.get("/saved").text)[1]
    other = signed_in(colleague)
    assert "Critical ones" in other.get("/saved").text and key not in other.get("/saved").text
    assert other.get(key).status_code == 404
    assert send(other, f"{key}/remove", page="/saved").status_code == 404
    assert send(client, key, page=key, version="1", name="Renamed", level="1", alert="1").status_code == 303
    assert send(client, key, page=key, version="1", name="Late", level="1").status_code == 409
    page = client.get("/saved").text
    assert "Renamed" in page and "New cases are mailed to you." in page and "Everybody sees it." not in page
    assert send(client, f"{key}/remove", page="/saved").status_code == 303
    assert "No search is saved yet." in client.get("/saved").text


def test_hostile_names_are_text_and_nothing_else(client):
    for name in ("<script>alert(1)</script>", "\u202egnp.exe", "a\0b", "%(count)s"):
        assert send(client, "/saved", page="/queue?level=1", name=name, level="1").status_code in {303, 422}
    page = client.get("/saved").text
    assert "<script>alert" not in page and "\u202e" not in page
