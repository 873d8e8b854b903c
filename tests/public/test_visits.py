"""Visits are counted as totals of a day: for outreach, without cookies, addresses or people."""

import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, select, text

from intake import visits
from intake.db import session_factory, transaction
from intake.public import counting
from intake.releaseparser import is_slug
from intake.visits import Counter, VisitCount, source_key
from tests.public.test_releases import SYRIA, publish

DAY = dt.date(2026, 7, 1)


@pytest.fixture
def counter(engine) -> Counter:
    # 03:00 in UTC is still the evening before in New York.
    now = dt.datetime(2026, 7, 2, 3, tzinfo=dt.UTC)
    return Counter(session_factory(engine), ZoneInfo("America/New_York"), lambda: now)


def totals(session) -> dict[tuple[dt.date, str, str], int]:
    rows = session.execute(select(VisitCount.day, VisitCount.place, VisitCount.source, VisitCount.count))
    return {(row.day, row.place, row.source): row.count for row in rows}


def test_visits_add_up_under_the_day_of_the_organisation(counter, session):
    for _ in range(3):
        counter.saw("list")
    counter.saw("form", "some-release")
    assert counter.flush()
    counter.saw("list")
    assert counter.flush() and counter.flush()
    assert totals(session) == {(DAY, "list", ""): 4, (DAY, "form", "some-release"): 1}


def test_many_processes_and_threads_lose_no_visit(engine, session):
    counters = [Counter(session_factory(engine), ZoneInfo("UTC")) for _ in range(3)]

    def work(counter: Counter) -> None:
        for number in range(300):
            counter.saw("list", f"source-{number % 7}")
            if number % 100 == 0:
                counter.flush()

    threads = [threading.Thread(target=work, args=(counter,)) for counter in counters for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(counter.flush() for counter in counters)
    assert sum(totals(session).values()) == 3 * 2 * 300


def test_a_database_that_is_away_loses_nothing_and_stops_nobody(engine, session, tmp_path, caplog):
    away = create_engine(f"sqlite:///{tmp_path / 'away' / 'none.db'}")
    counter = Counter(session_factory(away), ZoneInfo("UTC"))
    for _ in range(5):
        counter.saw("list")
    assert not counter.flush() and "kept in memory" in caplog.text
    counter.saw("list")
    counter._sessions = session_factory(engine)
    assert counter.flush()
    assert list(totals(session).values()) == [6]


def test_a_flood_of_made_up_sources_is_counted_together(counter, engine, session):
    [slug] = publish(engine, SYRIA[0])
    for number in range(300):
        counter.saw("form", f"made-up-{number}")
    counter.flush()
    for number in range(300):
        counter.saw("form", f"new-{number}")
    counter.saw("form", slug)
    counter.flush()
    found = totals(session)
    assert len({source for _day, _place, source in found}) == visits.MOST_SOURCES + 2
    assert found[(DAY, "form", visits.OTHER)] == 400
    assert found[(DAY, "form", source_key(slug))] == 1
    assert sum(found.values()) == 601


def test_memory_stays_bounded_while_nothing_can_be_written(counter):
    for number in range(visits.MOST_KEPT + 50):
        with counter._lock:
            counter._since = 1  # no writing in between
        counter.saw("form", f"s-{number}")
    assert len(counter._counts) <= visits.MOST_KEPT + 1
    assert sum(counter._counts.values()) == visits.MOST_KEPT + 50
    counter.flush()


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        (None, ""),
        ("", ""),
        ("Not A Slug", ""),
        ("\0", ""),
        ("x" * 200, ""),
        ("partner-site", "partner-site"),
        ("a" * 40, "a" * 40),
    ],
)
def test_a_source_is_a_short_name_or_nothing(source, kept):
    assert source_key(source) == kept


def test_long_names_of_releases_stay_apart_when_they_are_cut():
    one, two = (source_key(f"statement-on-the-situation-at-the-border-{year}-01-01") for year in (2025, 2026))
    assert one != two and len(one) <= 40 and one.startswith("statement-on-the-situation")


def test_pages_count_what_people_see_and_not_what_browsers_look_ahead_at(engine, public_app, session):
    [slug] = publish(engine, SYRIA[0])
    client = public_app.test_client()
    for address in ("/en/", f"/en/releases/{slug}", "/en/embed?source=partner", "/en/releases/nothing", "/feed.xml"):
        client.get(address)
        client.head(address)
        client.get(address, headers={"Sec-Purpose": "prefetch;prerender"})
    assert counting.visits_of(public_app).flush()
    found = {(place, source): count for (_day, place, source), count in totals(session).items()}
    assert found == {(visits.LIST, ""): 1, (slug, ""): 1, (visits.EMBED, "partner"): 1}


def test_a_page_answers_while_visits_cannot_be_written(engine, public_app):
    with transaction(engine) as session:
        session.execute(text("DROP TABLE visit_count"))
    client = public_app.test_client()
    assert client.get("/en/").status_code == 200
    assert not counting.visits_of(public_app).flush()
    assert client.get("/en/").status_code == 200


def test_totals_of_the_last_days_by_place_and_by_source(session):
    for back, count in ((0, 1), (6, 2), (7, 4), (29, 8), (30, 16), (89, 32), (90, 64)):
        day = DAY - dt.timedelta(days=back)
        session.add(VisitCount(day=day, place="form", source="a", count=count))
        session.add(VisitCount(day=day, place="list", source="", count=1))
    session.flush()
    assert visits.by_place(session, DAY, ["form", "nothing"]) == {"form": (3, 15, 63)}
    assert visits.by_source(session, DAY, "form") == [("a", (3, 15, 63))]


def test_nothing_of_a_person_is_in_the_table():
    assert {column.name for column in VisitCount.__table__.columns} == {"day", "place", "source", "count"}


def test_no_release_can_share_its_numbers_with_a_page():
    assert not any(is_slug(place) for place in (visits.LIST, visits.FORM, visits.EMBED, visits.OTHER))
