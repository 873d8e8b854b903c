"""How long people wait is measured with those who still wait, over the last 90 days, in working days."""

import datetime as dt
from collections import Counter

from sqlalchemy import select, update

from intake import organisation, worker
from intake.casework import case as casework
from intake.casework import messages, moving, waiting
from intake.casework.models import Case
from intake.casework.waiting import Waited, estimate, measure
from intake.db import transaction
from intake.organisation import Organisation
from intake.workdays import Closed
from tests import people
from tests.casework import many

# people.NOW is a Monday; the cases of `many` come in over some minutes from there on.
MONDAY = people.NOW + dt.timedelta(hours=1)


def a_working_day(number: int) -> dt.datetime:
    """The same hour, `number` working days after the cases came in."""
    weeks, days = divmod(number, 5)
    return MONDAY + dt.timedelta(days=weeks * 7 + days)


def set_all(engine, **values) -> None:
    with transaction(engine) as session:
        session.execute(update(Case).values(values))


def contact(engine, count: int, after: int) -> None:
    """Let staff reach `count` of the people who wait, `after` working days."""
    with transaction(engine) as session:
        chosen = session.scalars(select(Case.id).where(Case.contacted_at.is_(None)).order_by(Case.id).limit(count))
        session.execute(update(Case).where(Case.id.in_(list(chosen))).values(contacted_at=a_working_day(after)))


def measured(engine, now: dt.datetime) -> Waited | None:
    with transaction(engine) as session:
        return measure(session, now)


def test_without_anybody_waiting_it_is_the_plain_median_and_eight_of_ten():
    assert estimate(Counter(range(1, 11)), Counter()) == Waited(5, 8, None)


def test_people_who_still_wait_make_it_longer_and_never_shorter():
    reached = Counter({1: 5, 3: 5})
    assert estimate(reached, Counter()) == Waited(1, 3, None)
    assert estimate(reached, Counter({4: 8})) == Waited(3, None, None)
    assert estimate(reached, Counter({9: 40})) == Waited(None, None, 9)


def test_who_only_just_wrote_says_nothing_about_longer_waits():
    reached = Counter({2: 10, 6: 10})
    assert estimate(reached, Counter({0: 500})) == estimate(reached, Counter())


def test_under_ten_contacted_cases_nothing_is_said(engine):
    many.fill(engine, 30)
    set_all(engine, is_open=True, status="new")
    contact(engine, 9, after=2)
    assert measured(engine, a_working_day(5)) is None
    contact(engine, 1, after=2)
    assert measured(engine, a_working_day(5)) == Waited(None, None, 5)


def test_half_and_most_are_found_in_the_cases(engine):
    many.fill(engine, 20)
    set_all(engine, is_open=True, status="new")
    contact(engine, 10, after=3)
    contact(engine, 6, after=8)
    assert measured(engine, a_working_day(12)) == Waited(3, 8, None)


def test_a_case_closed_without_contact_counts_as_waiting_until_then(engine):
    many.fill(engine, 20)
    set_all(engine, is_open=False, status="closed", updated_at=a_working_day(1))
    contact(engine, 10, after=4)
    assert measured(engine, a_working_day(12)) == Waited(4, 4, None)
    set_all(engine, updated_at=a_working_day(6))
    assert measured(engine, a_working_day(12)) == Waited(4, None, None)


def test_cases_of_more_than_90_days_ago_do_not_count(engine):
    many.fill(engine, 20)
    set_all(engine, contacted_at=a_working_day(1))
    assert measured(engine, MONDAY + dt.timedelta(days=89)) == Waited(1, 1, None)
    assert measured(engine, MONDAY + dt.timedelta(days=91)) is None


def test_a_letter_is_a_first_contact_as_well(engine, keys, staff):
    people.send(engine, keys, *[people.JOAO] * 10)
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        for case_id in session.scalars(select(Case.id)).all():
            case = casework.load(session, staff.owner, case_id)
            messages.send(session, case, staff.owner, "We are here.", keys.recipients, a_working_day(2))
            moving.change_status(session, case, staff.owner, 1, "contacting", None, a_working_day(7))
    assert measured(engine, a_working_day(9)) == Waited(2, 2, None)


def test_the_desk_writes_the_figures_each_hour_for_everybody_to_read(engine, settings, keys):
    many.fill(engine, 20)
    set_all(engine, contacted_at=a_working_day(3), reassess_on=None)
    ticks, now = [0.0], a_working_day(4)
    desk = worker.Desk(engine, keys.keyring, settings, clock=lambda: now, ticks=lambda: ticks[0])
    desk.run_once()
    with transaction(engine) as session:
        assert organisation.waiting(session, None, now) == organisation.Waiting(half=3, most=3)
        later = now + organisation.FRESH + dt.timedelta(hours=1)
        assert organisation.waiting(session, 9, later) == organisation.Waiting(promise=9), "the desk stood still"
    set_all(engine, contacted_at=None)
    desk.run_once()
    with transaction(engine) as session:
        assert organisation.waiting(session, None, now).half == 3
    ticks[0] += worker.MEASURE_SECONDS
    desk.run_once()
    with transaction(engine) as session:
        assert organisation.waiting(session, None, now) == organisation.Waiting()


def test_the_figures_need_no_open_case(engine, settings):
    waiting.record(engine, MONDAY, settings)
    with transaction(engine) as session:
        assert organisation.waiting(session, None, MONDAY) == organisation.Waiting()


def test_a_day_on_which_the_organisation_is_closed_is_no_day_of_waiting(engine, settings):
    many.fill(engine, 20)
    set_all(engine, contacted_at=a_working_day(3))
    closed = Closed((MONDAY + dt.timedelta(days=1)).date(), "Staff day")
    with transaction(engine) as session:
        organisation.save(session, Organisation("Harbour Rights", closed=(closed,)), "staff:1", MONDAY, 0)
    waiting.record(engine, a_working_day(4), settings)
    with transaction(engine) as session:
        assert organisation.waiting(session, None, a_working_day(4)).half == 2
