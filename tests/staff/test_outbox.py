"""The outbox page: what failed and why, without an address; an administrator tries again or gives up."""

import dataclasses
import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from intake import outbox
from intake.audit import AuditEvent
from intake.db import transaction
from intake.outbox import Outbox
from intake.settings import Mail
from tests import people
from tests.casework import later
from tests.staff.conftest import send


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, mail=Mail("mail.example.org", 587, "office@example.org"))


def put(engine, keys, who=None, *, code: str = "", dead: bool = True) -> uuid.UUID:
    """A mail that waits, or with a code one that met that answer."""
    with transaction(engine) as session:
        outbox.put(
            session,
            kind="notice",
            to="joao@example.org",
            subject="News",
            text="There is news",
            recipients=keys.recipients,
            now=people.NOW,
            case_id=who.id if who else None,
        )
        if not code:
            return session.scalars(select(Outbox.id).where(Outbox.tries == 0)).one()
        claimed = outbox.claim(session, people.NOW)
        outbox.settle(session, claimed, outbox.Outcome(code, dead=dead), people.NOW)
        return claimed.id


def row(engine, mail_id: uuid.UUID) -> Outbox:
    with transaction(engine.execution_options(reads=True)) as session:
        return session.get_one(Outbox, mail_id)


def last_trace(engine) -> tuple[str, str]:
    with transaction(engine.execution_options(reads=True)) as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
        return event.event, event.subject


def test_an_admin_sees_what_failed_and_why_and_no_address(signed_in, admin, engine, keys):
    joao = later.admitted(engine, keys, people.JOAO)
    put(engine, keys, joao, code="address_550")
    put(engine, keys, joao, code="connect", dead=False)
    put(engine, keys)
    page = signed_in(admin).get("/outbox").text
    assert "Waiting: <strong>3</strong>" in page and "Failed: <strong>1</strong>" in page
    assert "refused the address of the person" in page and "address_550" in page
    assert "could not be reached" in page and later.case_of(engine, joao).reference in page
    assert "joao@example.org" not in page and "There is news<" not in page


def test_trying_again_puts_a_mail_back_at_its_first_try(signed_in, admin, engine, keys, clock):
    failed = put(engine, keys, code="address_550")
    client = signed_in(admin)
    assert send(client, f"/outbox/{failed}/again", page="/outbox").status_code == 303
    found = row(engine, failed)
    assert (found.failed_at, found.error, found.tries) == (None, None, 0) and found.envelope is not None
    assert found.next_try_at == clock().astimezone(dt.UTC) and last_trace(engine)[0] == "mail:retried"


def test_giving_up_empties_a_mail(signed_in, admin, engine, keys):
    failed = put(engine, keys, code="address_550")
    client = signed_in(admin)
    assert send(client, f"/outbox/{failed}/give-up", page="/outbox").status_code == 303
    found = row(engine, failed)
    assert (found.failed_at, found.error, found.envelope, found.next_try_at) == (None, "given_up", None, None)
    assert last_trace(engine) == ("mail:given-up", f"mail:{failed.hex}")
    assert "Nothing failed." in client.get("/outbox").text


@pytest.mark.parametrize("verb", ["again", "give-up"])
def test_a_mail_that_waits_or_is_not_there_is_left_alone(signed_in, admin, engine, keys, verb):
    waits = put(engine, keys)
    client = signed_in(admin)
    for mail_id in (waits, uuid.uuid4()):
        answer = send(client, f"/outbox/{mail_id}/{verb}", page="/outbox")
        assert answer.status_code == 303
        assert "does not wait for a decision any more" in client.get("/outbox").text
    assert row(engine, waits).next_try_at == people.NOW and not last_trace(engine)[0].startswith("mail:")


def test_a_caseworker_sees_no_outbox(signed_in, caseworker, engine, keys):
    failed = put(engine, keys, code="address_550")
    client = signed_in(caseworker)
    assert client.get("/outbox").status_code == 403 and "/outbox" not in client.get("/").text
    assert send(client, f"/outbox/{failed}/again", page="/account").status_code == 403
    assert row(engine, failed).failed_at is not None


def test_the_page_says_when_text_messages_are_off(signed_in, admin):
    page = signed_in(admin).get("/outbox").text
    assert "INTAKE_SMS_ADDRESS" in page and "Mail is off" not in page


def test_a_code_that_nobody_has_words_for_is_shown_as_it_is(signed_in, admin, engine, keys):
    put(engine, keys, code="strange_999")
    assert "strange_999" in signed_in(admin).get("/outbox").text
