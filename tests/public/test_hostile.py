"""Hostile text on its way to the desk, and addresses, hosts and cookies that nobody gave out."""

import html
import json
import re

import pytest
from sqlalchemy import select

from intake import questionnaire
from intake.submissions import Submission, SubmissionBody
from intake.typed import clean_text
from tests.hostile.looking import everywhere
from tests.hostile.strings import ALL, PRODUCT
from tests.public.walking import ROSA, fields, press, token, walk


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_saving_hostile_text_for_later_and_coming_back_to_it_works_on_every_step(public_client):
    walk(public_client, ROSA, until="check")
    mark = {"csrf_token": token(public_client.get("/en/apply/check")), "go": "later"}
    for step in reversed(questionnaire.current().steps):
        for text in list(ALL.values())[::23]:
            saved = public_client.post(f"/en/apply/{step.key}", data=everywhere(step, text) | mark)
            assert saved.status_code == 303
            assert public_client.get("/en/later").status_code == 200
            assert public_client.get(f"/en/apply/{step.key}").status_code == 200


def test_a_hostile_name_is_kept_to_the_letter_from_the_page_to_the_desk(public_client, session, keys):
    kept = [text for text in list(ALL.values())[::7] if 0 < len(clean_text(text)) <= 200]
    walk(public_client, ROSA, until="check")
    mark = {"csrf_token": token(public_client.get("/en/apply/check")), "go": "on"}
    for text in kept:
        named = fields("about", ROSA) | {"call_name": text} | mark
        assert public_client.post("/en/apply/about", data=named).status_code == 303
        check = public_client.get("/en/apply/check").text
        name = re.search(r"call you\?</dt>\s*<dd><bdi>([^<]*)</bdi>", check)[1]
        assert html.unescape(name) == clean_text(text)
    last = kept[0] + "{{7*7}}=1+1<b>\x00&"
    press(public_client, "/en/apply/about", fields("about", ROSA) | {"call_name": last})
    press(public_client, "/en/apply/check", fields("check", ROSA) | {"anything_else": "=2+2\n\n<i>{{6*6}}"})
    sent = session.scalars(select(Submission)).one()
    envelope = session.scalars(select(SubmissionBody.envelope)).one()
    opened = json.loads(keys.keyring.open(envelope, table="submission", record_id=sent.id.bytes))
    assert opened["answers"]["call_name"] == clean_text(last)
    assert opened["answers"]["anything_else"] == "=2+2\n\n<i>{{6*6}}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_addresses_and_methods_that_do_not_exist_are_answered_in_words(public_client):
    walk(public_client, ROSA, until="lawyer")
    for address in (
        "/en/apply/nowhere",
        "/en/apply/%00",
        "/en/apply/%ff%fe",
        "/en/apply/..%2f..",
        "/en/apply/" + "a" * 5_000,
        "/en/apply/{{77777*77777}}",
        "/xx/apply/",
        "/en-US/apply/",
        "/EN/apply/",
        "/%E2%80%AE/",
        "/en/apply/who/more",
        "/static/../keys/public.json",
        "/static/%2e%2e/keys",
        "/.env/",
    ):
        for method in ("GET", "POST", "HEAD"):
            answer = public_client.open(address, method=method)
            assert answer.status_code in {400, 404, 405}, (method, address, answer.status_code)
            assert method == "HEAD" or ("<h1>" in answer.text and PRODUCT not in answer.text), (method, address)
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "BREW"):
        for address in ("/en/apply/who", "/en/", "/en/return"):
            answer = public_client.open(address, method=method)
            assert answer.status_code == 405 and "buttons on the page" in answer.text, (method, address)
    assert public_client.get("/en/apply/?from=%00&back=%ff&x[]=1").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "host", ["example.org", "localhost.example.org", "localhost@example.org", "", "a b", "[::", "é"]
)
def test_another_host_name_gets_no_page_of_ours(public_client, host):
    answer = public_client.get("/en/apply/", headers={"Host": host})
    assert answer.status_code == 400
    assert "<form" not in answer.text and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("cookie", ["x", "." * 50, "eyJyIjoiQUFBQSJ9.aaaa.bbbb", "\x7f", '"', "a" * 4_000])
def test_a_forged_cookie_is_worth_nothing(public_client, cookie):
    public_client.set_cookie("intake", cookie)
    assert public_client.get("/en/apply/about").status_code == 410
    assert public_client.get("/en/receipt").status_code == 303
    assert walk(public_client, ROSA, until="who").status_code == 200
