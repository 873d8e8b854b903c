"""A person who helps somebody else sees whose answers these are, in two languages at once if that helps."""

import pytest
from sqlalchemy import select

from intake.locales import translations
from intake.submissions import Submission
from tests.public.plainly import grade_of
from tests.public.test_branches import opened
from tests.public.walking import ROSA, fields, press, token, walk

HELPED = ROSA | {
    "for_whom": "someone_else",
    "helper_name": "Father Tomás",
    "helper_contact": "tomas@example.org",
    "helper_relation": "shelter",
    "helper_language": "en",
    "person_knows": "yes",
    "code_goes_to": "both",
}
KNOWN_LATER = "The person does not know about this form yet."


def in_pseudo(text: str) -> str:
    return translations("ar_XB").gettext(text)


def choose(client, step: str, side: str, query: str = ""):
    page = client.get(f"/en/apply/{step}{query}")
    sent = {"csrf_token": token(page), "side": side, "step": step}
    return client.post(f"/en/apply/side{query}", data=sent)


def test_what_a_helper_says_about_themselves_is_sealed_with_the_answers(public_client, session, keys):
    assert walk(public_client, HELPED).status_code == 200
    _row, contents = opened(session, keys)
    for key in ("helper_relation", "helper_language", "code_goes_to"):
        assert contents["answers"][key] == HELPED[key]


def test_a_helper_is_asked_who_keeps_the_code_and_told_what_that_means(public_client):
    page = walk(public_client, HELPED, until="who")
    assert "Whoever has it can read all the answers and change them." in page.text
    sent = {name: value for name, value in fields("who", HELPED).items() if name != "code_goes_to"}
    refused = press(public_client, "/en/apply/who", sent)
    assert refused.status_code == 422 and 'href="#f-code_goes_to"' in refused.text


@pytest.mark.parametrize("knows", ["no", "cannot_ask"])
def test_a_helper_whose_person_has_not_agreed_is_not_refused_but_told_what_we_do_first(public_client, session, knows):
    helped = HELPED | {"person_knows": knows}
    first = walk(public_client, helped, until="first-result")
    assert KNOWN_LATER in first.text and "we speak with you first" in first.text
    assert walk(public_client, helped).status_code == 200
    assert session.scalars(select(Submission)).one().outcome == "likely"


def test_who_asks_for_themselves_or_has_agreed_reads_nothing_of_it(public_client):
    for answers in (ROSA, HELPED):
        assert KNOWN_LATER not in walk(public_client, answers, until="first-result").text


def test_only_a_helper_is_offered_a_second_language(public_client):
    walk(public_client, ROSA, until="money")
    assert "Also show the questions in" not in public_client.get("/en/apply/money").text
    assert "Also show the questions in" not in public_client.get("/en/apply/place").text
    press(public_client, "/en/apply/who", fields("who", HELPED))
    for step in ("lawyer", "money", "who"):
        assert "Also show the questions in" in public_client.get(f"/en/apply/{step}").text, step


def test_the_second_language_stands_beside_the_first_on_every_step_until_it_is_taken_away(public_client):
    walk(public_client, HELPED, until="claims")
    assert choose(public_client, "claims", "ar_XB").headers["Location"] == "/en/apply/claims"
    title = "What do you need help with?"
    blank = public_client.get("/en/apply/claims")
    assert title in blank.text and in_pseudo(title) in blank.text
    assert 'lang="en" dir="rtl"' in blank.text and '<html lang="en" dir="ltr">' in blank.text
    refused = press(public_client, "/en/apply/claims", {})
    assert refused.status_code == 422 and in_pseudo(title) in refused.text
    check = walk(public_client, HELPED, until="check").text
    assert in_pseudo("Check your answers and send") in check
    assert "“You” on these pages means that person." in check
    assert choose(public_client, "check", "").headers["Location"] == "/en/apply/check"
    assert in_pseudo("Check your answers and send") not in public_client.get("/en/apply/check").text
    assert walk(public_client, HELPED, until="receipt").status_code == 200


def test_another_person_after_a_helper_on_the_same_server_sees_one_language_only(public_app):
    helper, alone = public_app.test_client(), public_app.test_client()
    walk(helper, HELPED, until="lawyer")
    choose(helper, "lawyer", "ar_XB")
    helper.get("/en/apply/lawyer")
    walk(alone, ROSA, until="lawyer")
    assert 'class="also"' not in alone.get("/en/apply/lawyer").text


def test_choosing_a_language_keeps_the_place_also_on_the_way_back_to_the_check_page(public_client):
    walk(public_client, HELPED, until="check")
    assert choose(public_client, "money", "ar_XB", "?back=check").headers["Location"] == "/en/apply/money?back=check"


@pytest.mark.parametrize("side", ["en", "xx", "../..", "ar_XB\0", "x" * 900])
def test_a_language_that_is_not_offered_or_is_the_pages_own_changes_nothing(public_client, side):
    walk(public_client, HELPED, until="lawyer")
    assert choose(public_client, "lawyer", side).status_code == 303
    assert 'class="also"' not in public_client.get("/en/apply/lawyer").text


def test_a_made_up_step_leads_to_a_page_that_is_there(public_client):
    page = walk(public_client, HELPED, until="lawyer")
    sent = {"csrf_token": token(page), "side": "ar_XB", "step": "//evil.example"}
    moved = public_client.post("/en/apply/side", data=sent, follow_redirects=True)
    assert moved.status_code == 200 and moved.request.path == "/en/apply/lawyer"


def test_a_second_language_without_a_form_leads_to_the_start(public_client):
    page = public_client.get("/en/apply/")
    moved = public_client.post(
        "/en/apply/side", data={"csrf_token": token(page), "side": "ar_XB"}, follow_redirects=True
    )
    assert moved.status_code == 200 and moved.request.path == "/en/apply/"


def test_the_page_for_helpers_leads_back_to_the_open_question(public_client):
    who = walk(public_client, HELPED, until="who").text
    assert 'href="/en/helping"' in who
    page = public_client.get("/en/helping")
    assert 'href="/en/go-on"' in page.text and grade_of(page) <= 6.5
    assert public_client.get("/en/go-on").headers["Location"] == "/en/apply/who"
    walk(public_client, HELPED, until="check")
    assert public_client.get("/en/go-on").headers["Location"] == "/en/apply/check"
    walk(public_client, HELPED)
    assert public_client.get("/en/go-on").headers["Location"] == "/en/receipt"
