"""Whose device it is changes what is offered: on one that others see, pages say less and keep less."""

import re

import pytest
from flask import render_template

from intake.public import visit
from tests.public.test_idle import code_on, quiet_for
from tests.public.walking import ROSA, fields, press, token, walk

WATCHED = ROSA | {"device": "watched"}
NOT_OWN = ["shared", "watched", "unsure"]


@pytest.mark.parametrize("device", NOT_OWN)
def test_right_after_the_first_page_a_person_reads_what_changes_and_sees_the_code(public_client, device):
    begun = press(public_client, "/en/apply/", fields("start", ROSA | {"device": device}))
    assert begun.headers["Location"] == "/en/device"
    page = public_client.get("/en/device")
    assert "closes after 15 minutes without a tap" in page.text and re.search(r"\d{4} \d{4} \d{4} \d{4}", page.text)
    assert "<title>Notes</title>" in page.text and "Harbour Rights" not in page.text
    assert 'class="button" href="/en/apply/who"' in page.text


@pytest.mark.parametrize("device", ["mine", None])
def test_on_an_own_device_and_where_nobody_said_nothing_stands_between(public_client, device):
    answers = {key: value for key, value in (ROSA | {"device": device}).items() if value is not None}
    begun = press(public_client, "/en/apply/", fields("start", answers))
    assert begun.headers["Location"] == "/en/apply/who"
    assert "Harbour Rights</title>" in public_client.get("/en/apply/who").text


def test_a_device_that_turns_out_to_be_watched_is_treated_so_from_then_on(public_client):
    walk(public_client, ROSA, until="money")
    assert press(public_client, "/en/apply/start", fields("start", WATCHED)).headers["Location"] == "/en/device"
    assert "<title>Notes</title>" in public_client.get("/en/apply/money").text
    assert press(public_client, "/en/apply/start", fields("start", ROSA)).headers["Location"] == "/en/apply/who"
    assert "Harbour Rights</title>" in public_client.get("/en/apply/money").text


def test_whoever_takes_a_watched_phone_after_a_while_sees_no_answer_and_cannot_go_on(public_client):
    walk(public_client, WATCHED, until="claims")
    quiet_for(public_client, 16)
    for address in ("/en/apply/claims", "/en/apply/money", "/en/device", "/en/later"):
        page = public_client.get(address, follow_redirects=True)
        assert page.status_code == 410 and "Type your return code" in page.text and not re.search(r"\d{4} ", page.text)
        assert "<title>This page has expired</title>" in page.text and "Harbour Rights" not in page.text
    assert public_client.post("/en/still-here", data={"csrf_token": token_of(public_client)}).status_code == 410


def test_on_a_watched_phone_the_code_of_the_second_page_opens_what_was_saved(public_app):
    phone, library = public_app.test_client(), public_app.test_client()
    press(phone, "/en/apply/", fields("start", WATCHED))
    code = code_on(phone.get("/en/device"))
    walk(phone, WATCHED, start="who", until="money")
    phone.post("/en/leave-now")
    assert press(library, "/en/return", {"code": code}).headers["Location"] == "/en/apply/money"
    page = library.get("/en/apply/money").text
    assert "<title>Notes</title>" in page and "Harbour Rights" not in page, "nobody said whose device this is"


@pytest.mark.parametrize(("device", "title"), [("shared", "Notes"), ("mine", "Harbour Rights")])
def test_who_had_to_be_careful_before_sending_is_treated_so_on_the_next_device_too(public_app, device, title):
    code = code_on(walk(public_app.test_client(), ROSA | {"device": device}))
    elsewhere = public_app.test_client()
    assert press(elsewhere, "/en/return", {"code": code}).headers["Location"] == "/en/mine"
    assert f"{title}</title>" in elsewhere.get("/en/mine").text
    elsewhere.post("/en/look", data={"csrf_token": token(elsewhere.get("/en/look")), "neutral": "no"})
    assert "Harbour Rights</title>" in elsewhere.get("/en/mine").text


def test_before_anything_is_asked_a_quiet_visit_may_go_on(public_client):
    press(public_client, "/en/apply/", fields("start", WATCHED))
    quiet_for(public_client, 16)
    page = public_client.get("/en/apply/who")
    assert page.status_code == 410 and "Yes, it is me. Go on." in page.text
    again = public_client.post("/en/still-here", data={"csrf_token": token(page)})
    assert again.headers["Location"] == "/en/later"


def test_the_page_about_the_device_needs_a_visit(public_client):
    assert public_client.get("/en/device").status_code == 303


@pytest.mark.parametrize(("device", "offered"), [("mine", True), ("watched", False)])
def test_printing_and_remembering_are_offered_on_an_own_device_only(public_client, device, offered):
    walk(public_client, ROSA | {"device": device}, until="about")
    asked = public_client.get("/en/apply/about").text
    filled_in = set(re.findall(r'autocomplete="([^"]+)"', asked)) - {"off"}
    assert bool(filled_in) == offered
    press(public_client, "/en/apply/about", {"call_name": "Rosa", "go": "later"})
    assert ("print this page" in public_client.get("/en/later").text) == offered
    receipt = walk(public_client, ROSA | {"device": device}).text
    assert ("print this page" in receipt) == offered
    assert ("Do not take a picture of it with this device." in receipt) != offered


def test_leaving_makes_back_show_a_page_that_says_nothing_of_us(public_client):
    walk(public_client, ROSA, until="contact")
    public_client.post("/en/leave-now")
    page = public_client.get("/en/apply/about")
    assert page.status_code == 410 and "<title>This page has expired</title>" in page.text
    assert "Harbour Rights" not in page.text and "asylum" not in page.text.lower()


def test_after_leaving_a_form_that_the_browser_sends_again_brings_up_nothing_of_us_either(public_client):
    page = walk(public_client, ROSA, until="contact")
    sent = {"csrf_token": token(page), "go": "on", **fields("contact", ROSA)}
    public_client.post("/en/leave-now")
    for address in ("/en/apply/contact", "/en/apply/stop", "/en/mine/message", "/en/mine/erase/now"):
        again = public_client.post(address, data=sent)
        assert again.status_code == 400 and "<title>This page has expired</title>" in again.text, address
        assert "Harbour Rights" not in again.text and "2025550123" not in again.text
    # Where a visit begins, the page says to send it again.
    assert "Please send that again" in public_client.post("/en/apply/", data=sent).text


def test_the_page_on_staying_safe_names_what_remains_and_how_to_look_neutral(public_client):
    page = public_client.get("/en/safety").text
    for said in ("list of visited pages", "network", "keyboard", "records the screen", 'href="/en/look"', "911"):
        assert said in page, said
    assert page.count("<dt>") == 3


def test_every_device_that_may_be_answered_is_known(public_app):
    with public_app.test_request_context("/en/apply/"):
        assert visit.look() == visit.PLAIN
        for code in (*NOT_OWN, "mine"):
            visit.uses(code)
            assert visit.look().neutral == visit.is_careful() == (code != "mine")
            assert len({visit.look(), visit.look()}) == 1, "pages are kept by it"
        visit.uses("Rosa")
        assert visit.device() == visit.UNKNOWN
        assert render_template("public/measures.html").count("<a ") == 0


def token_of(client) -> str:
    return token(client.get("/en/return"))
