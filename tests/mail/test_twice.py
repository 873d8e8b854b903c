"""No mail is sent twice: two desks at once, a desk that is slow, a desk that is killed, an answer that is lost."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from intake import outbox
from intake.db import transaction
from intake.outbox import LEASE, Outbox
from tests.mail.posting import START, put, rows, send, to
from tests.mail.smtp import Server

ROOT = Path(__file__).resolve().parents[2]


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


def test_two_who_queue_the_same_mail_at_once_queue_one(engine, keys):
    ready, made = threading.Barrier(4), []

    def work() -> None:
        ready.wait()
        with transaction(engine) as session:
            made.append(
                outbox.put(
                    session,
                    kind="notice",
                    to="a@example.org",
                    subject="News",
                    text="Hello",
                    recipients=keys.recipients,
                    now=START,
                    once="the same",
                )
            )

    people = [threading.Thread(target=work) for _ in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(made) == [False, False, False, True] and len(rows(engine)) == 1
