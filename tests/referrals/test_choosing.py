"""Which places a person is shown: the right ones first, in their language, and never none."""

import datetime as dt
import re

import pytest

from intake.questionnaire.choices import LANGUAGES, STATE_CODES
from intake.referrals import AUDIENCES, BUNDLED, CLAIMS, KINDS, SHOWN, Referral, choose, of_kind, serves

DAY = dt.date(2026, 11, 1)


def place(key: str, kind: str = "legal", **more) -> Referral:
    return Referral(key, kind, key, "About it.", last_verified=DAY, **more)


def keys(places) -> list[str]:
    return [one.key for one in places]


GENERAL = [place(f"general-{number}", "low_cost", rank=number) for number in range(1, 8)]


@pytest.mark.parametrize(
    ("codes", "state", "first"),
    [
        ({"child_alone", "MINOR_ALONE"}, "OH", ["kind", "orr-parent-line"]),
        ({"afraid", "DETAINED"}, "AZ", ["firrp"]),
        ({"afraid", "who_i_love"}, "OH", ["immigration-equality"]),
        ({"other", "AFF_YES"}, "TX", ["aila", "raices"]),
        ({"afraid", "REP_NOTARIO"}, "OH", ["ftc-fraud"]),
        ({"LOC_ABROAD", "other"}, None, ["unhcr"]),
        ({"trafficking", "SAFETY"}, "NY", ["trafficking-hotline"]),
        ({"family_violence", "SAFETY"}, "MD", ["trafficking-hotline", "domestic-violence-hotline"]),
    ],
)
def test_the_bundled_places_that_fit_a_person_come_first(codes, state, first):
    assert keys(choose(BUNDLED, codes, state))[: len(first)] == first


def test_place_claim_and_audience_count_more_than_a_general_entry_of_better_rank():
    special = [
        place("by-state", states=("TX",), rank=90),
        place("by-claim", codes=("afraid",), rank=90),
        place("by-audience", audience=("detained",), rank=90),
        place("by-both", states=("TX",), codes=("afraid",), rank=99),
    ]
    found = choose([*GENERAL, *special], {"afraid", "DETAINED"}, "TX")
    assert keys(found) == ["by-both", "by-audience", "by-claim", "by-state", "general-1", "general-2"]
    assert len(found) == SHOWN


def test_what_is_for_other_people_or_another_state_is_not_shown():
    others = [place("texas", states=("TX",)), place("children", audience=("children",)), place("u", codes=("u",))]
    assert keys(choose([*others, *GENERAL[:1]], {"afraid"}, "NY")) == ["general-1"]
    assert keys(choose([*others, *GENERAL[:1]], {"afraid"}, None)) == ["general-1"]


def test_a_place_in_the_persons_language_comes_before_others_and_one_without_it_comes_last():
    told = [
        place("english", languages=("en",), rank=1),
        place("not-written-down", rank=2),
        place("persian", languages=("en", "fa"), rank=3),
    ]
    assert keys(choose(told, set(), None, language="fa")) == ["persian", "not-written-down", "english"]
    assert keys(choose(told, set(), None, language="en")) == ["english", "persian", "not-written-down"]
    assert keys(choose(told, set(), None)) == ["english", "not-written-down", "persian"]


def test_a_fitting_place_in_another_language_is_still_shown_beside_many_general_ones():
    special = place("for-detained", audience=("detained",), languages=("en",))
    found = keys(choose([*GENERAL, special], {"DETAINED"}, None, language="mam"))
    assert len(found) == SHOWN and found[-1] == "for-detained"
    assert keys(choose([*GENERAL, special], {"DETAINED"}, None, language="en"))[0] == "for-detained"


def test_hotlines_come_first_only_when_safety_asks_for_it():
    line = place("line", "hotline", rank=99, languages=("en",))
    assert keys(choose([*GENERAL, line], {"SAFETY"}, None, language="es"))[0] == "line"
    assert keys(choose([*GENERAL[:2], line], {"afraid"}, None))[0] == "general-1"


def test_when_nothing_fits_a_general_place_is_shown_and_never_one_of_another_state_or_kind():
    texas, fraud = place("texas", states=("TX",)), place("fraud", "fraud", audience=("defrauded",))
    afraid = place("afraid", "low_cost", codes=("afraid",))
    assert keys(choose([texas, fraud, afraid], {"other"}, "NY")) == ["afraid"]
    assert choose([texas, fraud], {"other"}, "NY") == []
    assert choose([], {"other"}, "NY") == []


@pytest.mark.parametrize("state", [None, "TX", "GU"])
@pytest.mark.parametrize("language", ["", "en", "mam", "other:Achi"])
@pytest.mark.parametrize("code", [*CLAIMS, "unsure", "other", "AFF_YES", "REP_ACTIVE", "LOC_ABROAD", "DETAINED"])
def test_with_the_bundled_places_nobody_is_left_without_one(code, language, state):
    verified = [one for one in BUNDLED if one.last_verified]
    assert 2 <= len(choose(verified, {code}, state, language=language)) <= SHOWN


def test_what_a_person_said_becomes_codes_and_nothing_else_of_it():
    told = {"claims": ["afraid"], "why_hurt": ["who_i_love"], "call_name": "Rosa", "state": "NY"}
    assert serves(["AFF_NO"], told) == {"AFF_NO", "afraid", "who_i_love"}
    assert serves([], {"claims": "afraid"}) == set()


def test_a_list_by_kind_has_these_kinds_in_their_order():
    mixed = [place("b", "low_cost"), place("a", "paid", languages=("en",), rank=1), place("c", "paid", rank=2)]
    assert keys(of_kind([*mixed, place("x")], "paid", "low_cost")) == ["a", "c", "b"]
    assert keys(of_kind(mixed, "paid", language="es")) == ["c", "a"]


def test_the_bundled_places_use_only_codes_that_are_known():
    for one in BUNDLED:
        assert one.kind in KINDS and set(one.codes) <= set(CLAIMS) and set(one.audience) <= set(AUDIENCES)
        assert set(one.states) <= STATE_CODES and set(one.languages) <= {code for code, _ in LANGUAGES}
        assert one.url or one.phone or re.search(r"\S+@\S+\.gov$", one.about), one.key
        assert one.url is None or one.url.startswith("https://")
    assert len({one.key for one in BUNDLED}) == len(BUNDLED)


def test_an_address_is_shown_as_people_say_it():
    assert place("a", url="https://www.example.org/list/").host == "example.org/list"
    assert place("b").host == "" and place("c", languages=("es",)).spoken == ("Español",)
