"""Caseworkers open, claim, move and note a case: never without a trace, never over a colleague's change."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from intake import audit
from intake.appendonly import unguard
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import moving, notes, opening
from intake.casework.models import Case, CaseEvent, Note
from intake.casework.statuses import BadMove
from intake.db import transaction
from intake.sealing import CannotOpen
from intake.unsealing import Keyring
from tests import people

LATER = people.NOW + dt.timedelta(hours=1)


def trace(engine):
    """Actor and event of everything in the audit trail, oldest first."""
    statement = select(AuditEvent.actor, AuditEvent.event).order_by(AuditEvent.seq)
    with transaction(engine.execution_options(reads=True)) as session:
        return [tuple(row) for row in session.execute(statement)]


def test_opening_a_case_shows_what_the_person_said_and_leaves_a_trace(engine, keys, staff, maryam):
    opened = opening.open_answers(engine, keys.keyring, staff.owner, maryam, LATER)
    assert opened.answers == people.MARYAM
    assert opened.started_at == people.NOW
    assert trace(engine)[-1] == (staff.owner.label, "case:opened")
    assert people.MARYAM["call_name"] not in repr(opened)


def test_no_trace_no_plaintext(engine, keys, staff, maryam):
    if engine.dialect.name == "sqlite":
        broken = "CREATE TRIGGER broken BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'full'); END"
    else:
        broken = "ALTER TABLE audit_event RENAME TO audit_event_away"
    with engine.begin() as connection:
        connection.execute(text(broken))

    class Watched(Keyring):
        opened = 0

        def open(self, *args, **kwargs):
            Watched.opened += 1
            return super().open(*args, **kwargs)

    watched = Watched([keys.keyring._by_kid[kid] for kid in keys.keyring.kids])
    with pytest.raises(DBAPIError):
        opening.open_answers(engine, watched, staff.owner, maryam, LATER)
    assert Watched.opened == 0


def test_the_trace_stays_when_the_answers_cannot_be_opened(engine, staff, maryam):
    with pytest.raises(CannotOpen):
        opening.open_answers(engine, Keyring([]), staff.owner, maryam, LATER)
    assert trace(engine)[-1] == (staff.owner.label, "case:opened")


def test_an_unknown_case_and_a_forbidden_one_look_the_same(engine, session, keys, staff, maryam):
    seen = []
    for person, case_id in ((staff.owner, uuid.uuid4()), (staff.outsider, maryam)):
        with pytest.raises(casework.NotFound) as missing:
            casework.load(session, person, case_id)
        seen.append(str(missing.value))
        session.rollback()
        with pytest.raises(casework.NotFound):
            opening.open_answers(engine, keys.keyring, person, case_id, LATER)
    assert seen[0] == seen[1]
    assert "case:opened" not in {event for _, event in trace(engine)}


def test_a_claimed_case_has_its_owner(engine, session, staff, maryam):
    case = casework.load(session, staff.owner, maryam)
    casework.claim(session, case, staff.owner, case.version, LATER)
    session.commit()
    assert (case.owner_id, case.version, case.updated_at) == (staff.owner.id, 2, LATER)
    assert trace(engine)[-1] == (staff.owner.label, "case:claimed")
    newest = casework.timeline(session, case)[0]
    assert (newest.event, newest.actor_name) == ("case:claimed", "Olivia Owner")


def test_a_colleague_can_take_a_case_over_and_the_timeline_says_from_whom(session, staff, maryam):
    case = casework.load(session, staff.owner, maryam)
    casework.claim(session, case, staff.owner, 1, LATER)
    casework.claim(session, case, staff.colleague, 2, LATER)
    session.commit()
    assert case.owner_id == staff.colleague.id
    assert casework.timeline(session, case)[0].details == {"from_owner": staff.owner.id}


def test_the_second_of_two_people_is_told_and_nothing_is_overwritten(engine, session, staff, maryam):
    with transaction(engine) as other:
        theirs = casework.load(other, staff.colleague, maryam)
        seen = theirs.version
        moving.change_status(other, theirs, staff.colleague, seen, "triage", None, LATER)
    mine = casework.load(session, staff.owner, maryam)
    for act in (
        lambda: casework.claim(session, mine, staff.owner, seen, LATER),
        lambda: moving.change_status(session, mine, staff.owner, seen, "contacting", None, LATER),
    ):
        with pytest.raises(casework.Stale) as stale:
            act()
        assert stale.value.case.status == "triage"
        assert stale.value.case.version == seen + 1
        assert (stale.value.event.event, stale.value.event.actor_name) == (
            "case:status-changed",
            "Carlos Colleague",
        )
    session.rollback()
    now = casework.load(session, staff.owner, maryam)
    assert (now.status, now.owner_id) == ("triage", None)


def test_a_status_change_keeps_reason_openness_and_first_contact(session, staff, maryam):
    case = casework.load(session, staff.owner, maryam)
    change = [("triage", None), ("contacting", None), ("triage", None), ("declined", "capacity")]
    for hours, (status, reason) in enumerate(change, 1):
        at = people.NOW + dt.timedelta(hours=hours)
        moving.change_status(session, case, staff.owner, case.version, status, reason, at)
    session.commit()
    assert (case.status, case.reason, case.is_open) == ("declined", "capacity", False)
    assert case.contacted_at == people.NOW + dt.timedelta(hours=2)
    newest = casework.timeline(session, case)[0]
    assert newest.details == {"from_status": "triage", "status": "declined", "reason": "capacity"}


def test_a_move_that_the_workflow_does_not_know_changes_nothing(session, staff, maryam):
    case = casework.load(session, staff.owner, maryam)
    with pytest.raises(BadMove):
        moving.change_status(session, case, staff.owner, case.version, "accepted", None, LATER)
    assert (case.status, case.version) == ("new", 1)
    session.rollback()


def test_someone_who_left_can_do_nothing(session, keys, staff, maryam):
    case = casework.load(session, staff.owner, maryam)
    for act in (
        lambda: casework.claim(session, case, staff.outsider, 1, LATER),
        lambda: moving.change_status(session, case, staff.outsider, 1, "triage", None, LATER),
        lambda: notes.add(session, case, staff.outsider, "Hello", keys.recipients, LATER),
    ):
        with pytest.raises(casework.NotAllowed):
            act()
    session.rollback()


def test_a_note_is_sealed_and_opens_with_the_case(engine, session, keys, staff, maryam):
    case = casework.load(session, staff.owner, maryam)
    words = "Sister says: call after 18:00. أختها تعرف."
    note_id = notes.add(session, case, staff.owner, f"  {words}\n", keys.recipients, LATER)
    session.commit()
    assert case.version == 1
    envelope = session.scalars(select(Note.envelope)).one()
    session.commit()
    assert b"Sister" not in envelope
    opened = opening.open_answers(engine, keys.keyring, staff.colleague, maryam, LATER)
    assert opened.notes == {note_id: words}
    newest = casework.timeline(session, case)[0]
    assert (newest.event, newest.note_id, newest.actor_name) == ("note:added", note_id, "Olivia Owner")
    assert "Sister" not in str(session.scalars(select(CaseEvent.details)).all())


def test_a_note_moved_to_another_place_does_not_open(engine, session, keys, staff, maryam):
    case = casework.load(session, staff.owner, maryam)
    notes.add(session, case, staff.owner, "First", keys.recipients, LATER)
    second = notes.add(session, case, staff.owner, "Second", keys.recipients, LATER)
    session.commit()
    first = session.scalars(select(Note).where(Note.id != second)).one()
    for statement in unguard("note", ("UPDATE",), engine.dialect.name):
        session.execute(text(statement))
    first.envelope = session.get_one(Note, second).envelope
    session.commit()
    opened = opening.open_answers(engine, keys.keyring, staff.owner, maryam, LATER)
    assert opened.notes == {first.id: None, second: "Second"}


@pytest.mark.parametrize("words", ["", " \n ", "x" * (notes.NOTE_CHARACTERS + 1)])
def test_an_empty_or_endless_note_is_refused_in_words(session, keys, staff, maryam, words):
    case = casework.load(session, staff.owner, maryam)
    with pytest.raises(notes.BadNote, match="note"):
        notes.add(session, case, staff.owner, words, keys.recipients, LATER)
    session.rollback()


def test_everything_that_was_done_is_in_the_trail_and_the_trail_is_whole(engine, session, keys, staff, maryam):
    case = casework.load(session, staff.owner, maryam)
    casework.claim(session, case, staff.owner, 1, LATER)
    moving.change_status(session, case, staff.owner, 2, "triage", None, LATER)
    notes.add(session, case, staff.owner, "Called", keys.recipients, LATER)
    session.commit()
    assert [event for _, event in trace(engine)] == [
        "case:admitted",
        "case:claimed",
        "case:status-changed",
        "note:added",
    ]
    assert audit.verify(session, audit.anchor(session)).ok
    assert session.scalars(select(Case.version)).one() == 3
