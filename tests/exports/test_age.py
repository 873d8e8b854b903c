"""A closed file opens with the program `age`, and with nothing that does not fit."""

import os
import shutil
import subprocess

import pytest

from intake import exports

NEEDS_AGE = pytest.mark.skipif(shutil.which("age") is None, reason="the Debian package `age` is not installed")


@NEEDS_AGE
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000])
def test_the_program_opens_what_is_closed_to_its_key(tmp_path, size):
    made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
    identity = tmp_path / "identity"
    identity.write_text(made)
    public = next(line.split(": ")[1] for line in made.splitlines() if "public key" in line)
    data = os.urandom(size)
    chunks = (data[at : at + 7_000] for at in range(0, size, 7_000))
    closed = b"".join(exports.encrypted(chunks, exports.recipient_of(public)))
    opened = subprocess.run(["age", "-d", "-i", str(identity)], input=closed, capture_output=True)
    assert opened.returncode == 0 and opened.stdout == data
    cut = subprocess.run(["age", "-d", "-i", str(identity)], input=closed[:-1], capture_output=True)
    assert cut.returncode != 0


@pytest.mark.parametrize("text", ["", "age1", "age1qqqq", "AGE1" + "q" * 58, "age1" + "q" * 58, "npub1" + "q" * 58])
def test_what_is_no_recipient_is_refused(text):
    with pytest.raises(exports.BadRecipient):
        exports.recipient_of(text)


def test_a_short_passphrase_is_refused():
    with pytest.raises(exports.BadRecipient):
        exports.Passphrase("eleven sign")
    closed = b"".join(exports.encrypted([b"told"], exports.Passphrase("twelve signs", work=10)))
    assert closed.startswith(b"age-encryption.org/v1\n-> scrypt ") and b"told" not in closed
