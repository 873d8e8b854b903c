"""Two hosts of PostgreSQL under one address: numbers and files are read from the second, until it takes over."""

import dataclasses
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from intake import exports, statistics
from intake.casework.filters import Filters
from intake.db import Base, make_engine, transaction
from intake.staff import context
from intake.staff.app import create_app
from intake.standby import Standby
from intake.statistics import Quarter
from tests import people
from tests.survival.nodes import Node, address


@pytest.fixture
def nodes():
    primary, standby = Node(), Node()
    try:
        yield primary.create(), standby.follow(primary)
    finally:
        standby.remove()
        primary.remove()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_standby_gives_numbers_and_files_and_takes_over(nodes, settings, keys, caplog):
    primary, standby = nodes
    engine = make_engine(address("postgres", "postgres", primary, standby), settings.bounds.of("worker"))
    Base.metadata.create_all(engine)
    people.send(engine, keys, people.MARYAM, people.JOAO)
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        hosts = session.execute(text("SELECT pg_is_in_recovery()")).scalar()
    assert hosts is False
    here = dataclasses.replace(
        settings, database_url=engine.url.render_as_string(hide_password=False), read_database_url=standby.url()
    )
    app = create_app(here, engine, keys.keyring)
    with app.test_request_context("/numbers"):
        session = context.counting()
        assert session.execute(text("SELECT pg_is_in_recovery()")).scalar() is True
        assert "week" in statistics.figures(session, Quarter.of(people.TODAY), here.timezone).tables
        assert statistics.load(session) == []
        assert context.counting() is session
        door = context.staff_door()
    door.standby.dispose()
    copy = Standby.of(here, engine, "staff")
    for named in ("queue-1", "full"):
        choice = exports.Choice.of(exports.named(named))
        file = exports.stream(
            engine,
            exports.Wanted(Filters()),
            choice,
            actor="cli",
            purpose="Standby",
            clock=lambda: people.NOW,
            keyring=keys.keyring,
            key=bytes(32),
            standby=copy.engine(),
        )
        assert b"".join(file).count(b"\n") == 3, "the names of the columns and two cases"
    assert copy.engine() is copy.copy
    primary.kill()
    with pytest.raises(DBAPIError), transaction(engine) as session:
        session.execute(text("SELECT 1"))
    standby.promote()
    with transaction(engine) as session:
        session.execute(text("CREATE TABLE after_the_failover (id integer)"))
    assert copy.engine() is copy.copy, "what has taken over is never late"
    standby.kill()
    caplog.set_level(logging.WARNING, "intake.standby")
    assert [copy.engine(), copy.engine()] == [engine, engine]
    assert len(caplog.records) == 1, "said once"
    copy.dispose()
    engine.dispose()
