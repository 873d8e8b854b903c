"""What sealing promises: who opens a record, who does not, and what its size tells."""

import base64
import pickle
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake.publickeys import Purpose
from intake.sealing import (
    BadEnvelope,
    CannotOpen,
    Envelope,
    PrivateKey,
    open_envelope,
    open_symmetric,
    recipients_of,
    seal,
    seal_symmetric,
)
from intake.unsealing import Keyring, generate_pair, rewrap

DESK = generate_pair(Purpose.DESK)
RECOVERY = generate_pair(Purpose.RECOVERY)
STRANGER = generate_pair(Purpose.DESK)
BOTH = (DESK.public, RECOVERY.public)
HERE = {"table": "submission", "record_id": b"record-1"}
ELSEWHERE = (
    {"table": "submission", "record_id": b"record-2"},
    {"table": "note", "record_id": b"record-1"},
    {"table": "submissio", "record_id": b"nrecord-1"},
)


def flipped(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << (at % 8)
    return bytes(changed)


@pytest.mark.parametrize("plaintext", [b"", b"x", b"a story" * 700, bytes(70_000)])
@pytest.mark.parametrize("alone", [DESK, RECOVERY], ids=["desk", "recovery"])
def test_the_desk_key_alone_and_the_recovery_key_alone_open_a_record(alone: PrivateKey, plaintext: bytes):
    sealed = seal(plaintext, **HERE, recipients=BOTH)
    assert open_envelope(sealed, **HERE, private=alone) == plaintext


def test_a_key_that_is_no_recipient_opens_nothing():
    sealed = seal(b"answers", **HERE, recipients=BOTH)
    with pytest.raises(CannotOpen):
        open_envelope(sealed, **HERE, private=STRANGER)


def test_a_stranger_who_writes_his_own_key_id_over_a_recipient_opens_nothing():
    sealed = seal(b"answers", **HERE, recipients=BOTH)
    renamed = sealed.replace(bytes.fromhex(DESK.kid), bytes.fromhex(STRANGER.kid))
    with pytest.raises(CannotOpen):
        open_envelope(renamed, **HERE, private=STRANGER)


@pytest.mark.parametrize("place", ELSEWHERE, ids=["other id", "other table", "shifted boundary"])
def test_a_record_moved_to_another_row_does_not_open(place: dict[str, object]):
    sealed = seal(b"answers", **HERE, recipients=BOTH)
    with pytest.raises(CannotOpen):
        open_envelope(sealed, **place, private=DESK)


def test_a_flipped_bit_in_any_byte_keeps_the_record_shut_for_either_key():
    sealed = seal(b"answers", **HERE, recipients=BOTH)
    for at in range(len(sealed)):
        for key in (DESK, RECOVERY) if at % 16 == 0 else (DESK,):
            with pytest.raises(CannotOpen):
                open_envelope(flipped(sealed, at), **HERE, private=key)


def test_a_record_cut_short_or_made_longer_does_not_open():
    sealed = seal(b"answers", **HERE, recipients=BOTH)
    for changed in [sealed[:end] for end in range(0, len(sealed), 97)] + [sealed[:-1], sealed + b"\0"]:
        with pytest.raises(CannotOpen):
            open_envelope(changed, **HERE, private=DESK)
        with pytest.raises(BadEnvelope):
            recipients_of(changed)


def test_a_recipient_cannot_be_dropped_quietly():
    parsed = Envelope.parse(seal(b"answers", **HERE, recipients=BOTH))
    without_recovery = Envelope(parsed.wraps[:1], parsed.list_seal, parsed.nonce, parsed.body).to_bytes()
    assert recipients_of(without_recovery) == (DESK.kid,)
    with pytest.raises(CannotOpen):
        open_envelope(without_recovery, **HERE, private=DESK)


def test_every_refusal_looks_the_same():
    sealed = seal(b"answers", **HERE, recipients=BOTH)
    cases = [
        (sealed, ELSEWHERE[0], DESK),
        (sealed, HERE, STRANGER),
        (flipped(sealed, len(sealed) - 1), HERE, DESK),
        (b"not an envelope", HERE, DESK),
    ]
    said = set()
    for data, place, key in cases:
        with pytest.raises(CannotOpen) as refused:
            open_envelope(data, **place, private=key)
        said.add((type(refused.value), str(refused.value)))
    assert len(said) == 1


def test_an_envelope_names_its_recipients_in_order():
    assert recipients_of(seal(b"", **HERE, recipients=BOTH)) == (DESK.kid, RECOVERY.kid)


@pytest.mark.parametrize("recipients", [[], [DESK.public, DESK.public]], ids=["nobody", "one key twice"])
def test_a_record_for_nobody_or_twice_for_one_is_refused(recipients: list[object]):
    with pytest.raises(ValueError, match="different recipients"):
        seal(b"", **HERE, recipients=recipients)


@pytest.mark.parametrize("place", [{"table": "", "record_id": b"1"}, {"table": "note", "record_id": b""}])
def test_a_record_without_a_place_is_refused(place: dict[str, object]):
    with pytest.raises(ValueError, match="needs a table and a record id"):
        seal(b"", **place, recipients=BOTH)


def test_a_record_of_more_than_sixteen_mebibytes_is_refused():
    with pytest.raises(ValueError, match="too large"):
        seal(bytes(16 * 1024 * 1024), **HERE, recipients=BOTH)


def test_short_records_all_have_one_size():
    sizes = {len(seal(bytes(length), **HERE, recipients=BOTH)) for length in range(0, 1001, 50)}
    sizes |= {len(seal(bytes(length), **HERE, recipients=BOTH)) for length in (1, 999, 1000)}
    assert len(sizes) == 1


def test_sizes_grow_in_buckets_only():
    overhead = len(seal(b"", **HERE, recipients=BOTH)) - 1024
    kib = {
        length: (len(seal(bytes(length), **HERE, recipients=BOTH)) - overhead) / 1024
        for length in (1020, 1021, 2045, 4093, 8189, 16_381, 32_764, 32_765, 49_149)
    }
    assert list(kib.values()) == [1, 2, 4, 8, 16, 32, 32, 48, 64]


def test_the_same_answers_sealed_twice_share_nothing_visible():
    first, second = (Envelope.parse(seal(b"answers", **HERE, recipients=BOTH)) for _ in range(2))
    assert first.nonce != second.nonce
    assert first.body != second.body
    assert not {wrapped for _, wrapped in first.wraps} & {wrapped for _, wrapped in second.wraps}


def test_a_retired_key_opens_what_it_had_and_nothing_new():
    old = seal(b"old", **HERE, recipients=BOTH)
    successor = generate_pair(Purpose.DESK)
    new = seal(b"new", **HERE, recipients=(successor.public, RECOVERY.public))
    assert open_envelope(old, **HERE, private=DESK) == b"old"
    with pytest.raises(CannotOpen):
        open_envelope(new, **HERE, private=DESK)


def test_rewrapping_hands_a_record_to_a_new_key_without_touching_its_body():
    old = seal(b"answers", **HERE, recipients=BOTH)
    successor = generate_pair(Purpose.DESK)
    ring = Keyring([STRANGER, DESK])
    new = rewrap(old, **HERE, keyring=ring, recipients=(successor.public, RECOVERY.public))
    assert Envelope.parse(new).body == Envelope.parse(old).body
    assert open_envelope(new, **HERE, private=successor) == b"answers"
    assert open_envelope(new, **HERE, private=RECOVERY) == b"answers"
    with pytest.raises(CannotOpen):
        open_envelope(new, **HERE, private=DESK)


def test_rewrapping_refuses_a_moved_record_and_a_ring_without_the_key():
    sealed = seal(b"answers", **HERE, recipients=BOTH)
    with pytest.raises(CannotOpen):
        rewrap(sealed, **ELSEWHERE[0], keyring=Keyring([DESK]), recipients=BOTH)
    with pytest.raises(CannotOpen):
        rewrap(sealed, **HERE, keyring=Keyring([STRANGER]), recipients=BOTH)


def test_a_keyring_finds_the_key_that_fits():
    ring = Keyring([STRANGER, DESK])
    assert ring.open(seal(b"answers", **HERE, recipients=BOTH), **HERE) == b"answers"
    assert ring.kids == (STRANGER.kid, DESK.kid)
    with pytest.raises(CannotOpen):
        ring.open(seal(b"answers", **HERE, recipients=[RECOVERY.public]), **HERE)
    with pytest.raises(CannotOpen):
        ring.open(b"not an envelope", **HERE)


def test_private_keys_show_no_secret_and_cannot_be_pickled():
    for shown in (repr(DESK), str(DESK), repr(Keyring([DESK]))):
        assert DESK.kid in shown
        assert DESK.secret_seed().hex() not in shown
        assert repr(DESK.secret_seed())[2:-1] not in shown
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(DESK)


@given(st.binary(max_size=6000))
@example(b"")
@example(b"\x01")
@example(b"\x01\x00")
@example(b"\x01\x01" + bytes(16 + 1168 + 32 + 12 + 1024 + 16))
@example(b"\x01\x02" + bytes(2 * (16 + 1168) + 32 + 12 + 1024 + 16))
@settings(max_examples=200, deadline=None)
def test_arbitrary_bytes_are_read_as_an_envelope_or_refused_without_being_repeated(data: bytes):
    try:
        parsed = Envelope.parse(data)
    except BadEnvelope as refused:
        assert str(refused) == "This is not a sealed record."
    else:
        assert parsed.to_bytes() == data


@given(st.integers(0, 3), st.integers(0, 255), st.binary(max_size=40))
@settings(max_examples=100, deadline=None)
def test_a_damaged_envelope_opens_unchanged_or_is_refused(at: int, value: int, tail: bytes):
    sealed = seal(b"answers", **HERE, recipients=BOTH)
    damaged = sealed[:at] + bytes((value,)) + sealed[at + 1 :] + tail
    if damaged == sealed:
        assert open_envelope(damaged, **HERE, private=DESK) == b"answers"
    else:
        with pytest.raises(CannotOpen):
            open_envelope(damaged, **HERE, private=DESK)


def test_an_envelope_sealed_by_the_first_version_still_opens():
    kept = base64.b64decode((Path(__file__).parent / "envelope_v1.b64").read_bytes())
    key = PrivateKey(bytes(range(32)), Purpose.RECOVERY)
    assert recipients_of(kept) == (key.kid,)
    assert open_envelope(kept, **HERE, private=key) == b"sealed by version 1"


KEY = bytes(range(32))
DRAFT = {"table": "draft", "record_id": b"find-id"}


def test_a_draft_opens_with_its_key_and_in_its_row_only():
    sealed = seal_symmetric(KEY, b"answers so far", **DRAFT)
    assert open_symmetric(KEY, sealed, **DRAFT) == b"answers so far"
    with pytest.raises(CannotOpen):
        open_symmetric(bytes(32), sealed, **DRAFT)
    for place in ({"table": "draft", "record_id": b"other"}, {"table": "letter", "record_id": b"find-id"}):
        with pytest.raises(CannotOpen):
            open_symmetric(KEY, sealed, **place)


def test_a_draft_with_a_flipped_bit_or_a_missing_end_does_not_open():
    sealed = seal_symmetric(KEY, b"answers so far", **DRAFT)
    for changed in [flipped(sealed, at) for at in range(len(sealed))] + [sealed[:-1], sealed + b"\0", b""]:
        with pytest.raises(CannotOpen):
            open_symmetric(KEY, changed, **DRAFT)


def test_drafts_of_one_to_a_thousand_bytes_have_one_size_and_never_the_same_nonce():
    sealed = [seal_symmetric(KEY, bytes(length), **DRAFT) for length in range(0, 1001, 10)]
    assert len({len(one) for one in sealed}) == 1
    assert len({one[1:13] for one in sealed}) == len(sealed)


def test_a_draft_key_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        seal_symmetric(b"short", b"", **DRAFT)
