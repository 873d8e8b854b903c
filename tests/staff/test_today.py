"""The first page of the day: deadlines, new and critical, replies, follow-ups, what nobody has; nothing costs much."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from intake import organisation
from intake.casework.models import Case, CaseEvent
from intake.db import transaction
from intake.organisation import Organisation
from intake.workdays import Closed
from tests.casework import many
from tests.staff.conftest import send
from tests.staff.counted import statements


@pytest.fixture
def today(clock) -> dt.date:
    clock.time = dt.datetime(2026, 11, 4, 15, 0, tzinfo=dt.UTC)
    return clock().astimezone(ZoneInfo("America/New_York")).date()


@pytest.fixture
def client(today, signed_in, caseworker):
    return signed_in(caseworker)


def put(engine, number, **values):
    """Change one of the cases of `many`; returns its reference."""
    with transaction(engine) as session:
        ids = list(session.scalars(select(Case.id).order_by(Case.id)))
        session.execute(update(Case).where(Case.id == ids[number]).values(values))
        return session.get_one(Case, ids[number]).reference


def quiet(engine, count=8):
    """Cases in which nothing is to do: normal, taken, no date near, nobody wrote."""
    many.fill(engine, count)
    calm = {"level": 3, "prio": 3_900_000, "due_on": None, "status": "triage", "is_open": True}
    with transaction(engine) as session:
        nothing = {"unanswered_since": None, "follow_up_on": None, "follow_up_id": None}
        session.execute(update(Case).values(calm | nothing))


def sections(page):
    """The lists of the page by their name, each as its text."""
    found = re.findall(r'<section aria-labelledby="([a-z_]+)">(.*?)</section>', page.text, re.S)
    return {name: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)) for name, text in found}


def test_each_list_shows_what_it_promises_with_the_deadline_first(client, engine, caseworker, colleague, today):
    quiet(engine)
    with transaction(engine) as session:
        session.execute(update(Case).values(owner_id=colleague.id))
    day = dt.timedelta(days=1)
    late = put(engine, 0, owner_id=caseworker.id, due_on=today - 2 * day)
    due = put(engine, 1, owner_id=caseworker.id, due_on=today + 7 * day, due_code="U02")
    far = put(engine, 2, owner_id=caseworker.id, due_on=today + 8 * day)
    theirs = put(engine, 3, due_on=today + day, level=1, prio=1_700_000, status="new")
    free = put(engine, 4, owner_id=None, level=1, prio=1_700_001, status="new")
    mine = put(engine, 5, owner_id=caseworker.id, follow_up_on=today, follow_up_id=caseworker.id)
    later = put(engine, 6, follow_up_on=today + day, follow_up_id=caseworker.id)
    wrote = put(engine, 7, owner_id=caseworker.id, unanswered_since=dt.datetime(2026, 10, 30, 15, tzinfo=dt.UTC))
    page = client.get("/today")
    found = sections(page)
    shown = {name: re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", text) for name, text in found.items()}
    assert shown == {
        "late": [late],
        "due": [due],
        "critical": [free, theirs],
        "reply": [wrote],
        "follow_up": [mine],
        "unassigned": [free],
    }
    assert far not in page.text and later not in page.text
    assert "needs a reply for 3 working days" in found["reply"]
    assert found["late"].index("2 days ago") < found["late"].index(late)
    first = page.text[page.text.index('class="first') :]
    assert first.index("in 7 days") < first.index(due) < first.index("<section")


def test_working_days_are_those_of_the_organisation(client, engine, caseworker, today):
    quiet(engine)
    put(engine, 0, owner_id=caseworker.id, unanswered_since=dt.datetime(2026, 10, 30, 15, tzinfo=dt.UTC))
    closed = (Closed(dt.date(2026, 11, 3), "Election Day"),)
    with transaction(engine) as session:
        organisation.save(session, Organisation("Harbour", closed=closed), "staff:1", dt.datetime.now(dt.UTC), 0)
    assert "needs a reply for 2 working days" in client.get("/today").text


def test_what_is_over_the_target_of_its_level_is_marked_as_late(client, engine, caseworker, today):
    quiet(engine)
    wrote, spoke = dt.datetime(2026, 10, 30, 15, tzinfo=dt.UTC), dt.datetime(2026, 10, 29, 15, tzinfo=dt.UTC)
    mine = {"owner_id": caseworker.id, "unanswered_since": wrote, "received_at": spoke}
    put(engine, 0, **mine, level=2, contacted_at=spoke)
    put(engine, 1, **mine, level=2)
    put(engine, 2, **mine, level=3)
    put(engine, 3, **mine, level=1, contacted_at=spoke, status="closed", is_open=False)
    found = sections(client.get("/today"))["reply"]
    # Friday to Wednesday are three working days, Thursday to Wednesday four.
    assert "first contact 1 working day late" in found and found.count("late") == 1
    with transaction(engine) as session:
        said = Organisation("Harbour", targets=(0, 1, 10))
        organisation.save(session, said, "staff:1", dt.datetime.now(dt.UTC), 0)
    found = sections(client.get("/today"))["reply"]
    assert "first contact 3 working days late" in found and "reply 2 working days late" in found
    assert found.count("late") == 2 and "reply 2 working days late" in client.get("/queue").text


def test_a_message_to_a_closed_case_waits_as_well(client, engine, caseworker, today):
    quiet(engine)
    since = dt.datetime(2026, 11, 4, 12, tzinfo=dt.UTC)
    reference = put(engine, 0, owner_id=caseworker.id, unanswered_since=since, status="closed", is_open=False)
    assert reference in sections(client.get("/today"))["reply"]


def test_a_long_list_is_short_and_counts_no_further_than_fifty(client, engine):
    many.fill(engine, 300)
    found = sections(client.get("/today"))
    assert "50+" in found["unassigned"]
    assert len(re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", found["unassigned"])) == 6


def test_every_link_leads_to_the_queue_with_the_same_cases(client, engine, caseworker):
    many.fill(engine, 90, owners=(None, caseworker.id))
    for number in range(3):
        put(engine, number, owner_id=caseworker.id, is_open=True, due_on=dt.date(2026, 11, 1))
    put(engine, 3, follow_up_id=caseworker.id, follow_up_on=dt.date(2026, 11, 1))
    page = client.get("/today")
    parts = re.findall(r'<section aria-labelledby="([a-z_]+)">(.*?)</section>', page.text, re.S)
    assert len(parts) == 6
    for _name, text in parts:
        ids = set(re.findall(r'data-row href="(/cases/[0-9a-f-]+)"', text))
        listed = ""
        for address in re.findall(r'class="more" href="([^"]+)"', text):
            listed += client.get(address.replace("&amp;", "&")).text
        assert ids and all(f'href="{one}"' in listed for one in ids)


def test_a_day_with_nothing_to_do_says_so_kindly(client, engine, colleague):
    quiet(engine)
    with transaction(engine) as session:
        session.execute(update(Case).values(owner_id=colleague.id))
    page = client.get("/today")
    assert "Nothing needs you right now." in page.text and not sections(page)


def test_the_first_page_is_today_and_old_addresses_of_the_queue_lead_there(client):
    assert "<h1>Today</h1>" in client.get("/").text
    moved = client.get("/?level=1&status=triage")
    assert (moved.status_code, moved.location) == (302, "/queue?level=1&status=triage")


@pytest.mark.parametrize(("path", "most"), [("/today", 10), ("/queue", 7), ("/queue?language=ar&state=NY", 8)])
def test_a_page_asks_the_database_a_fixed_number_of_things(client, engine, caseworker, path, most):
    client.get(path)
    asked = []
    for _ in range(2):
        many_of = 40 if not asked else 0
        if many_of:
            many.fill(engine, many_of, owners=(None, caseworker.id))
        with statements(engine) as said:
            client.get(path)
        asked.append(len(said))
    assert asked[0] == asked[1] <= most, said


def test_a_follow_up_date_is_set_shown_and_cleared(client, engine, caseworker, colleague, keys, today):
    quiet(engine)
    with transaction(engine) as session:
        case_id = session.scalars(select(Case.id).order_by(Case.id)).first()
    path = f"/cases/{case_id}"

    def change(day, **more):
        version = re.search(r'name="version" value="(\d+)"', client.get(path).text)[1]
        return send(client, f"{path}/follow-up", page=path, version=version, day=day, **more)

    assert change("2026-11-05").status_code == 303
    page = client.get(path).text
    assert "tomorrow" in page and "5 November 2026" in page and "Amina Caseworker" in page
    assert "follow-up tomorrow" in client.get("/queue").text
    for wrong in ("2026-11-03", "soon", "2036-01-01", "٢٠٢٦-١١-٠٥", "\0", "9" * 4000):
        assert change(wrong).status_code == 422, wrong
    stale = send(client, f"{path}/follow-up", page=path, version="1", day="2026-11-09")
    assert stale.status_code == 409 and 'value="2026-11-09"' in stale.text
    assert change("2026-11-06", clear="1").status_code == 303
    with transaction(engine) as session:
        case = session.get_one(Case, case_id)
        lines = list(session.scalars(select(CaseEvent.event).where(CaseEvent.case_id == case_id)))
        assert (case.follow_up_on, case.follow_up_id) == (None, None)
    assert lines == ["case:follow-up-set"] * 2


def test_the_next_case_is_taken_and_opened(client, engine, caseworker):
    many.fill(engine, 30)
    answer = send(client, "/next", page="/queue", language="ar")
    assert answer.status_code == 303 and answer.location.startswith("/cases/")
    with transaction(engine) as session:
        taken = session.scalars(select(Case).where(Case.owner_id == caseworker.id)).one()
    assert taken.language == "ar" and answer.location.endswith(str(taken.id))


def test_when_no_case_is_left_the_queue_says_so_under_the_same_filters(client, engine):
    answer = send(client, "/next", page="/queue", language="ar", sort="age", rubbish="x")
    assert answer.location == "/queue?language=ar&sort=age"
    assert "You can take a breath." in client.get(answer.location).text
