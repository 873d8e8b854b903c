"""A visit that nobody uses closes by itself, loses nothing, and can be kept open longer."""

import re

import pytest
from sqlalchemy import select

from intake.incoming import Incoming
from tests.public.walking import ROSA, fields, press, token, walk


def quiet_for(client, minutes: int) -> None:
    """As if nobody had touched this browser for so long: the cookie is the real, signed one."""
    with client.session_transaction() as held:
        held["t"] -= minutes * 60


def code_on(page) -> str:
    return re.search(r"\d{4} \d{4} \d{4} \d{4}", page.text)[0]


def test_a_quiet_visit_shows_no_answer_any_more_and_the_code_opens_it_again(public_client):
    walk(public_client, ROSA, until="first-result")
    code = code_on(public_client.get("/en/apply/first-result"))
    walk(public_client, ROSA, until="contact")
    quiet_for(public_client, 61)
    for address in ("/en/apply/about", "/en/apply/contact", "/en/apply/first-result"):
        page = public_client.get(address)
        assert page.status_code == 410 and "Type your return code to go on." in page.text
        assert "Rosa" not in page.text and code not in page.text
    back = press(public_client, "/en/return", {"code": code})
    assert back.headers["Location"] == "/en/apply/contact"
    assert 'value="Rosa Marín"' in public_client.get("/en/apply/about").text


def test_what_is_typed_on_a_page_that_stayed_open_too_long_is_saved_and_not_shown(public_client):
    walk(public_client, ROSA, until="first-result")
    code = code_on(public_client.get("/en/apply/first-result"))
    page = walk(public_client, ROSA, until="about")
    quiet_for(public_client, 61)
    sent = {"csrf_token": token(page), "go": "on", **fields("about", ROSA), "other_names": "Rosita"}
    answer = public_client.post("/en/apply/about", data=sent)
    assert answer.status_code == 200 and "What you wrote on this page is saved." in answer.text
    assert "Rosita" not in answer.text
    press(public_client, "/en/return", {"code": code})
    assert "Rosita" in public_client.get("/en/apply/about").text


def test_an_answer_with_a_mistake_is_kept_as_well(public_client):
    page = walk(public_client, ROSA, until="contact")
    quiet_for(public_client, 61)
    sent = {"csrf_token": token(page), "go": "on", **fields("contact", ROSA), "phone": "12"}
    assert public_client.post("/en/apply/contact", data=sent).status_code == 200


def test_who_never_saw_the_code_may_go_on_once_and_sees_it_then(public_client):
    walk(public_client, ROSA, until="money")
    quiet_for(public_client, 61)
    page = public_client.get("/en/apply/money")
    assert page.status_code == 410 and "Yes, it is me. Go on." in page.text
    answer = public_client.post("/en/still-here", data={"csrf_token": token(page)})
    assert answer.headers["Location"] == "/en/later"
    code = code_on(public_client.get("/en/later"))
    assert public_client.get("/en/apply/money").status_code == 200
    quiet_for(public_client, 61)
    again = public_client.get("/en/apply/money")
    assert again.status_code == 410 and "Type your return code to go on." in again.text and code not in again.text
    assert public_client.post("/en/still-here", data={"csrf_token": token(again)}).status_code == 410


def test_who_saw_the_code_must_type_it(public_client):
    page = walk(public_client, ROSA, until="about")
    quiet_for(public_client, 61)
    assert public_client.post("/en/still-here", data={"csrf_token": token(page)}).status_code == 410
    assert public_client.get("/en/apply/about").status_code == 410


@pytest.mark.parametrize(("device", "minutes"), [("mine", 60), ("shared", 15), ("watched", 15), ("unsure", 15)])
def test_the_device_decides_how_long_a_visit_may_be_quiet(public_client, device, minutes):
    walk(public_client, {**ROSA, "device": device}, until="money")
    quiet_for(public_client, minutes - 1)
    assert public_client.get("/en/apply/money").status_code == 200
    quiet_for(public_client, minutes + 1)
    assert public_client.get("/en/apply/money").status_code == 410


@pytest.mark.parametrize("told", ["mine", ""])
def test_a_closed_visit_is_not_opened_again_by_another_answer_about_the_device(public_client, told):
    walk(public_client, {**ROSA, "device": "shared"}, until="contact")
    quiet_for(public_client, 20)
    sent = {"csrf_token": token(public_client.get("/en/apply/")), "go": "on", **fields("start", ROSA), "device": told}
    assert public_client.post("/en/apply/start", data=sent).status_code == 200
    page = public_client.get("/en/apply/about")
    assert page.status_code == 410 and "Rosa" not in page.text


def test_more_time_can_be_asked_for_without_losing_what_is_typed(public_client):
    page = walk(public_client, {**ROSA, "device": "shared"}, until="about")
    assert "closes after 15 minutes without a tap" in page.text
    sent = {"csrf_token": token(page), "go": "more", **fields("about", ROSA), "birth.year": "19"}
    answer = public_client.post("/en/apply/about", data=sent)
    assert answer.headers["Location"] == "/en/apply/about"
    again = public_client.get("/en/apply/about")
    assert "stays open for 2 hours" in again.text and 'value="Rosa Marín"' in again.text and 'value="19"' in again.text
    quiet_for(public_client, 100)
    assert public_client.get("/en/apply/about").status_code == 200


def test_on_a_device_that_is_not_safe_pages_hide_whose_they_are(public_client):
    page = walk(public_client, {**ROSA, "device": "watched"}, until="lawyer")
    assert "<title>Notes</title>" in page.text and "Harbour Rights" not in page.text
    shown = press(public_client, "/en/look", {"neutral": "no"})
    assert shown.status_code == 303
    assert "Harbour Rights</title>" in public_client.get("/en/apply/lawyer").text


def test_leaving_forgets_the_visit_and_shows_something_else(public_client):
    walk(public_client, ROSA, until="contact")
    answer = public_client.post("/en/leave-now")
    assert answer.status_code == 303 and answer.headers["Location"] == "/en/measures"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    page = public_client.get("/en/measures")
    assert "Harbour Rights" not in page.text and "asylum" not in page.text.lower()
    assert public_client.get("/en/apply/about").status_code == 410


def test_after_leaving_back_does_not_tell_that_a_message_was_sent(public_client):
    walk(public_client, ROSA)
    page = public_client.get("/en/mine/message")
    sent = {"csrf_token": token(page), "once": "1" * 32, "text": "The hearing moved."}
    told = public_client.post("/en/mine/message", data=sent).headers["Location"]
    assert "We have your message" in public_client.get(told).text
    public_client.post("/en/leave-now")
    after = public_client.get(told)
    assert after.status_code == 410 and "message" not in after.text


def test_every_page_has_the_way_out(public_client):
    for address in ("/en/", "/en/apply/", "/en/safety", "/en/return", "/en/nowhere", "/ar_XB/apply/"):
        page = public_client.get(address).text
        first = page.index("<button")
        assert 'accesskey="x"' in page[first : first + 60], address


def test_a_message_and_a_change_that_took_too_long_are_sent_and_nothing_is_shown(public_client, session):
    walk(public_client, ROSA)
    message = public_client.get("/en/mine/message")
    change = public_client.get("/en/mine/change/contact")
    quiet_for(public_client, 61)
    for page, address, typed in (
        (message, "/en/mine/message", {"text": "The judge wrote to me"}),
        (change, "/en/mine/change/contact", fields("contact", ROSA | {"phone": "+12025550145"})),
    ):
        once = re.search(r'name="once" value="([0-9a-f]+)"', page.text)[1]
        sent = public_client.post(address, data={"csrf_token": token(page), "once": once, **typed})
        assert sent.status_code == 303
        after = public_client.get(sent.headers["Location"])
        assert after.status_code == 410 and "type it again" in after.text
        assert "We have your" in after.text and "judge" not in after.text and "555" not in after.text
    assert sorted(session.scalars(select(Incoming.kind))) == ["contact", "message"]


def test_a_form_is_not_taken_back_or_erased_by_a_visit_that_was_quiet_too_long(public_client, session):
    walk(public_client, ROSA)
    pages = {address: public_client.get(address) for address in ("/en/mine/withdraw", "/en/mine/erase/now")}
    quiet_for(public_client, 61)
    for address, page in pages.items():
        refused = public_client.post(address, data={"csrf_token": token(page), "understood": "yes"})
        assert refused.status_code == 410
    assert session.scalars(select(Incoming.kind)).all() == []
