"""Moving a case on: who may, what must be said with it, where a hold ends, and how a case ends and begins again."""

import datetime as dt

import pytest
from sqlalchemy import select

from intake import accounts
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import closing, moving
from intake.casework.statuses import BadMove
from tests import people
from tests.casework import later

LATER = people.NOW + dt.timedelta(hours=1)


@pytest.fixture
def screener(session, staff):
    made = accounts.create(
        session, email="screener@example.org", name="Sana", role="screener", password_hash="none", now=people.NOW
    )
    session.commit()
    return made


@pytest.fixture
def move(session, staff, maryam):
    """Move Maryam's case as the owner does, or as another person."""

    def moved(status, reason=None, *, by=None, **options):
        case = casework.load(session, staff.owner, maryam)
        moving.change_status(session, case, by or staff.owner, case.version, status, reason, LATER, **options)
        session.commit()
        return case

    return moved


def code(session, name="B1", *, active=True, lsc="B", is_new=True):
    closing.save(session, name, f"Meaning of {name}", lsc, active=active, is_new=is_new, actor="staff:4", now=LATER)
    session.commit()


def test_a_screener_prepares_and_does_not_decide(session, screener, move):
    move("triage", by=screener)
    for status, reason in (("declined", "capacity"), ("merit_review", None)):
        if status == "merit_review":
            move(status, by=screener)
            continue
        with pytest.raises(casework.NotAllowed):
            move(status, reason, by=screener)
        session.rollback()
    with pytest.raises(casework.NotAllowed):
        move("accepted", by=screener)
    session.rollback()
    assert move("accepted").status == "accepted"


def test_a_hold_ends_where_it_began_and_is_forgotten_then(session, screener, move):
    for status in ("triage", "merit_review", "accepted"):
        move(status)
    held = move("conflict_hold", by=screener)
    assert (held.status, held.held_from, held.is_open) == ("conflict_hold", "accepted", True)
    released = move("accepted", by=screener)
    assert (released.status, released.held_from) == ("accepted", None), "to end a hold is no decision"


def test_a_case_that_was_held_as_new_goes_to_triage(session, move):
    move("conflict_hold")
    with pytest.raises(BadMove, match="cannot follow"):
        move("new")
    session.rollback()
    assert move("triage").held_from is None


def test_while_a_conflict_is_possible_the_hold_stays_and_the_case_can_still_be_declined(session, staff, maryam, move):
    move("triage")
    case = move("conflict_hold")
    case.conflict = "possible"
    assert {one.status for one in moving.ways_of(case)} == {"referred", "declined", "withdrawn", "duplicate"}
    with pytest.raises(BadMove, match="the hold stays"):
        moving.change_status(session, case, staff.owner, case.version, "triage", None, LATER)
    moving.change_status(session, case, staff.owner, case.version, "declined", "conflict", LATER)
    assert (case.status, case.reason) == ("declined", "conflict")


def test_an_ended_case_is_opened_again_for_a_reason_that_the_timeline_keeps(session, staff, screener, move):
    move("triage")
    move("declined", "capacity")
    with pytest.raises(BadMove, match="opened again") as wrong:
        move("triage")
    assert wrong.value.field == "reason"
    session.rollback()
    with pytest.raises(casework.NotAllowed):
        move("triage", "new_facts", by=screener)
    session.rollback()
    case = move("triage", "new_facts")
    assert (case.status, case.reason, case.is_open) == ("triage", "new_facts", True)
    assert casework.timeline(session, case)[0].details["reason"] == "new_facts"


def test_without_a_list_no_closing_code_is_asked_for(move):
    move("triage")
    assert move("advice_given").closing_code is None


def test_with_a_list_an_end_needs_a_code_in_use_and_opening_again_takes_it_away(session, move):
    code(session)
    code(session, "OLD", active=False)
    move("triage")
    for typed in (None, "OLD", "nonsense", "b1", "B1\0", "x" * 500):
        with pytest.raises(BadMove) as wrong:
            move("declined", "capacity", closing_code=typed)
        assert wrong.value.field == "closing_code"
        session.rollback()
    case = move("declined", "capacity", closing_code="B1")
    assert case.closing_code == "B1" and casework.timeline(session, case)[0].details["closing_code"] == "B1"
    assert move("closed").closing_code == "B1", "it is asked for once"
    assert move("triage", "mistake").closing_code is None
    assert move("duplicate").closing_code is None, "nothing was done under a second request"


def test_a_case_that_goes_on_carries_no_code(session, move):
    code(session)
    assert move("triage", closing_code="B1").closing_code is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "A CODE"}, "code"),
        ({"code": "X" * 13}, "code"),
        ({"code": "رمز"}, "code"),
        ({"code": "A1"}, "code"),
        ({"label": " \n"}, "label"),
        ({"label": "x" * 121}, "label"),
        ({"lsc": "Z"}, "lsc"),
        ({"is_new": False, "code": "NONE"}, "code"),
    ],
)
def test_a_code_that_makes_no_sense_is_refused_in_words(session, typed, field):
    code(session, "A1")
    given = {"code": "NEW", "label": "New", "lsc": "", "active": True, "is_new": True} | typed
    with pytest.raises(closing.BadCode) as wrong:
        closing.save(session, **given, actor="staff:4", now=LATER)
    assert set(wrong.value.problems) == {field}


def test_a_code_is_changed_and_never_removed_and_each_change_leaves_a_trace(session):
    code(session, "a1")
    code(session, "A1", lsc="", is_new=False, active=False)
    (row,) = closing.everyone(session)
    assert (row.code, row.lsc, row.active) == ("A1", None, False) and closing.in_use(session) == []
    told = session.execute(select(AuditEvent.subject, AuditEvent.event)).all()
    assert told == [("closing-code:A1", "closing-code:changed")] * 2


def test_a_person_who_withdrew_is_taken_up_again_only_when_they_come_back(session, staff, engine, keys):
    made = later.admitted(engine, keys, people.MARYAM)
    later.write(engine, keys, made, later.Kind.WITHDRAW, {})
    later.hear(engine, keys)
    case = casework.load(session, staff.owner, made.id)
    with pytest.raises(BadMove, match="does not fit"):
        moving.change_status(session, case, staff.owner, case.version, "triage", "capacity_again", LATER)
    session.rollback()
    moving.change_status(session, case, staff.owner, case.version, "triage", "came_back", LATER)
    assert case.is_open


def test_an_erased_case_goes_nowhere(session, staff, engine, keys):
    made = later.admitted(engine, keys, people.MARYAM)
    later.write(engine, keys, made, later.Kind.ERASE, {})
    later.hear(engine, keys)
    case = casework.load(session, staff.owner, made.id)
    for act in (
        lambda: moving.change_status(session, case, staff.owner, case.version, "triage", "came_back", LATER),
        lambda: casework.assign(session, case, staff.owner, staff.colleague.id, case.version, LATER),
    ):
        with pytest.raises(casework.Stale):
            act()
    assert case.closing_code is None and case.held_from is None


def test_a_case_is_given_to_a_colleague_who_works_on_cases(session, staff, maryam):
    case = casework.load(session, staff.owner, maryam)
    casework.assign(session, case, staff.owner, staff.colleague.id, 1, LATER)
    session.commit()
    assert (case.owner_id, case.version) == (staff.colleague.id, 2)
    newest = casework.timeline(session, case)[0]
    assert (newest.event, newest.details) == ("case:assigned", {"from_owner": None, "owner": staff.colleague.id})
    helper = accounts.create(
        session, email="v@example.org", name="Vera", role="volunteer", password_hash="none", now=people.NOW
    )
    for nobody in (staff.outsider.id, helper.id, 999_999, 0, -1):
        with pytest.raises(casework.BadOwner):
            casework.assign(session, case, staff.owner, nobody, 2, LATER)
    with pytest.raises(casework.Stale):
        casework.assign(session, case, staff.owner, staff.owner.id, 1, LATER)
    with pytest.raises(casework.NotAllowed):
        casework.assign(session, case, staff.outsider, staff.owner.id, 2, LATER)
