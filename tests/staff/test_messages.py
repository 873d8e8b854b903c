"""Staff read what an applicant sent later, and answer; the page says what is waiting and what is gone."""

import re

import pytest
from sqlalchemy import select, text, update

from intake.appendonly import unguard
from intake.audit import AuditEvent
from intake.casework.models import Case
from intake.db import transaction
from intake.incoming import Kind
from intake.letters import Letter
from intake.staff.app import create_app
from intake.unsealing import Keyring
from tests import people
from tests.casework import later
from tests.judge import JudgedClient
from tests.staff.conftest import send, sign_in

HELLO = {"text": "My hearing was moved.\n<b>Please</b> call.", "locale": "ar"}


@pytest.fixture
def maryam(engine, keys):
    """Maryam's case with a message that nobody has answered."""
    made = later.admitted(engine, keys, people.MARYAM, extra={"marks": ["fast", "from tomorrow"]})
    later.write(engine, keys, made, Kind.MESSAGE, HELLO)
    later.hear(engine, keys)
    return made


def paths(who) -> tuple[str, str]:
    return f"/cases/{who.id}", f"/cases/{who.id}/messages"


def events(engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)))


def once_on(page) -> str:
    return re.search(r'name="once" value="([0-9a-f]+)"', page.text).group(1)


def test_a_caseworker_reads_a_message_and_answers_it(signed_in, caseworker, colleague, engine, maryam):
    client, (path, talk) = signed_in(caseworker), paths(maryam)
    assert "needs a reply" in client.get("/queue").text
    page = client.get(path)
    assert "Needs a reply since 2 November 2026, 11:00." in page.text and f'href="{talk}"' in page.text
    assert "The applicant wrote a message." in page.text and "My hearing was moved" not in page.text
    page = client.get(talk)
    assert "My hearing was moved.\n&lt;b&gt;Please&lt;/b&gt; call." in page.text and "Arabic" in page.text
    assert "shared phone" in page.text and "names of other people" in page.text
    assert events(engine)[-2:] == ["case:opened", "case:opened"]
    said = "We saw the new day. We call you on Monday."
    assert send(client, talk, text=said, once=once_on(page)).status_code == 303
    page = client.get(talk)
    assert page.text.index("My hearing was moved.") < page.text.index(said)
    assert "Amina Caseworker" in page.text and "Needs a reply" not in page.text
    assert "needs a reply" not in client.get("/queue").text
    assert "letter:written" in events(engine)
    assert later.letters_of(engine, maryam, "message")[0]["text"] == said
    assert said in signed_in(colleague).get(path).text, "on the timeline, for every colleague"
    told = later.status_of(engine, maryam)
    assert told["opened"] == 5 and "Amina" not in str(told) and told["events"][-1]["what"] == "message"
    with transaction(engine) as session:
        assert not [one for one in session.scalars(select(Letter.envelope)) if b"Monday" in one]


def test_sending_the_same_page_twice_writes_one_letter(signed_in, caseworker, engine, maryam):
    client, (_, talk) = signed_in(caseworker), paths(maryam)
    once = once_on(client.get(talk))
    for _ in range(2):
        assert send(client, talk, text="Hello", once=once).status_code == 303
    assert len(later.letters_of(engine, maryam, "message")) == 1


@pytest.mark.parametrize(("text", "sentence"), [("  ", "Write something"), ("x" * 5001, "at most 5,000")])
def test_what_cannot_be_sent_is_said_in_words_and_kept(signed_in, caseworker, engine, maryam, text, sentence):
    client, (_, talk) = signed_in(caseworker), paths(maryam)
    page = send(client, talk, text=text, once="rubbish")
    assert page.status_code == 422 and sentence in page.text and text in page.text
    assert "Show what was written" in page.text
    assert later.status_of(engine, maryam)["opened"] == 1, "the page before it; a refusal opens nothing"
    assert later.letters_of(engine, maryam, "message") == []


def test_control_characters_never_reach_the_letter(signed_in, caseworker, engine, maryam):
    client, (_, talk) = signed_in(caseworker), paths(maryam)
    assert send(client, talk, text="One\x00\x1b[31m\r\nTwo {{ 7*7 }}").status_code == 303
    assert later.letters_of(engine, maryam, "message")[0]["text"] == "One[31m\nTwo {{ 7*7 }}"
    assert client.get(talk).status_code == 200


def test_the_case_page_shows_old_and_new_and_who_changed_it(signed_in, caseworker, engine, keys, maryam):
    change = later.new_dates(next_date="2026-11-07")
    later.write(engine, keys, maryam, Kind.DATES, change, hours=3)
    contact = {"answers": {"contact_ways": ["email"], "email": "maryam@example.org"}, "removed": ["phone"], "typed": {}}
    later.write(engine, keys, maryam, Kind.CONTACT, contact, hours=3)
    lost = later.write(engine, keys, maryam, Kind.DATES, change, hours=3.5)
    with transaction(engine) as session:
        for statement in unguard("incoming", ("UPDATE",), engine.dialect.name):
            session.execute(text(statement))
        session.execute(update(later.incoming.Incoming).values(envelope=b"?").where(later.incoming.Incoming.id == lost))
    later.hear(engine, keys, hours=4)
    page = signed_in(caseworker).get(paths(maryam)[0])
    assert "What was changed later" in page.text
    changes = page.text[page.text.index('id="changes"') :]
    assert re.search(r"11 November 2026</bdi> → <bdi[^>]*>7 November 2026</bdi>", changes)
    assert "changed by the applicant on 2 November 2026, 13:00" in changes
    assert "this cannot be opened here:" in changes and "a change of dates" in changes
    banner = page.text[page.text.index('id="contact"') : page.text.index("</section>")]
    assert "maryam@example.org" in banner and "5550123" not in banner
    assert "The applicant changed dates." in page.text and "cannot be opened or carried out" in page.text


def test_marks_are_explained_and_are_no_reason_to_refuse(signed_in, caseworker, maryam):
    page = signed_in(caseworker).get(paths(maryam)[0])
    assert "Sent very fast" in page.text and "This is no reason to refuse." in page.text
    assert "from tomorrow" in page.text, "a mark that this version does not know is still shown"


def test_a_relative_is_one_link_away(signed_in, caseworker, engine, keys, maryam):
    reference = later.case_of(engine, maryam).reference
    brother = later.admitted(engine, keys, people.JOAO, extra={"family": reference})
    other = later.admitted(engine, keys, people.SAMI, extra={"family": "AAAAA-AAAAA"})
    rubbish = later.admitted(engine, keys, people.XIMENA, extra={"family": "<script>"})
    client = signed_in(caseworker)
    assert f'href="/cases/{maryam.id}">{reference}</a>' in client.get(paths(brother)[0]).text
    assert "no such case here" in client.get(paths(other)[0]).text
    assert "Sent as a relative" not in client.get(paths(rubbish)[0]).text


def test_an_open_page_goes_stale_when_the_person_withdraws(signed_in, caseworker, engine, keys, maryam):
    client, (path, _) = signed_in(caseworker), paths(maryam)
    version = re.search(r'name="version" value="(\d+)"', client.get(path).text).group(1)
    later.write(engine, keys, maryam, Kind.WITHDRAW, {}, hours=3)
    later.hear(engine, keys, hours=4)
    page = send(client, f"{path}/status", page=path, version=version, status="triage", reason="")
    assert page.status_code == 409 and "The applicant withdrew the request." in page.text


def test_an_erased_case_says_so_and_opens_nothing(signed_in, caseworker, engine, keys, maryam):
    client, (path, talk) = signed_in(caseworker), paths(maryam)
    page = client.get(talk)
    version = re.search(r'name="version" value="(\d+)"', client.get(path).text).group(1)
    later.write(engine, keys, maryam, Kind.ERASE, {}, hours=3)
    later.hear(engine, keys, hours=4)
    before = events(engine)
    for address in (path, talk):
        gone = client.get(address, follow_redirects=True)
        assert "Withdrawn by the applicant." in gone.text and "erased on 2 November 2026, 14:00" in gone.text.replace(
            "The answers were erased on", "erased on"
        )
        assert "<textarea" not in gone.text and "Sent very fast" not in gone.text
    assert events(engine) == before
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    for address, fields in (
        (talk, {"text": "Hello"}),
        (f"{path}/notes", {"text": "Hello"}),
        (f"{path}/claim", {"version": version}),
        (f"{path}/status", {"version": "3", "status": "triage"}),
    ):
        answer = client.post(address, data={"csrf_token": csrf, **fields})
        assert (answer.status_code, answer.location) == (303, path), address
    assert events(engine) == before
    assert client.get("/").status_code == 200


def test_messages_that_do_not_open_leave_a_page_that_says_so(settings, engine, caseworker, clock, maryam):
    app = create_app(settings, engine, Keyring([]), clock=clock)
    app.test_client_class = JudgedClient
    client = app.test_client()
    sign_in(client, caseworker, clock)
    page = client.get(paths(maryam)[1])
    assert page.status_code == 200 and "do not open these messages" in page.text


def test_a_case_that_does_not_exist_has_no_messages(signed_in, caseworker, engine, maryam):
    client = signed_in(caseworker)
    nowhere = "/cases/00000000-0000-0000-0000-000000000001/messages"
    assert client.get(nowhere).status_code == 404
    assert send(client, nowhere, page=paths(maryam)[1], text="Hello").status_code == 404
    with transaction(engine) as session:
        assert session.scalars(select(Case.id)).all() == [maryam.id]
