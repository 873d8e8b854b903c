"""The pages of the trail: who opened what, that somebody looked, and a clear word when it is not whole."""

import pytest
from sqlalchemy import select

from intake import audit, trail
from intake.audit import AuditEvent, Event
from intake.casework.models import Case
from intake.db import transaction
from intake.staff import traildetails
from intake.staff.trailnames import EVENTS, GROUPS
from tests import people
from tests.audit.test_audit_trail import tamper
from tests.staff.conftest import send


@pytest.fixture
def case(engine, keys, clock) -> Case:
    with transaction(engine) as session:
        people.submitted(session, keys, people.JOAO, now=clock())
    people.admit_all(engine, keys, now=clock(), today=clock().date())
    with transaction(engine) as session:
        found = session.scalars(select(Case)).one()
        session.expunge(found)
        return found


def test_who_opened_a_case_is_found_by_its_reference_and_by_the_person(signed_in, admin, caseworker, colleague, case):
    signed_in(caseworker).get(f"/cases/{case.id}")
    client = signed_in(admin)
    by_case = client.get("/trail", query_string={"case": case.reference.lower(), "group": "opened"}).text
    assert by_case.count("Opened the answers") == 1 and by_case.count(caseworker.name) >= 2
    assert by_case.count(f">{case.reference}<") == 1
    by_person = client.get("/trail", query_string={"person": str(colleague.id), "group": "opened"}).text
    assert "No event fits." in by_person
    everything = client.get("/trail").text
    assert "The desk made the case" in everything and "Signed in" in everything and "Read the trail" in everything


def test_that_somebody_looked_is_written_down_but_not_at_whom(signed_in, admin, engine, case):
    signed_in(admin).get("/trail", query_string={"case": case.reference, "since": "2020-01-01"})
    with transaction(engine) as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
        assert (last.event, last.actor, last.subject) == ("audit:read", f"staff:{admin.id}", "trail")
        assert last.details == '{"fields":["case","since"]}'


@pytest.mark.parametrize("query", [{"case": "nothing"}, {"since": "soon"}, {"until": "2026-13-01"}])
def test_what_cannot_be_read_is_said_and_kept(signed_in, admin, query):
    page = signed_in(admin).get("/trail", query_string=query)
    assert page.status_code == 422 and 'aria-invalid="true"' in page.text


def test_odd_addresses_do_no_harm(signed_in, admin):
    client = signed_in(admin)
    for query in ({"before": "x"}, {"before": "99999999999"}, {"person": "0"}, {"group": "?"}, {"until": "9999-12-31"}):
        assert client.get("/trail", query_string=query).status_code == 200, query


def test_a_trail_that_is_not_whole_is_said_on_every_page_that_matters(signed_in, admin, engine, case, clock):
    client = signed_in(admin)
    assert "has not checked the whole trail yet" in client.get("/trail/check").text
    trail.check_part(engine, clock())
    assert "whole and in order" in client.get("/trail/check").text
    assert "not whole" not in client.get("/administration").text
    tamper(engine, "UPDATE audit_event SET actor = 'staff:77' WHERE seq = 1")
    trail.check_part(engine, clock())
    assert "The audit trail is not whole." in client.get("/administration").text
    for path in ("/trail", "/trail/check"):
        page = client.get(path).text
        assert "Event 1 was changed." in page and "Make a copy of the database" in page
    with transaction(engine) as session:
        row = trail.state(session)
        row.bad_seq = row.bad_at = None
        row.whole_at = clock()
    clock.advance(days=3)
    assert "was not checked for two days" in signed_in(admin).get("/administration").text


def test_an_anchor_is_shown_and_compared(signed_in, admin, engine):
    client = signed_in(admin)
    with transaction(engine) as session:
        number, digest = audit.anchor(session)
    assert f"{number}:{digest}" in client.get("/trail/check").text
    for typed, said in (
        (f" {number}:{digest} ", "It fits"),
        (f"{number}:{'0' * 64}", "It does not fit"),
        (f"999999999999:{digest}", "It does not fit"),
        ("my anchor", "An anchor is a number"),
    ):
        assert said in send(client, "/trail/check", anchor=typed).text, typed


def test_every_event_and_group_has_a_name():
    assert set(EVENTS) == set(Event) and set(GROUPS) == set(trail.GROUPS)


def test_a_change_is_told_in_words_not_in_codes(signed_in, admin, caseworker, case):
    here, own = f"/cases/{case.id}", signed_in(caseworker)
    send(own, f"{here}/status", page=here, version="1", status="withdrawn", reason="withdrew", closing_code="")
    page = signed_in(admin).get("/trail", query_string={"case": case.reference}).text
    for words in (
        "before</span> <bdi>New<",
        "status</span> <bdi>Withdrawn<",
        "reason</span> <bdi>The person withdrew<",
    ):
        assert words in page
    assert "from_status" not in page and "withdrew<" not in page.replace("The person withdrew<", "")


def test_each_detail_that_an_event_may_hold_has_a_word():
    assert set(traildetails.KEYS) == set(audit.DETAIL_KEYS)
