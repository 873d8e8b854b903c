"""The organisation's keys on disk: made once, locked, rotated, and refused when something is wrong."""

import json
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from intake.publickeys import KeyEntry, KeyFileError, KeyState, PublicKey, Purpose, read_public_keys
from intake.recoverypaper import from_recovery_text
from intake.sealing import open_envelope, seal
from intake.unsealing import (
    PRODUCTION,
    Argon,
    WrongPassphrase,
    generate_pair,
    load_keyring,
    lock_private,
    make_keys,
    unlock_private,
    write_public_keys,
)

QUICK = Argon(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "four fictional words here"
DAY = date(2026, 11, 2)
LATER = date(2027, 1, 4)
HERE = {"table": "submission", "record_id": b"record-1"}


def rewrite(path: Path, change: Callable[[dict], object]) -> None:
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "desk.key"
    lock_private(path, generate_pair(Purpose.DESK), PASSPHRASE, argon=QUICK)
    return path


def test_a_locked_key_opens_with_its_passphrase(tmp_path: Path):
    private = generate_pair(Purpose.DESK)
    lock_private(tmp_path / "desk.key", private, PASSPHRASE, argon=QUICK)
    unlocked = unlock_private(tmp_path / "desk.key", PASSPHRASE)
    assert unlocked.public == private.public
    sealed = seal(b"answers", **HERE, recipients=[private.public])
    assert open_envelope(sealed, **HERE, private=unlocked) == b"answers"


def test_a_passphrase_with_accents_opens_however_the_keyboard_composes_them(tmp_path: Path):
    lock_private(tmp_path / "k.key", generate_pair(Purpose.DESK), "caf\u00e9 caf\u00e9 caf\u00e9", argon=QUICK)
    assert unlock_private(tmp_path / "k.key", "cafe\u0301 cafe\u0301 cafe\u0301").public


def test_the_key_file_is_for_its_owner_only_and_holds_no_open_secret(tmp_path: Path):
    private = generate_pair(Purpose.DESK)
    path = tmp_path / "desk.key"
    lock_private(path, private, PASSPHRASE, argon=QUICK)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert private.secret_seed() not in path.read_bytes()
    assert private.secret_seed().hex() not in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


def test_the_production_key_file_costs_a_guess_256_mebibytes_three_times(tmp_path: Path):
    lock_private(tmp_path / "desk.key", generate_pair(Purpose.DESK), PASSPHRASE)
    kdf = json.loads((tmp_path / "desk.key").read_text())["kdf"]
    assert (kdf["name"], kdf["memory_kib"], kdf["iterations"], kdf["lanes"]) == ("argon2id", 262_144, 3, 4)
    assert Argon() == PRODUCTION
    assert unlock_private(tmp_path / "desk.key", PASSPHRASE).public.purpose is Purpose.DESK


def test_a_wrong_passphrase_is_refused(key_file: Path):
    with pytest.raises(WrongPassphrase):
        unlock_private(key_file, PASSPHRASE + "!")


def test_a_passphrase_that_is_too_short_is_refused(tmp_path: Path):
    with pytest.raises(KeyFileError, match="at least 12"):
        lock_private(tmp_path / "desk.key", generate_pair(Purpose.DESK), "short", argon=QUICK)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(kid="0" * 32),
        lambda data: data.update(purpose="recovery"),
        lambda data: data.update(note="added"),
        lambda data: data.pop("kid"),
        lambda data: data["kdf"].update(iterations=2),
        lambda data: data.update(locked="A" * 64),
    ],
    ids=["key id", "purpose", "extra line", "no key id", "fewer passes", "locked key"],
)
def test_a_key_file_changed_in_any_part_does_not_open(key_file: Path, change: Callable[[dict], object]):
    rewrite(key_file, change)
    with pytest.raises(WrongPassphrase):
        unlock_private(key_file, PASSPHRASE)


@pytest.mark.parametrize(
    "figures",
    [
        {"memory_kib": 1 << 40},
        {"memory_kib": 1},
        {"memory_kib": -5},
        {"iterations": 10**9},
        {"iterations": 0},
        {"lanes": 10_000},
        {"lanes": 0},
    ],
    ids=str,
)
def test_a_key_file_that_asks_for_absurd_work_is_refused_before_any_work(key_file: Path, figures: dict):
    rewrite(key_file, lambda data: data["kdf"].update(figures))
    with pytest.raises(KeyFileError, match="out of all bounds"):
        unlock_private(key_file, PASSPHRASE)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "7", "{}", '{"kdf": 3}', '{"kdf": "argon2id"}', "\x00"],
)
def test_a_malformed_key_file_gets_a_sentence(tmp_path: Path, content: str):
    (tmp_path / "desk.key").write_text(content)
    with pytest.raises(KeyFileError, match=r"^The key file desk\.key .*\.$"):
        unlock_private(tmp_path / "desk.key", PASSPHRASE)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(version=2),
        lambda data: data["kdf"].update(name="pbkdf2"),
        lambda data: data["kdf"].update(lanes=True),
        lambda data: data["kdf"].update(memory_kib="64"),
        lambda data: data.update(nonce="AAAA"),
        lambda data: data.update(locked="?"),
        lambda data: data.update(purpose="friend"),
    ],
    ids=["version", "kdf", "lanes", "memory as text", "short nonce", "not base64", "purpose"],
)
def test_a_key_file_of_another_form_is_refused(key_file: Path, change: Callable[[dict], object]):
    rewrite(key_file, change)
    with pytest.raises(KeyFileError, match="expected form"):
        unlock_private(key_file, PASSPHRASE)


def test_a_missing_key_file_gets_a_sentence(tmp_path: Path):
    with pytest.raises(KeyFileError, match="cannot be read"):
        unlock_private(tmp_path / "desk.key", PASSPHRASE)


def test_making_keys_gives_one_desk_key_on_disk_and_one_recovery_key_on_paper(tmp_path: Path):
    text = make_keys(tmp_path / "keys", PASSPHRASE, today=DAY, argon=QUICK)
    public = read_public_keys(tmp_path / "keys" / "public.json")
    desk, recovery = public.recipients()
    assert (desk.purpose, recovery.purpose) == (Purpose.DESK, Purpose.RECOVERY)
    assert [(e.state, e.created_on) for e in public.entries] == [(KeyState.ACTIVE, DAY)] * 2
    assert [path.name for path in (tmp_path / "keys" / "private").iterdir()] == [f"{desk.kid}.key"]
    assert stat.S_IMODE((tmp_path / "keys" / "private").stat().st_mode) == 0o700

    sealed = seal(b"answers", **HERE, recipients=public.recipients())
    assert load_keyring(tmp_path / "keys", PASSPHRASE).open(sealed, **HERE) == b"answers"
    assert open_envelope(sealed, **HERE, private=from_recovery_text(text)) == b"answers"


def test_the_recovery_key_is_stored_nowhere(tmp_path: Path):
    text = make_keys(tmp_path, PASSPHRASE, today=DAY, argon=QUICK)
    seed = from_recovery_text(text).secret_seed()
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert seed not in stored
    assert text.split("\n")[0][4:].encode() not in stored


def test_making_keys_twice_changes_nothing(tmp_path: Path):
    make_keys(tmp_path, PASSPHRASE, today=DAY, argon=QUICK)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(KeyFileError, match="already holds keys"):
        make_keys(tmp_path, PASSPHRASE, today=LATER, argon=QUICK)
    (tmp_path / "public.json").unlink()
    with pytest.raises(KeyFileError, match="already holds keys"):
        make_keys(tmp_path, PASSPHRASE, today=LATER, argon=QUICK)
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == {path: data for path, data in before.items() if path.name != "public.json"}


def test_a_folder_without_private_keys_gets_a_sentence(tmp_path: Path):
    with pytest.raises(KeyFileError, match="Make the keys first"):
        load_keyring(tmp_path, PASSPHRASE)


def test_without_an_active_recovery_key_nothing_can_be_sealed(tmp_path: Path):
    path = tmp_path / "public.json"
    desk, recovery = generate_pair(Purpose.DESK).public, generate_pair(Purpose.RECOVERY).public
    entries = [KeyEntry(desk, KeyState.ACTIVE, DAY), KeyEntry(recovery, KeyState.RETIRED, DAY)]
    write_public_keys(path, entries)
    with pytest.raises(KeyFileError, match="no active recovery key"):
        read_public_keys(path).recipients()


def test_the_public_key_file_is_read_back_as_written_and_readable_by_the_public_door(tmp_path: Path):
    path = tmp_path / "public.json"
    entries = (
        KeyEntry(generate_pair(Purpose.DESK).public, KeyState.RETIRED, DAY),
        KeyEntry(generate_pair(Purpose.DESK).public, KeyState.ACTIVE, LATER),
    )
    write_public_keys(path, entries)
    assert read_public_keys(path).entries == entries
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    "content", [None, "", "{", "[]", "{}", '{"version": 1, "keys": []}', '{"version": 2, "keys": [{}]}']
)
def test_a_missing_or_malformed_public_key_file_gets_a_sentence(tmp_path: Path, content: str | None):
    path = tmp_path / "public.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KeyFileError, match=r"^The public key file public\.json .*[.?]$"):
        read_public_keys(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.update(state="asleep"),
        lambda row: row.update(purpose="recovery"),
        lambda row: row.update(kid="0" * 32),
        lambda row: row.update(created_on="last week"),
        lambda row: row.update(created_on=5),
        lambda row: row.update(public="desk.abc"),
        lambda row: row.update(public=None),
        lambda row: row.pop("public"),
    ],
    ids=["state", "purpose", "key id", "day", "day as number", "key", "null key", "no key"],
)
def test_a_malformed_line_in_the_public_key_file_is_named(tmp_path: Path, change: Callable[[dict], object]):
    path = tmp_path / "public.json"
    make_keys(tmp_path, PASSPHRASE, today=DAY, argon=QUICK)
    rewrite(path, lambda data: change(data["keys"][0]))
    with pytest.raises(KeyFileError, match="Key number 1 in the public key file is malformed"):
        read_public_keys(path)


def test_a_key_listed_twice_is_refused(tmp_path: Path):
    make_keys(tmp_path, PASSPHRASE, today=DAY, argon=QUICK)
    rewrite(tmp_path / "public.json", lambda data: data["keys"].append(data["keys"][0]))
    with pytest.raises(KeyFileError, match="twice"):
        read_public_keys(tmp_path / "public.json")


def test_a_public_key_survives_being_copied_as_text_and_a_slip_is_noticed():
    key = generate_pair(Purpose.DESK).public
    text = key.to_text()
    assert PublicKey.from_text(f" {text}\n") == key
    at = len(text) - 10
    slipped = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
    for wrong in (slipped, text[:-4], text.replace("desk", "friend"), "", "a.b.c", "désk.é.é"):
        with pytest.raises(KeyFileError):
            PublicKey.from_text(wrong)
