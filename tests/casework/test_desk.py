"""The desk works by itself: it admits, judges again, tidies up, and ends when it is told to."""

import dataclasses
import datetime as dt
import logging
import os
import threading
import time

from sqlalchemy import func, select, text

from intake import drafts, organisation, returncode, worker
from intake.casework.models import Case
from intake.db import transaction
from intake.drafts import DraftRow
from tests import people

SECONDS = 20


def count(engine, table):
    with transaction(engine.execution_options(reads=True)) as session:
        return session.scalar(select(func.count()).select_from(table))


def until(condition):
    """Wait for `condition`; False when it does not come true in time."""
    end, pause = time.monotonic() + SECONDS, threading.Event()
    while not condition():
        if time.monotonic() > end:
            return False
        pause.wait(0.05)
    return True


def test_one_round_admits_everything_and_says_only_how_many(engine, settings, keys, caplog):
    people.send(engine, keys, people.MARYAM, people.JOAO)
    with caplog.at_level(logging.INFO):
        worker.run(settings, once=True)
    assert count(engine, Case) == 2
    assert "handled 2 new submissions" in caplog.text
    for hidden in (people.MARYAM["call_name"], "afraid", "+12025550123"):
        assert hidden not in caplog.text


def test_a_case_rises_while_the_desk_only_watches_the_days(engine, settings, keys):
    people.send(engine, keys, people.JOAO)
    people.admit_all(engine, keys)
    late = dt.datetime(2027, 2, 1, 12, 0, tzinfo=dt.UTC)
    worker.Desk(engine, keys.keyring, settings, clock=lambda: late).run_once()
    with transaction(engine) as session:
        assert session.scalars(select(Case.level)).one() == 1


def test_the_desk_judges_by_the_area_that_the_office_set_a_moment_ago(engine, settings, keys):
    desk = worker.Desk(engine, keys.keyring, settings)

    def codes_of_all() -> list[bool]:
        desk.run_once()
        with transaction(engine) as session:
            return sorted("LOC_OUT_OF_AREA" in found for found in session.scalars(select(Case.codes)))

    people.send(engine, keys, people.JOAO)
    assert codes_of_all() == [False]
    with transaction(engine) as session:
        said = organisation.Organisation("Harbour", service_area=("WY",))
        organisation.save(session, said, "staff:1", dt.datetime.now(dt.UTC), 0)
    people.send(engine, keys, people.JOAO)
    assert codes_of_all() == [False, True]


def test_the_day_is_that_of_the_organisation(engine, settings, keys):
    midnight = dt.datetime(2026, 11, 2, 3, 0, tzinfo=dt.UTC)
    desk = worker.Desk(engine, keys.keyring, settings, clock=lambda: midnight)
    assert desk.today() == dt.date(2026, 11, 1)


def test_expired_drafts_go_once_an_hour(engine, settings, keys):
    ticks = [0.0]
    now = people.NOW + dt.timedelta(days=8)
    desk = worker.Desk(engine, keys.keyring, settings, clock=lambda: now, ticks=lambda: ticks[0])

    def leave_one():
        with transaction(engine) as session:
            drafts.start(
                session,
                returncode.new_code(),
                returncode.derive(os.urandom(32)),
                form_version=1,
                now=people.NOW,
                source=None,
            )

    leave_one()
    desk.run_once()
    assert count(engine, DraftRow) == 0
    leave_one()
    desk.run_once()
    assert count(engine, DraftRow) == 1
    ticks[0] += worker.PURGE_SECONDS
    desk.run_once()
    assert count(engine, DraftRow) == 0


def test_a_running_desk_admits_within_seconds_and_ends_promptly(engine, settings, keys):
    stop = threading.Event()
    desk = threading.Thread(target=worker.run, args=(settings,), kwargs={"stop": stop})
    desk.start()
    try:
        people.send(engine, keys, people.MARYAM)
        assert until(lambda: count(engine, Case) == 1)
    finally:
        began = time.monotonic()
        stop.set()
        desk.join(SECONDS)
    assert not desk.is_alive()
    assert time.monotonic() - began < 5


def test_a_database_that_is_away_is_waited_for(engine, settings, keys, caplog):
    away, back = "ALTER TABLE arrival RENAME TO arrival_away", "ALTER TABLE arrival_away RENAME TO arrival"
    with engine.begin() as connection:
        connection.execute(text(away))
    stop = threading.Event()
    desk = threading.Thread(target=worker.run, args=(settings,), kwargs={"stop": stop})
    with caplog.at_level(logging.INFO):
        desk.start()
        try:
            assert until(lambda: "the database is away" in caplog.text)
            with engine.begin() as connection:
                connection.execute(text(back))
            people.send(engine, keys, people.MARYAM)
            assert until(lambda: count(engine, Case) == 1)
        finally:
            stop.set()
            desk.join(SECONDS)
    assert "arrival" not in caplog.text
    assert not desk.is_alive()


def test_the_write_ahead_log_is_moved_into_the_file(engine, settings, keys):
    people.send(engine, keys, people.MARYAM)
    desk = worker.Desk(engine, keys.keyring, dataclasses.replace(settings))
    desk.run_once()
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(reads=True) as connection:
            _, pages, moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").one()
        assert pages == moved
    assert count(engine, Case) == 1
