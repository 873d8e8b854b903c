"""Three people who are told honestly, and never sent away: with a lawyer, with money, and a child who is alone."""

import pytest
from sqlalchemy import select, update

from intake.db import transaction
from intake.referrals import ReferralRow
from tests.journeys.telling import MADE_IN
from tests.people import BASE
from tests.public.walking import open_drafts

pytestmark = pytest.mark.browser

REFERRED = "Other places may fit you better."
SETTLED = BASE | {"device": "mine", "arrival": "over_2_years", "missed_hearing": "no", "prior_removal": "no"}
SAMI = {
    "consent_start": "yes",
    "for_whom": "me",
    "representation": "no",
    "affordability": "unsure",
    "claims": ["child_alone"],
    "danger_now": "no",
    "place_kind": "us",
    "state": "TX",
    "stage": ["unsure"],
    "arrival": "over_2_years",
    "call_name": "Sami",
    "birth": "age_14_17",
    "trusted_adult": "no",
    "young_contact": "Ms. Okafor, my teacher, okafor@example.org",
    "nationality": ["AF"],
    "language": "fa_AF",
    "contact_ways": ["self"],
    "consent_conflict": "yes",
}


def places_of(page) -> list[str]:
    """The names of the places on the page that is open, in their order."""
    return page.locator("ul.places strong").all_inner_texts()


def names_of(office, kind: str) -> set[str]:
    with transaction(office.engine) as session:
        return set(session.scalars(select(ReferralRow.name).where(ReferralRow.kind == kind)))


def drafts_kept(office) -> int:
    with transaction(office.engine) as session:
        return open_drafts(session)


def checked(office, kind: str, day) -> None:
    """Somebody of the organisation checked every place of this kind on `day`, or nobody ever did."""
    found = {"last_verified": day, "active": True}
    with transaction(office.engine) as session:
        session.execute(update(ReferralRow).where(ReferralRow.kind == kind).values(**found))


def test_a_person_with_a_lawyer_is_told_to_ask_the_lawyer_first_and_may_still_send(phone, office):
    has_lawyer = SETTLED | {"representation": "active", "call_name": "Ximena"}
    with phone() as own:
        own.open("/en/apply/")
        own.tell(has_lawyer, until="first-result", wrong_at=MADE_IN["lawyer"])
        assert REFERRED in own.text and "Talk to your lawyer first." in own.text
        assert "You may change your lawyer if you want to." in own.text
        assert "You can still send us the form. A person will read it." in own.text
        assert places_of(own.page), "nobody is left without a place to ask"
        own.eye.look(own.page)
        own.press("Go on")
        own.tell(has_lawyer)
        kept = own.kept()
        assert REFERRED in kept.text and "A person will read your form all the same." in kept.text
        assert places_of(own.page) and own.mistakes == list(MADE_IN["lawyer"])
        own.never_read()
        own.addresses_tell_nothing(kept, "Ximena", "active")

    case = office.case(kept.reference)
    assert (case.outcome, case.level, case.due_on, case.is_open) == ("refer", 3, None, True)
    assert "REP_ACTIVE" in case.codes and "U19" in case.codes
    assert kept.reference in office.queue(), "a machine refuses nobody"
    assert "Other places may fit better" in office.open(kept.reference)


def test_a_person_who_can_pay_finds_low_cost_and_paid_help_and_stops_with_nothing_kept_or_sends(phone, office):
    can_pay = SETTLED | {"affordability": "yes", "household_size": 1, "income_band": "over_6500", "call_name": "Omar"}
    low_cost, paid = names_of(office, "low_cost"), names_of(office, "paid")
    assert low_cost and paid
    checked(office, "paid", None)
    before = drafts_kept(office)
    with phone() as first:
        first.open("/en/apply/")
        first.tell(can_pay, until="first-result", wrong_at=MADE_IN["pays"])
        assert REFERRED in first.text and "Our free help is for people who cannot pay." in first.text
        assert not paid & set(places_of(first.page)), "nobody has checked these"
        assert drafts_kept(office) == before + 1
        first.press("Stop here. Keep nothing.")
        assert "We kept nothing" in first.text and drafts_kept(office) == before
        assert first.mistakes == list(MADE_IN["pays"])
        first.never_read()

    checked(office, "paid", office.today)
    with phone() as again:
        again.open("/en/apply/")
        again.tell(can_pay, until="first-result")
        assert low_cost & set(places_of(again.page)) and paid & set(places_of(again.page))
        assert "Ask for the price before you sign" in again.text
        again.press("Go on")
        again.tell(can_pay)
        kept = again.kept()
        assert REFERRED in kept.text and paid & set(places_of(again.page))
        again.addresses_tell_nothing(kept, "Omar", "6500")

    case = office.case(kept.reference)
    assert (case.outcome, case.level, case.is_open) == ("refer", 3, True)
    assert "AFF_YES" in case.codes and kept.reference in office.queue()


def test_a_child_alone_reads_words_for_a_child_and_is_never_sent_elsewhere(phone, office):
    grown = office.sent_by_others(SETTLED)
    with phone() as own:
        own.open("/en/apply/")
        own.tell(SAMI, until="first-result", wrong_at=MADE_IN["child"])
        own.press("If you are under 18")
        assert "You did nothing wrong by asking for help." in own.text and "What is a guardian?" in own.text
        assert "Kids in Need of Defense" in places_of(own.page)
        own.eye.look(own.page)
        own.press("Go to the questions")
        assert own.page.url.endswith("/apply/place"), "back at the first open question"
        own.tell(SAMI, wrong_at=MADE_IN["child"])
        kept = own.kept()
        assert "A person will look at this." in kept.text and "Kids in Need of Defense" in places_of(own.page)
        assert "We will not call or write to you." in kept.text
        assert own.mistakes == list(MADE_IN["child"])
        own.never_read(REFERRED)
        own.addresses_tell_nothing(kept, "Sami", "Okafor", "age_14")

    case = office.case(kept.reference)
    assert (case.outcome, case.level, case.age_band) == ("review", 2, "0-17")
    assert {"MINOR", "MINOR_ALONE", "U12"} <= set(case.codes)
    queue = office.queue()
    assert queue.index(kept.reference) < queue.index(grown)
    opened = office.open(kept.reference)
    assert "Ms. Okafor, my teacher, okafor@example.org" in opened and "The person will contact us" in opened
    assert "no trusted adult is with them for sure" in opened

    # A row that refers does not send a child away either, not even when somebody says that there is a lawyer.
    sent = office.case(office.sent_by_others(SAMI | {"representation": "active", "call_name": "Sami's friend"}))
    assert "REP_ACTIVE" in sent.codes and sent.outcome == "review"
    office.log_tells_nothing("Sami", "Okafor", kept.reference)
