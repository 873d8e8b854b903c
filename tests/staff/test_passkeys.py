"""Passkeys in a real browser with a device that exists in it alone: added, used in place of the code, removed."""

import base64
import json
import re
import threading
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.serving import make_server

from intake.accounts import StaffMember
from intake.audit import AuditEvent
from intake.db import transaction
from intake.passkeys import Passkey, challenge_set, challenge_used
from intake.staff.members import unlock
from tests.journeys.browsing import DESKTOP, chromium
from tests.staff.conftest import give_code, give_password, send
from tests.staff.mailbox import mails

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def door(staff_app) -> Iterator[str]:
    """The staff door as a browser reaches it: passkeys need a host with a name."""
    server = make_server("127.0.0.1", 0, staff_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page in a browser that has a device for passkeys."""
    context = browser.new_context(viewport=DESKTOP)
    made = context.new_page()
    device = context.new_cdp_session(made)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield made
    context.close()


def type_password(page: Page, door: str, person) -> None:
    page.goto(f"{door}/sign-in")
    page.fill("[name=email]", person.email)
    page.fill("[name=password]", person.password)
    page.click("main form button")


def sign_in_with_code(page: Page, door: str, person, clock) -> None:
    clock.advance(seconds=30)
    type_password(page, door, person)
    page.fill("[name=code]", person.code(clock))
    page.click("main form button")
    page.wait_for_url(f"{door}/")


def add_passkey(page: Page, door: str, name: str) -> None:
    page.goto(f"{door}/account/passkeys")
    page.fill("[name=name]", name)
    page.click("main form button:has-text('Go on')")
    page.click("text=Make the passkey")
    # The page before has the same address.
    page.get_by_text(name, exact=True).first.wait_for()


def rows(engine) -> list[Passkey]:
    with transaction(engine) as session:
        return list(session.scalars(select(Passkey).order_by(Passkey.created_at)))


@pytest.mark.browser
def test_a_passkey_is_added_and_stands_for_the_code_at_the_next_sign_in(page, door, caseworker, clock, engine, keys):
    sign_in_with_code(page, door, caseworker, clock)
    add_passkey(page, door, "blue key")
    assert "blue key" in page.inner_text("main") and "Not used yet" in page.inner_text("main")
    page.click("text=Sign out")
    type_password(page, door, caseworker)
    page.click("text=Use a passkey")
    page.click("text=Use the passkey")
    page.wait_for_url(f"{door}/")
    assert page.goto(f"{door}/account").status == 200
    (kept,) = rows(engine)
    assert kept.used_at == clock() and kept.sign_count > 0
    with transaction(engine) as session:
        told = list(session.scalars(select(AuditEvent.event)))
    assert told.count("staff:passkey-added") == 1 and told.count("staff:signed-in") == 2
    assert any("A passkey was added" in mail["text"] for mail in mails(engine, keys))


@pytest.mark.browser
def test_what_a_passkey_signed_is_good_once(page, door, staff_app, caseworker, clock):
    sign_in_with_code(page, door, caseworker, clock)
    add_passkey(page, door, "blue key")
    page.click("text=Sign out")
    type_password(page, door, caseworker)
    page.click("text=Use a passkey")
    copied = {one["name"]: one["value"] for one in page.context.cookies()}["staff"]
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if "/passkey/answer" in one.url else None)
    page.click("text=Use the passkey")
    page.wait_for_url(f"{door}/")
    thief = staff_app.test_client()
    thief.set_cookie("staff", copied, domain="localhost")
    form = "application/x-www-form-urlencoded"
    again = thief.post("/second-factor/passkey/answer", data=sent[0], content_type=form, base_url=door)
    assert again.location == "/second-factor"
    assert thief.get("/").status_code == 302


@pytest.mark.browser
def test_the_passkey_of_a_colleague_opens_nothing_of_mine(page, door, caseworker, colleague, clock, engine):
    sign_in_with_code(page, door, colleague, clock)
    add_passkey(page, door, "mine")
    page.click("text=Sign out")
    with transaction(engine) as session:
        theirs = session.scalars(select(Passkey)).one()
        # As if the page of somebody else asked for this key.
        theirs.staff_id = caseworker.id
    type_password(page, door, caseworker)
    page.click("text=Use a passkey")
    with transaction(engine) as session:
        session.scalars(select(Passkey)).one().staff_id = colleague.id
    page.click("text=Use the passkey")
    page.wait_for_url(f"{door}/second-factor")
    assert "The passkey did not work" in page.inner_text("body")
    assert page.goto(f"{door}/account").url.startswith(f"{door}/sign-in")


@pytest.mark.browser
def test_several_passkeys_are_named_and_removed_one_by_one(page, door, caseworker, clock, engine):
    sign_in_with_code(page, door, caseworker, clock)
    add_passkey(page, door, "blue key")
    # The same device does not take a second one.
    page.fill("[name=name]", "again")
    page.click("main form button:has-text('Go on')")
    page.click("text=Make the passkey")
    page.wait_for_selector("#passkey-problem:not([hidden])")
    other = page.context.new_cdp_session(page)
    other.send("WebAuthn.enable")
    other.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | {"transport": "usb"}})
    page.goto(f"{door}/account/passkeys")
    page.fill("[name=name]", "BLUE  key")
    page.click("main form button:has-text('Go on')")
    assert "of this name" in page.inner_text("main") and page.input_value("[name=name]") == "BLUE  key"
    page.click("button:has-text('Remove')")
    page.wait_for_selector("text=The passkey is removed.")
    assert rows(engine) == []
    page.click("text=Sign out")
    type_password(page, door, caseworker)
    assert page.locator("text=Use a passkey").count() == 0


@pytest.fixture
def with_passkey(engine, clock):
    """A row as a browser would have made it, for what does not need one."""

    def give(person, name: str = "blue key") -> Passkey:
        with transaction(engine) as session:
            made = Passkey(
                id=uuid.uuid4(),
                staff_id=person.id,
                name=name,
                credential_id=f"{person.id} {name}".encode(),
                public_key=b"not a key",
                sign_count=0,
                created_at=clock(),
            )
            session.add(made)
        return made

    return give


def halfway(app, person):
    client = app.test_client()
    give_password(client, person.email, person.password)
    return client


def test_wrong_answers_of_a_passkey_close_the_account(staff_app, caseworker, with_passkey, clock, engine):
    with_passkey(caseworker)
    client = halfway(staff_app, caseworker)
    for nonsense in ("", "{}", "[" * 15_000, '{"id":"\\u0000","rawId":7}', "null"):
        send(client, "/second-factor/passkey", page="/second-factor")
        wrong = send(client, "/second-factor/passkey/answer", page="/second-factor", credential=nonsense)
        assert wrong.location == "/second-factor"
    assert give_code(client, caseworker.code(clock)).status_code == 200
    with transaction(engine) as session:
        told = list(session.scalars(select(AuditEvent.details).where(AuditEvent.event == "staff:sign-in-failed")))
    assert told == ['{"method":"passkey"}'] * 4


def test_an_answer_of_nonsense_about_a_known_key_is_wrong_and_no_error(staff_app, caseworker, with_passkey):
    made = with_passkey(caseworker)
    client = halfway(staff_app, caseworker)
    known = base64.urlsafe_b64encode(made.credential_id).decode().rstrip("=")
    for data in ("", "AAAA", "____" * 50):
        answer = {
            "id": known,
            "rawId": known,
            "type": "public-key",
            "response": {"authenticatorData": data, "clientDataJSON": data, "signature": data},
        }
        send(client, "/second-factor/passkey", page="/second-factor")
        wrong = send(client, "/second-factor/passkey/answer", page="/second-factor", credential=json.dumps(answer))
        assert wrong.location == "/second-factor"


def test_what_a_passkey_is_asked_counts_once_and_only_the_last(session, caseworker):
    person = session.get(StaffMember, caseworker.id)
    challenge_set(person, b"first")
    challenge_set(person, b"second")
    session.flush()
    assert not challenge_used(session, person, b"first")
    assert challenge_used(session, person, b"second")
    assert not challenge_used(session, person, b"second")


def test_nobody_is_asked_for_a_passkey_without_the_password(staff_app, visitor, caseworker, with_passkey):
    with_passkey(caseworker)
    for path in ("/second-factor/passkey", "/second-factor/passkey/answer"):
        assert send(visitor, path, page="/sign-in", credential="{}").location == "/sign-in"


def test_only_who_has_a_passkey_is_offered_to_use_one(staff_app, caseworker, colleague, with_passkey):
    with_passkey(caseworker)
    assert "Use a passkey" in halfway(staff_app, caseworker).get("/second-factor").text
    other = halfway(staff_app, colleague)
    assert "Use a passkey" not in other.get("/second-factor").text
    assert send(other, "/second-factor/passkey", page="/second-factor").location == "/sign-in"


def test_adding_a_passkey_needs_a_fresh_sign_in(signed_in, caseworker):
    client = signed_in(caseworker)
    with client.session_transaction() as kept:
        kept["fs_paa"] -= 16 * 60
    answer = send(client, "/account/passkeys", name="blue key")
    assert answer.status_code == 303 and answer.location == "/account/again?next=/account/passkeys"


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "\u202e", "a" * 5000])
def test_a_passkey_needs_a_name_of_fair_length(signed_in, caseworker, name):
    page = send(signed_in(caseworker), "/account/passkeys", name=name)
    assert page.status_code in ({200} if name == "\u202e" else {422})


def test_ten_passkeys_are_enough(signed_in, caseworker, with_passkey):
    for number in range(10):
        with_passkey(caseworker, f"key {number}")
    page = send(signed_in(caseworker), "/account/passkeys", name="one more")
    assert page.status_code == 422 and "Remove one first" in page.text


def test_nobody_removes_the_passkey_of_another_person(signed_in, colleague, caseworker, with_passkey, engine):
    made = with_passkey(caseworker)
    assert send(signed_in(colleague), f"/account/passkeys/{made.id}/remove", page="/account").status_code == 404
    assert len(rows(engine)) == 1


def test_an_answer_without_a_question_adds_nothing(signed_in, caseworker, engine):
    client = signed_in(caseworker)
    assert send(client, "/account/passkeys/add", page="/account/passkeys", credential="{}").status_code == 422
    send(client, "/account/passkeys", name="blue key")
    assert send(client, "/account/passkeys/add", page="/account/passkeys", credential="{}").status_code == 422
    assert rows(engine) == []


def test_the_code_of_the_app_stays_when_the_last_passkey_goes(staff_app, signed_in, caseworker, with_passkey, clock):
    made = with_passkey(caseworker)
    client = signed_in(caseworker)
    assert send(client, f"/account/passkeys/{made.id}/remove", page="/account").location == "/account/passkeys"
    clock.advance(seconds=30)
    assert give_code(halfway(staff_app, caseworker), caseworker.code(clock)).location == "/"


def test_passkeys_go_with_the_second_factor_of_a_lost_phone(settings, engine, caseworker, with_passkey, clock):
    with_passkey(caseworker)
    with transaction(engine) as session:
        session.get(StaffMember, caseworker.id).locked_by_owner_at = clock()
    unlock(settings, engine, email=caseworker.email, second_factor=True, now=clock())
    assert rows(engine) == []


def test_the_question_goes_to_the_browser_without_any_code_in_the_page(signed_in, caseworker):
    page = send(signed_in(caseworker), "/account/passkeys", name="blue <key>")
    options = re.search(r'data-options="([^"]+)"', page.text).group(1)
    asked = json.loads(options.replace("&#34;", '"'))
    assert asked["rp"]["id"] == "localhost" and asked["attestation"] == "none"
    assert re.search(r'src="/static/passkey\.[0-9a-f]+\.js"', page.text)
