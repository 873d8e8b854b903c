"""What is past its time is removed by two people and the desk: just that, wholly, once, and nothing comes back."""

import datetime as dt
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import JSON, Integer, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from intake import approvals, audit, worker
from intake.audit import AuditEvent
from intake.backups import erasures
from intake.casework import case as casework
from intake.casework import indexing, legalholds, messages, moving, notes, opening
from intake.casework.models import Case, CaseEvent, Note, SearchToken
from intake.db import Base, transaction
from intake.incoming import Incoming, Kind
from intake.letters import Letter
from intake.retention import carrying, disposing, due, policy
from intake.retention.stages import STAGES, Method
from intake.statistics import tables
from intake.statistics.quarters import Quarter
from intake.submissions import Submission, SubmissionBody
from tests import people
from tests.casework import later

SEALED = (Note, SubmissionBody, Incoming, Letter)
DAY = dt.timedelta(days=1)
# The form, what came later, the note; the receipt, the status, the letter and its copy.
WHOLE = 7
SEARCH_KEY = bytes(range(32))


@pytest.fixture
def staff(engine):
    return people.hire(engine)


@pytest.fixture
def second(engine):
    with transaction(engine) as session:
        return people.accounts.create(
            session, email="dana@example.org", name="Dana", role="admin", password_hash="none", now=people.NOW
        )


def full(engine, keys, staff, answers, status="closed"):
    """A case with a letter, a message, a note, marks of the search and an opening, that ended with `status`."""
    made = later.admitted(engine, keys, answers)
    indexing.index_due(engine, keys.keyring, SEARCH_KEY, limit=10)
    people.clear_conflicts(engine)
    later.write(engine, keys, made, Kind.MESSAGE, {"text": "I am in a new shelter.", "locale": "en"})
    later.hear(engine, keys)
    opening.open_answers(engine, keys.keyring, staff.owner, made.id, people.NOW)
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, made.id)
        notes.add(session, case, staff.owner, "Call the shelter.", keys.recipients, people.NOW)
        messages.send(session, case, staff.owner, "We read it.", keys.recipients, people.NOW)
    end(engine, made, status)
    return made


def end(engine, who, status, at=people.NOW):
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id == who.id).values(status=status, is_open=False, updated_at=at))


def sealed_of(engine, who) -> list[bytes]:
    with transaction(engine.execution_options(reads=True)) as session:
        case = select(SubmissionBody.envelope).where(SubmissionBody.submission_id == who.id)
        heard = select(Incoming.envelope).where(Incoming.submission_id == who.id)
        written = select(Note.envelope).where(Note.case_id == who.id)
        told = select(Letter.envelope).where(Letter.find_id == who.code.find_id)
        return [bytes(one) for wanted in (case, heard, written, told) for one in session.scalars(wanted)]


def now_due(engine, now) -> dict[str, int]:
    with transaction(engine.execution_options(reads=True)) as session:
        return {stage: number for stage, number in due.count(session, policy.current(session), now).items() if number}


def asked(engine, by, now) -> int:
    with transaction(engine) as session:
        who = session.get_one(type(by), by.id)
        return disposing.ask(session, policy.current(session), who, "Their time is over", now).id


def allowed(engine, number, by, now, *, grant=True):
    with transaction(engine) as session:
        found = approvals.latest(session, disposing.KIND, f"disposal:{number}")
        approvals.decide(session, found.id, session.get_one(type(by), by.id), grant=grant, now=now)


def started(engine, number, by, now):
    with transaction(engine) as session:
        disposing.start(session, session.get_one(disposing.Disposal, number), session.get_one(type(by), by.id), now)


def removed(engine, staff, second, now, limit=50) -> int:
    """Both admins and the desk, one after the other; the number of the list."""
    number = asked(engine, staff.admin, now)
    allowed(engine, number, second, now)
    started(engine, number, staff.admin, now)
    while carrying.carry_out(engine, now, limit):
        pass
    return number


def test_each_stage_is_due_on_its_day_and_not_before(engine, keys, staff):
    made = {code: later.admitted(engine, keys, people.JOAO) for code in STAGES}
    for code, one in made.items():
        end(engine, one, STAGES[code].status.value)
    for code, stage in STAGES.items():
        at = people.NOW + stage.days * DAY
        assert code not in now_due(engine, at - dt.timedelta(seconds=1))
        assert now_due(engine, at)[code] == 1
    assert now_due(engine, people.NOW + 7 * DAY) == {"withdrawn": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"legal_hold": "court"},
        {"unanswered_since": people.NOW},
        {"follow_up_on": (people.NOW + 4000 * DAY).date()},
        {"status": "contacting", "is_open": True},
        {"erased_at": people.NOW},
    ],
    ids=lambda one: next(iter(one)),
)
def test_what_is_still_wanted_is_never_due(engine, keys, staff, change):
    made = later.admitted(engine, keys, people.JOAO)
    end(engine, made, "closed")
    at = people.NOW + 3000 * DAY
    assert now_due(engine, at) == {"closed": 1}
    with transaction(engine) as session:
        session.execute(update(Case).values(**change))
    assert now_due(engine, at) == {}


def test_a_second_request_waits_for_the_first_and_what_nobody_has_read_stops_it(engine, keys, staff):
    first = later.admitted(engine, keys, people.JOAO)
    again = later.admitted(engine, keys, people.JOAO)
    end(engine, again, "duplicate")
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id == again.id).values(duplicate_of=first.id))
    at = people.NOW + 3000 * DAY
    assert now_due(engine, at) == {}
    end(engine, first, "closed")
    assert now_due(engine, at) == {"duplicate": 1, "closed": 1}
    later.write(engine, keys, again, Kind.MESSAGE, {"text": "Hello", "locale": "en"})
    assert now_due(engine, at) == {"closed": 1}


def test_two_people_and_the_desk_remove_all_that_is_due_and_nothing_else(engine, keys, staff, second):
    gone = full(engine, keys, staff, people.MARYAM, "referred")
    kept = full(engine, keys, staff, people.SAMI, "closed")
    at = people.NOW + 31 * DAY
    assert len(sealed_of(engine, gone)) == WHOLE
    number = asked(engine, staff.admin, at)
    for who in (staff.admin, second):
        with pytest.raises(approvals.NotApproved):
            started(engine, number, who, at)
    with pytest.raises(approvals.CannotDecide):
        allowed(engine, number, staff.admin, at)
    allowed(engine, number, second, at)
    with pytest.raises(approvals.NotApproved):
        started(engine, number, second, at)
    assert carrying.carry_out(engine, at, 50) == 0 and len(sealed_of(engine, gone)) == WHOLE
    started(engine, number, staff.admin, at)
    with pytest.raises(approvals.NotApproved):
        started(engine, number, staff.admin, at)
    assert carrying.carry_out(engine, at, 50) == 1
    assert sealed_of(engine, gone) == [] and len(sealed_of(engine, kept)) == WHOLE
    case = later.case_of(engine, gone)
    assert (case.status, case.is_open, case.erased_at, case.claims, case.state) == ("referred", False, at, [], None)
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).where(SearchToken.case_id == gone.id)) == 0
        assert session.scalar(select(func.count()).where(SearchToken.case_id == kept.id)) > 0
        found = session.get_one(disposing.Disposal, number)
        assert (found.state, found.tally, found.skipped) == ("done", {"referred": {"erase": 1}}, 0)
        events = session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)).all()
        assert audit.verify(session).ok
    assert events[-5:] == [
        "approval:asked",
        "approval:granted",
        "disposal:started",
        "case:removed",
        "disposal:done",
    ]
    with pytest.raises(casework.Erased):
        opening.open_answers(engine, keys.keyring, staff.owner, gone.id, at)


def test_what_changed_after_the_list_was_made_stays(engine, keys, staff, second):
    one, two, three = (full(engine, keys, staff, people.JOAO, "referred") for _ in range(3))
    at = people.NOW + 31 * DAY
    number = asked(engine, staff.admin, at)
    allowed(engine, number, second, at)
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, one.id)
        legalholds.set_hold(session, case, staff.owner, case.version, "court", at)
        case = casework.load(session, staff.owner, two.id)
        moving.change_status(session, case, staff.owner, case.version, "triage", "came_back", at)
    started(engine, number, staff.admin, at)
    assert carrying.carry_out(engine, at, 50) == 3
    assert [len(sealed_of(engine, who)) for who in (one, two, three)] == [WHOLE, WHOLE, 0]
    with transaction(engine) as session:
        assert session.get_one(disposing.Disposal, number).skipped == 2
        with pytest.raises(casework.NotAllowed):
            case = casework.load(session, staff.owner, one.id)
            legalholds.end_hold(session, case, staff.owner, case.version, at)
        legalholds.end_hold(session, case, session.get_one(type(staff.admin), staff.admin.id), case.version, at)
    assert now_due(engine, at) == {}, "its time counts anew"
    assert now_due(engine, at + 30 * DAY) == {"referred": 1}


def test_a_refused_or_stopped_list_removes_nothing_and_another_can_be_made(engine, keys, staff, second):
    made = full(engine, keys, staff, people.JOAO, "referred")
    at = people.NOW + 31 * DAY
    number = asked(engine, staff.admin, at)
    with pytest.raises(disposing.Busy):
        asked(engine, second, at)
    allowed(engine, number, second, at, grant=False)
    with pytest.raises(approvals.NotApproved):
        started(engine, number, staff.admin, at)
    number = asked(engine, second, at)
    allowed(engine, number, staff.admin, at)
    with transaction(engine) as session:
        assert disposing.cancel(session, session.get_one(disposing.Disposal, number), second, at)
    with pytest.raises(approvals.NotApproved):
        started(engine, number, second, at)
    assert carrying.carry_out(engine, at, 50) == 0 and len(sealed_of(engine, made)) == WHOLE
    asked(engine, staff.admin, at)


def test_the_coarse_facts_stay_for_the_numbers_and_nothing_that_was_written(engine, keys, staff, second):
    made = full(engine, keys, staff, people.SAMI, "closed")
    before = later.case_of(engine, made)
    at = people.NOW + STAGES["closed"].days * DAY
    removed(engine, staff, second, at)
    after = later.case_of(engine, made)
    assert sealed_of(engine, made) == [] and after.erased_at == at and after.status == "closed"
    for name in ("level", "outcome", "claims", "claim_bits", "language", "state", "age_band", "income_band"):
        assert getattr(after, name) == getattr(before, name), name
    for name in ("due_on", "due_code", "codes", "tags", "marks", "stages", "safe_contact", "locale", "indexed"):
        assert not getattr(after, name), name
    lines = later.events_of(engine, made)
    assert lines[-1] == ("case:removed", {"method": Method.STRIP.value})
    assert all(not said for _event, said in lines[:-1])


def test_the_numbers_are_the_same_before_and_after_where_the_facts_stay(engine, keys, staff, second):
    for _ in range(12):
        end(engine, later.admitted(engine, keys, people.SAMI), "closed")

    def counted():
        with transaction(engine.execution_options(reads=True)) as session:
            return tables.figures(session, Quarter.of(people.TODAY), dt.UTC).tables

    before = counted()
    assert str(before["state"]).count("12") and before["claim"] is not None
    removed(engine, staff, second, people.NOW + STAGES["closed"].days * DAY)
    assert counted() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_sealed_bytes_leave_every_file_of_the_database(engine, settings, keys, staff, second):
    made = full(engine, keys, staff, people.MARYAM, "referred")
    at = people.NOW + 31 * DAY
    marks = [[one[i : i + 32] for i in range(0, len(one) - 32, 256)][1:] for one in sealed_of(engine, made)]
    with transaction(engine.execution_options(reads=True)) as session:
        marks += [
            [bytes(one)] for one in session.scalars(select(SearchToken.token).where(SearchToken.case_id == made.id))
        ]
    folder = Path(engine.url.database).parent

    def found() -> int:
        held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        return sum(any(mark in held for mark in pieces) for pieces in marks)

    assert found() == len(marks) > 20
    number = asked(engine, staff.admin, at)
    allowed(engine, number, second, at)
    started(engine, number, staff.admin, at)
    desk = worker.Desk(engine, keys.keyring, settings, clock=lambda: at, ticks=lambda: 0.0)
    desk.run_once()
    assert later.case_of(engine, made).erased_at == at
    assert found() == 0


def test_the_empty_row_goes_when_no_backup_holds_it_and_only_a_count_remains(engine, keys, staff, second):
    gone = full(engine, keys, staff, people.MARYAM, "referred")
    stripped = full(engine, keys, staff, people.SAMI, "closed")
    living = full(engine, keys, staff, people.JOAO, "contacting")
    at = people.NOW + 6 * 365 * DAY
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id == living.id).values(is_open=True))
    removed(engine, staff, second, at)
    reference = later.case_of(engine, gone).reference
    with transaction(engine) as session:
        assert set(erasures.of(session)) == {gone.id, stripped.id}
        assert carrying.remove_remains(session, at - DAY, 50) == 0
        assert carrying.remove_remains(session, at, 50) == 1
        assert carrying.remove_remains(session, at, 50) == 0
    with transaction(engine) as session:
        assert set(session.scalars(select(Case.id))) == {stripped.id, living.id}
        assert set(session.scalars(select(Submission.id))) == {stripped.id, living.id}
        rows = session.execute(select(carrying.Removed.month, carrying.Removed.status, carrying.Removed.number)).all()
        assert [tuple(row) for row in rows] == [(f"{people.NOW:%Y-%m}", "referred", 1)]
        named = [AuditEvent.__tablename__]
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Integer | JSON) or table.name in named:
                    continue
                values = [str(one) for one in session.scalars(select(column))]
                assert not [one for one in values if reference in one or gone.id.hex in one.replace("-", "")], column
        assert audit.verify(session).ok


def test_every_table_that_points_at_a_case_or_a_form_is_emptied_first(engine):
    """A new table with such a foreign key must be thought of in `erasing` or `carrying`, or the row could not go."""
    known = {
        "arrival",
        "case",
        "case_document",
        "case_event",
        "case_pair",
        "conflict_check",
        "conflict_match",
        "contact_attempt",
        "correction",
        "disposal_case",
        "family_link",
        "incoming",
        "lent",
        "note",
        "pair_token",
        "partner_referral",
        "search_token",
        "set_aside",
        "submission_body",
    }
    pointing = {
        table
        for table in inspect(engine).get_table_names()
        for key in inspect(engine).get_foreign_keys(table)
        if key["referred_table"] in ("case", "submission")
    }
    assert pointing == known


def test_a_row_that_was_not_erased_cannot_be_removed_by_hand(engine, keys, staff):
    later.admitted(engine, keys, people.JOAO)
    with pytest.raises(DBAPIError, match="only grows"), transaction(engine) as session:
        session.execute(text("DELETE FROM submission"))


def test_two_who_ask_and_two_desks_that_remove_at_once_do_it_once(engine, keys, staff, second):
    made = [full(engine, keys, staff, people.JOAO, "referred") for _ in range(6)]
    at, outcomes = people.NOW + 31 * DAY, []

    def one_asks(who):
        try:
            outcomes.append(asked(engine, who, at))
        except disposing.Busy:
            outcomes.append(None)

    together(lambda: one_asks(staff.admin), lambda: one_asks(second))
    assert sorted(outcomes, key=lambda one: one is None)[1:] == [None]
    with transaction(engine) as session:
        found = session.scalars(select(disposing.Disposal)).one()
        asker, other = (staff.admin, second) if found.asked_by == staff.admin.id else (second, staff.admin)
    allowed(engine, found.id, other, at)
    started(engine, found.id, asker, at)
    together(*[lambda: carrying.carry_out(engine, at, 50)] * 2)
    assert all(sealed_of(engine, who) == [] for who in made)
    with transaction(engine) as session:
        done = session.get_one(disposing.Disposal, found.id)
        assert (done.state, done.tally, done.skipped) == ("done", {"referred": {"erase": 6}}, 0)
        lines = session.scalars(select(CaseEvent.event).where(CaseEvent.event == "case:removed")).all()
        assert len(lines) == 6 and audit.verify(session).ok


def together(*acts):
    failed: list[BaseException] = []

    def run(act):
        try:
            act()
        except BaseException as error:  # shown below, in the thread of the test
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not failed and not any(one.is_alive() for one in threads)


def test_a_desk_that_is_killed_in_the_middle_leaves_each_case_whole_or_gone(
    engine, settings, keys, staff, second, database_url
):
    made = [full(engine, keys, staff, people.JOAO, "referred") for _ in range(12)]
    at = people.NOW + 31 * DAY
    number = asked(engine, staff.admin, at)
    allowed(engine, number, second, at)
    started(engine, number, staff.admin, at)
    script = (
        "import sys, datetime as dt\n"
        "from intake.db import make_engine\n"
        "from intake.retention import carrying\n"
        "engine = make_engine(sys.argv[1])\n"
        "at = dt.datetime.fromisoformat(sys.argv[2])\n"
        "while carrying.carry_out(engine, at, 1):\n"
        "    print('one', flush=True)\n"
    )
    address = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", script, address, at.isoformat()], stdout=subprocess.PIPE, text=True
    ) as desk:
        for _ in range(3):
            assert desk.stdout.readline() == "one\n"
        desk.send_signal(signal.SIGKILL)
        desk.wait(30)
    left = [len(sealed_of(engine, who)) for who in made]
    assert set(left) == {0, WHOLE} and left.count(0) >= 3
    deadline = time.monotonic() + 60
    while carrying.carry_out(engine, at, 50) and time.monotonic() < deadline:
        pass
    assert all(sealed_of(engine, who) == [] for who in made)
    with transaction(engine) as session:
        assert session.get_one(disposing.Disposal, number).tally == {"referred": {"erase": 12}}
