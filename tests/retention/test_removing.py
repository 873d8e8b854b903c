"""What is past its time is removed by two people and the desk: just that, wholly, and nothing that changed since."""

import pytest
from sqlalchemy import func, select

from intake import approvals, audit
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import legalholds, moving, opening
from intake.casework.models import SearchToken
from intake.db import transaction
from intake.retention import carrying, disposing
from tests import people
from tests.casework import later
from tests.retention.doing import DAY, WHOLE, allowed, asked, full, now_due, sealed_of, started


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
