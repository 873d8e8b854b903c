"""Mails about one's own account: a new browser, a change of what protects it, and how to lock it."""

import dataclasses
import re

import pytest
from sqlalchemy import select

from intake.accounts import StaffMember
from intake.db import transaction
from intake.outbox import Outbox
from intake.staff.app import create_app
from tests.staff.conftest import give_code, give_password, send, sign_in
from tests.staff.mailbox import mails
from tests.staff.test_sessions import FIREFOX, PHONE, browser

LOCK = "http://localhost/lock-my-account"


@pytest.fixture
def alerts(engine, keys):
    """The texts of all alerts that wait."""
    return lambda: [one["text"] for one in mails(engine, keys, kind="account-alert")]


def speaks_spanish(engine, person) -> None:
    with transaction(engine) as session:
        session.get(StaffMember, person.id).language = "es"


def test_a_new_kind_of_browser_is_told_by_mail_and_a_known_one_is_not(staff_app, caseworker, clock, alerts):
    browser(staff_app, caseworker, clock)
    browser(staff_app, caseworker, clock, FIREFOX.replace("140", "141"))
    browser(staff_app, caseworker, clock, PHONE)
    browser(staff_app, caseworker, clock, PHONE)
    told = alerts()
    assert [("Firefox, Windows." in one, "Safari, iPhone or iPad." in one) for one in told] == [
        (True, False),
        (False, True),
    ]


def test_the_browser_of_a_colleague_is_new_for_me(staff_app, caseworker, colleague, clock, alerts, engine, keys):
    browser(staff_app, caseworker, clock)
    browser(staff_app, colleague, clock)
    assert [one["to"] for one in mails(engine, keys)] == [caseworker.email, colleague.email]


def test_an_alert_says_what_and_when_and_how_to_lock_and_names_nobody(staff_app, caseworker, clock, engine, keys):
    browser(staff_app, caseworker, clock)
    (mail,) = mails(engine, keys)
    assert mail["subject"] == "About your account"
    assert re.search(r"When: \d+ \w+ \d{4}, \d\d:\d\d \(America/New_York\)\.", mail["text"])
    assert LOCK in mail["text"]
    for said in ("Amina", caseworker.email, "127.0.0.1", "Harbour Rights"):
        assert said not in mail["subject"] + mail["text"]


def test_a_wrong_password_or_code_alone_tells_nothing(visitor, caseworker, alerts):
    give_password(visitor, caseworker.email, "not the pass phrase")
    give_password(visitor, caseworker.email, caseworker.password)
    give_code(visitor, "000000")
    assert alerts() == []


def test_five_wrong_tries_are_told_once(visitor, caseworker, alerts):
    for _ in range(7):
        give_password(visitor, caseworker.email, "not the pass phrase")
    (told,) = alerts()
    assert "five wrong tries" in told


def test_changes_of_what_protects_an_account_are_told(staff_app, caseworker, clock, alerts):
    here = browser(staff_app, caseworker, clock)
    new = "seven quiet harbours at dawn"
    changed = {"password": caseworker.password, "new_password": new, "new_password_confirm": new}
    send(here, "/account/password", **changed)
    page = send(here, "/account/recovery-codes")
    code = re.search(r"<code>([0-9a-f-]{14})</code>", page.text).group(1)
    other = staff_app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = FIREFOX
    give_password(other, caseworker.email, new)
    send(other, "/second-factor/recovery", code=code)
    told = sorted(alerts())
    starts = ("A recovery code of your account", "New recovery codes", "Somebody signed in", "The password")
    assert len(told) == len(starts)
    assert all(text.startswith(start) and LOCK in text for text, start in zip(told, starts, strict=True))


def test_locking_is_told_and_sends_to_an_administrator(staff_app, caseworker, clock, engine, keys, alerts):
    send(staff_app.test_client(), "/lock-my-account", email=caseworker.email)
    path = re.search(r"localhost(/lock-my-account/\S+)", mails(engine, keys, kind="account-lock")[0]["text"]).group(1)
    send(staff_app.test_client(), path)
    (told,) = alerts()
    assert told.startswith("Your account is locked") and "tell an administrator" in told and LOCK not in told


def test_an_alert_is_in_the_language_of_the_person_not_of_the_browser(
    staff_app, caseworker, colleague, clock, engine, keys
):
    speaks_spanish(engine, caseworker)
    for person in (caseworker, colleague):
        client = staff_app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es" if person is colleague else "en"
        sign_in(client, person, clock)
    spanish, english = mails(engine, keys)
    assert re.search(r"\d+ de \w+ de \d{4}, \d\d:\d\d", spanish["text"])
    assert english["subject"] == "About your account" and " de " not in english["text"]


def test_a_mail_leads_to_the_name_in_the_settings_whatever_a_request_says(settings, engine, keys, caseworker, clock):
    public = dataclasses.replace(settings, https=True, staff_hosts=("staff.example.org", "localhost"))
    client = create_app(public, engine, keys.keyring, clock=clock).test_client()
    page = client.get("/lock-my-account", base_url="https://localhost:9999")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    client.post(
        "/lock-my-account",
        data={"csrf_token": token, "email": caseworker.email},
        base_url="https://localhost:9999",
    )
    (mail,) = mails(engine, keys)
    assert "https://staff.example.org/lock-my-account/" in mail["text"] and "9999" not in mail["text"]


def test_what_waits_in_the_database_says_nothing(staff_app, caseworker, clock, engine):
    browser(staff_app, caseworker, clock)
    with transaction(engine) as session:
        (row,) = session.scalars(select(Outbox)).all()
        assert b"account" not in row.envelope and caseworker.email.encode() not in row.envelope
        assert (row.kind, row.case_id, row.once) == ("account-alert", None, None)


def test_the_account_page_lists_the_last_sign_ins(staff_app, caseworker, clock):
    for _ in range(12):
        clock.advance(minutes=40)
        page = browser(staff_app, caseworker, clock).get("/account").text
    listed = page[page.index("Last sign-ins") :]
    assert listed.count("Firefox") == 10


@pytest.mark.parametrize(("left", "said"), [(0, "no recovery codes"), (2, "few recovery codes"), (3, None)])
def test_the_account_page_warns_when_few_recovery_codes_are_left(signed_in, caseworker, engine, left, said):
    client = signed_in(caseworker)
    with transaction(engine) as session:
        session.get(StaffMember, caseworker.id).mf_recovery_codes = [f"sealed {n}" for n in range(left)]
    page = client.get("/account").text
    assert f"<dd>{left}</dd>" in page
    assert (said in page) if said else ('class="notice"' not in page)
