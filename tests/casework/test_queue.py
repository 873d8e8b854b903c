"""The queue shows the most urgent case first, filtered, page by page, without a full scan or a sort."""

import base64
import datetime as dt
import itertools
import uuid

import pytest
from sqlalchemy import Select, event, text
from werkzeug.datastructures import MultiDict

from intake.casework import queue
from intake.casework.filters import Filters
from intake.casework.models import priority
from intake.casework.orders import CHOICES, ORDERS, plan, read_cursor, write_cursor
from intake.casework.statuses import is_open
from intake.db import transaction
from tests import people
from tests.casework.many import fill

SINGLE = [
    Filters(),
    Filters(status="triage"),
    Filters(status="closed"),
    Filters(level=2),
    Filters(owner="me"),
    Filters(owner="nobody"),
    Filters(language="ar"),
    Filters(state="NY"),
    Filters(closed=True),
    Filters(reply=True),
    Filters(due="30"),
    Filters(owner="me", due="30"),
    Filters(owner="me", reply=True),
    Filters(owner="nobody", reply=True),
    Filters(follow_up=True),
]


def reads(engine):
    return transaction(engine.execution_options(reads=True))


def every_page(session, filters, size, me=None):
    """All rows of the queue in order, and how many pages they took."""
    rows, pages, after = [], 0, None
    while pages == 0 or after is not None:
        page = queue.page(session, filters, after, size, me=me)
        rows += page.rows
        pages, after = pages + 1, page.next
    return rows, pages


def test_the_most_urgent_case_comes_first(engine, keys):
    people.hire(engine)
    people.send(engine, keys, people.XIMENA, people.SAMI, people.JOAO, people.MARYAM)
    people.admit_all(engine, keys)
    with reads(engine) as session:
        rows = queue.page(session, Filters()).rows
    assert (rows[0].language, rows[-1].language) == ("ar", "pt")
    first = rows[0]
    assert (first.level, first.due_code, first.owner_name, first.claims) == (
        1,
        "U02",
        None,
        ["afraid", "family_violence"],
    )
    assert [(row.level, row.prio) for row in rows] == sorted((row.level, row.prio) for row in rows)


def test_an_unknown_date_ranks_as_a_week_after_the_request_and_never_last():
    came = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
    days = [dt.date(2026, 11, 5), dt.date(2026, 11, 9), dt.date(2026, 11, 10), dt.date(2027, 3, 1)]
    known = [priority(1, day, came) for day in days]
    unknown = priority(1, None, came)
    assert known[0] < unknown == known[1] < known[2] < known[3] < priority(2, None, came)


def test_pages_hold_every_open_case_once_and_in_order(engine):
    fill(engine, 200)
    with reads(engine) as session:
        rows, pages = every_page(session, Filters(), 17)
    assert len(rows) == len({row.id for row in rows}) == sum(is_open(row.status) for row in rows)
    order = [(row.prio, row.received_at, row.id.hex) for row in rows]
    assert order == sorted(order)
    assert pages == -(-len(rows) // 17)


def test_filters_can_be_combined(engine):
    staff = people.hire(engine)
    fill(engine, 600, owners=(None, staff.owner.id, staff.colleague.id))
    wanted = Filters(level=1, language="es", state="CA", owner="me", claim="other")
    with reads(engine) as session:
        open_rows, _ = every_page(session, Filters(), 200)
        closed_rows, _ = every_page(session, Filters(closed=True), 200)
        found, _ = every_page(session, wanted, 200, me=staff.owner.id)
        of_nobody, _ = every_page(session, Filters(owner="nobody"), 200)
        of_owner, _ = every_page(session, Filters(owner=str(staff.owner.id)), 200)
        withdrawn, _ = every_page(session, Filters(status="withdrawn"), 200)
    assert len(open_rows) + len(closed_rows) == 600
    expected = [
        row.id
        for row in open_rows
        if (row.level, row.language, row.state, row.owner_id) == (1, "es", "CA", staff.owner.id)
        and "other" in row.claims
    ]
    assert [row.id for row in found] == expected
    assert [row.id for row in of_nobody] == [row.id for row in open_rows if row.owner_id is None]
    assert {row.owner_name for row in of_owner} == {"Olivia Owner"}
    assert {row.status for row in withdrawn} == {"withdrawn"}
    assert withdrawn


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "é",
        "A" * 5000,
        base64.urlsafe_b64encode(b"deadline|1|2|3").decode(),
        base64.urlsafe_b64encode(b"deadline|1000000|2026-11-02T00:00:00|" + b"0" * 32).decode(),
        base64.urlsafe_b64encode(b"deadline|" + b"9" * 30 + b"|2026-11-02T00:00:00+00:00|" + b"0" * 32).decode(),
        base64.urlsafe_b64encode(b"deadline|-1|2026-11-02T00:00:00+00:00|" + b"0" * 32).decode(),
    ],
)
def test_an_unreadable_cursor_gives_the_first_page(engine, cursor):
    fill(engine, 20)
    with reads(engine) as session:
        first = queue.page(session, Filters(), None, 5)
        assert queue.page(session, Filters(), cursor, 5).rows == first.rows


EVERY = (
    Filters(status="triage,contacting,closed"),
    Filters(level=2),
    Filters(owner="me"),
    Filters(owner="nobody"),
    Filters(language="ar"),
    Filters(claim="afraid"),
    Filters(state="NY"),
    Filters(closed=True),
    Filters(place="held"),
    Filters(outcome="review"),
    Filters(due="14"),
    Filters(due="late"),
    Filters(since=people.TODAY),
    Filters(interpreter=True),
    Filters(reply=True),
    Filters(follow_up=True),
)


def fits(row, filters, me, today):
    """Whether the queue should show a row, said without a database."""
    due = {"14": (0, 14), "late": (-10_000, -1)}.get(filters.due)
    states = {True, False} if filters.reply or filters.follow_up else {True}
    wanted = (
        row.status in filters.statuses if filters.status else row.is_open in ({False} if filters.closed else states),
        not filters.level or row.level == filters.level,
        filters.owner is None or row.owner_id == (me if filters.owner == "me" else None),
        not filters.language or row.language == filters.language,
        not filters.claim or filters.claim in row.claims,
        not filters.state or row.state == filters.state,
        not filters.place or row.place_kind == filters.place,
        not filters.outcome or row.outcome == filters.outcome,
        not due or (row.due_on is not None and due[0] <= (row.due_on - today).days <= due[1]),
        not filters.since or row.received_at.date() >= filters.since,
        not filters.interpreter or row.interpreter,
        not filters.reply or row.unanswered_since is not None,
        not filters.follow_up or (row.follow_up_id == me and row.follow_up_on <= today),
    )
    return all(wanted)


@pytest.mark.parametrize("look", [3000, 40])
def test_any_two_filters_in_any_order_find_what_fits_and_nothing_else_page_by_page(engine, monkeypatch, look):
    monkeypatch.setattr(queue, "LOOK_THROUGH", look)
    staff = people.hire(engine)
    me, today = staff.owner.id, people.TODAY + dt.timedelta(days=20)
    fill(engine, 200, owners=(None, me, staff.colleague.id))
    with reads(engine) as session:
        rows = every_page(session, Filters(), 200)[0] + every_page(session, Filters(closed=True), 200)[0]
        assert len(rows) == 200
        for number, (one, other) in enumerate(itertools.combinations_with_replacement(EVERY, 2)):
            query = one.to_query() | other.to_query()
            filters = Filters.from_query(query)
            for order in {"", CHOICES[number % len(CHOICES)]}:
                name = plan(filters, order).order
                expected = [row for row in rows if fits(row, filters, me, today)]
                columns, last_first = ORDERS[name].columns, ORDERS[name].descending
                expected.sort(
                    key=lambda row, columns=columns: [getattr(row, key) for key in columns], reverse=last_first
                )
                found, after, pages = [], None, 0
                while after is not None or not pages:
                    page = queue.page(session, filters, after, 30, order=order, me=me, today=today)
                    found, after, pages = found + list(page.rows), page.next, pages + 1
                    assert len(page.rows) <= 30 and pages < 40
                assert [row.id for row in found] == [row.id for row in expected], (query, order)


def test_a_page_under_many_filters_ends_after_a_bounded_number_of_cases_and_says_so(engine, monkeypatch):
    monkeypatch.setattr(queue, "LOOK_THROUGH", 40)
    fill(engine, 400)
    with reads(engine) as session:
        page = queue.page(session, Filters(place="held", language="ht", claim="unsure"), size=30)
        assert page.looked == 40 and page.next and len(page.rows) < 30


@pytest.mark.parametrize("name", ORDERS)
def test_a_cursor_is_read_back_and_fits_no_other_order(name):
    given = {"prio": 3, "level": 1, "id": uuid.UUID(int=7)}
    values = tuple(
        given.get(column) or (people.TODAY if column.endswith("_on") else people.NOW) for column in ORDERS[name].columns
    )
    cursor = write_cursor(name, values)
    assert read_cursor(name, cursor) == values
    assert [other for other in ORDERS if read_cursor(other, cursor)] == [name]


def test_filters_in_an_address_are_read_tolerantly():
    given = {
        "status": "triage",
        "level": "1",
        "owner": "me",
        "language": "fa_AF",
        "claim": "afraid",
        "state": "NY",
    }
    filters = Filters.from_query(given)
    assert filters == Filters("triage", 1, "me", "fa_AF", "afraid", "NY")
    assert filters.to_query() == given
    closed = Filters(closed=True)
    assert Filters.from_query(closed.to_query()) == closed
    more = {"status": "triage,closed", "place": "held", "outcome": "likely", "due": "late", "since": "2026-11-01"}
    more |= {"interpreter": "1", "reply": "1", "follow_up": "1"}
    assert Filters.from_query(more).to_query() == more
    several = MultiDict([("status", "closed"), ("status", "triage"), ("status", "x"), ("due", "7")])
    assert Filters.from_query(several) == Filters(status="triage,closed", due="7")
    assert Filters.from_query(more, ("place",)) == Filters(place="held")
    bad = {"place": "moon", "outcome": "\0", "due": "8", "since": "2026-13-01", "reply": "maybe"}
    assert Filters.from_query(bad) == Filters.from_query({"since": "٢٠٢٦-١١-٠١"}) == Filters()
    wrong = {"status": "x", "level": "9", "owner": "٣", "language": "' OR 1=1", "state": "\0", "claim": ""}
    assert Filters.from_query(wrong) == Filters()


def test_counts_stop_at_a_stated_bound(engine):
    fill(engine, 6000)
    with reads(engine) as session:
        counts = queue.counts(session)
        urgent, _ = every_page(session, Filters(level=1), 200)
    assert len(urgent) > 1000
    assert str(counts.levels[1]) == "1000+"
    assert {str(count) for count in counts.statuses.values()} == {"375"}
    assert str(counts.set_aside) == "0"


TODAY_LATER = people.TODAY + dt.timedelta(days=40)


def plan_of(engine, filters, after, me, order):
    """The database's plan for the page that `queue.page` reads."""
    caught = []

    def catch(_connection, clause, _multi, params, _options):
        if isinstance(clause, Select):
            caught.append((clause, params))

    event.listen(engine, "before_execute", catch)
    try:
        with reads(engine) as session:
            page = queue.page(session, filters, after, 20, me=me, order=order, today=TODAY_LATER)
            clause, params = caught[-1]
            sql = clause.params(**params).compile(engine, compile_kwargs={"literal_binds": True})
            explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
            rows = session.execute(text(f"{explain} {str(sql).replace(':', chr(92) + ':')}")).all()
    finally:
        event.remove(engine, "before_execute", catch)
    return page, "\n".join(str(row[-1]) for row in rows)


def test_a_page_under_any_one_filter_is_read_from_an_index_without_a_sort(engine):
    staff = people.hire(engine)
    fill(engine, 12_000, owners=(None, staff.owner.id, staff.colleague.id))
    for filters in SINGLE:
        plans = []
        for order in ("", *CHOICES) if not set(filters.to_query()) & {"reply", "due", "follow_up"} else ("",):
            how = plan(filters, order)
            if how.rest or len(how.branches) > 1:
                continue
            page, first = plan_of(engine, filters, None, staff.owner.id, order)
            assert len(page.rows) == 20, (filters, order)
            plans += [first, plan_of(engine, filters, page.next, staff.owner.id, order)[1]]
        assert plans, filters
        for found in plans:
            lowered = found.lower()
            assert "ix_case_" in lowered, (filters, found)
            assert "sort" not in lowered and "temp b-tree" not in lowered, (filters, found)
            assert 'seq scan on "case"' not in lowered and "scan case\n" not in lowered, (filters, found)
