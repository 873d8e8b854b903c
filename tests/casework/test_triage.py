"""What the queue knows in the clear is coarse, and nothing in a person's own words."""

import datetime as dt

import pytest

from intake import questionnaire
from intake.casework.triage import CLAIM_BITS, age_band, bits_of, triage
from tests import people


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        ("2008-11-03", "0-17"),
        ("2008-11-02", "18-20"),
        ("2008-11", "0-17"),
        ("2008-10", "18-20"),
        ("2008", "0-17"),
        ("2005-11-03", "18-20"),
        ("2005-11-02", "21-39"),
        ("1986-11-02", "40-64"),
        ("1961-11-03", "40-64"),
        ("1961-11-02", "65+"),
        ("age_14_17", "0-17"),
        ("age_0_13", "0-17"),
        ("age_18_20", "18-20"),
        ("age_65", "65+"),
        ("2999", "0-17"),
        ("2026-02-31", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_an_age_is_a_band_and_an_unclear_one_protects_a_child(birth, band):
    assert age_band(birth, people.TODAY) == band


def test_someone_born_on_a_leap_day_is_a_child_until_the_first_of_march():
    assert age_band("2008-02-29", dt.date(2026, 2, 28)) == "0-17"
    assert age_band("2008-02-29", dt.date(2026, 3, 1)) == "18-20"


def test_a_language_in_the_persons_own_words_stays_sealed():
    facts = triage(people.XIMENA, people.TODAY)
    assert facts.language == "other"
    assert "Mam" not in repr(facts)


def test_nothing_known_is_nothing_claimed():
    facts = triage({}, people.TODAY)
    assert (facts.language, facts.place_kind, facts.interpreter, facts.age_band) == (
        "und",
        "unknown",
        None,
        None,
    )
    assert facts.claims == facts.stages == facts.safe_contact == []


def test_the_facts_are_those_that_were_given():
    facts = triage(people.MARYAM, people.TODAY)
    assert (facts.language, facts.interpreter, facts.place_kind, facts.state) == ("ar", True, "us", "NY")
    assert (facts.claims, facts.stages) == (["afraid", "family_violence"], ["court"])
    assert (facts.income_band, facts.safe_contact) == ("to_1000", ["phone"])


def test_every_claim_of_every_form_has_a_bit_of_its_own_that_never_changes():
    asked = {
        choice.code for version in questionnaire.released.values() for choice in version.question("claims").choices
    }
    assert asked == set(CLAIM_BITS)
    # In the tables of the organisation these numbers stand already.
    assert CLAIM_BITS == {
        "afraid": 1,
        "crime_victim": 2,
        "trafficking": 4,
        "family_violence": 8,
        "child_alone": 16,
        "temporary_ending": 32,
        "family_join": 64,
        "unsure": 128,
        "other": 256,
    }
    assert bits_of(["afraid", "other", "afraid"]) == 257 and bits_of([]) == 0
