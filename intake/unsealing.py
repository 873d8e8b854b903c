"""Keeping and using the organisation's private keys. Staff side only: the public door never imports this.

A folder of keys holds `public.json`, which may be copied to the public door, and `private/<kid>.key`, one
file for each desk key, locked by a passphrase. The recovery key is printed once and stored nowhere.
"""

import base64
import json
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from .durable import write_whole
from .publickeys import KeyEntry, KeyFileError, KeyState, PublicKey, Purpose
from .recoverypaper import recovery_text
from .sealing import SEED_BYTES, CannotOpen, PrivateKey, open_envelope, recipients_of, rewrap_envelope

MIN_PASSPHRASE = 12


class WrongPassphrase(Exception):
    """The passphrase does not open the key file, or the file was changed: the two look the same."""

    def __init__(self) -> None:
        super().__init__("The passphrase is wrong, or the key file was changed.")


@dataclass(frozen=True)
class Argon:
    """Work that a guess at the passphrase costs: memory in KiB, passes, lanes. Defaults are for production.

    Raises KeyFileError for figures that Argon2 does not have or that would exhaust the machine.
    """

    memory_kib: int = 256 * 1024
    iterations: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        sane = 1 <= self.lanes <= 16 and 1 <= self.iterations <= 20
        if not sane or not 8 * self.lanes <= self.memory_kib <= 2 * 1024 * 1024:
            raise KeyFileError("The key file asks for work that is out of all bounds.")

    def key(self, passphrase: str, salt: bytes) -> bytes:
        """32 bytes from a passphrase; composed and decomposed accents count as the same."""
        text = unicodedata.normalize("NFC", passphrase).encode()
        kdf = Argon2id(salt=salt, length=32, iterations=self.iterations, lanes=self.lanes, memory_cost=self.memory_kib)
        return kdf.derive(text)


PRODUCTION = Argon()


class Keyring:
    """Private keys at hand, by key id."""

    def __init__(self, keys: Sequence[PrivateKey]) -> None:
        self._by_kid = {key.kid: key for key in keys}

    @property
    def kids(self) -> tuple[str, ...]:
        """The ids of the keys at hand."""
        return tuple(self._by_kid)

    def look(self) -> bool:
        """Whether there are other keys than before; here never."""
        return False

    def held(self) -> list[PrivateKey]:
        """The keys at hand."""
        return list(self._by_kid.values())

    def open(self, envelope: bytes, *, table: str, record_id: bytes) -> bytes:
        """The plaintext of `envelope`; CannotOpen when no key here opens it as this record."""
        return open_envelope(envelope, table=table, record_id=record_id, private=self.key_for(envelope))

    def key_for(self, envelope: bytes) -> PrivateKey:
        """The first key here among the recipients of `envelope`; CannotOpen when there is none."""
        try:
            kids = recipients_of(envelope)
        except ValueError:
            raise CannotOpen from None
        for kid in kids:
            if kid in self._by_kid:
                return self._by_kid[kid]
        raise CannotOpen

    def seeds(self) -> tuple[tuple[bytes, str], ...]:
        """Seed and purpose of each key: only for a process that this one starts, through its own pipe."""
        return tuple((key.secret_seed(), key.public.purpose.value) for key in self._by_kid.values())

    def __repr__(self) -> str:
        return f"<Keyring {' '.join(self.kids)}>"


def generate_pair(purpose: Purpose) -> PrivateKey:
    """A new random key pair."""
    return PrivateKey(secrets.token_bytes(SEED_BYTES), purpose)


def rewrap(
    envelope: bytes, *, table: str, record_id: bytes, keyring: Keyring, recipients: Sequence[PublicKey]
) -> bytes:
    """The same record closed to `recipients` instead; only the record key is opened. CannotOpen as above."""
    key = keyring.key_for(envelope)
    return rewrap_envelope(envelope, table=table, record_id=record_id, private=key, recipients=recipients)


def lock_private(path: Path, private: PrivateKey, passphrase: str, *, argon: Argon = PRODUCTION) -> None:
    """Write `private` to `path`, locked by `passphrase`: mode 0600, whole or not at all.

    Raises KeyFileError for a passphrase under 12 characters.
    """
    if len(passphrase) < MIN_PASSPHRASE:
        raise KeyFileError(f"The passphrase of a key needs at least {MIN_PASSPHRASE} characters.")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head: dict[str, object] = {
        "version": 1,
        "kid": private.kid,
        "purpose": private.public.purpose.value,
        "kdf": {
            "name": "argon2id",
            "memory_kib": argon.memory_kib,
            "iterations": argon.iterations,
            "lanes": argon.lanes,
            "salt": _text(salt),
        },
        "cipher": "AES-256-GCM",
        "nonce": _text(nonce),
    }
    locked = AESGCM(argon.key(passphrase, salt)).encrypt(nonce, private.secret_seed(), _head_bytes(head))
    body = json.dumps(head | {"locked": _text(locked)}, indent=1) + "\n"
    write_whole(path, body.encode("ascii"), mode=0o600)


def unlock_private(path: Path, passphrase: str) -> PrivateKey:
    """The key in the file at `path`.

    Raises KeyFileError when the file is missing, malformed or asks for absurd work; else WrongPassphrase.
    """
    data = _read_json(path)
    try:
        kdf = data["kdf"]
        named = (data["version"], kdf["name"], data["cipher"]) == (1, "argon2id", "AES-256-GCM")
        figures = [kdf[name] for name in ("memory_kib", "iterations", "lanes")]
        if not named or any(type(figure) is not int for figure in figures):
            raise KeyError
        argon = Argon(*figures)
        salt, nonce, locked = (_bytes(text) for text in (kdf["salt"], data["nonce"], data.pop("locked")))
        purpose = Purpose(data["purpose"])
        if (len(salt), len(nonce), len(locked)) != (16, 12, SEED_BYTES + 16):
            raise KeyError
    except KeyFileError:
        raise
    except (KeyError, TypeError, ValueError):
        raise KeyFileError(f"The key file {path.name} does not have the expected form.") from None
    try:
        seed = AESGCM(argon.key(passphrase, salt)).decrypt(nonce, locked, _head_bytes(data))
    except InvalidTag:
        raise WrongPassphrase from None
    private = PrivateKey(seed, purpose)
    if private.kid != data["kid"]:
        raise KeyFileError(f"The key file {path.name} holds another key than it says.")
    return private


def make_keys(folder: Path, passphrase: str, *, today: date, argon: Argon = PRODUCTION) -> str:
    """Make the organisation's first desk key and recovery key in `folder`; returns the recovery key's text.

    The text is stored nowhere: show it once. Raises KeyFileError when the folder already has keys.
    """
    private_folder = folder / "private"
    if (folder / "public.json").exists() or any(private_folder.glob("*.key")):
        raise KeyFileError("This folder already holds keys. Nothing was changed.")
    private_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    desk, recovery = generate_pair(Purpose.DESK), generate_pair(Purpose.RECOVERY)
    lock_private(key_path(folder, desk.kid), desk, passphrase, argon=argon)
    entries = [KeyEntry(key.public, KeyState.ACTIVE, today) for key in (desk, recovery)]
    write_public_keys(folder / "public.json", entries)
    return recovery_text(recovery)


def load_keyring(folder: Path, passphrase: str) -> Keyring:
    """Unlock every key in `folder`/private. Raises KeyFileError when there is none, WrongPassphrase."""
    paths = sorted((folder / "private").glob("*.key"))
    if not paths:
        raise KeyFileError("There is no private key in the key folder. Make the keys first.")
    return Keyring([unlock_private(path, passphrase) for path in paths])


def write_public_keys(path: Path, entries: Sequence[KeyEntry]) -> None:
    """Write the public key file as JSON, whole or not at all, readable by all (mode 0644)."""
    keys = [
        {
            "kid": entry.key.kid,
            "purpose": entry.key.purpose.value,
            "state": entry.state.value,
            "created_on": entry.created_on.isoformat(),
            "public": entry.key.to_text(),
        }
        | ({"retired_on": entry.retired_on.isoformat()} if entry.retired_on else {})
        for entry in entries
    ]
    text = json.dumps({"version": 1, "keys": keys}, indent=1) + "\n"
    write_whole(path, text.encode("ascii"), mode=0o644)


def key_path(folder: Path, kid: str) -> Path:
    """Where the locked private half of a key lies."""
    return folder / "private" / f"{kid}.key"


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
    except OSError:
        raise KeyFileError(f"The key file {path.name} cannot be read. Is it there, and yours?") from None
    except ValueError:
        raise KeyFileError(f"The key file {path.name} is not valid JSON.") from None
    if not isinstance(data, dict):
        raise KeyFileError(f"The key file {path.name} does not have the expected form.")
    return data


def _head_bytes(head: dict[str, Any]) -> bytes:
    """Everything in a key file but the locked key, in one fixed form: it is authenticated with the key."""
    return b"intake/key-file/v1" + json.dumps(head, sort_keys=True, separators=(",", ":")).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
