"""The audit trail cannot be altered unnoticed."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from intake import appendonly, audit
from intake.db import make_engine, transaction

NOW = dt.datetime(2026, 11, 2, 15, 0, tzinfo=dt.UTC)


def tell(engine, count=1):
    """Add `count` events in one transaction each."""
    for number in range(count):
        with transaction(engine) as session:
            audit.append(
                session,
                actor="staff:1",
                event="case:opened",
                subject="K7QF3-M2XTB",
                details={"count": number},
                now=NOW + dt.timedelta(seconds=number),
            )


def tamper(engine, *statements):
    """Change the trail behind the triggers' back, as someone with full rights on the database could."""
    with engine.begin() as connection:
        for statement in appendonly.unguard("audit_event", audit.VERBS, engine.dialect.name):
            connection.execute(text(statement))
        for statement in statements:
            connection.execute(text(statement))


def verdict(engine, anchor=None):
    with transaction(engine.execution_options(reads=True)) as session:
        return audit.verify(session, anchor)


def anchor(engine):
    with transaction(engine.execution_options(reads=True)) as session:
        return audit.anchor(session)


def test_a_trail_that_nobody_touched_is_whole(engine):
    assert verdict(engine, (0, audit.GENESIS)).ok
    tell(engine, 5)
    found = verdict(engine, anchor(engine))
    assert (found.ok, found.first_bad_seq, found.count) == (True, None, 5)
    assert "fits the anchor" in found.sentence


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'staff:2' WHERE seq = 2",
        "DELETE FROM audit_event WHERE seq = 2",
        "DELETE FROM audit_event",
    ],
)
def test_the_database_refuses_to_change_the_trail(engine, statement):
    tell(engine, 3)
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(text(statement))
    assert verdict(engine).count == 3


def test_the_database_refuses_to_empty_or_replace_the_trail(engine):
    tell(engine, 3)
    replace = (
        "TRUNCATE audit_event"
        if engine.dialect.name == "postgresql"
        else "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE seq = 2"
    )
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(text(replace))
    assert verdict(engine).count == 3


@pytest.mark.parametrize(
    ("statements", "bad"),
    [
        (["UPDATE audit_event SET actor = 'staff:2' WHERE seq = 3"], 3),
        (["UPDATE audit_event SET details = '{}' WHERE seq = 3"], 3),
        (["UPDATE audit_event SET subject = 'AAAAA-AAAAA' WHERE seq = 3"], 3),
        (["DELETE FROM audit_event WHERE seq = 3"], 3),
        (["DELETE FROM audit_event WHERE seq = 1"], 1),
        (
            [
                "UPDATE audit_event SET seq = 99 WHERE seq = 2",
                "UPDATE audit_event SET seq = 2 WHERE seq = 3",
                "UPDATE audit_event SET seq = 3 WHERE seq = 99",
            ],
            2,
        ),
        (
            [
                "DELETE FROM audit_event WHERE seq = 3",
                "UPDATE audit_event SET seq = seq - 1 WHERE seq > 3",
            ],
            3,
        ),
    ],
    ids=["actor", "details", "subject", "one removed", "first removed", "two swapped", "gap closed"],
)
def test_an_edit_a_removal_and_a_new_order_are_found(engine, statements, bad):
    tell(engine, 6)
    tamper(engine, *statements)
    found = verdict(engine)
    assert (found.ok, found.first_bad_seq) == (False, bad)
    assert str(bad) in found.sentence


def test_a_removed_end_is_found_by_the_anchor(engine):
    tell(engine, 6)
    kept = anchor(engine)
    tell(engine, 1)
    assert verdict(engine, kept).ok
    tamper(engine, "DELETE FROM audit_event WHERE seq > 4")
    assert verdict(engine).ok
    found = verdict(engine, kept)
    assert (found.ok, found.first_bad_seq) == (False, 5)
    tamper(engine, "DELETE FROM audit_event")
    assert not verdict(engine, kept).ok


def test_a_trail_written_anew_is_found_by_the_anchor(engine):
    tell(engine, 4)
    kept = anchor(engine)
    tamper(engine, "DELETE FROM audit_event")
    with transaction(engine) as session:
        for _ in range(4):
            audit.append(session, actor="desk", event="case:admitted", subject="AAAAA-AAAAA", now=NOW)
    assert verdict(engine).ok
    assert not verdict(engine, kept).ok


def test_many_at_once_make_one_unbroken_chain(engine):
    def work(_):
        own = make_engine(str(engine.url.render_as_string(hide_password=False)))
        tell(own, 25)
        own.dispose()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    found = verdict(engine, anchor(engine))
    assert (found.ok, found.count) == (True, 200)


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "case:eaten"},
        {"actor": "Olivia Owner"},
        {"subject": "a person's name"},
        {"details": {"answer": "x"}},
        {"details": {"status": "a sentence that somebody wrote"}},
        {"details": {"purpose": "x" * 501}},
    ],
    ids=["event", "actor", "subject", "key", "text", "length"],
)
def test_what_people_wrote_does_not_fit_into_the_trail(engine, wrong):
    event = {"actor": "desk", "event": "case:opened", "subject": "K7QF3-M2XTB", "details": {}, "now": NOW}
    with transaction(engine) as session:
        with pytest.raises(ValueError) as refused:
            audit.append(session, **(event | wrong))
        assert "sentence" not in str(refused.value)
        assert "Olivia" not in str(refused.value)
    assert anchor(engine) == (0, audit.GENESIS)
