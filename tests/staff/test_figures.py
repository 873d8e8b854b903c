"""Figures of law: what is overdue, what somebody found at its source, and that no judgement changes by it."""

import datetime as dt
import json
import re
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from intake import assessment, lawfigures
from intake.audit import AuditEvent
from intake.db import transaction
from intake.verifying import Verification
from tests.staff.conftest import send
from tests.staff.counted import statements

KEY = "board_appeal_days"
FIGURES = assessment.current().figures
CHECKED = FIGURES.entries[KEY].verified_on


@pytest.fixture
def client(signed_in, admin, clock):
    clock.time = dt.datetime.combine(CHECKED, dt.time(17), dt.UTC)
    return signed_in(admin)


def check(client, key=KEY, **typed):
    return send(client, f"/figures/{key}", page=f"/figures/{key}", **typed)


def checks(engine) -> list[Verification]:
    with transaction(engine) as session:
        return list(session.scalars(select(Verification).order_by(Verification.id)))


def overdue(client) -> list[str]:
    """The keys with the mark that asks for a check, in the order of the page."""
    rows = re.findall(r'<tr role="row">(.*?)</tr>', client.get("/figures").text, re.S)
    return [re.search(r"<code>([^<]+)", row)[1] for row in rows if "check it" in row]


def overdue_now(engine, clock) -> set[str]:
    zone = ZoneInfo("America/New_York")
    with transaction(engine.execution_options(reads=True)) as session:
        found = lawfigures.standings(session, clock().astimezone(zone).date(), zone)
    return {one.figure.key for one in found if one.is_overdue}


def test_every_figure_is_listed_with_its_number_and_its_source(client):
    page = client.get("/figures").text
    assert page.count("<code>") == len(FIGURES.listed)
    row = next(row for row in re.findall(r'<tr role="row">(.*?)</tr>', page, re.S) if KEY in row)
    assert "8 CFR 1003.38(b)" in row and "30 days" in row
    money = next(one.key for one in FIGURES.listed if one.key.startswith("guidelines."))
    assert "Alaska: US$19,950, and US$7,100 for each further person" in client.get(f"/figures/{money}").text
    one = client.get(f"/figures/{KEY}").text
    assert 'href="https://www.ecfr.gov/current/title-8/section-1003.38"' in one and "received, not sent" in one


def test_the_page_marks_what_is_overdue_and_puts_it_first(signed_in, admin, clock):
    clock.time = dt.datetime.combine(CHECKED, dt.time(17), dt.UTC) + dt.timedelta(days=2_000)
    assert overdue(signed_in(admin)) == [one.key for one in FIGURES.listed]


def test_a_check_takes_a_figure_from_the_overdue_ones_until_its_time_is_over_again(client, engine, admin, clock):
    again = FIGURES.entries[KEY].recheck_after_days
    clock.advance(days=again)
    assert KEY not in overdue_now(engine, clock)
    clock.advance(days=1)
    waiting = overdue_now(engine, clock)
    assert KEY in waiting
    with transaction(engine) as session:
        lawfigures.check(session, KEY, "right", "", actor=f"staff:{admin.id}", now=clock())
    assert overdue_now(engine, clock) == waiting - {KEY}
    clock.advance(days=again)
    assert KEY not in overdue_now(engine, clock)
    clock.advance(days=1)
    assert KEY in overdue_now(engine, clock)


def test_a_check_is_written_down_with_who_and_when_and_leaves_a_trace(client, engine, admin):
    assert check(client, found="right", said="ignored").status_code == 303
    [row] = checks(engine)
    assert (row.subject, row.found, row.said, row.actor) == (f"figure:{KEY}", "right", "", f"staff:{admin.id}")
    assert f"still right (<bdi>{admin.name}</bdi>)" in client.get(f"/figures/{KEY}").text
    with transaction(engine) as session:
        [event] = session.scalars(select(AuditEvent).where(AuditEvent.event == "figure:checked"))
        assert event.subject == f"figure:{KEY}" and json.loads(event.details) == {"result": "right"}


def test_a_figure_that_has_changed_is_an_alarm_and_no_judgement_changes_by_it(client, engine):
    before = assessment.digest(assessment.current())
    assert "figure of law has changed" not in client.get("/administration").text
    assert check(client, found="changed", said="10 days from 1 March <2027>").status_code == 303
    page = client.get("/figures").text
    assert "1 figure has changed at its source. The rules still use the old one." in page
    assert page.index(KEY) < page.index("hearing_critical_days")
    assert "1 figure of law has changed at its source." in client.get("/administration").text
    assert "10 days from 1 March &lt;2027&gt;" in client.get(f"/figures/{KEY}").text
    assert assessment.digest(assessment.current()) == before and FIGURES.number(KEY) == 30
    # It was a mistake: the alarm ends.
    assert check(client, found="right").status_code == 303
    assert "has changed at its source" not in client.get("/figures").text
    assert [row.found for row in checks(engine)] == ["changed", "right"]
    with transaction(engine) as session:
        traces = session.scalars(select(AuditEvent.details).where(AuditEvent.event == "figure:checked"))
        assert not any("March" in one for one in traces)


def test_rules_that_were_compared_later_end_the_alarm(client, engine, clock):
    clock.time = dt.datetime.combine(CHECKED - dt.timedelta(days=3), dt.time(17), dt.UTC)
    with transaction(engine) as session:
        lawfigures.check(session, KEY, "changed", "Ten days.", actor="staff:1", now=clock())
        zone = ZoneInfo("America/New_York")
        found = {one.figure.key: one for one in lawfigures.standings(session, CHECKED, zone)}
    assert found[KEY].changed == "" and found[KEY].checked_on == CHECKED


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"found": "", "said": "Something"}, "Choose what you found."),
        ({"found": "gone"}, "Choose what you found."),
        ({"found": "changed", "said": " \u200e "}, "Write what the source says now"),
        ({"found": "changed", "said": "x" * 301}, "This text is too long."),
    ],
)
def test_what_cannot_be_kept_has_a_sentence_and_stays_typed(client, engine, typed, sentence):
    page = check(client, **typed)
    assert page.status_code == 422 and sentence in page.text
    assert typed.get("said", "").strip(" \u200e") in page.text and checks(engine) == []


def test_a_figure_that_is_not_there_is_not_found(client):
    assert client.get("/figures/nothing").status_code == 404
    assert send(client, "/figures/nothing", page=f"/figures/{KEY}", found="right").status_code == 404


def test_the_list_asks_the_same_of_any_number_of_checks(client, engine):
    with statements(engine) as few:
        client.get("/figures")
    with transaction(engine) as session:
        now = dt.datetime.now(dt.UTC)
        for figure in FIGURES.listed:
            for _ in range(3):
                lawfigures.check(session, figure.key, "right", "", actor="staff:1", now=now)
    with statements(engine) as many:
        client.get("/figures")
    assert len(few) == len(many)
