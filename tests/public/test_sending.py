"""People send the form: once is once, a failure loses nothing, and nobody but the desk can read it."""

import datetime as dt
import json
import logging
import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, func, select, text

from intake import drafts
from intake.db import make_engine, transaction
from intake.drafts import DraftRow
from intake.letters import Letter
from intake.public.app import create_app
from intake.sealing import CannotOpen
from intake.submissions import Arrival, Submission, SubmissionBody
from tests.judge import JudgedClient, text_of
from tests.public.walking import ROSA, fields, open_drafts, press, token, walk

SECRETS = ("Rosa", "Marín", "2025550123", "202 555", "Llámeme", "después")


def count(session, table) -> int:
    return session.scalar(select(func.count()).select_from(table))


def cookie_of(client) -> str:
    held = client.get_cookie("intake")
    assert held is not None
    return held.value


@pytest.fixture
def ready(public_app):
    """A client that stands before the last button, everything answered."""
    client = public_app.test_client()
    walk(client, ROSA, until="check")
    return client


def test_a_person_goes_from_the_first_page_to_a_receipt_that_only_they_and_the_desk_can_open(
    public_client, session, keys
):
    receipt = walk(public_client, ROSA)
    assert receipt.status_code == 200
    sent = session.scalars(select(Submission)).one()
    assert sent.reference in receipt.text
    assert sent.outcome == "likely" and sent.locale == "en" and sent.form_version == 2
    envelope = session.scalars(select(SubmissionBody.envelope)).one()
    opened = json.loads(keys.keyring.open(envelope, table="submission", record_id=sent.id.bytes))
    asked = {key: value for key, value in ROSA.items() if key in opened["answers"]}
    assert opened["answers"] == asked
    assert {"call_name", "phone", "language", "anything_else"} <= set(asked)
    with pytest.raises(CannotOpen):
        keys.keyring.open(envelope, table="submission", record_id=bytes(16))
    assert open_drafts(session) == 0, "nobody opens the draft once it is sent"
    for secret in SECRETS:
        assert secret.encode() not in envelope


def test_twenty_parallel_presses_of_send_give_one_submission_and_one_receipt(public_app, ready, session):
    page = ready.get("/en/apply/check")
    sent = {"csrf_token": token(page), "go": "on", **fields("check", ROSA)}
    cookie = cookie_of(ready)
    together = threading.Barrier(20)

    def send(_number: int) -> tuple[int, str]:
        client = public_app.test_client()
        client.set_cookie("intake", cookie)
        together.wait()
        answer = client.post("/en/apply/check", data=sent)
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert set(answers) == {(303, "/en/receipt")}
    assert [count(session, table) for table in (Submission, SubmissionBody, Arrival, Letter)] == [1, 1, 1, 1]
    reference = session.scalars(select(Submission.reference)).one()
    assert reference in ready.get("/en/receipt").text


def test_pressing_send_again_after_the_answer_was_lost_shows_the_same_receipt(ready, session):
    first = press(ready, "/en/apply/check", fields("check", ROSA))
    again = ready.get("/en/apply/check")
    assert first.headers["Location"] == again.headers["Location"] == "/en/receipt"
    assert count(session, Submission) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_a_locked_database_the_person_keeps_what_was_typed_and_can_try_again(settings, engine, tmp_path, session):
    patient = make_engine(str(engine.url))
    with patient.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    app = create_app(settings, patient)
    app.test_client_class = JudgedClient
    client = app.test_client()
    walk(client, ROSA, until="check")
    page = client.get("/en/apply/check")
    sent = {"csrf_token": token(page), "go": "on", **fields("check", ROSA)}
    blocker = sqlite3.connect(engine.url.database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with patient.connect() as connection:
        connection.connection.execute("PRAGMA busy_timeout=50")
    refused = client.post("/en/apply/check", data=sent)
    assert refused.status_code == 503 and "Not sent yet" in refused.text
    assert 'value="Llámeme después de las seis."' in refused.text
    blocker.execute("ROLLBACK")
    blocker.close()
    sent["csrf_token"] = token(refused)
    assert client.post("/en/apply/check", data=sent).headers["Location"] == "/en/receipt"
    assert count(session, Submission) == 1
    patient.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_a_full_disk_nothing_is_half_written_and_the_person_can_try_again(settings, engine, session):
    app = create_app(settings, engine)
    app.test_client_class = JudgedClient
    client = app.test_client()
    walk(client, ROSA, until="check")
    page = client.get("/en/apply/check")
    sent = {"csrf_token": token(page), "go": "on", **fields("check", ROSA)}
    with engine.connect() as connection:
        raw = connection.connection
        raw.execute("VACUUM")  # no free page from before may help
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count={pages}")
    refused = client.post("/en/apply/check", data=sent)
    assert refused.status_code == 503 and "Not sent yet" in refused.text
    assert count(session, Submission) == count(session, Letter) == 0 and count(session, DraftRow) == 1
    session.rollback()
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA max_page_count=1000000")
    sent["csrf_token"] = token(refused)
    assert client.post("/en/apply/check", data=sent).headers["Location"] == "/en/receipt"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_when_the_database_is_lost_mid_way_the_person_can_try_again(public_app, ready, engine, session, monkeypatch):
    page = ready.get("/en/apply/check")
    sent = {"csrf_token": token(page), "go": "on", **fields("check", ROSA)}
    cut, execute = [], engine.dialect.do_execute

    def cut_the_line(cursor, statement, *rest):
        if statement.startswith("INSERT INTO submission_body") and not cut:
            cut.append(cursor.connection.info.backend_pid)
            other = create_engine(engine.url)
            with other.connect() as killer:
                killer.execute(text(f"SELECT pg_terminate_backend({cut[0]})"))
            other.dispose()
        execute(cursor, statement, *rest)

    monkeypatch.setattr(engine.dialect, "do_execute", cut_the_line)
    refused = ready.post("/en/apply/check", data=sent)
    assert cut and refused.status_code == 503 and "Not sent yet" in refused.text
    assert count(session, Submission) == count(session, Letter) == 0
    sent["csrf_token"] = token(refused)
    assert ready.post("/en/apply/check", data=sent).headers["Location"] == "/en/receipt"
    session.rollback()
    assert count(session, Submission) == 1


def test_a_draft_tells_nothing_without_its_code_and_ends_after_seven_days(public_app, session, engine):
    client = public_app.test_client()
    walk(client, ROSA, until="check")
    row = session.scalars(select(DraftRow)).one()
    draft_id, body = row.id, row.body
    for secret in SECRETS:
        assert secret.encode() not in body
    session.rollback()
    with transaction(engine) as other:
        other.get(DraftRow, draft_id).expires_at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    gone = client.get("/en/apply/about")
    assert gone.status_code == 410 and "Nothing was sent" in gone.text
    with transaction(engine) as other:
        assert drafts.purge_expired(other, dt.datetime.now(dt.UTC)) == 1


def test_a_person_comes_back_with_the_code_in_arabic_digits_on_another_device(public_app):
    client = public_app.test_client()
    walk(client, ROSA, until="place")
    later = press(client, "/en/apply/place", {"place_kind": "us", "state": "TX", "go": "later"})
    assert later.headers["Location"] == "/en/later"
    shown = client.get("/en/later").text
    code = shown.split('class="code large"><bdi dir="ltr">')[1].split("<")[0]
    other = public_app.test_client()
    eastern = code.translate({ord(str(n)): chr(0x660 + n) for n in range(10)}).replace(" ", "  ")
    found = press(other, "/en/return", {"code": eastern})
    assert found.status_code == 303 and found.headers["Location"] == "/en/apply/stage"
    assert code.replace(" ", "") not in found.headers["Location"]
    assert 'value="TX" selected' in other.get("/en/apply/place").text
    wrong = press(public_app.test_client(), "/en/return", {"code": "0000 0000 0000 0000"})
    assert wrong.status_code == 422 and "cannot find anything" in wrong.text


def test_stopping_after_the_first_result_keeps_nothing(public_app, session):
    client = public_app.test_client()
    page = walk(client, ROSA, until="first-result")
    assert count(session, DraftRow) == 1
    session.rollback()
    stopped = client.post("/en/apply/stop", data={"csrf_token": token(page)})
    assert stopped.headers["Location"] == "/en/stopped"
    assert count(session, DraftRow) == 0
    assert client.get("/en/apply/who").status_code == 410


def test_no_log_line_holds_an_answer_a_code_or_an_address(public_app, caplog):
    caplog.set_level(logging.DEBUG)
    client = public_app.test_client()
    receipt = walk(client, ROSA)
    code = receipt.text.split('class="code large"><bdi dir="ltr">')[1].split("<")[0]
    client.get("/en/apply/nowhere?name=Rosa")
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("intake"))
    assert "apply.answer" in said
    everything = "\n".join(record.getMessage() for record in caplog.records)
    for secret in (*SECRETS, code, code.replace(" ", ""), cookie_of(client)):
        assert secret not in everything


def test_compressed_and_plain_pages_are_the_same_but_for_the_token(public_client):
    plain = public_client.get("/en/apply/")
    packed = public_client.get("/en/apply/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.data) < len(plain.data)
    without = [re.sub(r'name="csrf_token" value="[^"]+"', "", text_of(one)) for one in (plain, packed)]
    assert without[0] == without[1]


def test_a_form_without_its_token_is_refused_in_words(public_client):
    refused = public_client.post("/en/apply/", data={"consent_start": "yes"})
    assert refused.status_code == 400 and "Please send that again" in refused.text
