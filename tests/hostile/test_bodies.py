"""Requests that no browser sends are answered in words, and take nothing from the person who is there."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from intake.drafts import DraftRow
from tests.hostile.bodies import BYTES, HEADERS, MULTIPART, NO_FORM, URLENCODED, WEIRD_NAMES, named
from tests.hostile.looking import look, nothing_of
from tests.hostile.strings import ALL
from tests.public.walking import ROSA, fields, token, walk

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MUCH = {
    "a million letters": "w" * 1_000_000,
    "a hundred thousand lines": "line\n" * 100_000,
    "a million marks on one letter": "a" + "\u0301" * 400_000,
    "pictures": "👩‍👩‍👧‍👦" * 30_000,
    "NULs": "\x00" * 300_000,
    "a bracket that opens": "[" * 700_000,
}


def test_bytes_that_are_no_text_never_stop_a_person(public_client):
    walk(public_client, ROSA, until="check")
    mark = token(public_client.get("/en/apply/check"))
    rest = b"&birth.year=1990&nationality=HN&csrf_token=" + mark.encode()
    for name, sent in BYTES.items():
        answer = public_client.post(
            "/en/apply/about", data=b"go=later&call_name=" + sent + rest, content_type=URLENCODED
        )
        assert answer.status_code == 303, name
        assert public_client.get("/en/apply/about").status_code == 200, name


@ONE_DATABASE
@pytest.mark.parametrize("name", NO_FORM)
def test_a_request_without_a_form_is_refused_in_words(public_client, session, name):
    kind, body = NO_FORM[name]
    for address in ("/en/apply/", "/en/return", "/en/apply/who", "/en/mine/message"):
        answer = public_client.post(address, data=body, content_type=kind)
        assert answer.status_code in {400, 413} and "<h1>" in answer.text, address
    assert session.scalar(select(func.count()).select_from(DraftRow)) == 0


@ONE_DATABASE
def test_a_megabyte_is_refused_in_words_and_the_visit_goes_on(public_client):
    walk(public_client, ROSA, until="check")
    mark = token(public_client.get("/en/apply/check"))
    before = public_client.get("/en/apply/check").text.split("<form")[0]
    for name, text in MUCH.items():
        for step, key in (("check", "anything_else"), ("about", "call_name"), ("contact", "phone")):
            answer = public_client.post(f"/en/apply/{step}", data={"csrf_token": mark, "go": "on", key: text})
            assert answer.status_code == 413 and "write less" in answer.text, (name, step)
            assert "Set-Cookie" not in answer.headers
    assert public_client.get("/en/apply/check").text.split("<form")[0] == before
    sent = fields("check", ROSA) | {"csrf_token": mark, "go": "on"}
    assert public_client.post("/en/apply/check", data=sent).headers["Location"] == "/en/receipt"


@ONE_DATABASE
def test_fields_that_stand_twice_are_missing_or_unknown_change_nothing_else(public_client):
    walk(public_client, ROSA, until="check")
    mark = {"csrf_token": token(public_client.get("/en/apply/check")), "go": "on"}
    about = fields("about", ROSA)
    twice = {name: [value, "<b>second</b>", ""] for name, value in about.items()}
    assert public_client.post("/en/apply/about", data=twice | mark).status_code in {303, 422}
    unknown = {text: text for text in list(ALL.values())[::9] if len(text) < 300}
    assert public_client.post("/en/apply/about", data=about | unknown | mark).status_code == 303
    many = {f"field{number}": "" for number in range(1_500)}
    assert public_client.post("/en/apply/about", data=about | many | mark).status_code == 303
    assert public_client.post("/en/apply/about", data=mark).status_code == 422
    keys = {"__class__": "x", "answers": "x", "outcome": "likely", "reference": "x", "today": "1999-01-01"}
    assert public_client.post("/en/apply/about", data=about | keys | mark).status_code == 303
    assert "Rosa" in public_client.get("/en/apply/check").text


@ONE_DATABASE
def test_parts_with_weird_names_do_not_hide_the_form_beside_them(public_client):
    walk(public_client, ROSA, until="check")
    mark = token(public_client.get("/en/apply/check")).encode()
    whole = named("csrf_token", mark) + named("go", b"on")
    whole += b"".join(named(name, str(value).encode()) for name, value in fields("lawyer", ROSA).items())
    file = b'--x\r\nContent-Disposition: form-data; name="f"; filename="../../x\\0.php"\r\n\r\n<?php\r\n'
    for name, weird in WEIRD_NAMES.items():
        body = named(weird) + file + whole + b"--x--\r\n"
        answer = public_client.post("/en/apply/lawyer", data=body, content_type=MULTIPART)
        assert answer.status_code == 303, name


@ONE_DATABASE
def test_headers_of_any_kind_are_answered_and_never_come_back(public_app, caplog):
    caplog.set_level("DEBUG")
    for name, headers in HEADERS.items():
        client = public_app.test_client(use_cookies=False)
        for address in ("/", "/en/", "/en/apply/", "/en/apply/who", "/en/return", "/en/paper", "/feed.xml"):
            answer = client.get(address, headers=headers)
            assert answer.status_code in {200, 302, 410}, (name, address)
            said = " ".join(f"{key} {value}" for key, value in answer.headers)
            assert not [value for value in headers.values() if len(value) > 12 and value in said], (name, address)
    nothing_of([value for headers in HEADERS.values() for value in headers.values()], caplog.text)


@ONE_DATABASE
def test_what_stands_behind_a_question_mark_or_in_an_address_is_only_text(public_app, caplog):
    public_app.test_client_class = FlaskClient
    client = public_app.test_client()
    caplog.set_level("DEBUG")
    for name, text in ALL.items():
        if len(text) > 1_000:
            continue
        for address in ("/en/apply/", "/en/", "/en/return", "/en/mine"):
            query = {"from": text, "back": text, "before": text, "done": text, "source": text}
            answer = client.get(address, query_string=query)
            assert answer.status_code in {200, 303, 404, 410}, (name, address)
            look(answer.get_data(as_text=True))
    nothing_of(ALL.values(), caplog.text)
