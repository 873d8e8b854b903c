"""The schema's history: up and down with data, on both databases, and no difference to the models."""

import datetime as dt

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from intake import accounts, audit, drafts, migrating
from intake.casework import moving
from intake.casework.models import Case
from intake.db import Base, make_engine, transaction
from intake.returncode import derive
from tests import people

NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


def _tables(url):
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def _triggers(url):
    engine = create_engine(url)
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }[engine.dialect.name]
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def test_an_empty_database_becomes_current_and_a_second_upgrade_changes_nothing(database_url):
    assert not migrating.is_current(database_url)
    migrating.upgrade(database_url)
    assert migrating.is_current(database_url)
    assert _tables(database_url) == set(Base.metadata.tables) | {"alembic_version"}
    migrating.upgrade(database_url)
    assert migrating.current(database_url) == migrating.newest()


def test_the_migrations_give_what_the_models_say(database_url):
    migrating.upgrade(database_url)
    command.check(migrating.config(database_url))


def test_the_migrations_give_every_trigger_of_the_models_in_the_same_words(database_url, engine):
    from_models = _triggers(database_url)
    Base.metadata.drop_all(engine)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP FUNCTION intake_refuse_change()"))
    engine.dispose()
    migrating.upgrade(database_url)
    migrated = _triggers(database_url)
    assert from_models and set(from_models) <= set(migrated)
    assert "submission_refuses_update" in dict(migrated)


def test_data_goes_down_and_a_new_start_is_possible(database_url):
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    with transaction(engine) as session:
        drafts.start(session, "0" * 16, derive(bytes(32)), form_version=1, now=NOW, source=None)
        audit.append(session, actor="cli", event="keys:made", subject="keys", now=NOW)
    with pytest.raises(DBAPIError), transaction(engine) as session:
        session.execute(text("DELETE FROM audit_event"))
    engine.dispose()
    migrating.downgrade(database_url, "base")
    assert _tables(database_url) <= {"alembic_version"}
    assert migrating.current(database_url) is None
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    with transaction(engine) as session:
        assert audit.anchor(session) == (0, audit.GENESIS)
    engine.dispose()


def test_cases_without_a_known_date_rank_last_before_and_as_a_week_later_after(database_url, keys):
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    people.send(engine, keys, people.XIMENA, people.MARYAM)
    people.admit_all(engine, keys)

    def ranks() -> dict[dt.date | None, int]:
        with transaction(engine) as session:
            return {row.due_on: row.prio for row in session.execute(select(Case.due_on, Case.prio))}

    now = ranks()
    assert None in now and len(now) == 2
    migrating.downgrade(database_url, "0003")
    before = ranks()
    assert before[None] % 1_000_000 == 999_999 and {day: before[day] for day in now if day} == {
        day: now[day] for day in now if day
    }
    migrating.upgrade(database_url)
    assert ranks() == now
    engine.dispose()


def test_the_first_decision_of_a_case_is_taken_from_its_timeline(database_url, keys):
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    staff = people.hire(engine)
    people.send(engine, keys, people.XIMENA, people.MARYAM)
    people.admit_all(engine, keys)
    people.clear_conflicts(engine)
    with transaction(engine) as session:
        decided, other = session.scalars(select(Case).order_by(Case.reference))
        for days, status, reason in ((1, "triage", None), (2, "referred", "capacity"), (3, "triage", "mistake")):
            at = people.NOW + dt.timedelta(days=days)
            moving.change_status(session, decided, staff.admin, decided.version, status, reason, at)
            session.refresh(decided)
        moving.change_status(session, other, staff.admin, other.version, "triage", None, people.NOW)
        known = decided.id
    migrating.downgrade(database_url, "0019")
    migrating.upgrade(database_url)
    with transaction(engine) as session:
        found = {row.id: row.decided_at for row in session.execute(select(Case.id, Case.decided_at))}
    assert found.pop(known) == people.NOW + dt.timedelta(days=2) and list(found.values()) == [None]
    engine.dispose()


def test_a_database_takes_the_roles_that_it_knows_and_no_other(database_url):
    def takes(role: str) -> bool:
        engine = make_engine(database_url)
        try:
            with transaction(engine) as session:
                accounts.create(
                    session, email=f"{role}@example.org", name=role, role=role, password_hash="none", now=NOW
                )
        except DBAPIError:
            return False
        finally:
            engine.dispose()
        return True

    def roles() -> list[tuple[str, bool]]:
        engine = make_engine(database_url)
        with transaction(engine) as session:
            found = session.execute(text("SELECT role, active FROM staff_member ORDER BY id")).all()
        engine.dispose()
        return [(row.role, bool(row.active)) for row in found]

    migrating.upgrade(database_url)
    accounts_of_now = dict(accounts.PERMISSIONS)
    assert all(takes(role) for role in accounts_of_now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(accounts.PERMISSIONS, "boss", frozenset())
        assert not takes("boss")
    migrating.downgrade(database_url, "0006")
    assert set(roles()) == {("caseworker", True), ("caseworker", False), ("admin", True)}
    engine = make_engine(database_url)
    with pytest.raises(DBAPIError), transaction(engine) as session:
        session.execute(text("UPDATE staff_member SET role = 'volunteer'"))
    engine.dispose()
    migrating.upgrade(database_url)
    assert len(roles()) == len(accounts_of_now)


def test_an_upgrade_that_fails_halfway_leaves_nothing_behind(database_url):
    engine = make_engine(database_url)
    # A table that stands in the way of one of the last ones that the migration makes.
    with transaction(engine) as session:
        session.execute(text("CREATE TABLE note (id INTEGER)"))
    engine.dispose()
    with pytest.raises(migrating.MigrationError):
        migrating.upgrade(database_url)
    assert _tables(database_url) <= {"note", "alembic_version"}
    assert migrating.current(database_url) is None


def test_an_unknown_revision_is_refused_in_words(database_url):
    with pytest.raises(migrating.MigrationError, match="not possible"):
        migrating.upgrade(database_url, "9999")


def test_a_server_that_is_not_there_is_named_without_its_password():
    url = "postgresql+psycopg://someone:hush@127.0.0.1:1/nothing"
    with pytest.raises(migrating.MigrationError, match="cannot be reached") as refused:
        migrating.upgrade(url)
    assert "hush" not in str(refused.value)


def test_asking_for_the_revision_of_a_missing_file_does_not_make_it(tmp_path):
    assert migrating.current(f"sqlite:///{tmp_path / 'none.db'}") is None
    assert list(tmp_path.iterdir()) == []
