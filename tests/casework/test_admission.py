"""The desk admits every submission exactly once, and one that cannot be opened holds up nobody."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from intake import audit
from intake.assessment import Policy
from intake.audit import AuditEvent
from intake.casework import admission, queue, reassessing
from intake.casework.filters import Filters
from intake.casework.models import Case, CaseEvent, SetAside, priority
from intake.casework.triage import CLAIM_BITS
from intake.db import make_engine, transaction
from intake.drafts import DraftRow
from intake.publickeys import Purpose
from intake.submissions import Arrival
from intake.unsealing import Keyring, generate_pair
from tests import people


def read(engine, statement):
    with transaction(engine.execution_options(reads=True)) as session:
        return session.execute(statement).all()


def reassess(engine, keys, today, limit=100):
    now = dt.datetime.combine(today, dt.time(12), tzinfo=dt.UTC)
    return reassessing.reassess_due(engine, keys.keyring, now=now, today=today, policy=people.POLICY, limit=limit)


def test_a_new_submission_becomes_a_case_with_its_level_and_facts(engine, keys):
    (sent,) = people.send(engine, keys, people.MARYAM)
    assert people.admit_all(engine, keys) == 1
    (case,) = [row[0] for row in read(engine, select(Case))]
    assert (case.id, case.status, case.version, case.is_open) == (sent, "new", 1, True)
    assert (case.level, case.due_on) == (1, dt.date(2026, 11, 11))
    assert case.prio == priority(case.level, case.due_on, case.received_at)
    assert (case.language, case.interpreter, case.state, case.age_band) == ("ar", True, "NY", "21-39")
    assert case.safe_contact == ["phone"]
    assert {"U02", "REP_NONE"} <= set(case.codes)
    assert set(case.claims) == {"afraid", "family_violence"}
    assert case.claim_bits == CLAIM_BITS["afraid"] | CLAIM_BITS["family_violence"]
    assert [row.event for row in read(engine, select(CaseEvent.event))] == ["case:admitted"]
    assert [tuple(row) for row in read(engine, select(AuditEvent.actor, AuditEvent.event))] == [
        ("desk", "case:admitted")
    ]
    assert read(engine, select(Arrival.submission_id)) == read(engine, select(DraftRow.id)) == []


def test_the_one_who_waits_longest_comes_first(engine, keys):
    first, second = people.send(engine, keys, people.XIMENA, people.MARYAM)
    admission.admit_next(engine, people.terms(keys))
    assert [row.id for row in read(engine, select(Case.id))] == [first]
    assert [row.submission_id for row in read(engine, select(Arrival.submission_id))] == [second]


def test_when_nobody_waits_there_is_nothing_to_do(engine, keys):
    assert people.admit_all(engine, keys) == 0


def test_four_desks_admit_forty_submissions_exactly_once(engine, keys):
    people.send(engine, keys, *[people.MARYAM, people.JOAO, people.XIMENA, people.SAMI] * 10)

    def desk(_):
        own = make_engine(engine.url.render_as_string(hide_password=False))
        handled = people.admit_all(own, keys)
        own.dispose()
        return handled

    with ThreadPoolExecutor(4) as pool:
        handled = list(pool.map(desk, range(4)))
    people.admit_all(engine, keys)
    assert sum(handled) <= 40
    assert read(engine, select(func.count()).select_from(Case)) == [(40,)]
    admitted = select(func.count()).where(AuditEvent.event == "case:admitted")
    assert read(engine, admitted) == [(40,)]
    assert read(engine, select(func.count(CaseEvent.id))) == [(40,)]
    with transaction(engine) as session:
        assert audit.verify(session).ok


def test_a_submission_that_cannot_be_opened_is_set_aside_and_blocks_nobody(engine, keys):
    stranger = generate_pair(Purpose.DESK)
    (lost,) = people.send(engine, keys, people.MARYAM, recipients=[stranger.public])
    (fine,) = people.send(engine, keys, people.JOAO)
    assert people.admit_all(engine, keys) == 2
    assert [row.id for row in read(engine, select(Case.id))] == [fine]
    (aside,) = read(engine, select(SetAside.submission_id, SetAside.reason))
    assert tuple(aside) == (lost, "cannot_open")
    traced = select(AuditEvent.event).where(AuditEvent.event == "case:set-aside")
    assert len(read(engine, traced)) == 1
    with transaction(engine) as session:
        assert str(queue.counts(session).set_aside) == "1"

    def retry(keyring):
        return admission.retry_set_aside(engine, people.terms(keys, keyring=keyring))

    assert retry(keys.keyring) == 0
    assert retry(Keyring([stranger])) == 1
    assert {row.id for row in read(engine, select(Case.id))} == {fine, lost}
    assert read(engine, select(SetAside.submission_id)) == []


def test_a_submission_of_an_unknown_version_is_set_aside(engine, keys, monkeypatch):
    people.send(engine, keys, people.MARYAM)
    monkeypatch.setattr("intake.questionnaire.released", {})
    assert people.admit_all(engine, keys) == 1
    assert [row.reason for row in read(engine, select(SetAside.reason))] == ["unknown_version"]


def test_a_hearing_that_comes_near_raises_its_case_by_itself(engine, keys):
    people.send(engine, keys, people.JOAO)
    people.admit_all(engine, keys)
    (case,) = read(engine, select(Case.level, Case.prio, Case.reassess_on))
    assert case.level == 3 or case.level == 2
    seen = [case.level]
    day = people.TODAY
    while case.reassess_on is not None and case.reassess_on < dt.date(2027, 2, 10):
        day = case.reassess_on
        assert reassess(engine, keys, day - dt.timedelta(days=1)) == 0
        assert reassess(engine, keys, day) == 1
        before = case
        (case,) = read(engine, select(Case.level, Case.prio, Case.reassess_on, Case.version))
        assert case.prio <= before.prio
        assert case.version == 1
        seen.append(case.level)
    assert day == dt.date(2027, 1, 27)
    assert seen[-1] == 1
    events = [row.event for row in read(engine, select(CaseEvent.event).order_by(CaseEvent.id))]
    assert events[0] == "case:admitted"
    assert set(events[1:]) == {"case:reassessed"}


def test_cases_are_judged_by_the_area_that_the_organisation_serves(engine, keys):
    people.send(engine, keys, people.JOAO)
    elsewhere = Policy(service_area=frozenset({"NY"}), out_of_area_refers=True)
    admission.admit_next(engine, people.terms(keys, policy=elsewhere))
    (case,) = read(engine, select(Case.codes))
    assert "LOC_OUT_OF_AREA" in case.codes


def test_closed_cases_are_left_alone(engine, keys):
    people.send(engine, keys, people.JOAO)
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        case = session.scalars(select(Case)).one()
        case.is_open, case.status = False, "closed"
    assert reassess(engine, keys, dt.date(2027, 2, 9)) == 0
    with transaction(engine) as session:
        assert queue.page(session, Filters()).rows == []
