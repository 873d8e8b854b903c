"""Hostile strings where people come back: the code, a message, new dates, another contact, the answers to keep."""

import html
import itertools
import re

import pytest
from flask.testing import FlaskClient

from intake import questionnaire
from intake.public.sending import MESSAGE_CHARACTERS
from intake.typed import clean_text
from tests.hostile.looking import everywhere, look, nothing_of, send
from tests.hostile.strings import ALL, GROUPS
from tests.public.walking import ROSA, token, walk

Q = questionnaire.current()
SOME = {name: ALL[name] for name in list(ALL)[::5]}


@pytest.fixture
def quick(public_app) -> FlaskClient:
    """A client that judges nothing by itself: pages are looked at in a faster way."""
    public_app.test_client_class = FlaskClient
    return public_app.test_client()


@pytest.fixture
def somebody_else():
    """A new address for each request, so that no limit stands between a string and what reads it."""
    numbers = itertools.count(1)
    return lambda: {"REMOTE_ADDR": f"10.0.{next(numbers) // 250}.{next(numbers) % 250}"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_string_is_a_return_code_and_each_is_told_so_in_words(quick, caplog, somebody_else):
    mark = token(quick.get("/en/return"))
    caplog.set_level("DEBUG")
    for name, text in ALL.items():
        sent = {"csrf_token": mark, "code": text}
        answer = send(quick, "/en/return", sent, environ_overrides=somebody_else())
        assert answer.status_code in {413, 422} and "Location" not in answer.headers, name
    nothing_of(ALL.values(), caplog.text)


@pytest.mark.parametrize(
    ("database_url", "groups"),
    [("sqlite", tuple(GROUPS)), ("postgres", ("control characters", "no characters"))],
    indirect=["database_url"],
)
def test_a_message_is_kept_and_shown_exactly_or_refused(public_app, caplog, somebody_else, groups):
    public_app.test_client_class = FlaskClient
    caplog.set_level("DEBUG")
    for group in groups:
        client = public_app.test_client()
        walk(client, ROSA)
        mark = token(client.get("/en/mine/message"))
        kept = []
        for name, text in GROUPS[group].items():
            sent = {"csrf_token": mark, "text": text, "once": name}
            answer = send(client, "/en/mine/message", sent, environ_overrides=somebody_else())
            clean = clean_text(text, multiline=True)
            fits = 0 < len(clean) <= MESSAGE_CHARACTERS
            assert (answer.status_code == 303) == fits or answer.status_code == 413, name
            kept += [clean] if answer.status_code == 303 else []
        page = client.get("/en/mine").text
        look(page)
        read = html.unescape(page)
        assert not [text for text in kept if text not in read]
    nothing_of(ALL.values(), caplog.text)


@pytest.mark.parametrize("key", ["dates", "contact"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_change_is_read_or_refused_and_never_breaks_a_page(quick, somebody_else, key):
    walk(quick, ROSA)
    address = f"/en/mine/change/{key}"
    mark = token(quick.get(address))
    for name, text in SOME.items():
        sent = {"csrf_token": mark, "once": text[:50]} | everywhere(Q.step(key), text)
        answer = send(quick, address, sent, environ_overrides=somebody_else())
        assert re.fullmatch(r"(/en/mine(\?done=[a-z]+)?)?", answer.headers.get("Location", "")), name
    for page in ("/en/mine", "/en/mine/answers", address):
        look(quick.get(page).text)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_of_the_answers_is_text_whatever_is_in_it(public_client):
    raw = "\u202e<script>alert(1)</script>\x00\ufffe{{7*7}}"
    said = {"call_name": raw, "anything_else": '=1+1\r\n\r\n"x"\x1b[2J'}
    walk(public_client, ROSA | said)
    file = public_client.get("/en/mine/answers.txt")
    assert file.mimetype == "text/plain" and file.headers["Content-Disposition"].endswith('filename="answers.txt"')
    text = file.get_data(as_text=True)
    assert clean_text(raw) in text and "\x00" not in text and "\x1b" not in text
