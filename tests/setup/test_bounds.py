"""PostgreSQL: nothing waits for ever, connections are counted, and an upgrade makes way for those who work."""

import threading
import time

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from intake import bounds, migrating, supervisor
from intake import settings as settings_module
from intake.bounds import OF_PART, Bounds
from intake.db import make_engine, takes_its_time, transaction
from intake.refusals import LOST_DATABASE
from intake.settings import SettingsError

POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
CASES = "postgresql+psycopg://intake_staff@db.example.org/intake"


def test_each_part_has_bounds_of_its_own_until_a_setting_names_others(tmp_path):
    place = {"INTAKE_DATA": str(tmp_path), "INTAKE_DATABASE_URL": CASES, "INTAKE_READ_DATABASE_URL": CASES}
    plain = settings_module.load(place).bounds
    assert plain.of("public") == OF_PART["public"] and plain.of("command").statement == 0
    own = settings_module.load(place | {"INTAKE_STATEMENT_SECONDS": "7", "INTAKE_POOL": "3", "INTAKE_OVERFLOW": "0"})
    assert own.bounds.of("staff") == Bounds(statement=7, lock=10, idle=900, pool=3, overflow=0)
    made = make_engine(own.database_url, own.bounds.of("staff"))
    assert (made.pool.size(), made.pool._max_overflow) == (3, 0)
    assert "INTAKE_READ_DATABASE_URL" not in supervisor.environment("public", own, place)
    for name, (_field, least, most, _said) in bounds.SETTINGS.items():
        for value in (str(most + 1), "-1", "soon", str(least - 1)):
            with pytest.raises(SettingsError, match=name):
                settings_module.load(place | {name: value})
    with pytest.raises(SettingsError, match="INTAKE_READ_DATABASE_URL"):
        settings_module.load({"INTAKE_DATA": str(tmp_path), "INTAKE_READ_DATABASE_URL": CASES})


@POSTGRES
def test_a_statement_a_lock_and_an_idle_transaction_end_in_time_and_a_file_may_take_longer(database_url):
    hasty = make_engine(database_url, Bounds(statement=1, lock=1, idle=1))
    patient = make_engine(database_url)
    with transaction(patient) as session:
        session.execute(text("CREATE TABLE held (id integer)"))
    with pytest.raises(LOST_DATABASE, match="statement timeout"), hasty.connect() as connection:
        connection.execute(text("SELECT pg_sleep(5)"))
    with transaction(hasty) as session:
        takes_its_time(session)
        session.execute(text("SELECT pg_sleep(1.2)"))
    own = make_engine(f"{database_url}&options=-c%20statement_timeout%3D5s", Bounds(statement=1))
    with own.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "5s", "the address goes first"
    with patient.begin() as holder:
        holder.execute(text("LOCK TABLE held"))
        with pytest.raises(LOST_DATABASE, match="timeout"), hasty.connect() as connection:
            connection.execute(text("SELECT * FROM held"))
    with pytest.raises(LOST_DATABASE), hasty.connect() as connection:
        connection.execute(text("SELECT 1"))
        time.sleep(1.3)
        connection.execute(text("SELECT 1"))
    for one in (hasty, patient, own):
        one.dispose()


@POSTGRES
def test_an_upgrade_waits_for_a_long_reader_without_holding_up_those_who_come_after(database_url, monkeypatch):
    monkeypatch.setattr(migrating, "PAUSE_SECONDS", 0.3)
    migrating.upgrade(database_url)
    newest = migrating.newest()
    others = create_engine(database_url)
    with others.connect() as reader:
        for name in ("submission", "case", "export_job", "outbox", "draft", "audit_event", "retention_policy"):
            known = reader.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar()
            if known:
                reader.execute(text(f'SELECT count(*) FROM "{name}"'))
        # Everything that the upgrades made is taken back: that needs every table, and the reader holds some.
        monkeypatch.setattr(migrating, "TRIES", 1)
        with pytest.raises(migrating.MigrationError, match="Nothing was changed"):
            migrating.downgrade(database_url, "base")
        monkeypatch.setattr(migrating, "TRIES", 20)
        change = threading.Thread(target=migrating.downgrade, args=(database_url, "base"))
        change.start()
        longest, end = 0.0, time.monotonic() + 3.5
        while time.monotonic() < end:
            began = time.monotonic()
            with others.connect() as person:
                person.execute(text("SELECT count(*) FROM submission"))
            longest = max(longest, time.monotonic() - began)
            time.sleep(0.02)
        assert change.is_alive() and longest < 3.0, "whoever came waited no longer than the upgrade is patient"
        assert migrating.current(database_url) == newest
    change.join(60)
    assert not change.is_alive() and migrating.current(database_url) is None
    with pytest.raises(DBAPIError), others.connect() as person:
        person.execute(text("SELECT count(*) FROM submission"))
    others.dispose()
