"""The desk sends mail by real SMTP, whatever a server refuses, delays or drops, and says little about it."""

import dataclasses
import datetime as dt
import logging
import threading
import time

import pytest
from sqlalchemy import select

from intake import mailing, outbox, worker
from intake.db import transaction
from intake.outbox import GIVE_UP_AFTER, PAUSES, Outbox
from tests.mail.posting import START, TEXT, put, rows, send, to
from tests.mail.smtp import Server, make_certificate


def test_a_mail_goes_out_once_plain_and_emptied(engine, keys, server, clock):
    put(engine, keys)
    assert send(engine, keys, to(server), clock) == 1 and send(engine, keys, to(server), clock) == 0
    [taken], [row] = server.mails, rows(engine)
    assert (taken.sender, taken.to, taken.message["To"]) == (
        "office@example.org",
        "joao@example.org",
        "joao@example.org",
    )
    assert taken.message["From"] == "Info <office@example.org>" and taken.message["Subject"] == "Novidades"
    assert taken.message["Message-ID"] == f"<{row.id.hex}@example.org>"
    assert taken.message["Auto-Submitted"] == "auto-generated" and taken.message["Date"].endswith("15:00:00 +0000")
    assert taken.message.get_content_type() == "text/plain" and taken.text.splitlines() == TEXT.splitlines()
    assert set(taken.message) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert (row.sent_at, row.envelope, row.next_try_at, row.error) == (START, None, None, None)


def test_the_longest_waiting_mail_goes_first_and_no_more_than_asked(engine, keys, server, clock):
    for number in range(3):
        put(engine, keys, text=str(number), once=str(number))
    assert send(engine, keys, to(server), clock, most=2) == 2 and len(server.mails) == 2


@pytest.mark.parametrize("plan", ["rcpt 550", "rcpt 553", "data 554", "end 554"])
def test_a_refusal_for_good_ends_a_mail_at_once(engine, keys, server, clock, plan, caplog):
    put(engine, keys)
    server.script = [plan]
    with caplog.at_level(logging.INFO):
        assert send(engine, keys, to(server), clock) == 0
    [row] = rows(engine)
    code = plan.replace("rcpt", "address").replace("data", "content").replace("end", "content").replace(" ", "_")
    assert (row.error, row.failed_at, row.next_try_at) == (code, START, None) and row.envelope is not None
    clock.pass_by(GIVE_UP_AFTER)
    assert send(engine, keys, to(server), clock) == 0 and server.conversations == 1
    assert "joao" not in caplog.text and "welcome" not in caplog.text and code in caplog.text


@pytest.mark.parametrize("plan", ["greet 421", "mail 451", "mail 550", "rcpt 450", "data 451", "end 452"])
def test_a_refusal_for_now_is_tried_again_later_and_then_taken(engine, keys, server, clock, plan):
    put(engine, keys)
    server.script = [plan]
    assert send(engine, keys, to(server), clock) == 0 and server.mails == []
    assert rows(engine)[0].next_try_at == START + PAUSES[0]
    assert send(engine, keys, to(server), clock) == 0 and server.conversations == 1, "not before its time"
    clock.pass_by(PAUSES[0])
    assert send(engine, keys, to(server), clock) == 1 and len(server.mails) == 1


def test_pauses_grow_from_a_minute_to_six_hours_and_end_after_some_days(engine, keys, server, clock):
    put(engine, keys)
    server.script = ["rcpt 450"] * 100
    pauses = []
    while (row := rows(engine)[0]).failed_at is None:
        clock.time = row.next_try_at
        send(engine, keys, to(server), clock)
        if (after := rows(engine)[0].next_try_at) is not None:
            pauses.append(after - clock())
    assert tuple(pauses[: len(PAUSES)]) == PAUSES and set(pauses[len(PAUSES) :]) == {PAUSES[-1]}
    assert (PAUSES[0], PAUSES[-1]) == (dt.timedelta(minutes=1), dt.timedelta(hours=6))
    assert row.error == "address_450" and dt.timedelta(days=3) < clock() - START <= GIVE_UP_AFTER
    assert len(server.script) == 100 - server.conversations and server.mails == []


@pytest.mark.parametrize(
    ("plan", "code"),
    [("hang greet", "timeout"), ("hang rcpt", "timeout"), ("drop greet", "connect"), ("drop rcpt", "dropped")],
)
def test_a_server_that_hangs_or_drops_the_line_before_the_mail_costs_one_try(engine, keys, server, clock, plan, code):
    put(engine, keys)
    server.script = [plan]
    assert send(engine, keys, to(server), clock) == 0
    [row] = rows(engine)
    assert (row.error, row.interrupted, row.leased_until) == (code, 0, None)
    clock.pass_by(PAUSES[0])
    assert send(engine, keys, to(server), clock) == 1 and len(server.mails) == 1


def test_a_line_that_drops_in_the_middle_of_a_mail_sends_it_later_once(engine, keys, server, clock):
    put(engine, keys, text="A line of words.\n" * 40_000)
    server.script = ["drop half"]
    assert send(engine, keys, to(server), clock) == 0 and server.mails == []
    clock.pass_by(PAUSES[0])
    assert send(engine, keys, to(server), clock) == 1 and len(server.mails) == 1


def test_a_server_that_is_away_costs_the_first_mail_one_try_and_the_others_none(engine, keys, clock):
    with Server() as gone:
        mail = to(gone)
    for number in range(3):
        put(engine, keys, once=str(number))
    with pytest.raises(mailing.Away):
        mailing.send_due(engine, keys.keyring, mail, clock, most=10)
    assert sorted((row.tries, row.error or "") for row in rows(engine)) == [(0, ""), (0, ""), (1, "connect")]


def test_mail_that_lay_here_for_days_while_mail_was_off_is_not_sent_late(engine, keys, server, clock):
    put(engine, keys)
    clock.pass_by(GIVE_UP_AFTER + dt.timedelta(seconds=1))
    assert send(engine, keys, to(server), clock) == 0 and server.conversations == 0
    assert rows(engine)[0].error == "expired"


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("x", "News"),
        ("a@b\r\nRCPT TO:<c@d.org>", "News"),
        ("a b@example.org", "News\r\nBcc: x@y.org"),
        ("ü@x.org", "News"),
    ],
)
def test_an_address_or_a_subject_that_no_mail_can_have_ends_it_and_says_nothing(
    engine, keys, server, clock, address, subject, caplog
):
    put(engine, keys, address=address, subject=subject)
    with caplog.at_level(logging.INFO):
        assert send(engine, keys, to(server), clock) == 0
    assert rows(engine)[0].error == "bad_mail" and server.mails == [] and address not in caplog.text


def test_a_mail_that_was_moved_to_another_row_does_not_open(engine, keys, server, clock):
    one, other = put(engine, keys, once="1"), put(engine, keys, once="2")
    assert one != other or len(rows(engine)) == 2
    with transaction(engine) as session:
        first, second = session.scalars(select(Outbox).order_by(Outbox.id))
        first.envelope, second.envelope = second.envelope, first.envelope
    assert send(engine, keys, to(server), clock) == 0
    assert [row.error for row in rows(engine)] == ["sealed", "sealed"] and server.conversations == 0


def test_under_tls_a_password_goes_to_the_right_server_only(engine, keys, clock, tmp_path, monkeypatch):
    (tmp_path / "password").write_text("hush\n")
    known = {"security": "starttls", "user": "desk", "password_file": tmp_path / "password"}
    certificate = make_certificate(tmp_path)
    with Server(certificate=certificate, password="hush") as server:
        put(engine, keys)
        assert send(engine, keys, to(server, **known), clock) == 0
        assert rows(engine)[0].error == "tls", "a certificate that nobody vouches for"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        clock.pass_by(PAUSES[0])
        assert send(engine, keys, to(server, **known), clock) == 1
        assert (server.mails[0].tls, server.mails[0].user) == (True, "desk")
        (tmp_path / "password").write_text("wrong")
        put(engine, keys, once="2")
        assert send(engine, keys, to(server, **known), clock) == 0
        assert "sign_in" in [row.error for row in rows(engine)]


def test_a_server_with_a_certificate_for_another_name_gets_nothing(engine, keys, clock, tmp_path, monkeypatch):
    certificate = make_certificate(tmp_path, name="127.0.0.9")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Server(certificate=certificate) as server:
        put(engine, keys)
        assert send(engine, keys, to(server, security="starttls"), clock) == 0
        assert server.mails == [] and rows(engine)[0].error == "tls"


def test_a_server_without_tls_gets_nothing_when_tls_was_asked_for(engine, keys, server, clock):
    put(engine, keys)
    assert send(engine, keys, to(server, security="starttls"), clock) == 0
    assert server.mails == [] and rows(engine)[0].error == "tls"


def test_while_mail_is_off_everything_waits(engine, keys, settings, server):
    put(engine, keys)
    assert settings.mail is None
    assert worker.Desk(engine, keys.keyring, settings, clock=lambda: START).send_mail() == 0
    assert rows(engine)[0].tries == 0


def test_a_running_desk_sends_within_seconds_and_a_server_that_hangs_holds_up_nobody(engine, keys, settings, server):
    with transaction(engine) as session:
        outbox.put(
            session,
            kind="notice",
            to="a@example.org",
            subject="News",
            text="Hello",
            recipients=keys.recipients,
            now=dt.datetime.now(dt.UTC),
        )
    stop = threading.Event()
    placed = dataclasses.replace(settings, mail=to(server))
    desk = threading.Thread(target=worker.run, args=(placed,), kwargs={"stop": stop})
    desk.start()
    end = time.monotonic() + 30
    while not rows(engine)[0].sent_at and time.monotonic() < end:
        stop.wait(0.05)
    stop.set()
    desk.join(20)
    assert not desk.is_alive() and len(server.mails) == 1


def test_a_month_later_what_was_sent_is_gone_and_what_waits_for_a_person_stays(engine, keys, server, clock):
    put(engine, keys, text="sent", once="1")
    send(engine, keys, to(server), clock)
    put(engine, keys, text="failed", once="2")
    server.script = ["rcpt 550"]
    send(engine, keys, to(server), clock)
    with transaction(engine) as session:
        assert outbox.purge(session, clock() + outbox.KEPT_FOR + dt.timedelta(seconds=1)) == 1
    assert [row.once for row in rows(engine)] == ["2"]
