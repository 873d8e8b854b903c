"""Names are compared with the list and with other cases before anybody reads; who may, looks at names and decides."""

import pytest
from sqlalchemy import func, select

from intake import accounts, audit
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import checking, conflictlist, conflicts, moving, opening, pairs
from intake.casework.checks import ConflictCheck, ConflictMatch, ConflictName, ConflictToken
from intake.casework.models import Case
from intake.casework.statuses import BadMove
from intake.db import transaction
from intake.incoming import Kind
from tests import people
from tests.casework import later

KEY = bytes(range(32))

LEILA = people.BASE | {"call_name": "Leila Rahimi", "birth": "1992-03", "not_contact": "my husband, Ahmad Karimi"}
HELPED = {"for_whom": "someone_else", "helper_name": "احمد کریمی", "helper_contact": "+12025550144"}


@pytest.fixture(autouse=True)
def hired(staff):
    """Staff members exist, because events name them."""


def admit(engine, keys, answers, **options):
    made = later.apply(engine, keys, answers)
    people.admission.admit_next(engine, people.terms(keys, key=KEY, **options))
    return made


def listed(engine, keys, staff, name, **typed):
    with transaction(engine) as session:
        said = {"kind": "opposing", "name": name, "born": "", "note": ""} | typed
        return conflictlist.add(session, KEY, staff.admin, said, keys.recipients, people.NOW)


def decide(engine, keys, who, staff, result, reason="Another person.", version=None):
    with transaction(engine) as session:
        case = casework.load(session, staff, who.id)
        seen = case.version if version is None else version
        conflicts.decide(session, case, staff, seen, result, reason, keys.recipients, people.NOW)


def standing(engine, who):
    case = later.case_of(engine, who)
    return case.status, case.conflict


def test_a_case_that_matches_nobody_is_clear_at_once(engine, keys, staff):
    leila = admit(engine, keys, LEILA)
    assert standing(engine, leila) == ("new", "clear")
    assert later.case_of(engine, leila).conflict_checked_at == people.NOW
    assert opening.open_answers(engine, keys.keyring, staff.owner, leila.id, people.NOW).answers


@pytest.mark.parametrize("name", ["Leila Rahimi", "لیلا رحیمی", "RAHIMI, Leyla", "Ahmad Karimi"])
def test_a_name_of_the_list_in_any_spelling_holds_the_case_before_anybody_reads(engine, keys, staff, name):
    listed(engine, keys, staff, name)
    leila = admit(engine, keys, LEILA)
    assert standing(engine, leila) == ("conflict_hold", "possible")
    for person in (staff.owner, staff.admin):
        with pytest.raises(casework.Held):
            opening.open_answers(engine, keys.keyring, person, leila.id, people.NOW)
    case = later.case_of(engine, leila)
    assert case.opened_count == 0
    with transaction(engine) as session:
        events = session.scalars(select(AuditEvent.event).where(AuditEvent.subject == case.reference)).all()
        assert "conflict:possible" in events and "case:opened" not in events and audit.verify(session).ok


def test_whom_another_applicant_must_be_kept_from_is_held_and_so_is_a_helper(engine, keys, staff):
    leila = admit(engine, keys, LEILA)
    ahmad = admit(engine, keys, people.BASE | {"call_name": "Ahmed Karimi", "birth": "1988"})
    helped = admit(engine, keys, people.BASE | HELPED | {"call_name": "Omid Azizi"})
    assert standing(engine, leila) == ("new", "clear")
    assert standing(engine, ahmad) == standing(engine, helped) == ("conflict_hold", "possible")


def test_who_names_an_applicant_of_ours_as_the_person_to_fear_is_held(engine, keys, staff):
    admit(engine, keys, people.BASE | {"call_name": "Ahmed Karimi", "birth": "1988"})
    assert standing(engine, admit(engine, keys, LEILA)) == ("conflict_hold", "possible")


@pytest.mark.parametrize("said", ["my husband", "Karimi", "", "\u202e.,-", "my husband " * 15])
def test_words_that_are_no_full_name_hold_nobody(engine, keys, staff, said):
    admit(engine, keys, people.BASE | {"call_name": "Ahmed Karimi", "birth": "1988"})
    assert standing(engine, admit(engine, keys, LEILA | {"not_contact": said}))[1] == "clear"


def test_only_names_and_years_are_looked_at_and_each_look_leaves_a_trace(engine, keys, staff):
    leila = admit(engine, keys, LEILA)
    ahmad = admit(engine, keys, people.BASE | {"call_name": "Ahmed Karimi", "birth": "1988", "anything_else": "Secret"})
    seen = conflicts.names_only(engine, keys.keyring, staff.admin, ahmad.id, people.NOW)
    assert [(side.who, side.names, side.born) for side in seen.mine] == [("applicant", ("Ahmed Karimi",), "1988")]
    ((mine, theirs),) = seen.found
    assert (mine.who, theirs.who, theirs.names) == ("applicant", "opposing", ("my husband, Ahmad Karimi",))
    with transaction(engine) as session:
        viewed = select(AuditEvent.subject).where(AuditEvent.event == "conflict:viewed")
        references = {later.case_of(engine, one).reference for one in (leila, ahmad)}
        assert set(session.scalars(viewed)) == references
        assert "Karimi" not in "".join(session.scalars(select(AuditEvent.details)))
    for person, refused in ((staff.owner, casework.NotAllowed), (staff.outsider, casework.NotFound)):
        with pytest.raises(refused):
            conflicts.names_only(engine, keys.keyring, person, ahmad.id, people.NOW)


def test_a_clear_result_opens_the_case_and_a_conflict_keeps_it_closed(engine, keys, staff):
    listed(engine, keys, staff, "Leila Rahimi")
    first, second = admit(engine, keys, LEILA), admit(engine, keys, LEILA | {"birth": "1970"})
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, first.id)
        with pytest.raises(BadMove, match="conflict"):
            moving.change_status(session, case, staff.owner, case.version, "triage", None, people.NOW)
    decide(engine, keys, first, staff.admin, "clear", "Born in another year.")
    assert standing(engine, first) == ("triage", "clear")
    assert opening.open_answers(engine, keys.keyring, staff.owner, first.id, people.NOW).answers
    assert [event for event, _ in later.events_of(engine, first)][-1] == "conflict:cleared"
    decide(engine, keys, second, staff.admin, "conflict")
    assert standing(engine, second) == ("conflict_hold", "conflict")
    with pytest.raises(casework.Held):
        opening.open_answers(engine, keys.keyring, staff.owner, second.id, people.NOW)
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, second.id)
        moving.change_status(session, case, staff.admin, case.version, "declined", "conflict", people.NOW)
        sealed = session.scalars(select(ConflictCheck.envelope)).all()
        assert len(sealed) == 2 and not [one for one in sealed if b"another" in one.lower()]
    # What was decided holds up the case no second time.
    with transaction(engine) as session:
        session.get_one(Case, first.id).compared = 0
    assert checking.check_due(engine, keys.keyring, KEY, now=people.NOW) == 1
    assert standing(engine, first) == ("triage", "clear")


def test_a_result_needs_the_permission_a_reason_and_the_newest_page(engine, keys, staff):
    listed(engine, keys, staff, "Leila Rahimi")
    leila = admit(engine, keys, LEILA)
    for person, result, reason, version, refused in (
        (staff.owner, "clear", "x", None, casework.NotAllowed),
        (staff.admin, "possible", "x", None, conflicts.BadResult),
        (staff.admin, "clear", " \0", None, pairs.BadReason),
        (staff.admin, "clear", "x", 7, casework.Stale),
    ):
        with pytest.raises(refused):
            decide(engine, keys, leila, person, result, reason, version)
    with transaction(engine) as session:
        given = session.get_one(accounts.StaffMember, staff.colleague.id)
        accounts.give(given, "conflict:check", given=True)
        with pytest.raises(accounts.UnknownPermission):
            accounts.give(given, "export:identified", given=True)
    decide(engine, keys, leila, given, "clear")
    assert standing(engine, leila) == ("triage", "clear")


def test_a_new_name_on_the_list_holds_open_cases_without_opening_them(engine, keys, staff):
    leila = admit(engine, keys, LEILA)
    seen = later.case_of(engine, leila).version
    assert listed(engine, keys, staff, "Ahmad Karimi", kind="client", note="Since 2019") == 1
    assert standing(engine, leila) == ("conflict_hold", "possible")
    assert later.case_of(engine, leila).version == seen + 1
    with transaction(engine) as session:
        assert not [row for row in session.scalars(select(ConflictName.envelope)) if b"Karimi" in row or b"2019" in row]
        (name,) = conflictlist.listed(session, keys.keyring, staff.admin)
        assert (name.name, name.kind, name.note) == ("Ahmad Karimi", "client", "Since 2019")
        assert conflictlist.remove(session, staff.admin, name.id, people.NOW)
        assert not conflictlist.remove(session, staff.admin, name.id, people.NOW)
        for table in (ConflictName, ConflictMatch):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert standing(engine, leila) == ("conflict_hold", "possible"), "a person still has to say so"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u202e\0 ..."}, "name"),
        ({"name": "Leila " * 60}, "name"),
        ({"kind": "friend"}, "kind"),
        ({"born": "92"}, "born"),
        ({"born": "19921"}, "born"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_what_cannot_go_on_the_list_is_said(engine, keys, staff, typed, field):
    with pytest.raises(conflictlist.BadName) as wrong:
        listed(engine, keys, staff, **({"name": "Leila Rahimi"} | typed))
    assert wrong.value.field == field


def test_the_organisation_can_have_every_new_case_looked_at(engine, keys, staff):
    leila = admit(engine, keys, LEILA, hold_all=True)
    assert standing(engine, leila) == ("conflict_hold", "possible")
    seen = conflicts.names_only(engine, keys.keyring, staff.admin, leila.id, people.NOW)
    assert seen.found == () and [side.who for side in seen.mine] == ["applicant", "opposing"]


def test_a_case_that_cannot_be_compared_waits_for_a_person(engine, keys, staff, monkeypatch):
    def broken(*_args):
        raise RuntimeError("Leila Rahimi")

    monkeypatch.setattr(checking.finding, "look", broken)
    leila, ahmad = admit(engine, keys, LEILA), admit(engine, keys, people.JOAO)
    assert standing(engine, leila) == standing(engine, ahmad) == ("conflict_hold", "possible")


def test_erasing_removes_tokens_matches_and_results(engine, keys, staff):
    leila = admit(engine, keys, LEILA)
    ahmad = admit(engine, keys, people.BASE | {"call_name": "Ahmed Karimi", "birth": "1988"})
    decide(engine, keys, ahmad, staff.admin, "clear")
    for who in (leila, ahmad):
        later.write(engine, keys, who, Kind.ERASE, {})
    later.hear(engine, keys)
    with transaction(engine) as session:
        for table in (ConflictToken, ConflictMatch, ConflictCheck):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert later.case_of(engine, ahmad).conflict == "unchecked"
