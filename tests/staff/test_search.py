"""The search of the staff side: found by name, number and address; the words stay nowhere; nothing is opened."""

import logging

import pytest
from sqlalchemy import select

from intake.audit import AuditEvent
from intake.casework import indexing, tokens
from intake.casework.models import Case, CaseEvent
from intake.db import transaction
from intake.staff.search import MATCHES
from tests import people
from tests.hostile.looking import nothing_of
from tests.staff.conftest import send, token
from tests.staff.test_hostile import SAMPLE

FARIDA = people.BASE | {
    "call_name": "فریده رحیمی",
    "language": "fa_AF",
    "contact_ways": ["phone", "email"],
    "phone": "+12025550177",
    "email": "farida@example.org",
}
TYPED = ("Farida Rahimi", "Fareeda Raheemy", "202-555-0177", "farida@example.org")


@pytest.fixture
def key(settings) -> bytes:
    return tokens.key_of(settings)


@pytest.fixture
def farida(engine, keys, key) -> Case:
    """Farida's case, admitted and indexed beside Maryam's and João's."""
    made = people.send(engine, keys, FARIDA, people.MARYAM, people.JOAO)
    people.admit_all(engine, keys)
    indexing.index_due(engine, keys.keyring, key)
    with transaction(engine.execution_options(reads=True)) as session:
        return session.get_one(Case, made[0])


@pytest.fixture
def client(signed_in, caseworker):
    return signed_in(caseworker)


@pytest.mark.parametrize("typed", [*TYPED, "Rahimi, Faridah"])
def test_a_caseworker_finds_a_case_by_what_the_person_said(client, farida, typed):
    page = send(client, "/search", search=typed)
    assert page.status_code == 200 and farida.reference in page.text
    assert f"/cases/{farida.id}" in page.text and "1 case fits." in page.text


def test_the_way_to_the_search_is_on_every_page_and_the_box_can_be_reached_by_its_name(client):
    assert 'href="/search">Search</a>' in client.get("/account").text
    page = client.get("/search").text
    assert 'id="search"' in page and 'method="post"' in page


def test_the_words_go_neither_into_an_address_nor_a_log_nor_the_trail(client, engine, farida, caplog):
    caplog.set_level(logging.DEBUG)
    for typed in TYPED:
        page = send(client, "/search", search=typed)
        assert page.headers["Cache-Control"] == "no-store"
        assert typed not in page.text.replace(f'value="{typed}"', "")
    nothing_of(TYPED, caplog.text)
    with transaction(engine.execution_options(reads=True)) as session:
        trail = session.scalars(select(AuditEvent).where(AuditEvent.event == "search:made")).all()
    assert [one.details for one in trail] == ['{"count":1}'] * len(TYPED)
    assert {one.subject for one in trail} == {"search"}


def test_a_search_opens_nothing_and_changes_no_case(client, engine, farida):
    for typed in TYPED:
        send(client, "/search", search=typed)
    with transaction(engine.execution_options(reads=True)) as session:
        after = session.get_one(Case, farida.id)
        opened = session.scalars(select(AuditEvent).where(AuditEvent.event == "case:opened")).all()
        lines = session.scalars(select(CaseEvent.event)).all()
    assert (after.opened_count, after.version) == (0, 1) and opened == []
    assert set(lines) == {"case:admitted"}


def test_a_row_holds_no_name_and_says_how_well_it_fits(client, farida):
    page = send(client, "/search", search="Farida Rahimi").text
    assert "فریده" not in page and "رحیمی" not in page
    assert "The name sounds alike, or is written nearly the same." in page
    assert "The phone number is the same." in send(client, "/search", search="2025550177").text


def test_nobody_found_is_said_with_a_way_on(client, farida):
    page = send(client, "/search", search="Zzyzx")
    assert page.status_code == 200 and "No case fits." in page.text


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_box_is_refused_in_words(client, engine, typed):
    page = send(client, "/search", search=typed)
    assert page.status_code == 422 and "Type a name" in page.text
    with transaction(engine.execution_options(reads=True)) as session:
        assert session.scalars(select(AuditEvent).where(AuditEvent.event == "search:made")).all() == []


def test_a_case_that_waits_to_be_indexed_is_told(client, engine, keys, farida):
    said = "The desk is still preparing some cases"
    assert said not in send(client, "/search", search="Farida").text
    people.send(engine, keys, people.SAMI)
    people.admit_all(engine, keys)
    assert said in send(client, "/search", search="Farida").text


def test_any_string_is_searched_or_refused_and_shown_exactly(client, farida, caplog):
    mark = token(client.get("/search"))
    for text in SAMPLE[::2]:
        page = client.post("/search", data={"csrf_token": mark, "search": text})
        assert page.status_code in {200, 422}, repr(text)
    nothing_of([text for text in SAMPLE if len(text) > 8], caplog.text)


def test_without_the_token_of_the_page_nothing_is_searched(client, farida):
    assert client.post("/search", data={"search": "Farida"}).status_code in {400, 403}


def test_every_match_has_its_words():
    assert all(len(pair) == 2 and all(pair) for pair in MATCHES.values())
    assert set(MATCHES) == set(type(next(iter(MATCHES))))
