"""The organisation's and applicants' public keys, and the file that lists the organisation's."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

FILE_VERSION = 1
KID_BYTES = 16
_MLKEM_PUBLIC_BYTES, _X25519_PUBLIC_BYTES = 1184, 32


class KeyFileError(ValueError):
    """A key or a key file is missing, malformed or not fit for use; the message is a sentence for people."""


class Purpose(StrEnum):
    """Whose key it is: the desk's, the offline recovery key, one applicant's, or the one that closes backups."""

    DESK = "desk"
    RECOVERY = "recovery"
    APPLICANT = "applicant"
    BACKUP = "backup"


class KeyState(StrEnum):
    """An active key receives new records; an older one opens only what it already has; a retired one has nothing
    left to open but old backups; of a destroyed one there is no private half any more.
    """

    ACTIVE = "active"
    OLDER = "older"
    RETIRED = "retired"
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class PublicKey:
    """A key that closes. `raw`: ML-KEM-768 public key (1184 bytes) then X25519 (32). `kid`: 32 hex digits.

    Raises KeyFileError when `raw` is not such a pair.
    """

    raw: bytes = field(repr=False)
    purpose: Purpose
    kid: str = field(init=False)

    def __post_init__(self) -> None:
        public_pair(self.raw)
        digest = hashlib.sha256(b"intake/kid/v1" + self.raw).digest()
        object.__setattr__(self, "kid", digest[:KID_BYTES].hex())

    def to_text(self) -> str:
        """One line of ASCII: purpose, key id and key, parted by dots."""
        return f"{self.purpose.value}.{self.kid}.{base64.urlsafe_b64encode(self.raw).decode('ascii')}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote; KeyFileError when it is anything else or the key id does not match."""
        try:
            purpose, kid, body = text.strip().split(".")
            key = cls(base64.b64decode(body, altchars=b"-_", validate=True), Purpose(purpose))
        except (ValueError, binascii.Error):
            raise KeyFileError("This is not a public key.") from None
        if key.kid != kid:
            raise KeyFileError("The public key does not match its key id. It was copied wrongly or changed.")
        return key


@dataclass(frozen=True)
class KeyEntry:
    """One line of the public key file: a key, whether it receives new records, and the days it was made and retired."""

    key: PublicKey
    state: KeyState
    created_on: date
    retired_on: date | None = None


@dataclass(frozen=True)
class PublicKeys:
    """The organisation's public keys, as the public key file lists them."""

    entries: tuple[KeyEntry, ...]

    def active(self, purposes: Iterable[Purpose]) -> tuple[PublicKey, ...]:
        """The keys of these purposes that receive new records."""
        wanted = frozenset(purposes)
        return tuple(e.key for e in self.entries if e.state is KeyState.ACTIVE and e.key.purpose in wanted)

    def recipients(self) -> tuple[PublicKey, ...]:
        """Whom the organisation's records are closed to: active desk and recovery keys.

        Raises KeyFileError when either kind is missing: a record without both could be lost with one key.
        """
        return self._recipients

    @cached_property
    def _recipients(self) -> tuple[PublicKey, ...]:
        for purpose in (Purpose.DESK, Purpose.RECOVERY):
            if not self.active((purpose,)):
                raise KeyFileError(f"There is no active {purpose} key. Make one before taking submissions.")
        return self.active((Purpose.DESK, Purpose.RECOVERY))


def read_public_keys(path: Path) -> PublicKeys:
    """The public key file at `path`; KeyFileError with a sentence when it is missing or malformed."""
    try:
        found = path.stat()
        return _read(path, found.st_ino, found.st_mtime_ns, found.st_size)
    except OSError:
        raise KeyFileError(f"The public key file {path.name} cannot be read. Is it there?") from None


@lru_cache(maxsize=4)
def _read(path: Path, *_as_it_was: int) -> PublicKeys:
    """Kept until the file is another or was written again: each send looks, and a new key counts at once."""
    name = path.name
    try:
        data = json.loads(path.read_bytes())
    except ValueError:
        raise KeyFileError(f"The public key file {name} is not valid JSON.") from None
    rows = data.get("keys") if isinstance(data, dict) and data.get("version") == FILE_VERSION else None
    if not isinstance(rows, list) or not rows:
        raise KeyFileError(f"The public key file {name} does not have the expected form.")
    entries = tuple(_entry(row, number) for number, row in enumerate(rows, 1))
    if len({e.key.kid for e in entries}) != len(entries):
        raise KeyFileError(f"The public key file {name} lists a key twice.")
    return PublicKeys(entries)


def _entry(row: object, number: int) -> KeyEntry:
    try:
        if not isinstance(row, dict):
            raise TypeError
        key = PublicKey.from_text(row["public"])
        if (row["kid"], row["purpose"]) != (key.kid, key.purpose):
            raise ValueError
        retired = row.get("retired_on")
        ended = date.fromisoformat(retired) if retired else None
        return KeyEntry(key, KeyState(row["state"]), date.fromisoformat(row["created_on"]), ended)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise KeyFileError(f"Key number {number} in the public key file is malformed.") from None


@lru_cache(maxsize=64)
def public_pair(raw: bytes) -> hpke.MLKEM768X25519PublicKey:
    """The parsed key; KeyFileError when it is none. Kept: unpacking costs more than a seal, and desk keys repeat."""
    if len(raw) != _MLKEM_PUBLIC_BYTES + _X25519_PUBLIC_BYTES:
        raise KeyFileError("This is not a public key.")
    try:
        return hpke.MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES]),
            x25519.X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:]),
        )
    except ValueError:
        raise KeyFileError("This is not a public key.") from None
