"""Deadlines in a calendar program: a private address, what stands behind it, and how it ends."""

import datetime as dt
import logging
import re
import uuid

import pytest
from sqlalchemy import select, update

from intake import accounts, icalendar
from intake.accounts import StaffMember
from intake.casework.calendar import CalendarFeed
from intake.casework.models import Case
from intake.db import transaction
from intake.staff import calendar as view
from tests import people
from tests.staff.conftest import send

FOLDED_LINE = re.compile(rb"\r\n ")


@pytest.fixture
def cases(engine, keys, caseworker, colleague) -> dict[str, uuid.UUID]:
    """One case of the caseworker, one of her colleague, one of nobody without a known date."""
    mine, other, nobody = people.send(engine, keys, people.MARYAM, people.JOAO, people.XIMENA)
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        session.get(Case, mine).owner_id = caseworker.id
        session.get(Case, other).owner_id = colleague.id
    return {"mine": mine, "other": other, "nobody": nobody}


def make(client, scope: str = "mine"):
    """A new calendar: the page that shows its address, and the address as a program would ask for it."""
    page = send(client, "/account/calendar", scope=scope)
    assert page.status_code == 200, page.status_code
    found = re.search(r'<bdi dir="ltr">http://localhost(/calendar/[\w-]+\.ics)</bdi>', page.text)
    return page, found.group(1)


def entries(answer) -> list[dict[str, str]]:
    """The entries of a calendar as a program reads them: unfolded, by name."""
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    lines = FOLDED_LINE.sub(b"", answer.data).decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    found: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1][name] = value
    return found


def reference_of(engine, case_id: uuid.UUID) -> str:
    with transaction(engine) as session:
        return session.get(Case, case_id).reference


def test_a_calendar_program_reads_the_deadlines_of_my_cases_without_signing_in(
    staff_app, signed_in, caseworker, cases, engine
):
    _page, path = make(signed_in(caseworker))
    answer = staff_app.test_client().get(path)
    [entry] = entries(answer)
    assert entry["SUMMARY"] == f"{reference_of(engine, cases['mine'])}: court date or check-in"
    assert entry["DTSTART;VALUE=DATE"] == "20261111" and entry["DTEND;VALUE=DATE"] == "20261112"
    assert re.fullmatch(r"\d{8}T\d{6}Z", entry["DTSTAMP"]) and uuid.UUID(entry["UID"])
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in answer.headers


def test_the_calendar_names_nobody_and_no_claim(staff_app, signed_in, admin, cases):
    _page, path = make(signed_in(admin), "all")
    said = staff_app.test_client().get(path).data.decode()
    for word in ("مريم", "Fictício", "João", "Ximena", "asylum", "afraid", "Fear", "Caseworker", "U02"):
        assert word not in said
    assert all(str(one) not in said and one.hex not in said for one in cases.values())


def test_the_same_day_is_the_same_entry_at_each_reading_and_no_other_calendar_has_it(
    staff_app, signed_in, caseworker, cases
):
    client, program = signed_in(caseworker), staff_app.test_client()
    _page, path = make(client)
    [first], [second] = entries(program.get(path)), entries(program.get(path))
    assert first == second
    _page, newer = make(client)
    assert entries(program.get(newer))[0]["UID"] != first["UID"]


def test_all_open_cases_are_for_those_who_oversee_them(staff_app, signed_in, caseworker, admin, cases, engine):
    refused = send(signed_in(caseworker), "/account/calendar", scope="all")
    assert refused.status_code == 403
    _page, path = make(signed_in(admin), "all")
    shown = {one["SUMMARY"].split(":")[0] for one in entries(staff_app.test_client().get(path))}
    assert shown == {reference_of(engine, cases[name]) for name in ("mine", "other")}


def test_a_scope_that_does_not_exist_makes_nothing(signed_in, caseworker, engine):
    answer = send(signed_in(caseworker), "/account/calendar", scope="everything\u202e")
    assert answer.status_code == 422 and "Choose which calendar you want." in answer.text
    with transaction(engine) as session:
        assert session.scalars(select(CalendarFeed)).all() == []


def test_closed_and_erased_cases_leave_the_calendar(staff_app, signed_in, caseworker, cases, engine):
    _page, path = make(signed_in(caseworker))
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id == cases["mine"]).values(is_open=False))
    assert entries(staff_app.test_client().get(path)) == []


def test_the_address_is_shown_once_and_only_its_hash_is_kept(signed_in, caseworker, engine):
    client = signed_in(caseworker)
    page, path = make(client)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 43 and token in page.text
    again = client.get("/account/calendar")
    assert token not in again.text and "not read yet" in again.text
    with transaction(engine) as session:
        row = session.scalars(select(CalendarFeed)).one()
        assert all(token not in str(value) for value in vars(row).values())


def test_reading_is_noted_to_the_hour(staff_app, signed_in, caseworker, engine, clock):
    client, program = signed_in(caseworker), staff_app.test_client()
    _page, path = make(client)
    read_at = []
    for minutes in (0, 10, 61):
        clock.advance(minutes=minutes)
        program.get(path)
        with transaction(engine) as session:
            read_at.append(session.scalars(select(CalendarFeed.last_read_at)).one())
    assert read_at[0] == read_at[1] and read_at[2] > read_at[1]


def test_an_ended_unknown_or_orphaned_address_is_the_same_404(
    staff_app, signed_in, caseworker, colleague, admin, engine
):
    program, addresses = staff_app.test_client(), []
    client = signed_in(caseworker)
    _page, ended = make(client)
    with transaction(engine) as session:
        feed_id = session.scalars(select(CalendarFeed.id)).one()
    send(client, f"/account/calendar/{feed_id}/revoke", page="/account/calendar")
    _page, left = make(signed_in(colleague))
    _page, demoted = make(signed_in(admin), "all")
    assert entries(program.get(left)) == entries(program.get(demoted)) == []
    with transaction(engine) as session:
        session.get(StaffMember, colleague.id).active = False
        session.get(StaffMember, admin.id).role = "caseworker"
    addresses += [ended, left, demoted, f"/calendar/{'x' * 43}.ics", "/calendar/%00%E2%80%AE.ics", "/calendar/.ics"]
    answers = [program.get(path) for path in addresses]
    assert {one.status_code for one in answers} == {404}
    pages = {re.sub(r'name="(back|csrf_token)" value="[^"]*"', "", one.text) for one in answers[:4]}
    assert len(pages) == 1


def test_a_new_address_ends_the_one_before(staff_app, signed_in, caseworker):
    client, program = signed_in(caseworker), staff_app.test_client()
    _page, old = make(client)
    _page, new = make(client)
    assert program.get(old).status_code == 404 and program.get(new).status_code == 200


def test_nobody_can_end_the_calendar_of_somebody_else(staff_app, signed_in, caseworker, colleague, engine):
    _page, path = make(signed_in(caseworker))
    with transaction(engine) as session:
        feed_id = session.scalars(select(CalendarFeed.id)).one()
    other = signed_in(colleague)
    assert send(other, f"/account/calendar/{feed_id}/revoke", page="/account/calendar").status_code == 404
    assert staff_app.test_client().get(path).status_code == 200


def test_ending_all_sessions_leaves_the_calendar(staff_app, signed_in, caseworker, engine):
    _page, path = make(signed_in(caseworker))
    with transaction(engine) as session:
        accounts.end_sessions(session.get(StaffMember, caseworker.id))
    assert staff_app.test_client().get(path).status_code == 200


def test_no_log_line_holds_the_token(staff_app, signed_in, caseworker, caplog):
    with caplog.at_level(logging.DEBUG):
        _page, path = make(signed_in(caseworker))
        staff_app.test_client().get(path)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert "calendar.read" in caplog.text and token not in caplog.text


def test_one_caller_cannot_read_without_end(staff_app, monkeypatch):
    program, most = staff_app.test_client(), int(view.READINGS.split()[0])
    answers = [program.get(f"/calendar/{number}.ics").status_code for number in range(most + 1)]
    assert answers == [404] * most + [429]


def test_the_calendar_speaks_the_language_of_its_owner(staff_app, signed_in, caseworker, cases, engine):
    client = signed_in(caseworker)
    _page, path = make(client)
    with transaction(engine) as session:
        session.get(StaffMember, caseworker.id).language = "es"
    answer = staff_app.test_client().get(path, headers={"Accept-Language": "fr"})
    assert entries(answer) and "Mis casos" in answer.data.decode()


def test_a_long_line_is_folded_between_characters_and_reads_the_same_again():
    text = "مريم، " * 40 + "a;b,c\\d\r\ne\x00\u202e"
    made = icalendar.write("n", [icalendar.Day("u", dt.date(2026, 2, 28), text, people.NOW)])
    lines = made.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines) and all(line.decode() or True for line in lines)
    unfolded = FOLDED_LINE.sub(b"", made).decode()
    summary = re.search(r"SUMMARY:(.*)\r\n", unfolded).group(1)
    assert summary == "مريم، " * 40 + "a\\;b\\,c\\\\d\\ne"
    assert "DTEND;VALUE=DATE:20260301" in unfolded


def test_a_line_of_75_octets_is_left_whole():
    assert icalendar.folded("x" * 75) == b"x" * 75 + b"\r\n"
    assert icalendar.folded("x" * 76) == b"x" * 75 + b"\r\n x\r\n"
