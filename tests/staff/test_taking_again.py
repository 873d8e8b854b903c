"""A form for somebody that broke off, was handed on, ended or was attacked: who may go on, and what is kept."""

import datetime as dt
import json
import uuid

import pytest
from sqlalchemy import func, select

from intake import drafts
from intake.audit import AuditEvent
from intake.casework import erasing, taking
from intake.casework.models import TakenIntake
from intake.db import transaction
from intake.drafts import DraftRow
from intake.returncode import derive, root_of
from intake.submissions import Submission
from tests.public.walking import ROSA, walk
from tests.staff.calling import begin, code_on, fill, id_of, press, typed
from tests.staff.conftest import send, token

pytestmark = pytest.mark.usefixtures("pepper")


def test_a_call_that_broke_off_goes_on_from_the_list_after_signing_in_again(signed_in, caseworker, clock):
    form = begin(client := signed_in(caseworker))
    press(client, f"{form}/reason", "save", typed("reason", ROSA))
    clock.advance(minutes=40)
    again = signed_in(caseworker)
    assert f'href="{form}/reason"' in again.get("/intake/new").text
    assert 'value="afraid" id="f-claims" checked' in again.get(f"{form}/reason").text
    clock.advance(hours=24)
    late = signed_in(caseworker)
    assert form not in late.get("/intake/new").text and late.get(f"{form}/reason").status_code == 404


def test_a_colleague_goes_on_with_the_code_and_leaves_a_trace(signed_in, caseworker, colleague, engine):
    first = signed_in(caseworker)
    form = begin(first)
    press(first, f"{form}/reason", "on", typed("reason", ROSA))
    code = code_on(first.get(f"{form}/dates"))
    other = signed_in(colleague)
    assert other.get(f"{form}/reason").status_code == 404
    assert begin(other, code=code, way="in_person", language="es") == form
    assert first.get(f"{form}/reason").status_code == 404
    fill(other, form, ROSA)
    with transaction(engine) as session:
        assert session.get(Submission, id_of(form)).marks == ["in_person"]
        event = session.scalars(select(AuditEvent).where(AuditEvent.event == "intake:taken-up")).one()
        assert event.actor == f"staff:{colleague.id}" and json.loads(event.details) == {"way": "in_person"}


def test_a_person_who_began_alone_gets_help_to_the_end(signed_in, caseworker, engine, clock, pepper):
    code = "1234567890123456"
    with transaction(engine) as session:
        own = derive(root_of(code, pepper))
        draft = drafts.start(session, code, own, form_version=2, now=clock(), source="notario-is-not-a-lawyer")
        draft.answers = {"consent_start": "yes", "call_name": "Rosa"}
        session.flush()
        drafts.save(session, draft, clock())
    form = begin(client := signed_in(caseworker), code="1234 5678 9012 3456")
    assert 'value="Rosa"' in client.get(f"{form}/dates").text
    fill(client, form, ROSA)


def test_a_caller_who_goes_on_alone_with_the_code_sends_the_form_themself(
    signed_in, caseworker, public_client, engine, clock
):
    form = begin(client := signed_in(caseworker), language="es")
    press(client, f"{form}/reason", "on", typed("reason", ROSA))
    code = code_on(client.get(f"{form}/dates"))
    back = public_client.post("/en/return", data={"csrf_token": token(public_client.get("/en/return")), "code": code})
    walk(public_client, ROSA, start=back.location.split("/apply/")[1])
    with transaction(engine) as session:
        assert "phone" not in session.get(Submission, id_of(form)).marks
    clock.time = max(clock(), dt.datetime.now(dt.UTC))
    assert form not in client.get("/intake/new").text
    assert client.get(f"{form}/dates").status_code == 404


def test_no_page_of_a_form_is_open_to_an_outsider_or_an_address_that_is_none(signed_in, visitor, caseworker, colleague):
    form = begin(client := signed_in(caseworker))
    assert visitor.get(f"{form}/reason").status_code == 302
    other = signed_in(colleague)
    for path in ("reason", "receipt"):
        assert other.get(f"{form}/{path}").status_code == 404
    for path in ("done", "discard", "reason"):
        assert send(other, f"{form}/{path}", page="/intake/new").status_code == 404
    assert client.get(f"{form}/nothing").status_code == 404
    assert client.get(f"/intake/{uuid.uuid4()}/reason").status_code == 404


def test_sending_twice_is_sending_once(signed_in, caseworker, engine):
    form = begin(client := signed_in(caseworker))
    receipt = fill(client, form, ROSA)
    sent = {"csrf_token": token(receipt), "go": "send", **typed("contact", ROSA)}
    again = client.post(f"{form}/contact", data=sent)
    assert again.status_code == 303 and again.location == f"{form}/receipt"
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_the_code_is_forgotten_when_the_person_has_it_and_after_two_hours(signed_in, caseworker, engine, clock):
    client = signed_in(caseworker)
    first, second = begin(client), begin(client)
    fill(client, first, ROSA)
    fill(client, second, ROSA)
    assert send(client, f"{first}/done", page=f"{first}/receipt").location == "/intake/new"
    assert client.get(f"{first}/receipt").status_code == 404
    clock.advance(minutes=121)
    assert signed_in(caseworker).get(f"{second}/receipt").status_code == 404


def test_a_person_who_stops_leaves_nothing(signed_in, caseworker, engine):
    form = begin(client := signed_in(caseworker))
    press(client, f"{form}/reason", "on", typed("reason", ROSA))
    assert send(client, f"{form}/discard", page=f"{form}/reason").location == "/intake/new"
    with transaction(engine) as session:
        for table in (DraftRow, TakenIntake, Submission):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_the_desk_forgets_codes_after_a_day_and_an_erasing_takes_them_at_once(signed_in, caseworker, engine, clock):
    client = signed_in(caseworker)
    begun, sent = begin(client), begin(client)
    fill(client, sent, ROSA)
    with transaction(engine) as session:
        erasing.erase_sent(session, id_of(sent), clock())
        assert [row.draft_id for row in session.scalars(select(TakenIntake))] == [id_of(begun)]
    with transaction(engine) as session:
        taking.purge(session, clock() + dt.timedelta(hours=23))
        assert session.scalar(select(func.count()).select_from(TakenIntake)) == 1
        taking.purge(session, clock() + dt.timedelta(hours=25))
        assert session.scalar(select(func.count()).select_from(TakenIntake)) == 0


def test_neither_the_code_nor_an_answer_lies_readable_in_the_database_or_in_an_address(signed_in, caseworker, engine):
    form = begin(client := signed_in(caseworker))
    page = press(client, f"{form}/reason", "on", typed("reason", ROSA))
    press(client, page.location, "on", typed("dates", ROSA))
    code = code_on(client.get(f"{form}/dates")).replace(" ", "")
    assert code not in page.location
    with transaction(engine) as session:
        rows = [*session.scalars(select(TakenIntake)), *session.scalars(select(DraftRow))]
        held = " ".join(str(value) for row in rows for value in vars(row).values())
    assert code not in held and "Rosa" not in held
    assert code.encode() not in b"".join(cookie.value.encode() for cookie in client._cookies.values())


@pytest.mark.parametrize("text", ["\0", "\u202e" * 300, "x" * 5_000, "<script>alert(1)</script>", "\ud800"])
def test_hostile_text_is_refused_or_shown_as_text(text, signed_in, caseworker):
    form = begin(client := signed_in(caseworker))
    sent = {"call_name": text.encode("utf-8", "surrogatepass"), "next_date.day": text[:50].encode("utf-8", "replace")}
    for go in ("on", "save"):
        answer = press(client, f"{form}/dates", go, sent)
        assert answer.status_code in {303, 422}
        assert "<script>alert" not in client.get(f"{form}/dates").text


def test_more_than_a_draft_keeps_is_refused_in_words(signed_in, caseworker, monkeypatch):
    monkeypatch.setattr("intake.form.keeping.DRAFT_BYTES", 300)
    form = begin(client := signed_in(caseworker))
    answer = press(client, f"{form}/reason", "save", typed("reason", ROSA) | {"helper_name": "y" * 190})
    assert answer.status_code == 413
