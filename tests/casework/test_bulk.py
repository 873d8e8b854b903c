"""One action for many cases: each on its own, with its own version, and never for a person whom nobody has read."""

import datetime as dt
import threading
import uuid

import pytest
from sqlalchemy import func, select, update

from intake import accounts, audit
from intake.audit import AuditEvent
from intake.casework import bulk
from intake.casework import case as casework
from intake.casework.bulk import Assign, Change, Outcome, Write
from intake.casework.models import Case, CaseEvent
from intake.db import session_factory, transaction
from intake.submissions import Submission
from tests import people
from tests.casework import later

LATER = people.NOW + dt.timedelta(hours=1)
TRIAGE = Change("triage", None, None)


@pytest.fixture
def cases(engine, keys, staff):
    """Four cases that somebody has opened, in order, as a page shows them: id and version."""
    ids = people.send(engine, keys, people.MARYAM, people.JOAO, people.XIMENA, people.SAMI)
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        session.execute(update(Case).values(opened_count=1))
    return [(case_id, 1) for case_id in ids]


@pytest.fixture
def do(session, staff, keys):
    def done(action, seen, *, by=None, run_id=None):
        run_id = run_id or uuid.uuid4()
        run = bulk.carry_out(session, by or staff.owner, action, seen, keys.recipients, LATER, run_id=run_id)
        session.commit()
        return [code for _, code in run.outcomes]

    return done


def judged(session, staff, action, seen):
    found = [one.outcome for one in bulk.preview(session, staff, action, seen)]
    session.rollback()
    return found


def change(engine, case_id, **values):
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id == case_id).values(**values))


def events(session, name: str) -> int:
    return session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.event == name))


def test_cases_are_given_to_a_colleague_each_with_its_own_trace(session, staff, cases, do):
    assert judged(session, staff.owner, Assign(staff.colleague.id), cases) == [Outcome.DONE] * 4
    assert do(Assign(staff.colleague.id), cases) == ["done"] * 4
    assert set(session.scalars(select(Case.owner_id))) == {staff.colleague.id}
    assert events(session, "case:assigned") == 4
    assert audit.verify(session, audit.anchor(session)).ok
    session.rollback()
    assert judged(session, staff.owner, Assign(staff.colleague.id), [(cases[0][0], 2)]) == [Outcome.SAME]


def test_each_case_that_cannot_is_refused_with_why_and_the_others_go_on(engine, session, staff, cases, do):
    (first, second, third, fourth) = (case_id for case_id, _ in cases)
    change(engine, second, opened_count=0)
    change(engine, third, version=2)
    nobody = uuid.uuid4()
    seen = [*cases, (nobody, 1)]
    expected = [Outcome.DONE, Outcome.UNREAD, Outcome.CHANGED, Outcome.DONE, Outcome.GONE]
    assert judged(session, staff.owner, TRIAGE, seen) == expected
    assert do(TRIAGE, seen) == expected
    moved = session.scalars(select(Case.id).where(Case.status == "triage")).all()
    assert set(moved) == {first, fourth} and events(session, "case:status-changed") == 2


def test_a_preview_changes_nothing(engine, session, staff, cases):
    before = _all(engine)
    for action in (TRIAGE, Assign(staff.colleague.id), Write("Hello")):
        judged(session, staff.owner, action, cases)
    assert _all(engine) == before


def _all(engine):
    with transaction(engine.execution_options(reads=True)) as session:
        lines = session.scalar(select(func.count()).select_from(CaseEvent))
        return session.execute(select(Case.id, Case.version, Case.updated_at)).all(), audit.anchor(session), lines


def test_a_move_asks_for_the_same_as_on_the_page_of_the_case(engine, session, staff, cases, do):
    for case_id, _ in cases[:2]:
        change(engine, case_id, status="triage")
    assert judged(session, staff.owner, Change("declined", None, None), cases) == [
        Outcome.NO_REASON,
        Outcome.NO_REASON,
        Outcome.BAD_MOVE,
        Outcome.BAD_MOVE,
    ]
    screener = accounts.create(
        session, email="s@example.org", name="Sana", role="screener", password_hash="none", now=people.NOW
    )
    session.commit()
    decline = Change("declined", "capacity", None)
    assert judged(session, screener, decline, cases[:2]) == [Outcome.NOT_ALLOWED] * 2
    bulk.closing.save(session, "A", "Advice", "A", active=True, is_new=True, actor="staff:4", now=LATER)
    session.commit()
    assert judged(session, staff.owner, decline, cases[:2]) == [Outcome.NO_CODE] * 2
    assert do(Change("declined", "capacity", "A"), cases[:2]) == ["done", "done"]
    assert judged(session, staff.owner, Change("declined", "capacity", "A"), [(cases[0][0], 2)]) == [Outcome.SAME]


def test_a_message_goes_to_each_person_as_a_letter_of_their_own_and_once(engine, session, keys, staff, do):
    persons = [later.admitted(engine, keys, one) for one in (people.MARYAM, people.JOAO)]
    change(engine, Case.id, opened_count=1)
    seen, run_id = [(one.id, 1) for one in persons], uuid.uuid4()
    for _ in range(2):
        assert do(Write("We are closed on Friday."), seen, run_id=run_id) == ["done", "done"]
    for one in persons:
        assert [said["text"] for said in later.letters_of(engine, one, "message")] == ["We are closed on Friday."]
    assert events(session, "letter:written") == 2


def test_nobody_writes_to_a_person_who_is_held_back_unread_withdrew_or_erased_everything(
    engine, session, keys, staff, cases, do
):
    held, unread, withdrawn, _fine = (case_id for case_id, _ in cases)
    change(engine, held, status="conflict_hold")
    change(engine, unread, opened_count=0)
    change(engine, withdrawn, status="withdrawn")
    gone = later.admitted(engine, keys, people.JOAO)
    change(engine, gone.id, opened_count=1)
    later.write(engine, keys, gone, later.Kind.ERASE, {})
    later.hear(engine, keys)
    seen = [*cases, (gone.id, 2)]
    expected = ["held", "unread", "withdrawn", "done", "erased"]
    assert judged(session, staff.owner, Write("Hello"), seen) == do(Write("Hello"), seen) == expected
    assert judged(session, staff.owner, Assign(staff.owner.id), seen)[1::3] == [Outcome.UNREAD, Outcome.ERASED]
    assert events(session, "letter:written") == 1


def test_a_case_whose_person_has_no_key_does_not_hold_up_the_others(engine, session, cases, do, monkeypatch):
    def no_key(data, purpose):
        raise bulk.send.__globals__["KeyFileError"]("none")

    sealed = bulk.send.__globals__["PublicKey"]
    first = cases[0][0]
    with transaction(engine) as other:
        key = other.scalar(select(Submission.applicant_key).where(Submission.id == first))
    monkeypatch.setitem(
        bulk.send.__globals__,
        "PublicKey",
        lambda data, purpose: no_key(data, purpose) if data == key else sealed(data, purpose),
    )
    assert do(Write("Hello"), cases[:2]) == ["cannot_seal", "done"]
    told = session.execute(select(CaseEvent.case_id).where(CaseEvent.event == "message:sent")).scalars().all()
    assert told == [cases[1][0]], "what failed left nothing behind"


def test_a_colleague_who_is_faster_wins_and_the_result_says_so(engine, session, staff, keys, cases, do):
    assert judged(session, staff.owner, TRIAGE, cases) == [Outcome.DONE] * 4
    with transaction(engine) as other:
        theirs = casework.load(other, staff.colleague, cases[2][0])
        casework.claim(other, theirs, staff.colleague, 1, LATER)
    assert do(TRIAGE, cases) == ["done", "done", "changed", "done"]
    with session_factory(engine)() as other:
        assert other.get(Case, cases[2][0]).owner_id == staff.colleague.id


def test_two_people_with_the_same_cases_in_other_orders_do_each_case_once(engine, keys, staff, cases):
    start, found = threading.Barrier(2), []

    def run(person, seen):
        start.wait()
        with transaction(engine) as session:
            action = Assign(person.id)
            made = bulk.carry_out(session, person, action, seen, keys.recipients, LATER, run_id=uuid.uuid4())
            found.append([code for _, code in made.outcomes])

    pairs = ((staff.owner, cases), (staff.colleague, cases[::-1]))
    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == [["changed"] * 4, ["done"] * 4]


def test_the_result_is_for_the_person_who_did_it_and_names_each_case(session, staff, cases, do):
    run_id = uuid.uuid4()
    do(TRIAGE, cases[:2], run_id=run_id)
    run, found = bulk.result(session, staff.owner, run_id)
    assert run.action == "status" and [one.case.status for one in found] == ["triage", "triage"]
    assert bulk.result(session, staff.colleague, run_id) is None
    assert bulk.result(session, staff.owner, uuid.uuid4()) is None


def test_who_may_not_does_nothing(session, staff, cases, do):
    volunteer = accounts.create(
        session, email="v@example.org", name="Vera", role="volunteer", password_hash="none", now=people.NOW
    )
    session.commit()
    for person in (volunteer, staff.outsider):
        with pytest.raises(casework.NotAllowed):
            do(TRIAGE, cases, by=person)
        session.rollback()
        with pytest.raises(casework.NotAllowed):
            bulk.preview(session, person, TRIAGE, cases)


@pytest.mark.parametrize(
    ("action", "count", "sentence"),
    [
        (TRIAGE, 0, "at least one"),
        (TRIAGE, 101, "at most 100"),
        (Change("nonsense", None, None), 1, "Choose a status"),
        (Change("", None, None), 1, "Choose a status"),
        (Assign(0), 1, "works on cases"),
        (Write(" \n"), 1, "Write something"),
        (Write("x" * 5_001), 1, "at most 5,000"),
    ],
)
def test_what_makes_no_sense_for_any_case_is_said_at_once(session, staff, action, count, sentence):
    with pytest.raises(bulk.BadBulk, match=sentence):
        bulk.check(session, action, [(uuid.uuid4(), 1)] * count)
