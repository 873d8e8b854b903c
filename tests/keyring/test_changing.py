"""The key folder through the years: new keys, an older one out of use and gone, and a lost passphrase."""

import datetime as dt

import pytest

from intake.keyring import changing, drilling
from intake.keyring.following import FollowingKeyring
from intake.publickeys import KeyFileError, KeyState, Purpose, read_public_keys
from intake.recoverypaper import BadRecoveryText, from_recovery_text, recovery_text
from intake.sealing import CannotOpen, open_envelope, recipients_of, seal
from intake.unsealing import WrongPassphrase, generate_pair, load_keyring
from tests.conftest import PASSPHRASE
from tests.keyring.conftest import QUICK

HERE = {"table": "submission", "record_id": b"record-1"}
LATER = dt.date(2026, 6, 1)


def public(own):
    return read_public_keys(own.folder / "public.json")


def sealed(own, said=b"said"):
    return seal(said, **HERE, recipients=public(own).recipients())


def rotated(own, **options):
    new = changing.prepare(own.folder, PASSPHRASE, argon=QUICK, **options)
    changing.publish(own.folder, new, LATER)
    return new


def states(own):
    return {entry.key.kid: entry.state for entry in public(own).entries}


def test_after_rotation_new_records_are_closed_to_the_old_keys_and_old_ones_still_open(own):
    old = sealed(own, b"old")
    before = own.keyring
    lost = from_recovery_text(own.recovery_text)
    new = rotated(own)
    assert {key.purpose for key in new.public} == {Purpose.DESK, Purpose.RECOVERY}
    assert public(own).recipients() == new.public
    fresh = sealed(own, b"new")
    for kid in before.kids:
        assert kid not in recipients_of(fresh)
    with pytest.raises(CannotOpen):
        open_envelope(fresh, **HERE, private=lost)
    assert open_envelope(fresh, **HERE, private=from_recovery_text(new.paper)) == b"new"
    ring = load_keyring(own.folder, PASSPHRASE)
    assert (ring.open(old, **HERE), ring.open(fresh, **HERE)) == (b"old", b"new")
    assert sorted(states(own).values()) == ["active", "active", "older", "older"]


def test_one_kind_of_key_can_be_renewed_alone(own):
    (old_desk, _), (_, old_recovery) = own.recipients, own.recipients
    assert rotated(own, purposes=frozenset({Purpose.DESK})).paper == ""
    assert states(own)[old_desk.kid] == "older" and states(own)[old_recovery.kid] == "active"
    assert rotated(own, purposes=frozenset({Purpose.RECOVERY})).paper
    assert states(own)[old_recovery.kid] == "older"


def test_new_keys_that_are_not_put_to_use_change_nothing(own):
    before = (own.folder / "public.json").read_bytes()
    changing.prepare(own.folder, PASSPHRASE, argon=QUICK)
    changing.prepare(own.folder, PASSPHRASE, argon=QUICK)
    assert (own.folder / "public.json").read_bytes() == before
    assert load_keyring(own.folder, PASSPHRASE).kids == own.keyring.kids
    assert len(list((own.folder / "private").glob("*.new"))) == 1


def test_rotation_with_another_passphrase_is_refused_and_changes_nothing(own):
    before = {path: path.read_bytes() for path in own.folder.rglob("*") if path.is_file()}
    with pytest.raises(WrongPassphrase):
        changing.prepare(own.folder, "another passphrase", argon=QUICK)
    assert before == {path: path.read_bytes() for path in own.folder.rglob("*") if path.is_file()}


def test_two_commands_do_not_change_the_keys_at_once(own):
    with (
        changing.alone(own.folder),
        pytest.raises(KeyFileError, match="Another command"),
        changing.alone(own.folder),
    ):
        pass
    with changing.alone(own.folder):
        pass


def test_a_key_is_retired_when_it_closes_nothing_and_destroyed_when_no_backup_needs_it(own):
    kid = own.keyring.kids[0]
    with pytest.raises(KeyFileError, match="receives new records"):
        changing.retire(own.folder, kid, {}, LATER)
    rotated(own)
    with pytest.raises(KeyFileError, match="still closed to this key: 1,204"):
        changing.retire(own.folder, kid, {kid: 1204}, LATER)
    gone = {"days": 30, "oldest": None}
    with pytest.raises(KeyFileError, match="Only a retired key"):
        changing.destroy(own.folder, kid, {}, today=LATER, **gone)
    changing.retire(own.folder, kid[:8], {}, LATER)
    assert states(own)[kid] is KeyState.RETIRED
    assert kid not in load_keyring(own.folder, PASSPHRASE).kids
    # An old backup can still be opened.
    assert kid in changing.every_key(own.folder, PASSPHRASE).kids
    assert changing.retire(own.folder, kid, {}, LATER + dt.timedelta(days=9)).retired_on == LATER
    for today in (LATER, LATER + dt.timedelta(days=30)):
        with pytest.raises(KeyFileError, match=r"Backups are kept for 30 days.*from 2026-07-02 on"):
            changing.destroy(own.folder, kid, {}, today=today, **gone)
    free = LATER + dt.timedelta(days=31)
    with pytest.raises(KeyFileError, match="A backup of 2026-06-01 is still there"):
        changing.destroy(own.folder, kid, {}, today=free, days=30, oldest=LATER)
    with pytest.raises(KeyFileError, match="closed to this key: 2"):
        changing.destroy(own.folder, kid, {kid: 2}, today=free, **gone)
    changing.destroy(own.folder, kid, {}, today=free, days=30, oldest=LATER + dt.timedelta(days=1))
    assert states(own)[kid] is KeyState.DESTROYED
    assert kid not in changing.every_key(own.folder, PASSPHRASE).kids
    assert not [path for path in own.folder.rglob("*.key") if path.stem == kid]
    with pytest.raises(KeyFileError, match="destroyed already"):
        changing.destroy(own.folder, kid, {}, today=free, **gone)


@pytest.mark.parametrize("kid", ["", "0" * 7, "0" * 32, "../../../etc"])
def test_a_key_that_is_not_there_is_named_in_a_sentence(own, kid):
    with pytest.raises(KeyFileError, match="There is no such key"):
        changing.retire(own.folder, kid, {}, LATER)


def test_with_the_paper_a_lost_passphrase_is_replaced(own):
    old = sealed(own, b"old")
    paper = from_recovery_text(own.recovery_text)
    with pytest.raises(KeyFileError, match="at least 12"):
        changing.recover(own.folder, paper, "short", today=LATER, argon=QUICK)
    assert load_keyring(own.folder, PASSPHRASE).kids == own.keyring.kids
    stranger = generate_pair(Purpose.RECOVERY)
    with pytest.raises(KeyFileError, match="no recovery key"):
        changing.recover(own.folder, stranger, "a new long passphrase", today=LATER, argon=QUICK)
    desk = changing.recover(own.folder, paper, "a new long passphrase", today=LATER, argon=QUICK)
    ring = load_keyring(own.folder, "a new long passphrase")
    assert ring.kids == (desk.kid,) and ring.open(sealed(own), **HERE) == b"said"
    assert open_envelope(old, **HERE, private=paper) == b"old"
    with pytest.raises(CannotOpen):
        ring.open(old, **HERE)
    assert states(own)[own.keyring.kids[0]] == "older"


def test_the_drill_takes_the_paper_of_today_and_keeps_nothing(own):
    before = {path: path.read_bytes() for path in own.folder.rglob("*") if path.is_file()}
    assert drilling.drill(public(own), own.recovery_text).purpose is Purpose.RECOVERY
    assert before == {path: path.read_bytes() for path in own.folder.rglob("*") if path.is_file()}


def test_the_drill_says_what_is_wrong_with_a_paper(own):
    lines = own.recovery_text.splitlines()
    swapped = "\n".join([lines[0], lines[2].replace("3:", "2:"), lines[1].replace("2:", "3:"), lines[3]])
    with pytest.raises(BadRecoveryText, match="Line 2 is not right"):
        drilling.drill(public(own), swapped)
    with pytest.raises(KeyFileError, match="no recovery key of this installation"):
        drilling.drill(public(own), recovery_text(generate_pair(Purpose.RECOVERY)))
    rotated(own)
    with pytest.raises(KeyFileError, match="an older recovery key"):
        drilling.drill(public(own), own.recovery_text)


def test_a_process_that_runs_takes_up_new_keys_and_lets_go_of_retired_ones(own, own_settings):
    ticks = [0.0]
    ring = FollowingKeyring(own_settings, ticks=lambda: ticks[0])
    old = sealed(own, b"old")
    kid = ring.kids[0]
    rotated(own)
    # No key fits: it looks at once, without waiting for the next second.
    assert ring.open(sealed(own, b"new"), **HERE) == b"new" and ring.open(old, **HERE) == b"old"
    changing.retire(own.folder, kid, {}, LATER)
    ticks[0] += 2
    with pytest.raises(CannotOpen):
        ring.open(old, **HERE)
    assert kid not in ring.kids and len(ring.seeds()) == 1


def test_a_process_that_runs_reads_on_through_a_recovery(own, own_settings, caplog):
    ticks = [0.0]
    ring = FollowingKeyring(own_settings, ticks=lambda: ticks[0])
    old = sealed(own, b"old")
    changing.recover(
        own.folder, from_recovery_text(own.recovery_text), "a new long passphrase", today=LATER, argon=QUICK
    )
    ticks[0] += 2
    assert ring.open(old, **HERE) == b"old"
    fresh = sealed(own, b"new")
    with pytest.raises(CannotOpen):
        ring.open(fresh, **HERE)
    assert "cannot be unlocked (WrongPassphrase)" in caplog.text
    own_settings.passphrase_file.write_text("a new long passphrase\n")
    assert ring.open(fresh, **HERE) == b"new" and ring.open(old, **HERE) == b"old"
