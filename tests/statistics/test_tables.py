"""What is counted for a quarter adds up, counts each person once."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from intake import statistics
from intake.casework.models import Case
from intake.db import transaction
from intake.statistics import Quarter
from tests.casework import many

ZONE = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("day", "said", "first", "after"),
    [
        ("2026-01-01", "2026-q1", "2026-01-01", "2026-04-01"),
        ("2026-12-31", "2026-q4", "2026-10-01", "2027-01-01"),
        ("2024-05-15", "2024-q2", "2024-04-01", "2024-07-01"),
    ],
)
def test_a_quarter(day, said, first, after):
    found = Quarter.of(dt.date.fromisoformat(day))
    assert (str(found), found.first.isoformat(), found.after.isoformat()) == (said, first, after)
    assert Quarter.read(said) == found and found.back(4) == Quarter(found.year - 1, found.number)
    assert found.back(1).after == found.first


@pytest.mark.parametrize("text", ["", "2026", "2026-q5", "1999-q1", "9999-q1", "2026-q1 ", "２０２６-q1x"])
def test_what_is_no_quarter(text):
    assert Quarter.read(text) is None


def counted(engine, quarter):
    with transaction(engine.execution_options(reads=True)) as session:
        return statistics.figures(session, quarter, ZONE)


@pytest.fixture
def quarter(engine) -> Quarter:
    many.fill(engine, 400)
    with transaction(engine) as session:
        first = session.scalars(select(Case.received_at).order_by(Case.received_at)).first()
    return Quarter.of(first.astimezone(ZONE).date())


def test_every_table_of_parts_adds_up_to_the_requests(engine, quarter):
    found = counted(engine, quarter)
    assert found.requests == 400
    for name, table in found.tables.items():
        if name == "claim":
            continue
        assert table.total == 400, name
        if not table.hidden:
            assert sum(cell.number for cell in table.cells) == 400, name
    languages = {cell.code: cell.number for cell in found.tables["language"].cells}
    assert languages == dict.fromkeys(many.LANGUAGES, 80)
    weeks = [cell.code for cell in found.tables["week"].cells]
    assert weeks[0] == quarter.first.isoformat() and weeks == sorted(weeks) and len(weeks) in (13, 14, 15)


def test_a_duplicate_does_not_count_and_another_quarter_has_nothing(engine, quarter):
    with transaction(engine) as session:
        one, other = session.scalars(select(Case.id).limit(2))
        session.execute(update(Case).where(Case.id == one).values(duplicate_of=other))
    assert counted(engine, quarter).requests == 399
    nothing = counted(engine, quarter.back(8))
    assert nothing.requests == 0 and nothing.contact_days is None


def test_the_days_until_first_contact_need_ten_people_and_do_not_say_how_many(engine, quarter):
    def reach(keys):
        with transaction(engine) as session:
            for row in session.scalars(select(Case).where(Case.id.in_(keys))):
                row.contacted_at = row.received_at + dt.timedelta(days=2)

    with transaction(engine) as session:
        ids = list(session.scalars(select(Case.id).order_by(Case.id)))
    reach(ids[:9])
    assert counted(engine, quarter).contact_days is None
    reach(ids[:10])
    assert counted(engine, quarter).contact_days == 2.0
    reach(ids[:-5])
    assert counted(engine, quarter).contact_days == 2.0
    # Of nineteen, "at least ten were reached" would tell that at most nine were not.
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id.in_(ids[19:])).values(duplicate_of=ids[0]))
    assert counted(engine, quarter).contact_days is None


def test_a_small_language_is_hidden_with_company(engine, quarter):
    with transaction(engine) as session:
        few = list(session.scalars(select(Case.id).where(Case.language == "ht").limit(77)))
        session.execute(update(Case).where(Case.id.in_(few)).values(language="es"))
    cells = {cell.code: cell.number for cell in counted(engine, quarter).tables["language"].cells}
    assert cells["ht"] is None and list(cells.values()).count(None) == 2
