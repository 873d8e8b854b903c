"""Two people for what no one should do alone: nobody allows their own request, and an approval serves once."""

import pytest
from sqlalchemy import select

from intake import approvals
from intake.accounts import StaffMember
from intake.approvals import Approval, CannotDecide, NotApproved
from intake.audit import AuditEvent
from intake.db import transaction
from tests.staff.conftest import send

REASON = "The yearly report to the funder"


@pytest.fixture
def second(make_person):
    return make_person("Dana Admin", "admin")


def asked(engine, who, clock, subject="export:1", kind="export") -> int:
    with transaction(engine) as session:
        by = session.get_one(StaffMember, who.id)
        return approvals.ask(session, kind, subject, by, count=120, reason=REASON, now=clock()).id


def decided(engine, approval_id, who, clock, *, grant=True):
    with transaction(engine) as session:
        by = session.get_one(StaffMember, who.id)
        return approvals.decide(session, approval_id, by, grant=grant, now=clock()).state(clock())


def used(engine, who, clock, subject="export:1", kind="export"):
    with transaction(engine) as session:
        return approvals.use(session, kind, subject, session.get_one(StaffMember, who.id), clock()).id


def test_a_second_admin_allows_and_it_serves_the_one_who_asked_once(engine, admin, second, clock):
    number = asked(engine, admin, clock)
    with pytest.raises(NotApproved):
        used(engine, admin, clock)
    with pytest.raises(CannotDecide):
        decided(engine, number, admin, clock)
    assert decided(engine, number, second, clock) == "granted"
    with pytest.raises(NotApproved):
        used(engine, second, clock)
    with pytest.raises(NotApproved):
        used(engine, admin, clock, subject="export:2")
    assert used(engine, admin, clock) == number
    with pytest.raises(NotApproved):
        used(engine, admin, clock)
    with transaction(engine) as session:
        events = session.scalars(select(AuditEvent.event).where(AuditEvent.subject == "export:1")).all()
    assert events == ["approval:asked", "approval:granted"]


def test_what_was_refused_is_over_or_was_allowed_by_somebody_who_left_cannot_be_used(engine, admin, second, clock):
    number = asked(engine, admin, clock)
    assert decided(engine, number, second, clock, grant=False) == "refused"
    with pytest.raises(CannotDecide):
        decided(engine, number, second, clock)
    with pytest.raises(NotApproved):
        used(engine, admin, clock)
    number = asked(engine, admin, clock)
    decided(engine, number, second, clock)
    with transaction(engine) as session:
        session.get_one(StaffMember, second.id).active = False
    with pytest.raises(NotApproved):
        used(engine, admin, clock)
    with transaction(engine) as session:
        session.get_one(StaffMember, second.id).active = True
    clock.advance(days=8)
    with pytest.raises(NotApproved):
        used(engine, admin, clock)
    late = asked(engine, admin, clock, subject="export:3")
    clock.advance(days=8)
    with pytest.raises(CannotDecide):
        decided(engine, late, second, clock)


def test_nobody_allows_what_is_done_to_their_own_account_and_a_caseworker_allows_nothing(
    engine, admin, second, caseworker, clock
):
    number = asked(engine, admin, clock, subject=f"staff:{second.id}", kind="second_factor")
    for person in (second, caseworker):
        with pytest.raises(CannotDecide):
            decided(engine, number, person, clock)


def test_asking_again_replaces_the_request_that_still_waits(engine, admin, clock):
    first, second = asked(engine, admin, clock), asked(engine, admin, clock)
    with transaction(engine) as session:
        found = {row.id: row.state(clock()) for row in session.scalars(select(Approval))}
        assert found == {first: "expired", second: "waiting"}
        assert approvals.latest(session, "export", "export:1").id == second


def test_the_pages_show_who_waits_for_whom(signed_in, admin, second, engine, clock):
    number = asked(engine, admin, clock)
    own = signed_in(admin)
    assert "waits for your decision" not in own.get("/administration").text
    page = own.get("/approvals").text
    assert REASON in page and "Somebody else has to decide." in page and 'value="grant"' not in page
    other = signed_in(second)
    assert "1 request waits for your decision." in other.get("/administration").text
    assert send(other, f"/approvals/{number}", page="/approvals", decision="grant").status_code == 303
    page = other.get("/approvals").text
    assert "You allowed it." in page and "Allowed, not used yet" in page and second.name in page
    assert send(other, f"/approvals/{number}", page="/approvals", decision="refuse").status_code == 303
    assert "does not wait for a decision any more" in other.get("/approvals").text
    with other.session_transaction() as kept:
        kept["fs_paa"] -= 16 * 60
    late = send(other, f"/approvals/{number}", page="/approvals", decision="refuse")
    assert late.status_code == 303 and late.location == "/account/again?next=/approvals"
