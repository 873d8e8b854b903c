"""Closing a file to a passphrase or a key while it is written: the age format, version 1, which other programs open.

Source of the format: https://age-encryption.org/v1 (C2SP). A file is a header in text that holds the file key, closed
to its one recipient, and a body of pieces of 64 KiB under ChaCha20-Poly1305. Each piece has its number, the last one
says so: nothing can be taken away from the end, or put into another order, unnoticed.
"""

import base64
import hmac
import secrets
import unicodedata
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from . import bech32

SUFFIX: Final = ".age"
PIECE: Final = 64 * 1024
LEAST_PASSPHRASE: Final = 12

_VERSION: Final = b"age-encryption.org/v1"
# The default of the program `age`: a guess at the passphrase costs 256 MiB and about a second.
_WORK: Final = 18
_FILE_KEY_BYTES, _SALT_BYTES, _NONCE_BYTES = 16, 16, 16
_ZERO_NONCE: Final = bytes(12)


class BadRecipient(ValueError):
    """The file cannot be closed to this: a short passphrase, or a text that is no age recipient."""


@dataclass(frozen=True, slots=True, repr=False)
class Passphrase:
    """A file that opens with these words. `work` is the base-2 logarithm of scrypt's cost.

    Raises BadRecipient for fewer than 12 characters.
    """

    words: str
    work: int = _WORK

    def __post_init__(self) -> None:
        if len(self.words) < LEAST_PASSPHRASE:
            raise BadRecipient(f"A passphrase for a file needs at least {LEAST_PASSPHRASE} characters.")

    def stanza(self, file_key: bytes) -> bytes:
        """The two lines of the header that hold the file key."""
        salt = secrets.token_bytes(_SALT_BYTES)
        kdf = Scrypt(salt=_VERSION + b"/scrypt" + salt, length=32, n=1 << self.work, r=8, p=1)
        wrap = kdf.derive(unicodedata.normalize("NFC", self.words).encode())
        return b"-> scrypt %s %d\n%s\n" % (_text(salt), self.work, _wrapped(wrap, file_key))


@dataclass(frozen=True, slots=True)
class PublicRecipient:
    """A file that opens with the private half of this X25519 key; see `recipient_of`."""

    raw: bytes

    def stanza(self, file_key: bytes) -> bytes:
        """The two lines of the header that hold the file key. Raises BadRecipient for a key that closes nothing."""
        once = X25519PrivateKey.generate()
        public = once.public_key().public_bytes_raw()
        try:
            shared = once.exchange(X25519PublicKey.from_public_bytes(self.raw))
        except ValueError:
            raise BadRecipient("This key cannot close a file.") from None
        wrap = _derived(shared, public + self.raw, _VERSION + b"/X25519")
        return b"-> X25519 %s\n%s\n" % (_text(public), _wrapped(wrap, file_key))


Recipient: TypeAlias = Passphrase | PublicRecipient


def recipient_of(text: str) -> PublicRecipient:
    """The recipient in a text that begins with "age1", as `age-keygen` prints it. Raises BadRecipient."""
    try:
        raw = bech32.decode(text.strip(), "age")
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise BadRecipient("This is not an age recipient: it begins with age1 and has 62 characters.")
    return PublicRecipient(raw)


def encrypted(chunks: Iterable[bytes], recipient: Recipient) -> Generator[bytes, None, None]:
    """The bytes of an age file that holds `chunks`, as they come. Bounded memory: one piece of 64 KiB at a time.

    The header is made before this returns. Raises BadRecipient as `PublicRecipient.stanza`.
    """
    file_key = secrets.token_bytes(_FILE_KEY_BYTES)
    head = _VERSION + b"\n" + recipient.stanza(file_key) + b"---"
    seal = hmac.digest(_derived(file_key, b"", b"header"), head, "sha256")
    nonce = secrets.token_bytes(_NONCE_BYTES)
    body = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    return _file(head + b" " + _text(seal) + b"\n" + nonce, body, chunks)


def _file(head: bytes, body: ChaCha20Poly1305, chunks: Iterable[bytes]) -> Generator[bytes, None, None]:
    yield head
    held, number = bytearray(), 0
    for chunk in chunks:
        held += chunk
        # A piece is written when it is sure that another follows: the last one is marked.
        while len(held) > PIECE:
            yield body.encrypt(_nonce(number, last=False), bytes(held[:PIECE]), None)
            del held[:PIECE]
            number += 1
    yield body.encrypt(_nonce(number, last=True), bytes(held), None)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=salt, info=info).derive(secret)


def _wrapped(key: bytes, file_key: bytes) -> bytes:
    # The key is used this once: a fixed nonce is what the format says.
    return _text(ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None))


def _text(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")
