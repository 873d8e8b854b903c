"""The days until the decision: the first one counts, and they tell nothing of small numbers by status."""

import datetime as dt
import itertools
from collections import defaultdict
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from intake import statistics
from intake.casework import moving
from intake.casework.models import Case
from intake.db import transaction
from intake.statistics import LEAST, Quarter, protect
from intake.statistics.tables import _decision_days
from tests import people
from tests.casework import many

ZONE = ZoneInfo("America/New_York")
QUARTER = Quarter.of(people.TODAY)
STATUSES = ("accepted", "declined", "new", "triage")


def figures(engine):
    with transaction(engine.execution_options(reads=True)) as session:
        return statistics.figures(session, QUARTER, ZONE)


@pytest.mark.parametrize("most", [13, 21])
def test_whoever_sees_the_days_and_the_table_by_status_finds_no_small_number(most):
    """All tables there are of two decided statuses and two others, in which every decided case stands as decided."""
    same, looked = defaultdict(list), 0
    values = range(most + 1) if most < 20 else (0, 1, 5, 9, 10, 11, 12, 20, 21)
    for numbers in itertools.product(values, repeat=len(STATUSES)):
        table = protect(list(zip(STATUSES, numbers, strict=True)))
        is_said = _decision_days([1.0] * (numbers[0] + numbers[1]), table) is not None
        same[tuple(cell.number for cell in table.cells), table.total, is_said].append(numbers)
    alone = defaultdict(set)
    for (cells, total, _said), candidates in same.items():
        alone[cells, total].update(candidates)
    for (cells, total, _said), candidates in same.items():
        for place, cell in enumerate(cells):
            if cell is None:
                # Nothing more is known than from the table by status alone.
                before = {numbers[place] for numbers in alone[cells, total]}
                assert {numbers[place] for numbers in candidates} == before, (cells, total)
                looked += 1
    assert looked


def test_the_median_needs_ten_decided_people_and_counts_the_days_of_each(engine):
    many.fill(engine, 400)

    def decide(count: int) -> None:
        with transaction(engine) as session:
            for row in session.scalars(select(Case).where(Case.status == "accepted").order_by(Case.id).limit(count)):
                row.decided_at = row.received_at + dt.timedelta(days=6)

    decide(LEAST - 1)
    assert figures(engine).decision_days is None
    decide(LEAST)
    assert figures(engine).decision_days == 6.0


def test_the_median_is_hidden_while_it_could_tell_what_the_table_by_status_hides(engine):
    many.fill(engine, 400)
    with transaction(engine) as session:
        session.execute(update(Case).values(status="triage", is_open=True))
        ids = list(session.scalars(select(Case.id).order_by(Case.id).limit(14)))
        for status, some in (("accepted", ids[:9]), ("declined", ids[9:])):
            session.execute(
                update(Case).where(Case.id.in_(some)).values(status=status, decided_at=people.NOW + dt.timedelta(9))
            )
    found = figures(engine)
    assert found.tables["status"].hidden and found.decision_days is None


@pytest.fixture
def staff(engine):
    return people.hire(engine)


def test_the_first_decision_stays_and_what_is_no_decision_is_none(engine, keys, staff):
    [key] = people.send(engine, keys, people.MARYAM)
    people.admit_all(engine, keys)
    people.clear_conflicts(engine)

    def move(status: str, day: int, reason: str | None = None) -> dt.datetime | None:
        with transaction(engine) as session:
            case = session.get_one(Case, key)
            at = people.NOW + dt.timedelta(days=day)
            moving.change_status(session, case, staff.admin, case.version, status, reason, at)
            session.refresh(case)
            return case.decided_at

    assert move("triage", 1) is None
    assert move("withdrawn", 2, "withdrew") is None
    assert move("triage", 3, "came_back") is None
    first = move("referred", 4, "capacity")
    assert first == people.NOW + dt.timedelta(days=4)
    assert move("triage", 5, "mistake") == first
    assert move("declined", 6, "capacity") == first
