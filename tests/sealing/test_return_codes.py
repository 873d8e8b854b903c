"""The return code: typed in any script, never stored, and the only way back to a draft."""

import subprocess
import sys
import threading
import unicodedata

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from intake import returncode
from intake.publickeys import Purpose
from intake.returncode import BadCode, derive, new_code, parse_code, root_of, show_code
from intake.sealing import open_envelope, seal

CODE = "1234567890123456"
ROOT = bytes(range(32))


def in_script(zero: str, text: str = CODE) -> str:
    return "".join(chr(ord(zero) + int(char)) if char.isdigit() else char for char in text)


def test_a_new_code_has_sixteen_digits_and_no_two_are_alike():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 16 and code.isascii() and code.isdigit() for code in codes)


def test_every_digit_of_a_code_is_random():
    columns = zip(*(new_code() for _ in range(400)), strict=True)
    assert all(len(set(column)) == 10 for column in columns)


def test_a_code_is_shown_in_four_groups_and_read_back():
    assert show_code(CODE) == "1234 5678 9012 3456"
    assert parse_code(show_code(CODE)) == CODE


@pytest.mark.parametrize(
    "zero", ["٠", "۰", "०", "০", "੦", "၀", "០", "๐", "０"],
    ids=lambda zero: unicodedata.name(zero).lower(),
)  # fmt: skip
def test_a_code_may_be_typed_in_the_digits_of_any_script(zero: str):
    assert parse_code(in_script(zero)) == CODE
    assert parse_code(in_script(zero, show_code(CODE))) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "1234-5678-9012-3456",
        "1234 – 5678 — 9012 ‑ 3456",
        "1234.5678.9012.3456",
        "12 34 56 78 90 12 34 56",
        "  1234\u00a05678\u202f9012\t3456\n",
        "\u200f1234 5678\u200e 9012\u2067 3456\u2069",
        "\ufeff1234\u200b5678\u200d9012\u061c3456",
        "۱۲۳۴ 5678 ٩٠١٢ 3456",
    ],
)
def test_grouping_dashes_dots_and_direction_marks_do_not_matter(typed: str):
    assert parse_code(typed) == CODE


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "length"),
        ("123456789012345", "length"),
        ("12345678901234567", "length"),
        ("1" * 100_000, "length"),
        ("1234 5678 9012 345x", "characters"),
        ("1234 5678 9012 345²", "characters"),
        ("1234 5678 9012 345½", "characters"),
        ("my code is lost", "characters"),
        ("1234 5678 9012 345\x00", "characters"),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason_and_without_repeating_it(typed: str, reason: str):
    with pytest.raises(BadCode) as wrong:
        parse_code(typed)
    assert wrong.value.reason == reason
    assert "1234" not in str(wrong.value) and "lost" not in str(wrong.value)


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_refused(typed: str):
    try:
        code = parse_code(typed)
    except BadCode as wrong:
        assert wrong.reason in ("length", "characters")
    else:
        assert len(code) == 16 and code.isascii() and code.isdigit()


def test_the_same_code_always_leads_to_the_same_keys():
    first, second = derive(root_of(CODE)), derive(root_of(parse_code(in_script("۰"))))
    assert (first.find_id, first.draft_key) == (second.find_id, second.draft_key)
    assert first.applicant.public == second.applicant.public
    assert first.applicant.public.purpose is Purpose.APPLICANT


def test_what_a_code_leads_to_never_changes_between_versions():
    keys = derive(ROOT)
    assert keys.find_id.hex() == "0d9000e2542cfd53a43cba35a759accc"
    assert keys.applicant.kid == "0792ae43aeb32c91d1dfba189e3597b5"


def test_the_root_is_plain_argon2id_as_another_implementation_computes_it():
    expected = hash_secret_raw(
        CODE.encode(),
        b"intake/code-root/v1",
        time_cost=3,
        memory_cost=65_536,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
    assert root_of(CODE) == expected


def test_one_digit_or_another_pepper_changes_everything():
    roots = {root_of(CODE), root_of(CODE[:-1] + "7"), root_of(CODE, b"pepper"), root_of(CODE, b"other")}
    assert len(roots) == 4
    assert len({derive(root).find_id for root in roots}) == 4


def test_the_stored_find_id_is_no_part_of_any_key():
    keys = derive(ROOT)
    assert (len(keys.find_id), len(keys.draft_key)) == (16, 32)
    for secret in (ROOT, keys.draft_key, keys.applicant.secret_seed()):
        assert keys.find_id not in secret
        assert keys.find_id[:8] not in secret
    assert len({ROOT, keys.draft_key, keys.applicant.secret_seed()}) == 3


def test_a_letter_to_the_applicant_opens_with_the_code_and_no_other():
    place = {"table": "letter", "record_id": b"letter-1"}
    letter = seal(b"a message", **place, recipients=[derive(root_of(CODE)).applicant.public])
    assert open_envelope(letter, **place, private=derive(root_of(CODE)).applicant) == b"a message"


def test_the_keys_of_a_code_are_not_shown():
    keys = derive(ROOT)
    for secret in (ROOT, keys.find_id, keys.draft_key):
        assert secret.hex() not in repr(keys)
        assert repr(secret)[2:-1] not in repr(keys)


def test_the_applicants_key_is_made_only_when_it_is_used():
    keys = derive(ROOT)
    assert "applicant" not in vars(keys)
    assert keys.applicant is keys.applicant


def test_only_two_codes_are_computed_at_a_time():
    in_use = returncode._AT_A_TIME
    in_use.acquire()
    in_use.acquire()
    done = threading.Event()
    third = threading.Thread(target=lambda: (root_of(CODE), done.set()))
    third.start()
    try:
        assert not done.wait(0.6)
    finally:
        in_use.release()
        in_use.release()
    third.join(30)
    assert done.is_set()


def loaded_after(statement: str) -> set[str]:
    probe = f"{statement}\nimport sys; print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    ("statement", "loaded"),
    [("import intake.sealing, intake.returncode", False), ("import intake.unsealing", True)],
    ids=["public side", "staff side"],
)
def test_the_public_side_does_not_load_what_unlocks_the_organisations_keys(statement: str, loaded: bool):
    modules = loaded_after(statement)
    assert "intake.sealing" in modules
    assert ("intake.unsealing" in modules) is loaded
