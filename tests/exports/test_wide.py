"""A file of very many cases holds the same, whether the database sorts or goes through all of them."""

import dataclasses
import datetime as dt

import pytest

from intake import exports
from intake.casework.filters import Filters
from intake.casework.statuses import STATUSES
from intake.db import transaction
from intake.exports import Choice, cells, reading
from tests import people
from tests.casework.many import fill
from tests.exports.asking import LATER, Clock, asked, fetched, prepared, queued

FILTERS = (
    Filters(),
    Filters(closed=True),
    Filters(status=",".join(STATUSES)),
    Filters(status=",".join(STATUSES), closed=True),
    Filters(status="new,closed", level=2),
    Filters(owner="nobody", interpreter=True),
    Filters(owner="me", claim="trafficking"),
    Filters(reply=True, place="held"),
    Filters(due="30", language="ar", state="CA"),
    Filters(follow_up=True, outcome="review"),
    Filters(since=people.TODAY, until=people.TODAY),
)


def written(engine, filters, me):
    wanted = exports.Wanted(filters, me, people.TODAY)
    given = {"actor": "cli", "purpose": "A check", "clock": lambda: LATER}
    return b"".join(exports.stream(engine, wanted, Choice.of(exports.named("queue-1")), **given))


def test_each_filter_finds_the_same_cases_in_both_ways_and_page_by_page(engine, keys, settings, monkeypatch):
    staff = people.hire(engine)
    fill(engine, 600, owners=(None, staff.admin.id))
    narrow = [written(engine, one, staff.admin.id) for one in FILTERS]
    assert len({len(data) for data in narrow}) > 5
    monkeypatch.setattr(reading, "WIDE", 1)
    assert [written(engine, one, staff.admin.id) for one in FILTERS] == narrow
    for filters, data in zip(FILTERS, narrow, strict=True):
        job = asked(engine, staff.admin, filters=filters, now=people.NOW)
        queued(engine, keys, job, staff.admin, people.NOW)
        clock = Clock()
        clock.now = people.NOW
        prepared(engine, keys, dataclasses.replace(settings), clock)
        assert fetched(engine, keys, settings, job, staff.admin, people.NOW) == data
        with transaction(engine) as session:
            found = exports.jobs.load(session, staff.admin, job.id)
            exports.jobs.cancel(session, found, staff.admin, settings.prepared, people.NOW + dt.timedelta(minutes=1))


@pytest.mark.parametrize("mark", ["=1", "a\rb", 'say "x"', " =1", "a,b", "a\nb", "\r\n", "مريم", "half \ud800"])
def test_a_block_of_plain_rows_is_as_safe_as_any(mark):
    rows = [("codes; only", 3, None), (mark, None, 7), ("2026-11", 1, "x_y")]
    assert cells.plain_block(rows) == cells.csv_block(rows)
    assert cells.plain_block([(None, 1, mark)]) == cells.csv_block([(None, 1, mark)])


@pytest.mark.parametrize("rows", [[("-x", 1)], [("x", "-1")], [("x", 1), ("+y", 2)], [("x", -1)], [(" =1", 0)]])
def test_codes_that_begin_as_a_formula_are_found_in_a_plain_block(rows):
    assert cells.plain_block(rows) == cells.csv_block(rows)
