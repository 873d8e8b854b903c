"""Referring to a partner: only with a consent that is written down, sealed where words are, and gone when erased."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import select

from intake import accounts
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import partners
from intake.casework.partners import PartnerReferral, Wanted
from intake.unsealing import Keyring
from tests import people
from tests.casework import later

LATER = people.NOW + dt.timedelta(hours=1)
NOTHING = {"name": "", "kind": "legal", "takes": "", "contact": ""}


def partner(session, name="Harbour Clinic", *, active=True, row=None):
    typed = NOTHING | {"name": name, "kind": "clinic"}
    made = partners.save(session, row, typed, active=active, actor="staff:4", now=people.NOW)
    session.commit()
    return made


def agreeing(engine, keys, **answers):
    return later.admitted(engine, keys, people.MARYAM | answers)


def wanted(number: int, staff, **different) -> Wanted:
    given = Wanted(number, "phone", staff.owner.id, people.TODAY, None, "")
    return dataclasses.replace(given, **different)


@pytest.fixture
def refer(session, keys, staff):
    def referred(who, want, *, by=None, keyring=None):
        case = casework.load(session, staff.owner, who.id)
        made = partners.refer(
            session, keyring or keys.keyring, case, by or staff.owner, want, keys.recipients, LATER, people.TODAY
        )
        session.commit()
        return case, made

    return referred


def problems(session, refer, who, want, **options) -> set[str]:
    with pytest.raises(partners.BadPartner) as wrong:
        refer(who, want, **options)
    session.rollback()
    assert session.scalars(select(PartnerReferral)).all() == []
    session.rollback()
    return set(wrong.value.problems)


def test_who_agreed_in_the_form_is_referred_to_a_partner_that_the_form_names(engine, session, keys, staff, refer):
    who, clinic = agreeing(engine, keys, consent_share="yes"), partner(session)
    want = wanted(clinic.id, staff, consent="form", named=("harbour clinic",), note="Ask for\nDr. Example.")
    case, made = refer(who, want)
    (row,) = partners.of_case(session, who.id)
    assert (row.name, row.PartnerReferral.consent, row.heard_by) == ("Harbour Clinic", "form", None)
    assert row.PartnerReferral.consent_on == people.TODAY
    assert b"Example" not in row.PartnerReferral.envelope
    assert partners.open_note(keys.keyring, row.PartnerReferral) == "Ask for\nDr. Example."
    assert partners.open_note(Keyring([]), row.PartnerReferral) is None
    newest = casework.timeline(session, case)[0]
    assert (newest.event, newest.details) == ("partner:referred", {"partner": clinic.id, "consent": "form"})
    assert session.scalars(select(AuditEvent.event)).all()[-1] == "partner:referred"
    assert made == row.PartnerReferral.id and case.version == 1


def test_without_consent_nobody_is_referred(engine, session, keys, staff, refer):
    who, clinic = agreeing(engine, keys), partner(session)
    named = {"named": ("Harbour Clinic",)}
    for want in (
        wanted(clinic.id, staff, consent="form", **named),
        wanted(clinic.id, staff, consent=""),
        wanted(clinic.id, staff, consent="yes"),
    ):
        assert problems(session, refer, who, want) == {"consent"}


def test_consent_in_the_form_covers_the_partners_that_the_form_names_and_no_other(engine, session, keys, staff, refer):
    who, clinic = agreeing(engine, keys, consent_share="yes"), partner(session)
    for named in ((), ("Somebody Else",)):
        assert problems(session, refer, who, wanted(clinic.id, staff, consent="form", named=named)) == {"consent"}


def test_who_withdrew_is_referred_to_nobody_whatever_they_agreed_to_before(engine, session, keys, staff, refer):
    who, clinic = agreeing(engine, keys, consent_share="yes"), partner(session)
    later.write(engine, keys, who, later.Kind.WITHDRAW, {})
    later.hear(engine, keys)
    for consent in ("form", "phone"):
        want = wanted(clinic.id, staff, consent=consent, named=("Harbour Clinic",))
        assert problems(session, refer, who, want) == {"consent"}


def test_where_the_answers_do_not_open_the_form_is_no_consent(engine, session, keys, staff, refer):
    who, clinic = agreeing(engine, keys, consent_share="yes"), partner(session)
    want = wanted(clinic.id, staff, consent="form", named=("Harbour Clinic",))
    assert problems(session, refer, who, want, keyring=Keyring([])) == {"consent"}


def test_a_consent_given_later_says_who_heard_it_and_when(engine, session, keys, staff, refer):
    who, clinic = agreeing(engine, keys), partner(session)
    refer(who, wanted(clinic.id, staff, heard_by=staff.colleague.id, follow_up_on=dt.date(2026, 11, 9)))
    (row,) = partners.of_case(session, who.id)
    assert (row.heard_by, row.PartnerReferral.consent_on) == ("Carlos Colleague", people.TODAY)
    assert row.PartnerReferral.envelope is None and partners.open_note(keys.keyring, row.PartnerReferral) == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"heard_by": 0}, "heard_by"),
        ({"heard_by": 999_999}, "heard_by"),
        ({"heard_on": None}, "heard_on"),
        ({"heard_on": people.TODAY + dt.timedelta(days=1)}, "heard_on"),
        ({"heard_on": people.TODAY - dt.timedelta(days=2)}, "heard_on"),
        ({"partner_id": 999_999}, "partner"),
        ({"note": "x" * 2_001}, "note"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said_in_words(engine, session, keys, staff, refer, wrong, field):
    who, clinic = agreeing(engine, keys), partner(session)
    assert problems(session, refer, who, wanted(clinic.id, staff, **wrong)) == {field}


def test_a_partner_that_takes_nobody_is_not_offered(engine, session, keys, staff, refer):
    who, closed = agreeing(engine, keys), partner(session, active=False)
    assert problems(session, refer, who, wanted(closed.id, staff)) == {"partner"}


def test_what_the_partner_said_is_kept_and_without_an_answer_they_are_asked_again(engine, session, keys, staff, refer):
    who, clinic = agreeing(engine, keys), partner(session)
    case, made = refer(who, wanted(clinic.id, staff))
    soon = dt.date(2026, 11, 10)
    partners.answer(session, case, staff.colleague, made, "no_answer", soon, LATER)
    (row,) = session.scalars(select(PartnerReferral))
    assert (row.outcome, row.follow_up_on) == ("no_answer", soon)
    partners.answer(session, case, staff.colleague, made, "taken", soon, LATER)
    assert (row.outcome, row.follow_up_on, row.outcome_at) == ("taken", None, LATER)
    session.commit()
    newest = casework.timeline(session, case)[0]
    assert (newest.event, newest.details) == ("partner:answered", {"partner": clinic.id, "state": "taken"})
    with pytest.raises(partners.BadPartner):
        partners.answer(session, case, staff.owner, made, "perhaps", None, LATER)
    session.rollback()
    other = agreeing(engine, keys)
    with pytest.raises(partners.NoReferral):
        partners.answer(session, casework.load(session, staff.owner, other.id), staff.owner, made, "taken", None, LATER)


def test_a_screener_may_refer_and_a_volunteer_may_not(engine, session, keys, staff, refer):
    who, clinic = agreeing(engine, keys), partner(session)
    for role, allowed in (("screener", True), ("volunteer", False), ("interpreter", False)):
        person = accounts.create(
            session, email=f"{role}@example.org", name=role, role=role, password_hash="none", now=people.NOW
        )
        session.commit()
        if allowed:
            refer(who, wanted(clinic.id, staff), by=person)
            continue
        with pytest.raises(casework.NotAllowed):
            refer(who, wanted(clinic.id, staff), by=person)
        session.rollback()


def test_erasing_leaves_no_referral_and_takes_none(engine, session, keys, staff, refer):
    who, clinic = agreeing(engine, keys), partner(session)
    case, made = refer(who, wanted(clinic.id, staff, note="Her aunt calls."))
    later.write(engine, keys, who, later.Kind.ERASE, {})
    later.hear(engine, keys)
    assert session.scalars(select(PartnerReferral)).all() == []
    session.refresh(case)
    with pytest.raises(casework.Erased):
        refer(who, wanted(clinic.id, staff))
    with pytest.raises(casework.Erased):
        partners.answer(session, case, staff.owner, made, "taken", None, LATER)


def test_a_partner_is_added_and_changed_with_a_trace_and_nonsense_is_refused(session):
    row = partner(session, "  Harbour\tClinic ")
    assert row.name == "Harbour Clinic"
    partner(session, "Harbour Law", row=row, active=False)
    assert [(one.name, one.active) for one in partners.everyone(session)] == [("Harbour Law", False)]
    assert session.scalars(select(AuditEvent.subject)).all() == [f"partner:{row.id}"] * 2
    for typed, field in (
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "A", "kind": "bank"}, "kind"),
        ({"name": "A", "takes": "x" * 1_001}, "takes"),
        ({"name": "A", "contact": "x" * 501}, "contact"),
    ):
        with pytest.raises(partners.BadPartner) as wrong:
            partners.save(session, None, NOTHING | typed, active=True, actor="staff:4", now=LATER)
        assert set(wrong.value.problems) == {field}
