"""Due dates met and missed: by the day of the organisation, each case under one code, small numbers hidden."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from intake.casework.models import Case
from intake.db import transaction
from intake.statistics import Quarter, deadlines
from tests import people
from tests.casework import many

ZONE = ZoneInfo("America/New_York")
DUE = dt.date(2026, 11, 20)
QUARTER = Quarter.of(DUE)
# Still the 20th where the organisation works, though it is the 21st in London.
EVENING = dt.datetime(2026, 11, 21, 4, 59, tzinfo=dt.UTC)
NIGHT = EVENING + dt.timedelta(minutes=1)


def numbers(engine, today, quarter=QUARTER):
    with transaction(engine.execution_options(reads=True)) as session:
        found = deadlines(session, quarter, ZONE, today)
    return {cell.code: cell.number for cell in found.cells}, found.total


@pytest.fixture
def cases(engine):
    """120 cases that are due on one day: 10 rows for each kind of value, in order."""
    many.fill(engine, 120)
    kinds = [
        ({"contacted_at": EVENING}, "met"),
        ({"decided_at": EVENING, "contacted_at": NIGHT}, "met"),
        ({"contacted_at": EVENING, "decided_at": NIGHT, "is_open": False}, "met"),
        ({"contacted_at": NIGHT}, "late"),
        ({"decided_at": NIGHT, "is_open": False}, "late"),
        ({}, "open"),
        ({}, "open"),
        ({"is_open": False}, "ended"),
        ({"due_on": None}, "none"),
        ({"due_on": QUARTER.after}, "none"),
        ({"due_on": QUARTER.first - dt.timedelta(days=1)}, "none"),
        ({"duplicate": True}, "none"),
    ]
    with transaction(engine) as session:
        ids = list(session.scalars(select(Case.id).order_by(Case.id)))
        plain = {"due_on": DUE, "contacted_at": None, "decided_at": None, "is_open": True}
        for place, (values, _code) in enumerate(kinds):
            some = ids[place * 10 : place * 10 + 10]
            known = {key: value for key, value in values.items() if key != "duplicate"}
            known |= {"duplicate_of": ids[0]} if "duplicate" in values else {}
            session.execute(update(Case).where(Case.id.in_(some)).values(plain | known))
    return ids


def test_each_case_stands_under_one_code(engine, cases):
    found, total = numbers(engine, DUE + dt.timedelta(days=1))
    assert found == {"met": 30, "late": 20, "over": 20, "ahead": 0, "ended": 10} and total == 80
    found, _total = numbers(engine, DUE)
    assert (found["over"], found["ahead"]) == (0, 20)
    assert numbers(engine, DUE, QUARTER.back(4)) == ({"met": 0, "late": 0, "over": 0, "ahead": 0, "ended": 0}, 0)


def test_a_small_number_is_hidden_with_company(engine, cases):
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id.in_(cases[72:80])).values(is_open=True))
    found, total = numbers(engine, DUE + dt.timedelta(days=1))
    assert total == 80 and found["ended"] is None and list(found.values()).count(None) == 2


def test_an_erased_case_is_nowhere(engine, cases):
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id.in_(cases[:10])).values(due_on=None, erased_at=people.NOW))
    assert numbers(engine, DUE)[1] == 70
