"""Saved searches keep filters by allow-list; an alert tells how many new cases fit, once an hour, and names nobody."""

import datetime as dt
import json

import pytest
from sqlalchemy import select

from intake import worker
from intake.casework import alerts, counting, saved
from intake.casework.case import NotFound
from intake.casework.filters import Filters
from intake.casework.models import Case, SavedSearch
from intake.db import transaction
from intake.outbox import Outbox
from tests import people
from tests.casework.many import fill

MINUTE = dt.timedelta(minutes=1)


def keep(engine, person, **typed):
    """The id of a search that `person` keeps."""
    with transaction(engine) as session:
        return saved.keep(session, person, saved.read({"name": "Arabic", "language": "ar"} | typed), people.NOW).id


def alert(engine, keys, at):
    return alerts.alert_due(engine, keys.recipients, now=at, today=people.TODAY, zone=dt.UTC)


def mails(engine, keys):
    """What waits to be sent, opened."""
    with transaction(engine) as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.created_at)).all()
        return [json.loads(keys.keyring.open(row.envelope, table="outbox", record_id=row.id.bytes)) for row in rows]


def test_only_what_the_queue_knows_is_kept(engine, session, staff):
    typed = {
        "name": " Held\u202e  people ",
        "place": "held",
        "sort": "age",
        "level": "1",
        "after": "x",
        "next": "//evil",
    }
    wanted = saved.read(typed | {"shared": "1", "csrf_token": "y"})
    assert (wanted.name, wanted.query) == ("Held people", {"place": "held", "sort": "age", "level": "1"})
    made = saved.keep(session, staff.owner, wanted, people.NOW)
    assert made.shared and not made.alert and made.query == wanted.query


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " \u200f ", "level": "1"}, "Give the search a name."),
        ({"name": "x" * 61, "level": "1"}, "The name is too long."),
        ({"name": "All", "level": "9", "after": "x"}, "Choose at least one filter first."),
    ],
)
def test_what_cannot_be_kept_is_said_in_words(typed, sentence):
    with pytest.raises(saved.BadSearch, match=sentence):
        saved.read(typed)


def test_nobody_keeps_more_than_twenty(engine, staff):
    for number in range(saved.MOST_OF_ONE):
        keep(engine, staff.owner, name=f"Search {number}")
    with pytest.raises(saved.BadSearch):
        keep(engine, staff.owner, name="One more")
    assert keep(engine, staff.colleague)


def test_a_search_is_seen_by_its_owner_and_by_everybody_when_shared(engine, session, staff):
    mine, ours = keep(engine, staff.owner, name="Mine"), keep(engine, staff.owner, name="Ours", shared="1")
    theirs = keep(engine, staff.colleague, name="A first name", shared="1")
    assert [one.id for one in saved.listed(session, staff.owner)] == [mine, ours, theirs]
    assert [one.id for one in saved.listed(session, staff.colleague)] == [theirs, ours]
    for key in (str(ours), "0", "x", "\u0661", "9" * 30):
        with pytest.raises(NotFound):
            saved.load(session, staff.colleague, key)


def test_an_older_window_overwrites_nothing(session, engine, staff):
    search = saved.load(session, staff.owner, str(keep(engine, staff.owner)))
    saved.change(session, search, saved.Wanted("Renamed", {"level": "1"}), 1)
    with pytest.raises(saved.Changed):
        saved.change(session, search, saved.Wanted("Late", {"level": "2"}), 1)
    assert (search.name, search.query, search.version) == ("Renamed", {"level": "1"}, 2)


def test_an_alert_says_how_many_new_cases_fit_and_no_more_than_once_an_hour(engine, keys, staff):
    people.send(engine, keys, people.MARYAM)
    people.admit_all(engine, keys)
    keep(engine, staff.owner, alert="1", name="Arabic speakers")
    keep(engine, staff.colleague, name="No alert")
    assert alert(engine, keys, people.NOW + 2 * MINUTE) == 0, "what was there before is not new"
    people.send(engine, keys, people.MARYAM, people.MARYAM, people.JOAO)
    people.admit_all(engine, keys, now=people.NOW + 5 * MINUTE)
    assert alert(engine, keys, people.NOW + 7 * MINUTE) == 1
    (mail,) = mails(engine, keys)
    assert mail["to"] == "owner@example.org" and mail["subject"] == "New requests"
    assert "“Arabic speakers”. How many: 2." in mail["text"]
    with transaction(engine) as session:
        for reference in session.scalars(select(Case.reference)):
            assert reference not in mail["text"]
    people.send(engine, keys, people.MARYAM)
    people.admit_all(engine, keys, now=people.NOW + 10 * MINUTE)
    assert alert(engine, keys, people.NOW + 30 * MINUTE) == 0, "less than an hour later"
    assert alert(engine, keys, people.NOW + 70 * MINUTE) == 1
    assert alert(engine, keys, people.NOW + 200 * MINUTE) == 0, "told once"
    assert "How many: 1." in mails(engine, keys)[-1]["text"]


def test_what_another_desk_may_still_be_admitting_is_told_a_minute_later(engine, keys, staff):
    keep(engine, staff.owner, alert="1")
    people.send(engine, keys, people.MARYAM)
    people.admit_all(engine, keys, now=people.NOW + 5 * MINUTE)
    assert alert(engine, keys, people.NOW + 5 * MINUTE) == 0
    assert alert(engine, keys, people.NOW + 6 * MINUTE) == 1


def test_the_desk_looks_each_minute(engine, keys, settings, staff):
    keep(engine, staff.owner, alert="1")
    people.send(engine, keys, people.MARYAM)
    ticks, now = [0.0], [people.NOW + 5 * MINUTE]
    desk = worker.Desk(engine, keys.keyring, settings, clock=lambda: now[0], ticks=lambda: ticks[0])
    desk.run_once()
    assert mails(engine, keys) == []
    ticks[0], now[0] = worker.ALERT_SECONDS, now[0] + 2 * MINUTE
    desk.run_once()
    assert len(mails(engine, keys)) == 1


def test_who_has_left_is_told_nothing(engine, keys, staff):
    search = keep(engine, staff.owner, alert="1")
    with transaction(engine) as session:
        session.get_one(SavedSearch, search).owner_id = staff.outsider.id
    people.send(engine, keys, people.MARYAM)
    people.admit_all(engine, keys, now=people.NOW + 5 * MINUTE)
    assert alert(engine, keys, people.NOW + 7 * MINUTE) == 0 and mails(engine, keys) == []


def test_counts_of_several_searches_are_exact_to_fifty_and_say_when_they_stopped(engine, staff, monkeypatch):
    fill(engine, 600, owners=(None, staff.owner.id))
    wanted = {
        1: Filters(language="ar"),
        2: Filters(status="triage,closed", level=1),
        3: Filters(owner="me", due="7", state="NY"),
        4: Filters(status="duplicate", language="ht", place="held"),
    }
    asked = {"me": staff.owner.id, "today": people.TODAY, "zone": dt.UTC}
    with transaction(engine) as session:
        found = {key: str(count) for key, count in counting.count_each(session, wanted, **asked).items()}
        rows = session.scalars(select(Case)).all()
        assert counting.count_each(session, {}, **asked) == {}
        monkeypatch.setattr(counting, "LOOK_THROUGH", 10)
        assert counting.count_each(session, {4: wanted[4]}, **asked)[4].more
    week = people.TODAY + dt.timedelta(days=7)
    soon = [row for row in rows if row.is_open and row.due_on and people.TODAY <= row.due_on <= week]
    assert found == {
        1: "50+",
        2: str(len([row for row in rows if row.status in ("triage", "closed") and row.level == 1])),
        3: str(len([row for row in soon if row.owner_id == staff.owner.id and row.state == "NY"])),
        4: str(len([row for row in rows if (row.status, row.language, row.place_kind) == ("duplicate", "ht", "held")])),
    }
