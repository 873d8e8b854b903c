"""The next case: twenty people ask at once, and no case goes to two of them."""

import threading

import pytest
from sqlalchemy import func, select, update

from intake import accounts
from intake.casework import case as casework
from intake.casework import next_case
from intake.casework.filters import Filters
from intake.casework.models import Case, CaseEvent
from intake.db import transaction
from tests import people
from tests.casework.many import fill

ASKERS = 20


def ask(engine, person, filters=None):
    """The id of the case that `person` is given."""
    with transaction(engine) as session:
        case = next_case.hand_out(
            session, person, filters or Filters(), people.NOW, today=people.TODAY, zone=people.NOW.tzinfo
        )
        return case.id if case else None


def all_at_once(engine, persons):
    """What each of `persons` is given when all of them ask at the same moment."""
    given, together = [], threading.Barrier(len(persons))

    def press(person):
        together.wait(30)
        given.append((person.id, ask(engine, person)))

    threads = [threading.Thread(target=press, args=(person,)) for person in persons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given


@pytest.fixture
def twenty(engine):
    with transaction(engine) as session:
        return [
            accounts.create(
                session,
                email=f"asker{number}@example.org",
                name=f"Asker {number}",
                role="caseworker",
                password_hash="none",
                now=people.NOW,
            )
            for number in range(ASKERS)
        ]


def test_of_twenty_who_ask_at_once_each_is_given_a_case_of_their_own(engine, twenty):
    fill(engine, 60)
    given = all_at_once(engine, twenty)
    cases = [case for _, case in given]
    assert len(cases) == ASKERS and None not in cases and len(set(cases)) == ASKERS
    with transaction(engine) as session:
        owned = session.execute(select(Case.id, Case.owner_id).where(Case.owner_id.is_not(None)))
        owners = {row.id: row.owner_id for row in owned}
        claimed = session.scalars(
            select(func.count()).select_from(CaseEvent).where(CaseEvent.event == "case:claimed")
        ).one()
    assert owners == {case: person for person, case in given} and claimed == ASKERS


def test_when_there_are_fewer_cases_than_askers_the_others_are_told(engine, twenty):
    fill(engine, 60)
    with transaction(engine) as session:
        open_ids = list(session.scalars(select(Case.id).where(Case.is_open, Case.status == "triage")))[:3]
        session.execute(update(Case).where(Case.id.not_in(open_ids)).values(owner_id=twenty[0].id))
    given = [case for _, case in all_at_once(engine, twenty) if case]
    assert sorted(given) == sorted(open_ids)


def test_the_most_urgent_case_comes_first_and_one_on_hold_is_passed_over(engine, staff):
    fill(engine, 64)
    with transaction(engine) as session:
        free = Case.is_open & Case.owner_id.is_(None)
        order = (Case.prio, Case.received_at, Case.id)
        first = session.scalars(select(Case).where(free).order_by(*order)).first()
        first.status = "conflict_hold"
        wanted = session.scalars(
            select(Case.id).where(free, Case.status != "conflict_hold", Case.id != first.id).order_by(*order)
        ).first()
    assert ask(engine, staff.owner) == wanted


def test_the_next_case_fits_the_filters_and_is_never_closed(engine, staff):
    fill(engine, 200)
    filters = Filters(language="ar", state="NY", closed=True, status="triage,closed")
    for _ in range(3):
        case_id = ask(engine, staff.owner, filters)
        with transaction(engine) as session:
            case = session.get(Case, case_id) if case_id else None
            assert case is None or (case.language, case.state, case.status) == ("ar", "NY", "triage")
    assert ask(engine, staff.owner, Filters(status="closed")) is None


def test_who_may_not_claim_is_given_nothing(engine, staff):
    fill(engine, 20)
    with pytest.raises(casework.NotAllowed):
        ask(engine, staff.outsider)
