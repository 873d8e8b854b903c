"""The trail is found by person, case and kind; its checks go round, find every change, and tell it."""

import datetime as dt

import pytest
from sqlalchemy import select

from intake import audit, outbox, trail
from intake.audit import AuditEvent, Event
from intake.db import transaction
from intake.outbox import Outbox
from intake.trail import Wanted
from tests.audit.test_audit_trail import NOW, tamper, tell


def round_of(engine, now=NOW, most=4) -> int:
    """One round of checks, a few events at a time; how many parts it took."""
    for part in range(1, 50):
        if trail.check_part(engine, now, most):
            return part
    raise AssertionError("the round has no end")


def standing(engine):
    with transaction(engine) as session:
        row = trail.state(session)
        session.expunge(row)
        return row


def test_a_round_reads_all_of_it_in_small_parts(engine):
    tell(engine, 10)
    assert round_of(engine) == 3
    found = standing(engine)
    assert (found.whole_count, found.whole_at, found.bad_seq) == (10, NOW, None)
    tell(engine, 2)
    assert round_of(engine, NOW + dt.timedelta(hours=1)) == 4
    assert standing(engine).whole_count == 12


@pytest.mark.parametrize(
    ("statement", "bad"),
    [
        ("UPDATE audit_event SET actor = 'staff:2' WHERE seq = 2", 2),
        ("DELETE FROM audit_event WHERE seq = 7", 7),
        ("DELETE FROM audit_event WHERE seq > 8", 9),
        ("DELETE FROM audit_event", 1),
    ],
    ids=["changed", "one removed", "end removed", "all removed"],
)
def test_what_was_done_to_it_between_two_rounds_is_found_and_stays_known(engine, statement, bad):
    tell(engine, 10)
    round_of(engine)
    tamper(engine, statement)
    later = NOW + dt.timedelta(hours=1)
    round_of(engine, later)
    found = standing(engine)
    assert ((found.bad_seq, found.bad_at) == (bad, later) and str(bad - 1) in found.sentence) or str(
        bad
    ) in found.sentence
    round_of(engine, later + dt.timedelta(hours=1))
    assert standing(engine).bad_at == later


def test_a_change_behind_the_place_of_a_round_is_found_by_the_next(engine):
    tell(engine, 10)
    assert not trail.check_part(engine, NOW, 6)
    tamper(engine, "UPDATE audit_event SET actor = 'staff:2' WHERE seq = 2")
    round_of(engine)
    assert standing(engine).bad_seq is None
    round_of(engine)
    assert standing(engine).bad_seq == 2


def test_events_are_found_by_who_what_case_and_day_page_by_page(engine):
    with transaction(engine) as session:
        for number in range(250):
            audit.append(
                session,
                actor=f"staff:{number % 3}",
                event=Event.CASE_OPENED if number % 2 else Event.SEARCH_MADE,
                subject="AAAAA-AAAAA" if number % 5 == 0 else "BBBBB-BBBBB",
                now=NOW + dt.timedelta(hours=number),
            )
    with transaction(engine) as session:
        everything = trail.find(session, Wanted())
        assert [row.seq for row in everything.events] == list(range(250, 150, -1)) and everything.next == 151
        rest = trail.find(session, Wanted(), everything.next)
        last = trail.find(session, Wanted(), rest.next)
        assert [row.seq for row in last.events] == list(range(50, 0, -1)) and last.next is None
        some = Wanted(
            group="opened", actor="staff:1", subject="AAAAA-AAAAA", since=NOW, until=NOW + dt.timedelta(hours=40)
        )
        assert [row.seq - 1 for row in trail.find(session, some).events] == [25]
        assert trail.find(session, Wanted(group="exports")).events == []


def test_the_anchor_of_a_day_is_mailed_once(engine, keys):
    tell(engine, 3)
    with transaction(engine) as session:
        for moment in (NOW, NOW + dt.timedelta(minutes=1)):
            trail.mail_anchor(session, "safe@example.org", NOW.date(), keys.recipients, moment)
        (row,) = session.scalars(select(Outbox))
        number, digest = audit.anchor(session)
        plain = keys.keyring.open(row.envelope, table=outbox.TABLE, record_id=row.id.bytes).decode()
        assert f"{number}:{digest}" in plain and "safe@example.org" in plain
        assert audit.anchor_fits(session, (number, digest)) and not audit.anchor_fits(session, (number, "0" * 64))
        assert not audit.anchor_fits(session, (number + 1, digest))
        assert session.get(AuditEvent, 4) is None
