"""Version 1 holds exactly the promised keys and codes, and stays as it was released."""

import pytest
from babel import Locale

from intake import questionnaire
from intake.questionnaire import Kind, sentences
from intake.questionnaire.choices import (
    COUNTRIES,
    COUNTRY_CODES,
    LANGUAGE_CODES,
    LANGUAGES,
    STATE_CODES,
    STATES,
)

V1 = questionnaire.get(1)
DIGEST = "cc67492eedb6a08c117195bfc5d24c41f94dae163b85bb264ffee2402a049a1c"

# key: kind and codes (for a date, its alternatives). Permanent.
CONTRACT: dict[str, dict[str, tuple[str, str]]] = {
    "start": {"consent_start": ("consent", ""), "device": ("choice", "mine shared watched unsure")},
    "who": {
        "for_whom": ("choice", "me someone_else"),
        "helper_name": ("text", ""),
        "helper_contact": ("text", ""),
        "person_knows": ("choice", "yes no cannot_ask"),
    },
    "lawyer": {"representation": ("choice", "no active past notario unsure")},
    "money": {
        "affordability": ("choice", "no little yes unsure"),
        "household_size": ("number", ""),
        "income_band": ("choice", "none to_1000 to_2000 to_3000 to_4500 to_6500 over_6500 rather_not"),
    },
    "claims": {
        "claims": (
            "choices",
            "afraid crime_victim trafficking family_violence child_alone temporary_ending family_join unsure other",
        ),
        "danger_now": ("choice", "yes no unsure"),
        "why_hurt": (
            "choices",
            "race religion nationality politics group family gender who_i_love gangs government not_say",
        ),
    },
    "place": {
        "place_kind": ("choice", "us held border abroad"),
        "state": ("state", ""),
        "city": ("text", ""),
        "facility": ("text", ""),
        "documents_name": ("text", ""),
        "birth_country": ("country", ""),
        "a_number": ("a_number", ""),
    },
    "stage": {
        "stage": (
            "choices",
            "none applied court order denied appeal fear_waiting fear_failed gov_motion unsure",
        ),
        "applied_on": ("date", "unsure"),
        "work_permit": ("choice", "yes no unsure"),
        "order_by": ("choice", "judge board dhs unsure"),
    },
    "dates": {
        "next_date": ("date", "unsure"),
        "decision_date": ("date", "unsure"),
        "fear_date": ("date", "unsure"),
        "motion_date": ("date", "unsure"),
        "letter_due": ("date", "unsure"),
        "missed_hearing": ("choice", "no yes unsure"),
        "missed_on": ("date", "unsure"),
        "permission_ends": ("date", "unsure"),
        "grant_date": ("date", "unsure"),
    },
    "arrival": {
        "arrival": ("date", "over_2_years unsure"),
        "prior_removal": ("choice", "no yes unsure"),
    },
    "about": {
        "call_name": ("text", ""),
        "other_names": ("text", ""),
        "birth": ("date", "age_0_13 age_14_17 age_18_20 age_21_39 age_40_64 age_65"),
        "nationality": ("countries", ""),
        "family_help": ("choices", "spouse children parents siblings other"),
        "trusted_adult": ("choice", "yes no unsure"),
    },
    "contact": {
        "language": ("language", ""),
        "dialect": ("text", ""),
        "interpreter": ("choice", "yes no"),
        "contact_ways": ("choices", "phone whatsapp signal email someone self"),
        "phone": ("phone", ""),
        "whose_phone": ("choice", "mine shared other"),
        "voicemail": ("choice", "yes no"),
        "say_name": ("choice", "yes no"),
        "email": ("email", ""),
        "contact_person": ("text", ""),
        "good_times": ("choices", "morning afternoon evening weekend"),
        "not_contact": ("text", ""),
    },
    "check": {
        "anything_else": ("text", ""),
        "consent_conflict": ("consent", ""),
        "consent_share": ("consent", ""),
    },
}

# Codes given out once. A code that vanished would hide an answer that somebody gave; add, never remove.
GIVEN_STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI
"""
GIVEN_COUNTRIES = """
AF AX AL DZ AS AD AO AI AG AR AM AW AU AT AZ BS BH BD BB BY BE BZ BJ BM BT BO BQ BA BW BR BN BG BF
BI CV KH CM CA KY CF TD CL CN CX CC CO KM CG CD CK CR CI HR CU CW CY CZ DK DJ DM DO EC EG SV GQ ER
EE SZ ET FK FO FJ FI FR GF PF GA GM GE DE GH GI GR GL GD GP GU GT GG GN GW GY HT VA HN HK HU IS IN
ID IR IQ IE IM IL IT JM JP JE JO KZ KE KI KP KR KW KG LA LV LB LS LR LY LI LT LU MO MG MW MY MV ML
MT MH MQ MR MU YT MX FM MD MC MN ME MS MA MZ MM NA NR NP NL NC NZ NI NE NG NU NF MK MP NO OM PK PW
PS PA PG PY PE PH PN PL PT PR QA RE RO RU RW BL SH KN LC MF PM VC WS SM ST SA SN RS SC SL SG SX SK
SI SB SO ZA SS ES LK SD SR SJ SE CH SY TW TJ TZ TH TL TG TK TO TT TN TR TM TC TV UG UA AE GB US UY
UZ VU VE VN VG VI WF EH YE ZM ZW XK
"""
GIVEN_LANGUAGES = """
en es pt ht zh pa fr ru ar fa fa_AF ps uk tr acr sq am hy az bm bn my yue ctu cak caa fuf ff cab ka
gu ha hi hmn ig id ixl jac kjb kek quc rw rn kmr ckb ky ln mam man mix miq mn nah ne om poh qu ro
rhg si so snk sw tl tg ta bo ti tzh tzo ur ug uz vi wo yo zap ase
"""


def test_every_promised_key_and_code_exists_and_no_other() -> None:
    held = {
        step.key: {
            question.key: (
                question.kind.value,
                " ".join(choice.code for choice in question.choices or question.alternatives),
            )
            for question in step.questions
        }
        for step in V1.steps
    }
    assert held == CONTRACT
    assert list(held) == list(CONTRACT)


def test_the_released_version_has_not_changed() -> None:
    assert questionnaire.digest(V1) == DIGEST, "A released version never changes. Write the change as a new version."


def test_the_registry_knows_its_versions() -> None:
    assert questionnaire.current() is questionnaire.released[max(questionnaire.released)]
    with pytest.raises(LookupError):
        questionnaire.get(999)


def test_there_are_at_most_twelve_screens_and_the_first_result_comes_before_any_personal_data() -> None:
    assert len(V1.steps) <= 12
    screening = [step.key for step in V1.steps][: [step.key for step in V1.steps].index(V1.first_result_after) + 1]
    assert screening == ["start", "who", "lawyer", "money", "claims"]
    personal = {"identity", "contact"}
    asked_first = [q for step in V1.steps if step.key in screening for q in step.questions]
    assert {q.key for q in asked_first if q.sensitivity.value in personal} == {
        "helper_name",
        "helper_contact",
    }


def test_free_text_is_never_called_triage() -> None:
    for step in V1.steps:
        for question in step.questions:
            if question.kind is Kind.TEXT:
                assert question.sensitivity.value != "triage", question.key


def test_every_date_can_be_left_open() -> None:
    for step in V1.steps:
        for question in step.questions:
            if question.kind is Kind.DATE:
                assert question.alternatives, question.key


def test_every_country_has_a_name_and_no_code_stands_twice() -> None:
    names = Locale.parse("en").territories
    assert [code for code in COUNTRIES if code not in names] == []
    assert len(set(COUNTRIES)) == len(COUNTRIES)
    assert len({code for code, _ in STATES}) == len(STATES) == 56
    assert len({code for code, _ in LANGUAGES}) == len(LANGUAGES)


def test_no_code_that_was_given_out_has_vanished() -> None:
    assert set(GIVEN_STATES.split()) <= STATE_CODES
    assert {*GIVEN_COUNTRIES.split(), "stateless"} <= COUNTRY_CODES
    assert set(GIVEN_LANGUAGES.split()) <= LANGUAGE_CODES


def test_every_number_and_length_limit_has_its_own_sentence() -> None:
    for step in V1.steps:
        for question in step.questions:
            if question.kind is Kind.NUMBER:
                assert str(question.bounds[1]) in question.unreadable
            if question.kind in {Kind.TEXT, Kind.LANGUAGE}:
                assert question.max_length in sentences.TOO_LONG_BY_LIMIT
            if question.exclusive:
                assert question.exclusive_error


def test_a_helper_is_told_who_you_means() -> None:
    assert any("“you”" in paragraph for paragraph in V1.step("who").lead)


def test_the_start_makes_the_promises_and_gives_the_warnings() -> None:
    words = " ".join((*V1.step("start").lead, *V1.step("start").help))
    for part in (
        "10 minutes",
        "free",
        "private",
        "not your lawyers yet",
        "not legal advice",
        "court date",
        "notario",
    ):
        assert part in words
    assert any("run by the government" in paragraph for paragraph in V1.step("dates").help)
    assert "Please do not write your whole story." in V1.question("anything_else").hint


def test_what_must_never_be_asked_is_not_asked() -> None:
    keys = {question.key for step in V1.steps for question in step.questions}
    assert not keys & {"address", "street", "ssn", "entry", "manner_of_entry", "status", "story"}
