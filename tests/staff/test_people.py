"""People: an invitation works once, nobody raises the own rights, the last administrator stays, two reset a factor."""

import datetime as dt
import re
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from intake import accounts, approvals, staffing
from intake.accounts import PERMISSIONS, StaffMember
from intake.audit import AuditEvent
from intake.db import transaction
from intake.staff.people import PERMISSION_NAMES
from tests.staff.conftest import give_password, send, sign_in

PASSWORD = "seven green lamps by the old harbour"


@pytest.fixture
def second(make_person):
    return make_person("Dana Admin", "admin")


def member(engine, person) -> StaffMember:
    with transaction(engine) as session:
        found = session.get_one(StaffMember, person.id)
        session.expunge(found)
        return found


def events(engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)))


def press(client, person, verb, **more):
    return send(client, f"/people/{person.id}", page="/people", do=verb, **more)


def invited(client, **fields) -> str:
    typed = {"email": "noor@example.org", "name": "Noor New", "role": "caseworker", "until": ""} | fields
    page = send(client, "/people", page="/people", **typed)
    assert page.status_code == 200, page.text
    return re.search(r"/invitation/[\w-]{30,}", page.text)[0]


def test_an_invitation_makes_one_account_once_and_then_comes_the_second_factor(
    signed_in, admin, visitor, engine, clock
):
    link = invited(signed_in(admin), until=(clock().date() + dt.timedelta(days=30)).isoformat())
    page = visitor.get(link)
    assert "Noor New" in page.text and "Caseworker" in page.text
    weak = send(visitor, link, password="noornoornoor", again="noornoornoor")
    assert weak.status_code == 422 and "Do not use your name" in weak.text
    differs = send(visitor, link, password=PASSWORD, again=PASSWORD + "s")
    assert differs.status_code == 422 and "not the same" in differs.text and PASSWORD not in differs.text
    assert send(visitor, link, password=PASSWORD, again=PASSWORD).location == "/sign-in"
    assert visitor.get(link).status_code == 404
    assert send(visitor, link, page="/sign-in", password=PASSWORD, again=PASSWORD).status_code == 404
    onward = give_password(visitor, "noor@example.org", PASSWORD)
    assert (onward.status_code == 302 and "/set-up" in onward.location) or "second-factor" in onward.location
    with transaction(engine) as session:
        noor = accounts.find(session, "noor@example.org")
        assert (noor.role, noor.must_change_password, noor.enrolled) == ("caseworker", False, False)
        assert noor.access_until is not None
    assert {"staff:invited", "invitation:accepted"} <= set(events(engine))


def test_a_link_ends_by_itself_by_a_newer_one_and_when_it_is_taken_back(signed_in, admin, visitor, clock, engine):
    client = signed_in(admin)
    first = invited(client)
    second = invited(client)
    assert visitor.get(first).status_code == 404 and visitor.get(second).status_code == 200
    with transaction(engine) as session:
        number = staffing.invitations(session, clock())[0].id
        assert second.rsplit("/", 1)[1] not in str([row.token for row in staffing.invitations(session, clock())])
    assert send(client, f"/people/invitations/{number}", page="/people").status_code == 303
    assert visitor.get(second).status_code == 404
    third = invited(client)
    clock.advance(hours=73)
    assert visitor.get(third).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", "amina@example.org"),
        ("role", "king"),
        ("name", " "),
        ("until", "2020-01-01"),
        ("until", "soon"),
    ],
)
def test_a_bad_invitation_keeps_what_was_typed(signed_in, admin, caseworker, field, value):
    typed = {"email": "noor@example.org", "name": "Noor New", "role": "caseworker", "until": ""} | {field: value}
    page = send(signed_in(admin), "/people", page="/people", **typed)
    assert page.status_code == 422 and page.text.count('aria-invalid="true"') == 1
    assert "Noor New" in page.text or field == "name"


def test_nobody_changes_the_own_account_in_any_way(signed_in, admin, second, engine):
    client, before = signed_in(admin), member(engine, admin)
    for verb, more in (
        ("role", {"role": "caseworker"}),
        ("suspend", {}),
        ("restore", {}),
        ("until", {"until": "2030-01-01"}),
        ("ask", {"reason": "lost"}),
        ("reset", {}),
    ):
        page = press(client, admin, verb, **more)
        assert page.status_code == 422 and "This is your own account." in page.text, verb
    after = member(engine, admin)
    assert (after.role, after.active, after.access_until, after.tf_totp_secret) == (
        before.role,
        before.active,
        before.access_until,
        before.tf_totp_secret,
    )


def test_the_last_administrator_stays_also_when_two_remove_each_other_at_once(engine, admin, second, clock):
    start, results = Barrier(2), []

    def demote(by, person):
        start.wait()
        try:
            with transaction(engine) as session:
                one, other = session.get_one(StaffMember, by.id), session.get_one(StaffMember, person.id)
                staffing.change_role(session, one, other, "caseworker", clock())
            results.append("done")
        except staffing.Refused as wrong:
            results.append(wrong.problem)

    both = [Thread(target=demote, args=pair) for pair in ((admin, second), (second, admin))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(results) == sorted(["done", staffing.LAST_ADMIN])
    with transaction(engine) as session:
        assert len(accounts.holding(session, "staff:manage")) == 1


def test_a_changed_role_ends_sessions_and_given_permissions(signed_in, admin, caseworker, engine):
    theirs, client = signed_in(caseworker), signed_in(admin)
    with transaction(engine) as session:
        accounts.give(session.get_one(StaffMember, caseworker.id), "conflict:check", given=True)
    assert press(client, caseworker, "role", role="volunteer").status_code == 303
    assert "/sign-in" in theirs.get("/queue").location
    found = member(engine, caseworker)
    assert found.role == "volunteer" and not found.may("conflict:check")
    assert press(client, caseworker, "role", role="king").status_code == 422
    assert press(client, caseworker, "fly").status_code == 400
    assert client.get("/people/99999").status_code == client.get("/people/99999999999999").status_code == 404


def test_a_suspended_person_is_out_at_once_and_let_in_again(signed_in, admin, caseworker, visitor, engine, clock):
    theirs, client = signed_in(caseworker), signed_in(admin)
    assert press(client, caseworker, "suspend").status_code == 303
    assert "/sign-in" in theirs.get("/queue").location
    assert give_password(visitor, caseworker.email, caseworker.password).status_code == 200
    assert "suspended" in client.get("/people").text
    assert press(client, caseworker, "restore").status_code == 303
    assert sign_in(visitor, caseworker, clock).location == "/"
    assert {"staff:deactivated", "staff:restored"} <= set(events(engine))


def test_access_for_a_time_ends_with_its_last_day(signed_in, admin, caseworker, engine, clock):
    theirs, client = signed_in(caseworker), signed_in(admin)
    last = clock().date() + dt.timedelta(days=1)
    assert press(client, caseworker, "until", until=last.isoformat()).status_code == 303
    assert theirs.get("/queue").status_code == 200
    with transaction(engine) as session:
        assert staffing.disable_due(session, clock(), last) == 0
        session.get_one(StaffMember, caseworker.id).access_until = clock().date() - dt.timedelta(days=2)
    out = theirs.get("/queue")
    assert out.status_code == 302 and "Your access has ended." in theirs.get(out.location).text
    with transaction(engine) as session:
        assert staffing.disable_due(session, clock(), clock().date()) == 1
    assert member(engine, caseworker).active is False


def test_accounts_that_nobody_uses_are_marked_then_suspended_but_never_the_last_administrator(
    signed_in, admin, caseworker, engine, clock
):
    clock.advance(days=61)
    assert "not used for long" in signed_in(admin).get("/people").text
    clock.advance(days=91)
    with transaction(engine) as session:
        assert staffing.disable_due(session, clock(), clock().date()) == 1
    assert member(engine, caseworker).active is False and member(engine, admin).active is True


def test_a_new_second_factor_takes_two_administrators(signed_in, admin, second, caseworker, engine, clock):
    client = signed_in(admin)
    refused = press(client, caseworker, "reset")
    assert refused.status_code == 422 and "Nobody has allowed this yet" in refused.text
    empty = press(client, caseworker, "ask", reason=" ")
    assert empty.status_code == 422 and "Say why" in empty.text
    assert press(client, caseworker, "ask", reason="The phone was stolen").status_code == 303
    assert "It waits for another administrator." in client.get(f"/people/{caseworker.id}").text
    with transaction(engine) as session:
        number = approvals.latest(session, "second_factor", f"staff:{caseworker.id}").id
    assert send(client, f"/approvals/{number}", page="/approvals", decision="grant").status_code == 303
    assert press(client, caseworker, "reset").status_code == 422
    other = signed_in(second)
    send(other, f"/approvals/{number}", page="/approvals", decision="grant")
    assert press(other, caseworker, "reset").status_code == 422
    theirs = signed_in(caseworker)
    assert "It is allowed." in client.get(f"/people/{caseworker.id}").text
    assert press(client, caseworker, "reset").status_code == 303
    assert not member(engine, caseworker).enrolled and "/sign-in" in theirs.get("/queue").location
    assert press(client, caseworker, "reset").status_code == 422
    assert "staff:second-factor-reset" in events(engine)


def test_the_table_of_roles_names_every_permission(signed_in, admin):
    assert set(PERMISSION_NAMES) == set().union(*PERMISSIONS.values())
    page = signed_in(admin).get("/people/roles").text
    assert page.count('scope="row"') == len(PERMISSION_NAMES)
