"""How far people get in the form is counted once for each draft, under the quarter, with nothing that links steps."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from intake import questionnaire, visits
from intake.db import session_factory
from intake.public import counting
from intake.statistics import Quarter, funnel
from intake.visits import Counter, VisitCount
from tests.public import walking
from tests.staff.counted import statements

STEPS = [step.key for step in questionnaire.current().steps]


@pytest.fixture
def finished(public_app, session):
    """The numbers of this quarter so far, by step."""

    def of_now() -> dict[str, int]:
        assert counting.visits_of(public_app).flush()
        today = dt.datetime.now(dt.UTC).astimezone(public_app.extensions["intake"]["settings"].timezone).date()
        found = visits.steps(session, visits.first_of_quarter(today))
        session.rollback()
        return found

    return of_now


def test_a_form_that_is_sent_counts_once_at_each_step(public_client, finished):
    walking.walk(public_client, walking.ROSA)
    assert finished() == dict.fromkeys(STEPS, 1)


def test_a_form_that_is_left_counts_up_to_there_and_a_look_at_a_step_counts_nothing(public_client, finished):
    walking.walk(public_client, walking.ROSA, until="money")
    public_client.get("/en/apply/who")
    assert finished() == {"start": 1, "who": 1, "lawyer": 1}


def test_a_step_that_is_filled_in_again_or_wrongly_counts_no_more(public_client, finished):
    walking.walk(public_client, walking.ROSA, until="money")
    for _ in range(2):
        walking.press(public_client, "/en/apply/who", walking.fields("who", walking.ROSA))
        wrong = walking.press(public_client, "/en/apply/money", {})
        assert wrong.status_code != 303
    assert finished() == {"start": 1, "who": 1, "lawyer": 1}


@pytest.mark.parametrize("go", ["more", "language"])
def test_a_step_that_was_put_aside_counts_when_it_is_filled_in(public_client, finished, go):
    walking.walk(public_client, walking.ROSA, until="money")
    half = walking.fields("money", walking.ROSA)
    for _ in range(2):
        walking.press(public_client, "/en/apply/money", half | {"go": go})
    assert "money" not in finished()
    for _ in range(2):
        walking.press(public_client, "/en/apply/money", half)
    assert finished()["money"] == 1


def test_a_step_asks_the_database_for_nothing_to_be_counted(public_client, engine, finished):
    walking.walk(public_client, walking.ROSA, until="money")
    with statements(engine) as said:
        walking.press(public_client, "/en/apply/money", walking.fields("money", walking.ROSA))
    assert not [one for one in said if "visit_count" in one]
    assert finished()["money"] == 1


def test_steps_are_kept_by_the_quarter_and_by_nothing_finer(engine, session):
    now = dt.datetime(2026, 10, 1, 3, tzinfo=dt.UTC)
    counter = Counter(session_factory(engine), ZoneInfo("America/New_York"), lambda: now)
    counter.finished("who")
    counter.finished("who")
    counter.saw(visits.FORM)
    assert counter.flush()
    rows = {(row.day, row.place, row.source, row.count) for row in session.scalars(select(VisitCount))}
    # Still September where the organisation works.
    assert rows == {(dt.date(2026, 7, 1), ".step-who", "", 2), (dt.date(2026, 9, 30), visits.FORM, "", 1)}
    assert visits.steps(session, dt.date(2026, 7, 1)) == {"who": 2}


def test_the_table_has_the_steps_in_the_order_of_the_form_and_hides_what_is_small(session):
    day = dt.date(2026, 10, 1)
    for key, count in (("who", 90), ("start", 100), ("lawyer", 87), ("check", 4), ("gone-from-the-form", 70)):
        session.add(VisitCount(day=day, place=f".step-{key}", source="", count=count))
    session.flush()
    found = {cell.code: cell.number for cell in funnel(session, Quarter.of(day)).cells}
    assert list(found) == STEPS
    assert (found["start"], found["who"], found["lawyer"], found["check"]) == (100, 90, None, None)
    assert found["money"] == 0
    assert funnel(session, Quarter.of(day).back(1)).cells == ()
