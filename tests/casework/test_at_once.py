"""While one desk looks ahead at a request others work on; what it then writes is true all the same."""

import datetime as dt

import pytest
from sqlalchemy import select

from intake.casework import admission, checking, finding
from intake.casework.checks import ConflictMatch
from intake.casework.models import Case
from intake.db import transaction
from intake.incoming import Kind
from tests import people
from tests.casework import later
from tests.casework.test_conflicts import LEILA
from tests.casework.test_pairs import KEY, OTHER, ROSA, admit, found


@pytest.fixture(autouse=True)
def hired(staff):
    """Staff members exist, because events name them."""


@pytest.fixture
def meanwhile(monkeypatch):
    """Have something done once, after a desk has looked ahead and before it locks anything."""

    def plan(work):
        ahead = checking.look_ahead

        def looked(*given):
            monkeypatch.setattr(checking, "look_ahead", ahead)
            seen = ahead(*given)
            work()
            return seen

        monkeypatch.setattr(checking, "look_ahead", looked)

    return plan


def desk(engine, keys) -> bool:
    return admission.admit_next(engine, people.terms(keys, key=KEY))


def another_admits(engine, keys, answers):
    """Another desk admits a request that has waited longer than all."""
    with transaction(engine) as session:
        people.submitted(session, keys, answers, now=people.NOW - dt.timedelta(minutes=1))
    assert desk(engine, keys)


def test_a_pair_of_two_that_are_admitted_at_once_is_found_by_the_second(engine, keys, meanwhile):
    later.apply(engine, keys, ROSA)
    meanwhile(lambda: another_admits(engine, keys, OTHER | {"call_name": "Rosa Kispe", "birth": "1990-07"}))
    assert desk(engine, keys)
    assert found(engine) == [("open", ["name"])]
    with transaction(engine) as session:
        assert session.scalars(select(Case.pairs)).all() == [1, 1]


def test_a_name_to_keep_away_from_that_comes_at_once_holds_the_second(engine, keys, meanwhile):
    leila = later.apply(engine, keys, LEILA)
    meanwhile(lambda: another_admits(engine, keys, OTHER | {"call_name": "Ahmad Karimi"}))
    assert desk(engine, keys)
    assert later.case_of(engine, leila).conflict == "possible"
    with transaction(engine) as session:
        assert session.scalars(select(ConflictMatch.case_id)).all() == [leila.id]


def test_a_desk_whose_request_another_one_takes_goes_on_with_the_next(engine, keys, meanwhile):
    made = [later.apply(engine, keys, one) for one in (ROSA, ROSA)]
    meanwhile(lambda: desk(engine, keys))
    assert desk(engine, keys) and not desk(engine, keys)
    assert {later.case_of(engine, one).pairs for one in made} == {1}


@pytest.mark.parametrize("kind", [Kind.ERASE, Kind.DATES])
def test_what_was_erased_or_said_otherwise_since_the_look_makes_no_pair(engine, keys, meanwhile, kind):
    (before,) = admit(engine, keys, OTHER | {"call_name": "Rosa Kispe", "birth": "1990-07"})

    def change():
        later.write(engine, keys, before, kind, later.new_dates(birth="1961-07") if kind is Kind.DATES else {})
        assert later.hear(engine, keys) == [kind]

    later.apply(engine, keys, ROSA)
    meanwhile(change)
    assert desk(engine, keys)
    assert found(engine) == []


def test_no_answers_are_opened_from_the_lock_on(engine, keys, monkeypatch):
    admit(engine, keys, ROSA, OTHER)
    order = []
    opened, locked = finding.open_whole, admission.one_at_a_time
    monkeypatch.setattr(finding, "open_whole", lambda *given: order.append("open") or opened(*given))
    monkeypatch.setattr(admission, "one_at_a_time", lambda session: order.append("lock") or locked(session))
    admit(engine, keys, ROSA)
    assert order == ["open", "lock"] and len(found(engine)) == 1
