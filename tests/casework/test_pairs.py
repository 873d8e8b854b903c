"""Requests of one person find each other at admission; staff link them or tell them apart, and nothing is lost."""

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select

from intake import audit
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import checking, moving, pairs, reassessing
from intake.casework.checks import DISMISSED, LINKED, OPEN, CasePair, PairToken
from intake.casework.models import Case
from intake.casework.statuses import BadMove
from intake.db import transaction
from intake.incoming import Kind
from tests import people
from tests.casework import later

KEY = bytes(range(32))

ROSA = people.BASE | {
    "call_name": "Rosa Quispe Mamani",
    "birth": "1990-05",
    "contact_ways": ["phone", "email"],
    "phone": "+12025550123",
    "whose_phone": "mine",
    "email": "rosa@example.org",
}
# Only people who are held are asked for these two.
HELD = {"place_kind": "held", "a_number": "012345678"}
# Somebody else in everything that is compared.
OTHER = people.BASE | {"call_name": "Tesfay Haile", "birth": "1984-01", "contact_ways": ["self"]}


@pytest.fixture(autouse=True)
def hired(staff):
    """Staff members exist, because events name them."""


def admit(engine, keys, *answers, extra=None):
    """Send each and let the desk admit it, comparing it with all before; the applicants."""
    made = []
    for one in answers:
        made.append(later.apply(engine, keys, one, extra=extra))
        people.admission.admit_next(engine, people.terms(keys, key=KEY))
    return made


def found(engine) -> list[tuple[str, list[str]]]:
    with transaction(engine.execution_options(reads=True)) as session:
        wanted = select(CasePair.state, CasePair.why).order_by(CasePair.found_at, CasePair.a_id)
        return [(row.state, row.why) for row in session.execute(wanted)]


def the_pair(session) -> CasePair:
    return session.scalars(select(CasePair)).one()


def versions(session) -> dict:
    return {row.id: row.version for row in session.execute(select(Case.id, Case.version))}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (HELD, ["a_number"]),
        ({"contact_ways": ["phone"], "phone": "+12025550123", "whose_phone": "shared"}, ["phone"]),
        ({"contact_ways": ["email"], "email": "ROSA@example.org"}, ["email"]),
        ({"call_name": "Mamani Rosa", "birth": "1990"}, ["name"]),
        ({"call_name": "Rosa Kispe", "birth": "1990-07"}, ["name"]),
        ({"call_name": "R.", "other_names": "Quispe, Roza", "birth": "1990-05-03"}, ["name"]),
    ],
)
def test_the_same_number_phone_address_or_a_close_name_makes_a_pair(engine, keys, changed, why):
    admit(engine, keys, ROSA | HELD, OTHER | changed)
    assert found(engine) == [(OPEN, why)]
    with transaction(engine) as session:
        assert set(session.scalars(select(Case.pairs))) == {1}


@pytest.mark.parametrize(
    "changed",
    [
        {"call_name": "Rosa Quispe", "birth": "1991-05"},
        {"call_name": "Rosa Quispe", "birth": "age_21_39"},
        {"call_name": "Rosa", "birth": "1990-05"},
        {"call_name": "Rosa Flores", "birth": "1990-05"},
        {"call_name": "\u202e\u200f .,-", "birth": "1990-05"},
        {"call_name": "Rosa" * 50, "birth": "1990-05"},
    ],
)
def test_what_is_only_alike_makes_none(engine, keys, changed):
    admit(engine, keys, ROSA, OTHER | changed)
    assert found(engine) == []


def test_relatives_who_share_a_phone_are_no_duplicates_but_one_number_is_for_one_person(engine, keys):
    (rosa,) = admit(engine, keys, ROSA | HELD)
    family = {"family": later.case_of(engine, rosa).reference}
    shared = OTHER | {"contact_ways": ["phone"], "phone": "+12025550123", "whose_phone": "shared"}
    admit(engine, keys, shared, extra=family)
    assert found(engine) == []
    admit(engine, keys, shared | HELD | {"call_name": "Abel Otro"}, extra=family)
    assert (OPEN, ["a_number", "phone"]) in found(engine)


def test_a_phone_that_many_cases_share_is_that_of_a_shelter(engine, keys):
    shared = {"contact_ways": ["phone"], "phone": "+12025550177", "whose_phone": "shared"}
    names = ("Abel Uno", "Berta Dos", "Carla Tres", "Dario Cuatro", "Elena Cinco", "Fabio Seis", "Gloria Siete")
    made = admit(engine, keys, *(OTHER | shared | {"call_name": name, "birth": "1980"} for name in names))
    assert later.case_of(engine, made[-1]).pairs == 0


def test_two_desks_at_once_make_one_pair(engine, keys):
    for answers in (ROSA | HELD, ROSA | HELD | {"call_name": "Rosa Quispe"}):
        later.apply(engine, keys, answers)
    start, failed = threading.Barrier(2), []

    def work():
        try:
            start.wait()
            while people.admission.admit_next(engine, people.terms(keys, key=KEY)):
                pass
            checking.check_due(engine, keys.keyring, KEY, now=people.NOW)
        except Exception as error:
            failed.append(error)

    desks = [threading.Thread(target=work) for _ in range(2)]
    for one in desks:
        one.start()
    for one in desks:
        one.join()
    assert failed == [] and found(engine) == [(OPEN, ["a_number", "email", "name", "phone"])]
    with transaction(engine) as session:
        assert session.scalars(select(Case.pairs)).all() == [1, 1]
        told = session.scalars(select(AuditEvent.event).where(AuditEvent.event == "pair:found")).all()
        assert len(told) == 1 and audit.verify(session).ok


def test_cases_of_before_are_compared_by_the_desk_once_and_after_a_change_of_contact(engine, keys):
    rosa = later.admitted(engine, keys, ROSA)
    other = later.admitted(engine, keys, OTHER)
    assert checking.check_due(engine, keys.keyring, KEY, now=people.NOW) == 2
    assert checking.check_due(engine, keys.keyring, KEY, now=people.NOW) == 0 and found(engine) == []
    contact = {"answers": {"contact_ways": ["email"], "email": "rosa@example.org"}, "removed": [], "typed": {}}
    later.write(engine, keys, other, Kind.CONTACT, contact)
    later.hear(engine, keys)
    assert checking.check_due(engine, keys.keyring, KEY, now=people.NOW) == 1
    assert found(engine) == [(OPEN, ["email"])]
    assert later.case_of(engine, rosa).pairs == later.case_of(engine, other).pairs == 1
    assert "pair:found" in [event for event, _ in later.events_of(engine, rosa)]


def test_linking_closes_the_other_and_keeps_the_earlier_deadline(engine, keys, staff):
    hearing = {"stage": ["court"], "next_date": "2026-11-11"}
    first, second = admit(engine, keys, ROSA, ROSA | hearing)
    late, soon = later.case_of(engine, first), later.case_of(engine, second)
    assert soon.prio < late.prio and soon.due_on == dt.date(2026, 11, 11)
    with transaction(engine) as session:
        kept = casework.load(session, staff.owner, first.id)
        pairs.link(session, the_pair(session), kept, versions(session), staff.owner, people.NOW)
    kept, closed = later.case_of(engine, first), later.case_of(engine, second)
    assert (kept.due_on, kept.due_code, kept.level) == (soon.due_on, soon.due_code, soon.level)
    assert kept.prio == soon.prio and kept.is_open and kept.pairs == 0
    assert (closed.status, closed.is_open, closed.duplicate_of, closed.pairs) == ("duplicate", False, first.id, 0)
    assert found(engine)[0][0] == LINKED
    assert [event for event, _ in later.events_of(engine, first)][-1] == "pair:kept"
    assert [event for event, _ in later.events_of(engine, second)][-1] == "pair:linked"
    # The desk judges the kept case anew: the date of the other one still counts, and the page of before goes stale.
    with transaction(engine) as session:
        case = session.get_one(Case, first.id)
        said, changed = reassessing.judge_again(session, keys.keyring, case, today=people.TODAY, policy=people.POLICY)
        assert changed == [] and case.due_on == soon.due_on and said["level"] == soon.level


def test_a_colleague_who_was_faster_and_a_case_that_is_closed_are_said(engine, keys, staff):
    first, second = admit(engine, keys, ROSA, ROSA)
    with transaction(engine) as session:
        seen = versions(session)
        case = casework.load(session, staff.owner, second.id)
        moving.change_status(session, case, staff.owner, case.version, "withdrawn", "withdrew", people.NOW)
    with transaction(engine) as session:
        kept = casework.load(session, staff.owner, first.id)
        with pytest.raises(pairs.Decided):
            pairs.link(session, the_pair(session), kept, seen, staff.owner, people.NOW)
        closed = casework.load(session, staff.owner, second.id)
        with pytest.raises(BadMove, match="closed"):
            pairs.link(session, the_pair(session), closed, versions(session), staff.owner, people.NOW)
        pairs.link(session, the_pair(session), kept, versions(session), staff.owner, people.NOW)
        with pytest.raises(pairs.Decided):
            pairs.dismiss(session, the_pair(session), staff.owner, "Two people.", keys.recipients, people.NOW)


def test_a_dismissed_pair_comes_back_for_a_new_reason_alone(engine, keys, staff):
    contact = {"contact_ways": ["email"], "email": "rosa@example.org"}
    rosa, other = admit(engine, keys, ROSA, OTHER | contact)
    with transaction(engine) as session:
        said = " One address, two sisters. "
        pairs.dismiss(session, the_pair(session), staff.owner, said, keys.recipients, people.NOW)
    with transaction(engine) as session:
        pair = the_pair(session)
        assert pair.state == DISMISSED and b"sisters" not in pair.envelope
        assert pairs.reason_of(keys.keyring, pair) == "One address, two sisters."
        assert set(session.scalars(select(Case.pairs))) == {0}
        session.get_one(Case, rosa.id).compared = 0
    assert checking.check_due(engine, keys.keyring, KEY, now=people.NOW) == 1
    assert found(engine) == [(DISMISSED, ["email"])]
    phone = {"contact_ways": ["email", "phone"], "email": "rosa@example.org", "phone": "+12025550123"}
    later.write(engine, keys, other, Kind.CONTACT, {"answers": phone, "removed": [], "typed": {}})
    later.hear(engine, keys)
    checking.check_due(engine, keys.keyring, KEY, now=people.NOW)
    assert found(engine) == [(OPEN, ["email", "phone"])]


def test_open_pairs_of_the_closed_case_go_on_with_the_kept_one_and_a_reopened_case_is_its_own(engine, keys, staff):
    contact = {"contact_ways": ["email"], "email": "rosa@example.org"}
    first = admit(engine, keys, ROSA | {"contact_ways": ["phone"]})[0]
    third = admit(engine, keys, OTHER | contact)[0]
    second = admit(engine, keys, ROSA)[0]
    with transaction(engine) as session:
        pair, _, _ = pairs.get(session, staff.owner, second.id, first.id)
        kept = casework.load(session, staff.owner, first.id)
        pairs.link(session, pair, kept, versions(session), staff.owner, people.NOW)
    with transaction(engine) as session:
        moved, _, _ = pairs.get(session, staff.owner, first.id, third.id)
        assert (moved.state, moved.why) == (OPEN, ["email"])
        with pytest.raises(casework.NotFound):
            pairs.get(session, staff.owner, second.id, third.id)
        case = casework.load(session, staff.owner, second.id)
        moving.change_status(session, case, staff.owner, case.version, "triage", "mistake", people.NOW)
    assert [later.case_of(engine, one).pairs for one in (first, second, third)] == [1, 0, 1]
    assert later.case_of(engine, second).duplicate_of is None
    assert checking.check_due(engine, keys.keyring, KEY, now=people.NOW) == 1
    assert [later.case_of(engine, one).pairs for one in (first, second, third)] == [2, 2, 2]


@pytest.mark.parametrize("reason", ["", " \0 ", "x" * 2001])
def test_a_pair_is_not_dismissed_without_a_reason(engine, keys, session, staff, reason):
    admit(engine, keys, ROSA, ROSA)
    with pytest.raises(pairs.BadReason):
        pairs.dismiss(session, the_pair(session), staff.owner, reason, keys.recipients, people.NOW)
    with pytest.raises(casework.NotAllowed):
        pairs.dismiss(session, the_pair(session), staff.outsider, "Two people", keys.recipients, people.NOW)


def test_erasing_removes_pairs_and_tokens_and_lets_go_of_what_was_linked(engine, keys, staff):
    first, second, third = admit(engine, keys, ROSA, ROSA, ROSA)
    with transaction(engine) as session:
        pair, _, _ = pairs.get(session, staff.owner, first.id, second.id)
        kept = casework.load(session, staff.owner, first.id)
        pairs.link(session, pair, kept, versions(session), staff.owner, people.NOW)
    later.write(engine, keys, first, Kind.ERASE, {})
    later.hear(engine, keys)
    with transaction(engine) as session:
        named = (CasePair.a_id == first.id) | (CasePair.b_id == first.id)
        assert session.scalar(select(func.count()).select_from(CasePair).where(named)) == 0
        tokens = select(func.count()).select_from(PairToken).where(PairToken.case_id == first.id)
        assert session.scalar(tokens) == 0
    erased, freed = later.case_of(engine, first), later.case_of(engine, second)
    assert (erased.pairs, erased.duplicate_of, erased.compared) == (0, None, None)
    assert (freed.status, freed.is_open, freed.duplicate_of) == ("triage", True, None)
    assert later.case_of(engine, third).pairs == freed.pairs == 0
    assert checking.check_due(engine, keys.keyring, KEY, now=people.NOW) == 1
    assert later.case_of(engine, third).pairs == later.case_of(engine, second).pairs == 1
