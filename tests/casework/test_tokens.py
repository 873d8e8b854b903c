"""Tokens: only the key makes them, each kind apart, from every answer in which a name or a number lies."""

import hashlib

from intake import names
from intake.casework import tokens
from intake.names import forms
from intake.settings import secret
from tests import people

KEY = bytes(range(32))
OTHER_KEY = bytes(32)


def named(name, key=KEY):
    return {tokens.name_token(key, form) for form in forms(name)}


def test_the_same_answers_give_the_same_tokens_under_one_key_and_others_under_another():
    assert tokens.tokens(KEY, people.MARYAM) == tokens.tokens(KEY, people.MARYAM)
    assert not tokens.tokens(KEY, people.MARYAM).keys() & tokens.tokens(OTHER_KEY, people.MARYAM).keys()
    assert {len(one) for one in tokens.tokens(KEY, people.MARYAM)} == {12}


def test_a_text_has_another_token_as_a_name_than_as_an_address():
    texts = {tokens.token(KEY, kind, "rosa@example.org") for kind in ("name", "email", "phone", "a_number")}
    assert len(texts) == 4


def test_no_token_is_a_plain_hash_of_its_form():
    made = tokens.tokens(KEY, people.MARYAM)
    for form in forms(people.MARYAM["call_name"]):
        for text in (form, form.split(":")[1]):
            assert hashlib.sha256(text.encode()).digest()[:12] not in made


def test_names_lie_in_every_answer_where_people_write_them_and_the_own_ones_weigh_more():
    answers = people.BASE | {
        "call_name": "Rosa",
        "other_names": "Rosita Quispe",
        "documents_name": "Rosalinda Mamani",
        "helper_name": "Tomás Huanca",
        "contact_person": "Elvira Condori, 202 555 0147",
        "young_contact": "Uncle Braulio",
        "not_contact": "Wilfredo Choque",
        "anything_else": "Zenobia",
    }
    found = tokens.tokens(KEY, answers)
    for name in ("Rosa", "Rosita", "Quispe", "Mamani"):
        assert found[tokens.name_token(KEY, f"word:{name.lower()}")] == names.WEIGHTS["word"] * tokens.OWN
    for name in ("Huanca", "Condori", "Braulio"):
        assert found[tokens.name_token(KEY, f"word:{name.lower()}")] == names.WEIGHTS["word"]
    for name in ("Wilfredo", "Choque", "Zenobia"):
        assert not named(name) & found.keys()


def test_numbers_and_addresses_are_tokens_also_where_they_stand_among_words():
    answers = people.BASE | {
        "a_number": "012345678",
        "phone": "+12025550123",
        "email": "Rosa@Example.org",
        "helper_contact": "call (202) 555-0188 or sister@example.org",
    }
    found = tokens.tokens(KEY, answers)
    for kind, text, times in (
        ("a_number", "012345678", tokens.OWN),
        ("phone", "+12025550123", tokens.OWN),
        ("email", "rosa@example.org", tokens.OWN),
        ("phone", "+12025550188", 1),
        ("email", "sister@example.org", 1),
    ):
        assert found[tokens.token(KEY, kind, text)] == tokens.EXACT_WEIGHTS[kind] * times
    exact = tokens.exact_tokens(KEY, answers)
    assert sorted(exact.values()) == ["a_number", "email", "phone"]
    assert exact.keys() <= found.keys()


def test_hostile_answers_raise_nothing_and_give_no_more_than_the_bound():
    hostile = dict.fromkeys(("call_name", "phone", "email", "contact_person"), "\u202e\x00" + "ع Żx1@ " * 5000)
    assert len(tokens.tokens(KEY, hostile)) <= 400
    assert tokens.tokens(KEY, {"call_name": None, "phone": 5, "email": ["a"], "other_names": {}}) == {}


def test_another_key_or_other_forms_have_another_stamp(monkeypatch):
    before = tokens.stamp(KEY)
    assert 0 < before < 2**31 and tokens.stamp(OTHER_KEY) != before
    monkeypatch.setattr(names, "VERSION", names.VERSION + 1)
    assert tokens.stamp(KEY) != before


def test_the_key_is_made_once_and_stays(settings):
    made = tokens.key_of(settings)
    assert len(made) == 32 and tokens.key_of(settings) == made
    assert secret(settings.secrets / "search.key") == made.hex()
    assert (settings.secrets / "search.key").stat().st_mode & 0o777 == 0o600
