"""The desk sends mail by real SMTP, whatever a server refuses, delays, drops or swallows, and sends nothing twice."""

import dataclasses
import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from intake import mailing, outbox, worker
from intake.db import transaction
from intake.outbox import GIVE_UP_AFTER, LEASE, PAUSES, Outbox
from intake.settings import Mail
from tests.mail.smtp import Server, make_certificate

START = dt.datetime(2026, 11, 2, 15, 0, tzinfo=dt.UTC)
ROOT = Path(__file__).resolve().parents[2]
TEXT = "هناك جديد لك.\n.\n..استخدم رمزك\n" + "A long line. " * 100


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> dt.datetime:
        return self.time

    def pass_by(self, by: dt.timedelta) -> None:
        self.time += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server():
    with Server() as made:
        yield made


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(mailing, "ANSWER_SECONDS", 0.5)


def to(server: Server, **more) -> Mail:
    host, _, port = server.address.partition(":")
    return Mail(**({"host": host, "port": int(port), "sender": "office@example.org", "security": "none"} | more))


def put(engine, keys, *, address: str = "joao@example.org", text: str = TEXT, subject: str = "Novidades", **more):
    with transaction(engine) as session:
        assert outbox.put(
            session,
            kind="notice",
            to=address,
            subject=subject,
            text=text,
            recipients=keys.recipients,
            now=START,
            **more,
        )
        return session.scalars(select(Outbox.id).order_by(Outbox.created_at.desc(), Outbox.id).limit(1)).one()


def send(engine, keys, mail: Mail, clock: Clock, most: int = 10) -> int:
    try:
        return mailing.send_due(engine, keys.keyring, mail, clock, most=most)
    except mailing.Away:
        return 0


def rows(engine) -> list[Outbox]:
    with transaction(engine.execution_options(reads=True)) as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.created_at, Outbox.id)))


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


@pytest.mark.parametrize("plan", ["drop end", "hang end"])
def test_a_mail_whose_answer_is_lost_is_sent_once_more_under_the_same_name_and_never_a_third_time(
    engine, keys, server, clock, plan
):
    put(engine, keys)
    server.script = [plan] * 5
    for _ in range(4):
        send(engine, keys, to(server), clock)
        clock.pass_by(dt.timedelta(hours=1))
    assert len(server.mails) == 2 and len({one.message["Message-ID"] for one in server.mails}) == 1
    [row] = rows(engine)
    assert row.failed_at is not None and row.envelope is not None, "a person decides"


def test_a_server_that_is_away_costs_the_first_mail_one_try_and_the_others_none(engine, keys, clock):
    with Server() as gone:
        mail = to(gone)
    for number in range(3):
        put(engine, keys, once=str(number))
    with pytest.raises(mailing.Away):
        mailing.send_due(engine, keys.keyring, mail, clock, most=10)
    assert sorted((row.tries, row.error or "") for row in rows(engine)) == [(0, ""), (0, ""), (1, "connect")]


def test_two_desks_at_once_send_each_mail_once(engine, keys, server, clock):
    for number in range(20):
        put(engine, keys, text=str(number), once=str(number))
    ready, counts = threading.Barrier(4), []

    def work() -> None:
        ready.wait()
        counts.append(send(engine, keys, to(server), clock, most=20))

    desks = [threading.Thread(target=work) for _ in range(4)]
    for one in desks:
        one.start()
    for one in desks:
        one.join()
    assert sum(counts) == 20
    assert sorted(int(one.text) for one in server.mails) == list(range(20))


def test_a_claimed_mail_is_left_alone_until_the_lease_is_over(engine, keys, server, clock):
    put(engine, keys)
    with transaction(engine) as session:
        assert outbox.claim(session, clock()) is not None
    clock.pass_by(LEASE - dt.timedelta(seconds=1))
    assert send(engine, keys, to(server), clock) == 0 and server.mails == []
    clock.pass_by(dt.timedelta(seconds=1))
    assert send(engine, keys, to(server), clock) == 1 and rows(engine)[0].interrupted == 1


def test_a_desk_that_lost_its_lease_writes_nothing_down(engine, keys, server, clock):
    put(engine, keys)
    with transaction(engine) as session:
        slow = outbox.claim(session, clock())
    clock.pass_by(LEASE)
    assert send(engine, keys, to(server), clock) == 1
    with transaction(engine) as session:
        assert not outbox.settle(session, slow, outbox.Outcome("address_550", dead=True), clock())
    assert rows(engine)[0].sent_at == clock() and rows(engine)[0].failed_at is None


def test_a_desk_killed_after_the_server_took_the_mail_repeats_it_once(engine, keys, server, clock, settings):
    put(engine, keys)
    server.at_the_end = lambda: _kill(victims)
    victims: list[subprocess.Popen[bytes]] = []
    for _ in range(3):
        _let_the_lease_run_out(engine)
        _run_desk(settings, server, victims)
    assert len(server.mails) == 2 and len({one.message["Message-ID"] for one in server.mails}) == 1
    [row] = rows(engine)
    assert (row.error, row.sent_at) == ("interrupted", None) and row.failed_at is not None


def _run_desk(settings, server: Server, victims: list[subprocess.Popen[bytes]]) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "INTAKE_DATA": str(settings.data),
        "INTAKE_DATABASE_URL": settings.database_url,
        "INTAKE_PASSPHRASE_FILE": str(settings.passphrase_file),
        "INTAKE_SMTP": server.address,
        "INTAKE_SMTP_SECURITY": "none",
        "INTAKE_MAIL_FROM": "office@example.org",
    }
    command = [sys.executable, "-c", "from intake import settings, worker; worker.run(settings.load(), once=True)"]
    victims.append(subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE))
    victims[-1].communicate(timeout=60)


def _kill(victims: list[subprocess.Popen[bytes]]) -> None:
    victims[-1].send_signal(signal.SIGKILL)


def _let_the_lease_run_out(engine) -> None:
    """Days pass quickly here: what the desk wrote lies as far back as the lease is long."""
    with transaction(engine) as session:
        for row in session.scalars(select(Outbox).where(Outbox.leased_until.is_not(None))):
            row.leased_until = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
        for row in session.scalars(select(Outbox)):
            row.created_at = dt.datetime.now(dt.UTC)


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
