"""The sealed file of a backup: each kind of damage is found, and no wrong key opens it."""

import io

import pytest

from intake.backups import keys
from intake.backups.container import (
    CHUNK,
    BackupError,
    DamagedBackup,
    Passphrase,
    Reader,
    Writer,
    WrongBackupKey,
    closed_to,
)
from intake.publickeys import Purpose
from intake.unsealing import Argon, generate_pair

KEY = generate_pair(Purpose.BACKUP)
CONTENT = bytes(range(256)) * (CHUNK * 3 // 256 + 7)
SEALED_CHUNK = CHUNK + 16
CHEAP = Argon(memory_kib=64, iterations=1, lanes=1)


def sealed(content=CONTENT, to=KEY.public):
    out = io.BytesIO()
    writer = Writer(out, to)
    for at in range(0, len(content), 100_000):
        writer.write(content[at : at + 100_000])
    writer.close()
    return out.getvalue()


def opened(data, key=KEY):
    reader = Reader(io.BytesIO(data), key)
    return b"".join(iter(lambda: reader.read(70_001), b""))


def chunks_of(data, content=CONTENT):
    """The header, then the sealed chunks."""
    whole, rest = divmod(len(content), CHUNK)
    head = len(data) - whole * SEALED_CHUNK - rest - 16
    return data[:head], [data[at : at + SEALED_CHUNK] for at in range(head, len(data), SEALED_CHUNK)]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_what_was_written_is_read_whatever_its_length(size):
    data = sealed(CONTENT[:size])
    assert opened(data) == CONTENT[:size]
    assert CONTENT[:64] not in data


def test_a_flipped_bit_is_found_wherever_it_is():
    data = sealed()
    for at in [*range(0, 2000, 97), *range(2000, len(data), 50_021), len(data) - 1]:
        broken = bytearray(data)
        broken[at] ^= 1
        with pytest.raises(BackupError):
            opened(bytes(broken))


def test_a_file_that_was_cut_off_is_found_also_between_two_chunks():
    data = sealed()
    head, chunks = chunks_of(data)
    for end in (5, 40, len(head) - 1, len(head), len(head) + 10, len(data) - 1):
        with pytest.raises(DamagedBackup):
            opened(data[:end])
    with pytest.raises(DamagedBackup, match="its end is missing"):
        opened(head + b"".join(chunks[:2]))
    with pytest.raises(DamagedBackup):
        opened(data + b"x")
    with pytest.raises(DamagedBackup):
        opened(data + chunks[-1])


def test_chunks_in_another_order_twice_or_of_another_backup_are_found():
    head, chunks = chunks_of(sealed())
    _other_head, others = chunks_of(sealed())
    for order in (
        [chunks[1], chunks[0], *chunks[2:]],
        [chunks[0], chunks[0], *chunks[1:]],
        chunks[1:],
        [others[0], *chunks[1:]],
    ):
        with pytest.raises(DamagedBackup, match=r"piece [12]"):
            opened(head + b"".join(order))


def test_only_its_own_key_opens_it_and_it_says_which():
    data = sealed(b"little")
    assert closed_to(io.BytesIO(data)) == KEY.kid
    other = generate_pair(Purpose.BACKUP)
    with pytest.raises(WrongBackupKey, match=KEY.kid):
        opened(data, other)
    with pytest.raises(WrongBackupKey, match="not to a passphrase"):
        opened(data, Passphrase("a passphrase that is long", CHEAP))


def test_a_passphrase_closes_and_opens_and_another_does_not():
    right = Passphrase("a passphrase that is long", CHEAP)
    data = sealed(b"little", right)
    assert closed_to(io.BytesIO(data)) is None and opened(data, right) == b"little"
    with pytest.raises(WrongBackupKey):
        opened(data, Passphrase("another passphrase, as long", CHEAP))
    with pytest.raises(WrongBackupKey, match="passphrase"):
        opened(data, KEY)
    with pytest.raises(BackupError, match="12 characters"):
        sealed(b"little", Passphrase("short", CHEAP))
    assert "long" not in repr(right)


def test_the_key_comes_back_from_paper_and_a_slip_is_named(tmp_path):
    paper = keys.make(tmp_path)
    assert keys.from_paper(paper.lower()).public.kid == keys.read(tmp_path).kid
    with pytest.raises(BackupError, match="Line 2"):
        lines = paper.splitlines()
        keys.from_paper("\n".join([lines[0], lines[1][:-1] + ("0" if lines[1][-1] != "0" else "1"), *lines[2:]]))
    with pytest.raises(BackupError, match="already"):
        keys.make(tmp_path)
    assert not [path for path in tmp_path.iterdir() if paper.splitlines()[0] in path.read_text()]
