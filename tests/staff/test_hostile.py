"""Hostile strings on the staff side: signing in, notes, and the whole way of an answer to page and spreadsheet."""

import csv
import html
import io
import re

import pytest
from sqlalchemy import select

from intake import exports
from intake.casework.filters import Filters
from intake.casework.models import Case
from intake.casework.notes import NOTE_CHARACTERS
from intake.db import transaction
from intake.exports import defused
from intake.splice import showable
from intake.typed import clean_text
from tests import people
from tests.hostile.looking import nothing_of
from tests.hostile.strings import ALL, GROUPS
from tests.public.walking import ROSA, walk
from tests.staff.conftest import token

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# Two or three of each intent, and everything that a spreadsheet or a template might take for its own.
SAMPLE = [
    *(text for named in GROUPS.values() for text in list(named.values())[::6]),
    *GROUPS["spreadsheets"].values(),
    *GROUPS["templates"].values(),
]
KEPT = [text for text in SAMPLE if 0 < len(clean_text(text)) <= 200]


@ONE_DATABASE
def test_signing_in_with_any_string_is_refused_in_words(visitor, caplog):
    caplog.set_level("DEBUG")
    # Each try costs the work of a real password.
    strings = [text for text in SAMPLE[::4] if len(text) < 2_000]
    for number, text in enumerate(strings):
        address = {"REMOTE_ADDR": f"10.1.0.{number}"}
        mark = token(visitor.get("/sign-in", environ_overrides=address))
        for sent in ({"email": text, "password": text}, {"email": "amina@example.org", "password": text}):
            answer = visitor.post("/sign-in", data=sent | {"csrf_token": mark}, environ_overrides=address)
            assert answer.status_code in {200, 401, 422, 429}, number
        answer = visitor.post("/second-factor", data={"code": text, "csrf_token": mark}, environ_overrides=address)
        assert answer.status_code in {200, 302, 401, 422, 429}, number
    nothing_of(strings, caplog.text)


def test_a_note_is_kept_and_shown_exactly_or_refused(signed_in, caseworker, engine, keys, caplog):
    [case_id] = people.send(engine, keys, people.XIMENA)
    people.admit_all(engine, keys)
    client = signed_in(caseworker)
    mark = token(client.get(f"/cases/{case_id}"))
    caplog.set_level("DEBUG")
    kept = []
    for text in SAMPLE:
        answer = client.post(f"/cases/{case_id}/notes", data={"csrf_token": mark, "text": text})
        assert answer.status_code in {303, 422}, repr(text)
        kept += [text] if answer.status_code == 303 else []
    page = html.unescape(client.get(f"/cases/{case_id}").text)
    shown = [showable(text).strip() for text in kept if len(text) <= NOTE_CHARACTERS]
    assert len(shown) > 80 and not [text for text in shown if text not in page]
    nothing_of(SAMPLE, caplog.text)


def test_what_was_written_reaches_the_case_page_and_the_spreadsheet_unchanged(signed_in, admin, engine, keys):
    assert len(KEPT) >= 60
    written = [
        {
            "call_name": clean_text(text),
            "other_names": clean_text(text),
            "anything_else": clean_text(text, multiline=True),
        }
        for text in KEPT
    ]
    ids = people.send(engine, keys, *(people.BASE | said for said in written))
    people.admit_all(engine, keys)
    client = signed_in(admin)
    for case_id, said in zip(ids, written, strict=True):
        page = client.get(f"/cases/{case_id}").text
        own = [html.unescape(one) for one in re.findall(r'<p class="own" dir="auto">([^<]*)</p>', page)]
        for text in said.values():
            assert text in own, repr(text)
    with transaction(engine.execution_options(reads=True)) as session:
        by_reference = {row.reference: row.id for row in session.execute(select(Case.id, Case.reference))}
    stream = exports.stream(
        engine,
        Filters(),
        exports.Choice.of(exports.named("full")),
        actor="staff:4",
        purpose="Test",
        clock=lambda: people.NOW,
        keyring=keys.keyring,
        key=bytes(32),
    )
    data = b"".join(stream).decode("utf-8-sig")
    rows = {by_reference[row["reference"]]: row for row in csv.DictReader(io.StringIO(data, newline=""))}
    for case_id, said in zip(ids, written, strict=True):
        for key, text in said.items():
            assert rows[case_id][key] == defused(text), repr(text)
    cells = [cell for row in rows.values() for cell in row.values()]
    assert not [cell for cell in cells if re.match(r"[\s\u200b]*[=+\-@＝＋＠−]|[\t\r\n]", cell)]


@ONE_DATABASE
def test_what_a_person_types_is_what_a_caseworker_reads(public_app, signed_in, caseworker, engine, keys):
    names = (
        "markup: script",
        "spreadsheets: command",
        "templates: Jinja sum",
        "turning the direction: right-to-left override",
    )
    for name in (*names, "pictures: rainbow flag", "control characters: NUL in the middle"):
        walk(public_app.test_client(), ROSA | {"call_name": ALL[name], "anything_else": ALL[name]})
    people.admit_all(engine, keys)
    client = signed_in(caseworker)
    with transaction(engine.execution_options(reads=True)) as session:
        cases = session.scalars(select(Case.id).order_by(Case.received_at)).all()
    pages = " ".join(html.unescape(client.get(f"/cases/{one}").text) for one in cases)
    assert len(cases) == 6
    for name in names:
        assert f'<p class="own" dir="auto">{clean_text(ALL[name])}</p>' in pages, name
