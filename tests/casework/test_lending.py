"""A lent case: named parts, for some hours, to one person, with a trace; names alone while a conflict is possible."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from intake import accounts, questionnaire
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import lending, lent, moving, opening
from intake.casework.lending import DATES, GROUPS, LANGUAGE, NAME, NAMES, STORY
from intake.casework.models import Case
from intake.unsealing import Keyring
from tests import people
from tests.casework import later

# What no group holds: numbers of the government, money, the lawyer, consents, and what is said of other people.
NEVER = {
    "consent_start",
    "consent_conflict",
    "consent_share",
    "helper_name",
    "helper_contact",
    "helper_relation",
    "helper_language",
    "code_goes_to",
    "representation",
    "affordability",
    "household_size",
    "income_band",
    "place_kind",
    "state",
    "city",
    "a_number",
    "work_permit",
    "order_by",
    "birth",
    "trusted_adult",
    "young_contact",
}


@pytest.fixture
def helper(session, staff):
    made = accounts.create(
        session, email="vera@example.org", name="Vera", role="volunteer", password_hash="none", now=people.NOW
    )
    session.commit()
    return made


@pytest.fixture
def lend(session, staff, maryam, helper):
    def lent_to(*fields, hours=2, to=None, by=None, at=people.NOW):
        case = casework.load(session, staff.owner, maryam)
        lending.lend(session, case, by or staff.owner, (to or helper).id, fields, hours, at)
        session.commit()

    return lent_to


def after(**by: float) -> dt.datetime:
    return people.NOW + dt.timedelta(**by)


def test_every_question_of_every_form_is_in_one_group_or_is_never_lent():
    grouped = [key for group in GROUPS.values() for key in group]
    assert len(grouped) == len(set(grouped))
    asked = {
        question.key for version in (1, 2) for step in questionnaire.get(version).steps for question in step.questions
    }
    assert asked == set(grouped) | NEVER and not set(grouped) & NEVER


@pytest.mark.parametrize("group", list(GROUPS))
def test_a_volunteer_sees_the_named_part_and_nothing_else(engine, keys, helper, maryam, lend, group):
    lend(group)
    part = lending.open_part(engine, keys.keyring, helper, maryam, after(minutes=1))
    assert set(part.answers) == GROUPS[group] & set(people.MARYAM)
    assert not part.names_only and part.until == after(hours=2)


def test_opening_a_lent_case_leaves_a_trace_counts_and_is_told_to_the_applicant(engine, session, keys, staff, helper):
    made = later.admitted(engine, keys, people.MARYAM)
    people.clear_conflicts(engine)
    case = casework.load(session, staff.owner, made.id)
    lending.lend(session, case, staff.owner, helper.id, [LANGUAGE], 1, people.NOW)
    session.commit()
    before = case.version, case.updated_at
    lending.open_part(engine, keys.keyring, helper, made.id, after(minutes=1))
    told = session.execute(select(AuditEvent.actor, AuditEvent.event, AuditEvent.details)).all()[-1]
    assert told[:2] == (helper.label, "case:opened") and '"fields":["language"]' in told.details
    session.refresh(case)
    assert case.opened_count == 1 and (case.version, case.updated_at) == before
    assert later.status_of(engine, made)["opened"] == 1


def test_no_key_no_answers_but_the_trace_stays(engine, session, helper, maryam, lend):
    lend(NAME)
    assert lending.open_part(engine, Keyring([]), helper, maryam, after(minutes=1)).answers is None
    assert session.scalars(select(AuditEvent.event)).all()[-1] == "case:opened"


def test_it_lasts_as_long_as_was_said_and_not_a_moment_longer(engine, keys, helper, maryam, lend):
    lend(LANGUAGE, hours=10)
    lending.open_part(engine, keys.keyring, helper, maryam, after(hours=10, seconds=-1))
    for moment in (after(hours=10), after(days=2)):
        with pytest.raises(casework.NotFound):
            lending.open_part(engine, keys.keyring, helper, maryam, moment)


def test_it_can_be_ended_at_once_and_a_new_lending_ends_the_one_before(
    engine, session, keys, staff, helper, maryam, lend
):
    lend(LANGUAGE, STORY)
    lend(DATES)
    (row,) = lent.alive(session, helper.id, after(minutes=1))
    assert row.fields == [DATES]
    case = casework.load(session, staff.owner, maryam)
    lending.end(session, case, staff.colleague, row.id, after(minutes=2))
    lending.end(session, case, staff.colleague, row.id, after(minutes=3))
    lending.end(session, case, staff.colleague, uuid.uuid4(), after(minutes=3))
    session.commit()
    with pytest.raises(casework.NotFound):
        lending.open_part(engine, keys.keyring, helper, maryam, after(minutes=4))
    lines = [line.event for line in casework.timeline(session, case)]
    assert lines[:3] == ["case:lending-ended", "case:lent", "case:lent"], "ended once"


def test_only_the_person_to_whom_it_is_lent_sees_it_and_only_that_case(
    engine, session, keys, staff, helper, maryam, lend
):
    other = accounts.create(
        session, email="ivan@example.org", name="Ivan", role="interpreter", password_hash="none", now=people.NOW
    )
    session.commit()
    lend(NAME)
    (joao,) = people.send(engine, keys, people.JOAO)
    people.admit_all(engine, keys)
    people.clear_conflicts(engine)
    for person, case_id in ((other, maryam), (helper, joao), (helper, uuid.uuid4()), (staff.owner, maryam)):
        with pytest.raises(casework.NotFound):
            lending.open_part(engine, keys.keyring, person, case_id, after(minutes=1))


def test_what_is_lent_does_not_open_the_whole_case(engine, session, keys, helper, maryam, lend):
    lend(NAME, LANGUAGE, DATES, STORY)
    with pytest.raises(casework.NotFound):
        casework.load(session, helper, maryam)
    session.rollback()
    with pytest.raises(casework.NotFound):
        opening.open_answers(engine, keys.keyring, helper, maryam, after(minutes=1))
    assert casework.load(session, helper, maryam, after(minutes=1)).id == maryam
    with pytest.raises(casework.NotFound):
        casework.load(session, helper, maryam, after(hours=3))


def test_who_has_left_sees_nothing_any_more(engine, session, keys, helper, maryam, lend):
    lend(NAME)
    session.get(accounts.StaffMember, helper.id).active = False
    session.commit()
    with pytest.raises(casework.NotFound):
        lending.open_part(engine, keys.keyring, helper, maryam, after(minutes=1))


def test_while_a_conflict_is_possible_names_are_all_that_is_seen(engine, session, keys, staff, helper, maryam, lend):
    lend(NAME, STORY, DATES)
    case = casework.load(session, staff.owner, maryam)
    moving.change_status(session, case, staff.owner, case.version, "conflict_hold", None, after(minutes=1))
    session.commit()
    part = lending.open_part(engine, keys.keyring, helper, maryam, after(minutes=2))
    assert part.names_only and set(part.answers) == NAMES & set(people.MARYAM)
    moving.change_status(session, case, staff.owner, case.version, "triage", None, after(minutes=3))
    session.commit()
    assert not lending.open_part(engine, keys.keyring, helper, maryam, after(minutes=4)).names_only


@pytest.mark.parametrize("found", ["unchecked", "possible", "conflict"])
def test_a_check_that_is_not_clear_counts_whatever_the_status(found):
    case = Case(status="triage")
    case.conflict = found
    assert not lending.is_clear(case)
    case.conflict = "clear"
    assert lending.is_clear(case)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"fields": []}, "fields"),
        ({"fields": ["notes"]}, "fields"),
        ({"fields": ["name", "a_number"]}, "fields"),
        ({"hours": 0}, "hours"),
        ({"hours": 11}, "hours"),
        ({"hours": -1}, "hours"),
        ({"member_id": 999_999}, "member"),
    ],
)
def test_what_cannot_be_lent_is_said_in_words(session, staff, helper, maryam, wrong, field):
    case = casework.load(session, staff.owner, maryam)
    given = {"member_id": helper.id, "fields": [NAME], "hours": 1} | wrong
    with pytest.raises(lending.BadLending) as refused:
        lending.lend(session, case, staff.owner, **given, now=people.NOW)
    assert set(refused.value.problems) == {field}


def test_a_case_is_lent_by_caseworkers_to_volunteers_and_interpreters_alone(session, staff, helper, lend):
    for to in (staff.colleague, staff.admin, staff.outsider):
        with pytest.raises(lending.BadLending):
            lend(NAME, to=to)
        session.rollback()
    for by in (helper, staff.outsider):
        with pytest.raises(casework.NotAllowed):
            lend(NAME, by=by)
        session.rollback()


def test_the_request_of_a_person_who_withdrew_is_lent_to_nobody(engine, session, keys, staff, helper):
    made = later.admitted(engine, keys, people.MARYAM)
    people.clear_conflicts(engine)
    case = casework.load(session, staff.owner, made.id)
    lending.lend(session, case, staff.owner, helper.id, [NAME], 9, people.NOW)
    session.commit()
    later.write(engine, keys, made, later.Kind.WITHDRAW, {})
    later.hear(engine, keys)
    with pytest.raises(casework.NotFound):
        lending.open_part(engine, keys.keyring, helper, made.id, after(hours=3))
    session.refresh(case)
    with pytest.raises(lending.BadLending) as refused:
        lending.lend(session, case, staff.owner, helper.id, [NAME], 1, people.NOW)
    assert set(refused.value.problems) == {"member"}


def test_erasing_leaves_nothing_lent(engine, session, keys, staff, helper):
    made = later.admitted(engine, keys, people.MARYAM)
    people.clear_conflicts(engine)
    case = casework.load(session, staff.owner, made.id)
    lending.lend(session, case, staff.owner, helper.id, [NAME], 9, people.NOW)
    session.commit()
    later.write(engine, keys, made, later.Kind.ERASE, {})
    later.hear(engine, keys)
    assert session.scalars(select(lent.Lent)).all() == []
    session.commit()
    with pytest.raises(casework.NotFound):
        lending.open_part(engine, keys.keyring, helper, made.id, after(minutes=9))
    session.refresh(case)
    with pytest.raises(casework.Erased):
        lending.lend(session, case, staff.owner, helper.id, [NAME], 9, people.NOW)
