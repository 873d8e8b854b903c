"""The sealed file of a backup: a header that closes one key, then numbered chunks under that key.

    "INTAKE-BACKUP\\n" | version 1 byte | kind 1 byte
    | kind 1, to a backup key: key id 16, wrapped file key 1168 (HPKE, ML-KEM-768 + X25519)
    | kind 2, to a passphrase: salt 16, Argon2id memory 4, passes 4, lanes 1, nonce 12, locked file key 48
    | chunks: AES-256-GCM, 256 KiB of plaintext each and the last one shorter

A chunk's nonce is its number and a mark for the last one; the header is bound into every chunk. So a changed bit,
chunks in another order, chunks of another file and a missing end are all found.
"""

import hashlib
import secrets
import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from ..publickeys import KID_BYTES, KeyFileError, PublicKey, public_pair
from ..sealing import CannotOpen, PrivateKey
from ..unsealing import MIN_PASSPHRASE, PRODUCTION, Argon

MAGIC: Final = b"INTAKE-BACKUP\n"
VERSION: Final = 1
CHUNK: Final = 256 * 1024
_TAG = 16
_TO_KEY, _TO_PASSPHRASE = 1, 2
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_WRAPPED = hpke.KEM.MLKEM768_X25519.enc_length() + 32 + _TAG
_INFO = b"intake/backup/v1"
_FIGURES = struct.Struct(">16sIIB12s48s")


class BackupError(Exception):
    """A backup cannot be made, read or restored; the message is one clear sentence."""


class DamagedBackup(BackupError):
    """The file is no whole backup."""


class WrongBackupKey(BackupError):
    """The key or the passphrase does not open this file."""


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase that closes and opens backups, and the work that a guess costs. Never shown."""

    text: str
    argon: Argon = PRODUCTION

    def __repr__(self) -> str:
        return "<Passphrase>"


class Writer:
    """Closes what is written to it, in order, into `out`; `close` writes the last chunk."""

    def __init__(self, out: BinaryIO, to: PublicKey | Passphrase) -> None:
        key = secrets.token_bytes(32)
        header = MAGIC + bytes((VERSION,)) + (_for_passphrase(key, to) if isinstance(to, Passphrase) else _for(key, to))
        out.write(header)
        self._out, self._bound = out, hashlib.sha256(header).digest()
        self._cipher = AESGCM(_body_key(key, self._bound))
        self._waiting, self._number = bytearray(), 0

    def write(self, data: bytes) -> None:
        """Take `data`; a whole chunk goes out as soon as it is known not to be the last."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        """Write what is left, marked as the end."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, plaintext: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last), plaintext, self._bound))
        self._number += 1


class Reader:
    """Opens such a file from its beginning to its end.

    Raises DamagedBackup for what is no backup, WrongBackupKey for a key that does not fit; `read` raises DamagedBackup
    at the first chunk that is not what was written there.
    """

    def __init__(self, source: BinaryIO, key: PrivateKey | Passphrase) -> None:
        file_key, header = _opened(source, key)
        self._source, self._bound = source, hashlib.sha256(header).digest()
        self._cipher = AESGCM(_body_key(file_key, self._bound))
        self._number, self._ended = 0, False
        self._next = source.read(CHUNK + _TAG)
        self._ready = bytearray()

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes, or fewer where the file properly ends."""
        while len(self._ready) < size and not self._ended:
            self._ready += self._chunk()
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._source.read(CHUNK + _TAG)
        last = not self._next
        try:
            opened = self._cipher.decrypt(_nonce(self._number, last), sealed, self._bound)
        except (InvalidTag, ValueError):
            raise DamagedBackup(self._why(sealed, last)) from None
        self._number, self._ended = self._number + 1, last
        return opened

    def _why(self, sealed: bytes, last: bool) -> str:
        if last:
            try:
                self._cipher.decrypt(_nonce(self._number, False), sealed, self._bound)
            except (InvalidTag, ValueError):
                if len(sealed) < CHUNK + _TAG:
                    return f"The backup was cut off or changed in or before its last piece ({self._number + 1})."
            else:
                return f"The backup was cut off after piece {self._number + 1}: its end is missing."
        return f"The backup was changed: piece {self._number + 1} is not what was written there."


def closed_to(source: BinaryIO) -> str | None:
    """The id of the key that opens the backup, or None when a passphrase does. Raises DamagedBackup."""
    kind, _header = _kind(source)
    return _exactly(source, KID_BYTES).hex() if kind == _TO_KEY else None


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + bytes((last,))


def _body_key(key: bytes, bound: bytes) -> bytes:
    return HKDFExpand(hashes.SHA256(), 32, info=_INFO + bound).derive(key)


def _for(key: bytes, to: PublicKey) -> bytes:
    kid = bytes.fromhex(to.kid)
    return bytes((_TO_KEY,)) + kid + _SUITE.encrypt(key, public_pair(to.raw), _INFO + kid)


def _for_passphrase(key: bytes, to: Passphrase) -> bytes:
    if len(to.text) < MIN_PASSPHRASE:
        raise BackupError(f"The passphrase of a backup needs at least {MIN_PASSPHRASE} characters.")
    salt, nonce, argon = secrets.token_bytes(16), secrets.token_bytes(12), to.argon
    locked = AESGCM(argon.key(to.text, salt)).encrypt(nonce, key, _INFO)
    figures = (argon.memory_kib, argon.iterations, argon.lanes)
    return bytes((_TO_PASSPHRASE,)) + _FIGURES.pack(salt, *figures, nonce, locked)


def _kind(source: BinaryIO) -> tuple[int, bytes]:
    start = source.read(len(MAGIC) + 2)
    if len(start) < len(MAGIC) + 2 or not start.startswith(MAGIC):
        raise DamagedBackup("This file is no backup of this product.")
    version, kind = start[-2:]
    if version != VERSION or kind not in (_TO_KEY, _TO_PASSPHRASE):
        raise DamagedBackup("This backup has a form that this version does not know, or its first bytes were changed.")
    return kind, start


def _opened(source: BinaryIO, key: PrivateKey | Passphrase) -> tuple[bytes, bytes]:
    """The file key and the header's bytes."""
    kind, start = _kind(source)
    if kind == _TO_PASSPHRASE:
        rest = _exactly(source, _FIGURES.size)
        if not isinstance(key, Passphrase):
            raise WrongBackupKey("This backup is closed to a passphrase: give --backup-passphrase-file.")
        salt, memory, passes, lanes, nonce, locked = _FIGURES.unpack(rest)
        try:
            opener = AESGCM(Argon(memory, passes, lanes).key(key.text, salt))
            return opener.decrypt(nonce, locked, _INFO), start + rest
        except (InvalidTag, KeyFileError):
            raise WrongBackupKey("The passphrase does not open this backup, or its first bytes were changed.") from None
    kid, wrapped = _exactly(source, KID_BYTES), _exactly(source, _WRAPPED)
    if not isinstance(key, PrivateKey):
        raise WrongBackupKey(f"This backup is closed to the backup key {kid.hex()}, not to a passphrase.")
    if key.kid != kid.hex():
        raise WrongBackupKey(f"This backup is closed to another key: it needs {kid.hex()}, this is {key.kid}.")
    try:
        return key.unwrap(wrapped, _INFO + kid), start + kid + wrapped
    except CannotOpen:
        raise DamagedBackup(
            "The backup was changed: its first part does not open with the key that it names."
        ) from None


def _exactly(source: BinaryIO, size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        raise DamagedBackup("The backup was cut off in its first part.")
    return data
