"""Whatever is sent to the form is stored and shown as text, or refused in words; it never breaks a page."""

import html
import json
import re

import pytest
from sqlalchemy import func, select

from intake import questionnaire
from intake.drafts import DraftRow
from intake.questionnaire.reading import field_names
from intake.submissions import Submission, SubmissionBody
from intake.typed import clean_text
from intake.web import showable
from tests.public.walking import ROSA, fields, press, token, walk

HOSTILE = (
    "\x00",
    "a\x00b",
    "\x00token\x00",
    "\x01\x02\x1b[31mred\x7f",
    "\x85\x9f",
    "\u202edesrever\u202c",
    "\u2066a\u2069\u200f\u200e",
    "\ufeff\u200b\u2060",
    "\ufffe\uffff\U0010ffff",
    "\ufffd",
    "e\u0301" * 40,
    "Z" + "\u0363" * 90,
    "\u1d2d\ufb01\uff21",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "ﷺ" * 50,
    "﷽",
    "אבג ابت abc",
    "क्षि ไทย 中文",
    "١٢٣٤٥٦٧٨",
    "²³¼Ⅷ",
    "፩፪፫",
    "\u2028\u2029",
    "\r\nSet-Cookie: a=b",
    "%0d%0aLocation:%20//example.org",
    "%00%ff%c0%ae",
    "line\n" * 50,
    "\t\v\f  \u3000",
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1-2@SUM(A1)",
    "@SUM(1+1)*cmd",
    "{{77777*77777}}",
    "{% include '/etc/hostname' %}",
    "{{ config.items() }}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "%(number)s %s %n %d",
    "{0.__class__}",
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</select></form><form action=//example.org>",
    "<!--",
    "]]>",
    "<![CDATA[<b>",
    "&lt;b&gt; &amp; &#x202e; &nbsp",
    "javascript:alert(1)",
    "'; DROP TABLE draft; --",
    '" OR 1=1 --',
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "| cat /etc/passwd; `id` $(id)",
    "*)(uid=*))(|(uid=*",
    '{"$gt": ""}',
    '["a"]',
    "null",
    "None",
    "undefined",
    "NaN",
    "-1",
    "1e308",
    "9" * 900,
    "0x7f",
    "true",
    "a@b@c..d",
    "x" * 199 + "é",
    "y" * 201,
    "<" * 300,
)
PRODUCT = str(77777 * 77777)
TOO_MUCH = "w" * 100_000


def everywhere(step, text: str) -> dict[str, str]:
    """The same text in every field of a step."""
    return {name: text for question in step.questions for name in field_names(question)}


@pytest.mark.parametrize("step_key", [step.key for step in questionnaire.current().steps])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_that_is_put_into_all_fields_of_a_step_breaks_its_page(public_client, step_key):
    step = questionnaire.current().step(step_key)
    walk(public_client, ROSA, until="who" if step_key == "start" else step_key)
    address = f"/en/apply/{step_key}"
    mark = token(public_client.get(address))
    for number, text in enumerate(HOSTILE):
        answer = public_client.post(address, data={"csrf_token": mark, "go": "on"} | everywhere(step, text))
        assert answer.status_code in {303, 422}, (step_key, number, answer.status_code)
        if answer.status_code == 422:
            assert 'class="summary" role="alert"' in answer.text, (step_key, number)
        page = answer.text if answer.status_code == 422 else public_client.get(address).text
        assert "<script" not in page and "onerror=alert(1)>" not in page and "\x00" not in page, (step_key, number)
        assert PRODUCT not in page, (step_key, number)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_saving_hostile_text_for_later_and_coming_back_to_it_works_on_every_step(public_client):
    walk(public_client, ROSA, until="check")
    mark = {"csrf_token": token(public_client.get("/en/apply/check")), "go": "later"}
    for step in reversed(questionnaire.current().steps):
        for text in HOSTILE[::7]:
            saved = public_client.post(f"/en/apply/{step.key}", data=everywhere(step, text) | mark)
            assert saved.status_code == 303
            assert public_client.get("/en/later").status_code == 200
            assert public_client.get(f"/en/apply/{step.key}").status_code == 200


def test_a_hostile_name_is_kept_to_the_letter_from_the_page_to_the_desk(public_client, session, keys):
    kept = [text for text in HOSTILE if showable(text) == text and 0 < len(clean_text(text)) <= 200]
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


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_bytes_that_are_no_text_do_not_stop_a_person(public_client):
    walk(public_client, ROSA, until="about")
    mark = token(public_client.get("/en/apply/about"))
    body = f"csrf_token={mark}&go=on&call_name=R%ED%A0%80%FFosa%00&birth.year=1990&nationality=HN"
    answer = public_client.post("/en/apply/about", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert "osa" in public_client.get("/en/apply/about").text


def test_a_hundred_thousand_letters_are_refused_in_words_and_change_nothing(public_client, session):
    walk(public_client, ROSA, until="check")
    before = session.scalars(select(DraftRow.body)).one()
    session.rollback()
    refused = press(public_client, "/en/apply/check", {"anything_else": TOO_MUCH, "consent_conflict": "yes"})
    assert refused.status_code == 413 and "write less" in refused.text
    assert session.scalars(select(DraftRow.body)).one() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"consent_start": "yes"}'),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 900),
        ("application/x-www-form-urlencoded; charset=utf-7", b"+AGEAYg-=%ff%fe&&&==&" * 900),
        ("text/plain", b"\xff\xfe\x00"),
        ("", b"x"),
    ],
)
def test_a_form_that_no_browser_sends_is_refused_in_words(public_client, session, kind, body):
    answer = public_client.post("/en/apply/", data=body, content_type=kind)
    assert answer.status_code in {400, 413} and "<h1>" in answer.text
    assert session.scalar(select(func.count()).select_from(DraftRow)) == 0


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
