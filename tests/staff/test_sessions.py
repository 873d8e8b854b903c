"""Where a person is signed in: each browser is listed, can be ended from another, and stays ended."""

import re
import uuid

import pytest
from sqlalchemy import event, select

from intake.accounts import IDLE, PERMISSIONS
from intake.audit import AuditEvent
from intake.db import transaction
from intake.sessions import BROWSERS, OTHER, SYSTEMS, StaffSession, kind_of
from intake.staff import labels
from tests.staff.conftest import give_code, give_password, send, sign_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


def browser(app, person, clock, agent: str = FIREFOX):
    """A browser of its own in which `person` is signed in."""
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    assert sign_in(client, person, clock).location == "/"
    return client


def rows(engine) -> list[StaffSession]:
    with transaction(engine) as session:
        return list(session.scalars(select(StaffSession).order_by(StaffSession.started_at)))


def copied(client):
    """The cookie of `client` in the hands of a thief."""
    thief = client.application.test_client()
    thief.set_cookie("staff", client.get_cookie("staff").value)
    assert thief.get("/account").status_code == 200
    return thief


def end_buttons(page: str) -> list[str]:
    return re.findall(r'action="(/account/sessions/[0-9a-f-]{36}/end)"', page)


def test_a_person_sees_both_browsers_and_which_one_is_this(staff_app, caseworker, clock):
    browser(staff_app, caseworker, clock, PHONE)
    here = browser(staff_app, caseworker, clock)
    page = here.get("/account").text
    assert "Safari" in page and "iPhone or iPad" in page and "Firefox" in page and "Windows" in page
    assert page.count("This browser") == 1 and len(end_buttons(page)) == 1
    assert page.index("This browser") < page.index("iPhone or iPad")


def test_a_session_that_is_ended_elsewhere_is_refused_at_once_also_its_stolen_cookie(staff_app, caseworker, clock):
    here, there = browser(staff_app, caseworker, clock), browser(staff_app, caseworker, clock, PHONE)
    thief = copied(there)
    answer = send(here, end_buttons(here.get("/account").text)[0], page="/account")
    assert answer.status_code == 303 and answer.location == "/account"
    assert thief.get("/").location == "/sign-in"
    assert thief.post("/account/sessions/end-all", data={"csrf_token": "none"}).status_code in {302, 400}
    assert there.get("/account").location.startswith("/sign-in")
    assert "You were signed out here" in there.get("/sign-in").text
    assert here.get("/").status_code == 200
    assert not end_buttons(here.get("/account").text)


def test_all_other_sessions_end_and_this_one_goes_on(staff_app, caseworker, clock, engine):
    others = [browser(staff_app, caseworker, clock) for _ in range(2)]
    here = browser(staff_app, caseworker, clock)
    assert send(here, "/account/sessions/end-others", page="/account").location == "/account"
    assert [one.get("/").status_code for one in others] == [302, 302]
    assert here.get("/").status_code == 200
    assert sum(row.ended_at is not None for row in rows(engine)) == 2


def test_signing_out_ends_this_session_alone_and_a_copy_of_its_cookie(staff_app, caseworker, clock):
    here, there = browser(staff_app, caseworker, clock), browser(staff_app, caseworker, clock, PHONE)
    thief = copied(here)
    assert send(here, "/sign-out", page="/account").location == "/sign-in"
    assert here.get("/").status_code == thief.get("/").status_code == 302
    assert there.get("/").status_code == 200


def test_signing_out_everywhere_ends_this_one_too_and_what_is_halfway(staff_app, caseworker, clock):
    here, there = browser(staff_app, caseworker, clock), browser(staff_app, caseworker, clock, PHONE)
    halfway = staff_app.test_client()
    give_password(halfway, caseworker.email, caseworker.password)
    assert send(here, "/account/sessions/end-all", page="/account").location == "/sign-in"
    assert here.get("/").status_code == there.get("/").status_code == 302
    clock.advance(seconds=30)
    give_code(halfway, caseworker.code(clock))
    assert halfway.get("/").status_code == 302


def test_ending_the_session_of_this_very_browser_signs_out(staff_app, caseworker, clock, engine):
    here = browser(staff_app, caseworker, clock)
    assert send(here, f"/account/sessions/{rows(engine)[0].id}/end", page="/account").location == "/sign-in"
    assert here.get("/").status_code == 302


def test_nobody_ends_the_session_of_another_person(staff_app, visitor, caseworker, colleague, admin, clock, engine):
    browser(staff_app, caseworker, clock)
    path = f"/account/sessions/{rows(engine)[0].id}/end"
    for person in (colleague, admin):
        client = browser(staff_app, person, clock)
        assert send(client, path, page="/account").status_code == 404
        assert send(client, f"/account/sessions/{uuid.uuid4()}/end", page="/account").status_code == 404
        send(client, "/account/sessions/end-others", page="/account")
        send(client, "/account/sessions/end-all", page="/account")
    assert send(visitor, path, page="/sign-in").location.startswith("/sign-in")
    assert rows(engine)[0].ended_at is None


def test_links_end_nothing(staff_app, caseworker, clock, engine):
    here = browser(staff_app, caseworker, clock)
    for path in (f"{rows(engine)[0].id}/end", "end-others", "end-all"):
        assert here.get(f"/account/sessions/{path}").status_code == 405
    assert here.get("/").status_code == 200


def test_a_session_made_before_there_were_rows_or_with_a_handle_of_somebody_else_opens_nothing(
    staff_app, caseworker, colleague, clock
):
    theirs = browser(staff_app, colleague, clock)
    with theirs.session_transaction() as kept:
        handle = kept["handle"]
    for wrong in (None, "", handle, "x" * 9000, 7, ["a"], "\ud800", "a\x00b"):
        mine = browser(staff_app, caseworker, clock)
        with mine.session_transaction() as kept:
            kept["handle"] = wrong
        assert mine.get("/").status_code == 302, wrong


def test_the_cookie_holds_no_name_of_a_row_and_the_row_no_handle(staff_app, caseworker, clock, engine):
    here = browser(staff_app, caseworker, clock)
    with here.session_transaction() as kept:
        handle = kept["handle"]
    (row,) = rows(engine)
    assert len(handle) >= 43 and handle not in {row.handle, str(row.id)}


def test_an_admin_is_signed_out_after_fifteen_minutes_and_a_caseworker_after_thirty(
    staff_app, caseworker, admin, clock
):
    worker, boss = browser(staff_app, caseworker, clock), browser(staff_app, admin, clock)
    assert "30 minutes" in worker.get("/account").text and "15 minutes" in boss.get("/account").text
    clock.advance(minutes=14)
    assert boss.get("/").status_code == 200
    clock.advance(minutes=15, seconds=1)
    assert worker.get("/").status_code == 200
    assert boss.get("/").status_code == 302


def test_no_role_may_stay_away_for_longer_than_half_an_hour():
    assert set(IDLE) <= set(PERMISSIONS)
    assert max(IDLE.values()).total_seconds() <= 1800


def test_a_session_that_was_left_alone_is_not_listed_as_alive(staff_app, caseworker, clock):
    browser(staff_app, caseworker, clock, PHONE)
    clock.advance(minutes=36)
    page = browser(staff_app, caseworker, clock).get("/account").text
    assert not end_buttons(page) and "iPhone or iPad" in page  # among the last sign-ins


def test_pages_write_once_in_five_minutes_that_a_session_is_used(staff_app, caseworker, clock, engine):
    here = browser(staff_app, caseworker, clock)
    written: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        if statement.startswith("UPDATE staff_session"):
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    started = rows(engine)[0].seen_at
    for _ in range(11):
        clock.advance(minutes=1)
        assert here.get("/account").status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    assert len(written) == 2
    assert (rows(engine)[0].seen_at - started).total_seconds() == 600


def test_being_asked_who_one_is_costs_one_indexed_read(staff_app, caseworker, clock, engine):
    here = browser(staff_app, caseworker, clock)
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        if "FROM staff_session" in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    here.get("/account/password")
    event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == 1 and "staff_session.handle = " in asked[0]


def test_signing_in_again_in_the_same_browser_leaves_one_session(staff_app, caseworker, clock, engine):
    here = browser(staff_app, caseworker, clock)
    with here.session_transaction() as kept:
        kept["seen_at"] = 0  # as after a long break
    assert here.get("/").status_code == 302
    sign_in(here, caseworker, clock)
    with here.session_transaction() as kept:
        handle = kept["handle"]
        kept.pop("_user_id")
        kept.pop("fs_paa", None)
    sign_in(here, caseworker, clock)
    with here.session_transaction() as kept:
        assert kept["handle"] != handle
    assert [row.ended_at is not None for row in rows(engine)] == [False, True, False]


def test_a_new_password_ends_the_rows_of_the_other_sessions_too(staff_app, caseworker, clock, engine):
    browser(staff_app, caseworker, clock, PHONE)
    here = browser(staff_app, caseworker, clock)
    new = "seven quiet harbours at dawn"
    changed = {"password": caseworker.password, "new_password": new, "new_password_confirm": new}
    assert send(here, "/account/password", **changed).location == "/account"
    assert [row.ended_at is not None for row in rows(engine)] == [True, False]
    assert here.get("/account").status_code == 200


def test_sessions_of_more_than_a_year_ago_are_forgotten(staff_app, caseworker, clock, engine):
    browser(staff_app, caseworker, clock)
    clock.advance(days=366)
    browser(staff_app, caseworker, clock)
    assert len(rows(engine)) == 1


def test_ending_sessions_leaves_a_trace(staff_app, caseworker, clock, engine):
    here = browser(staff_app, caseworker, clock)
    send(here, "/account/sessions/end-others", page="/account")
    send(here, "/account/sessions/end-all", page="/account")
    with transaction(engine) as session:
        told = session.execute(
            select(AuditEvent.actor, AuditEvent.details).where(AuditEvent.event == "staff:sessions-ended")
        ).all()
    me = f"staff:{caseworker.id}"
    assert [tuple(one) for one in told] == [(me, '{"method":"others"}'), (me, '{"method":"all"}')]


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (FIREFOX, ("firefox", "windows")),
        (PHONE, ("safari", "ios")),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari/537.36",
            ("chrome", "android"),
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 16181.61.0) Chrome/138.0 Safari/537.36",
            ("chrome", "chromeos"),
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", ("edge", "windows")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1 Version/17.5 Safari/605.1", ("safari", "mac")),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 OPR/120.0", ("opera", "linux")),
        ("curl/8.9.1", (OTHER, OTHER)),
        ("", (OTHER, OTHER)),
        ("\x00\u202e" * 50_000, (OTHER, OTHER)),
        ("a" * 600 + " Firefox/140.0 Windows", (OTHER, OTHER)),
    ],
)
def test_browsers_are_told_apart_coarsely(agent, kind):
    assert kind_of(agent) == kind


def test_every_kind_of_browser_and_system_has_a_word():
    assert {code for code, _ in BROWSERS} | {OTHER} == set(labels.BROWSERS)
    assert {code for code, _ in SYSTEMS} | {OTHER} == set(labels.SYSTEMS)
