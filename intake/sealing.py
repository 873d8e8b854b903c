"""Closing records to keys whose private halves are elsewhere, and the envelope they travel in.

An envelope (version 1) is binary:

    version 1 byte | number of recipients 1 byte | for each: key id 16, wrapped record key 1168
    | seal of the recipient list 32 | nonce 12 | AES-256-GCM body

The record key is random, wrapped once for each recipient by HPKE (RFC 9180) with the hybrid KEM
ML-KEM-768 + X25519. Table and record id are bound into every layer, so a record moved to another row does
not open. The recipient list is authenticated under the record key: nobody can quietly drop a recipient.
"""

import hmac
import json
import secrets
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, NoReturn, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from .publickeys import KID_BYTES, PublicKey, Purpose, public_pair

VERSION = 1
MAX_RECIPIENTS = 32
MAX_PADDED = 16 * 1024 * 1024
SEED_BYTES = 32

_KIB = 1024
_SMALL_BUCKETS = tuple(n * _KIB for n in (1, 2, 4, 8, 16, 32))
_STEP = 16 * _KIB
_NONCE_BYTES, _TAG_BYTES, _LIST_SEAL_BYTES = 12, 16, 32
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
WRAPPED_BYTES = hpke.KEM.MLKEM768_X25519.enc_length() + 32 + _TAG_BYTES


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class BadEnvelope(ValueError):
    """These bytes are not an envelope. The message never holds any of them."""

    def __init__(self) -> None:
        super().__init__("This is not a sealed record.")


class CannotOpen(Exception):
    """Wrong key, moved record, changed bytes: one error for all, so that it tells nothing."""

    def __init__(self) -> None:
        super().__init__("This record cannot be opened here.")


class PrivateKey:
    """A key that opens, made from a 32-byte seed. Never shows its secret and cannot be pickled."""

    __slots__ = ("_pair", "_seed", "public")

    def __init__(self, seed: bytes, purpose: Purpose) -> None:
        """The same seed gives the same pair. Raises ValueError unless the seed has 32 bytes."""
        if len(seed) != SEED_BYTES:
            raise ValueError("The seed of a key has 32 bytes.")
        parts = HKDF(hashes.SHA256(), 96, salt=None, info=b"intake/key-pair/v1").derive(seed)
        kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(parts[:64])
        curve = x25519.X25519PrivateKey.from_private_bytes(parts[64:])
        self._seed = seed
        self._pair = hpke.MLKEM768X25519PrivateKey(kem, curve)
        raw = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        self.public = PublicKey(raw, purpose)

    @property
    def kid(self) -> str:
        """The key id, that of the public half."""
        return self.public.kid

    def secret_seed(self) -> bytes:
        """The 32 bytes from which this key can be made again: for a locked key file or the printed key."""
        return self._seed

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        """The record key in `wrapped`; CannotOpen when key, info or bytes do not belong together."""
        try:
            return _SUITE.decrypt(wrapped, self._pair, info)
        except (InvalidTag, ValueError):
            raise CannotOpen from None

    def __repr__(self) -> str:
        return f"<PrivateKey {self.public.purpose} {self.kid}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A private key cannot be pickled or copied.")


@dataclass(frozen=True, repr=False)
class Envelope:
    """A parsed envelope; the layout is in the module. `wraps`: (key id, wrapped record key) per recipient."""

    wraps: tuple[tuple[str, bytes], ...]
    list_seal: bytes
    nonce: bytes
    body: bytes

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read an envelope; BadEnvelope for everything that `to_bytes` would not have written."""
        if len(data) < 2 or data[0] != VERSION or not 1 <= data[1] <= MAX_RECIPIENTS:
            raise BadEnvelope
        each = KID_BYTES + WRAPPED_BYTES
        end = 2 + data[1] * each
        body_at = end + _LIST_SEAL_BYTES + _NONCE_BYTES
        if not _is_bucket(len(data) - body_at - _TAG_BYTES):
            raise BadEnvelope
        wraps = tuple((data[at : at + KID_BYTES].hex(), data[at + KID_BYTES : at + each]) for at in range(2, end, each))
        if len({kid for kid, _ in wraps}) != len(wraps):
            raise BadEnvelope
        return cls(wraps, data[end : end + _LIST_SEAL_BYTES], data[end + _LIST_SEAL_BYTES : body_at], data[body_at:])

    def to_bytes(self) -> bytes:
        """The stored form."""
        return b"".join((self._list_bytes(), self.list_seal, self.nonce, self.body))

    def _list_bytes(self) -> bytes:
        head = bytes((VERSION, len(self.wraps)))
        return head + b"".join(bytes.fromhex(kid) + wrapped for kid, wrapped in self.wraps)

    def seal_of_list(self, list_key: bytes) -> bytes:
        """HMAC-SHA256 over version and recipients, under a key that only record key holders can derive."""
        return hmac.digest(list_key, self._list_bytes(), "sha256")


def packed(content: Mapping[str, Any]) -> bytes:
    """What is sealed of a record: compact JSON in UTF-8."""
    return _JSON.encode(content).encode()


def seal(plaintext: bytes, *, table: str, record_id: bytes, recipients: Sequence[PublicKey]) -> bytes:
    """Close `plaintext` so that each of `recipients` can open it, as this record of this table only.

    Raises ValueError for no recipients, one named twice, more than 32, or a plaintext over 16 MiB.
    """
    bound = _bound(table, record_id)
    keys = _RecordKeys.of(secrets.token_bytes(32), bound)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    body = AESGCM(keys.body).encrypt(nonce, _pad(plaintext), bound)
    return _wrap_for(keys, bound, recipients, nonce, body)


def open_envelope(envelope: bytes, *, table: str, record_id: bytes, private: PrivateKey) -> bytes:
    """The plaintext of `envelope`; CannotOpen for every reason not to have it."""
    bound = _bound(table, record_id)
    parsed, keys = _unwrap(envelope, bound, private)
    return _open_body(keys.body, parsed.nonce, parsed.body, bound)


def rewrap_envelope(
    envelope: bytes, *, table: str, record_id: bytes, private: PrivateKey, recipients: Sequence[PublicKey]
) -> bytes:
    """The same record closed to `recipients` instead: new wraps, the body untouched and unread.

    Raises CannotOpen as `open_envelope` does and ValueError as `seal` does.
    """
    bound = _bound(table, record_id)
    parsed, keys = _unwrap(envelope, bound, private)
    return _wrap_for(keys, bound, recipients, parsed.nonce, parsed.body)


def recipients_of(envelope: bytes) -> tuple[str, ...]:
    """The key ids that `envelope` is closed to, as stated; BadEnvelope when it is none."""
    return tuple(kid for kid, _ in Envelope.parse(envelope).wraps)


def seal_symmetric(key: bytes, plaintext: bytes, *, table: str, record_id: bytes) -> bytes:
    """Close `plaintext` under a 32-byte key: version, nonce, padded AES-256-GCM body bound to the record."""
    bound = _bound(table, record_id, kind=b"symmetric")
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return bytes((VERSION,)) + nonce + AESGCM(_whole(key)).encrypt(nonce, _pad(plaintext), bound)


def open_symmetric(key: bytes, sealed: bytes, *, table: str, record_id: bytes) -> bytes:
    """What `seal_symmetric` closed under this key for this record; CannotOpen otherwise."""
    bound = _bound(table, record_id, kind=b"symmetric")
    body_at = 1 + _NONCE_BYTES
    if sealed[:1] != bytes((VERSION,)) or not _is_bucket(len(sealed) - body_at - _TAG_BYTES):
        raise CannotOpen
    return _open_body(_whole(key), sealed[1:body_at], sealed[body_at:], bound)


def is_symmetric(sealed: bytes) -> bool:
    """Whether `sealed` has the form of `seal_symmetric`: no envelope has such a length, because the rest around its
    padded body is longer by what is no multiple of the smallest step.
    """
    return sealed[:1] == bytes((VERSION,)) and _is_bucket(len(sealed) - 1 - _NONCE_BYTES - _TAG_BYTES)


def _bound(table: str, record_id: bytes, *, kind: bytes = b"envelope") -> bytes:
    """What every layer is bound to, each part preceded by its length so that no two records share it."""
    name = table.encode("ascii")
    if not 0 < len(name) < 256 or not 0 < len(record_id) < 256:
        raise ValueError("A sealed record needs a table and a record id of 1 to 255 bytes.")
    parts = (b"intake/" + kind, bytes((VERSION,)), name, record_id)
    return b"".join(bytes((len(part),)) + part for part in parts)


class _RecordKeys(NamedTuple):
    """The record key, which is wrapped, and the keys made from it for the body and the recipient list."""

    record: bytes
    body: bytes
    recipients: bytes

    @classmethod
    def of(cls, record: bytes, bound: bytes) -> Self:
        both = HKDFExpand(hashes.SHA256(), 64, info=b"intake/record-key/v1" + bound).derive(record)
        return cls(record, both[:32], both[32:])


def _wrap_for(keys: _RecordKeys, bound: bytes, recipients: Sequence[PublicKey], nonce: bytes, body: bytes) -> bytes:
    if not 1 <= len({r.kid for r in recipients}) == len(recipients) <= MAX_RECIPIENTS:
        raise ValueError("A sealed record needs between 1 and 32 different recipients.")
    wraps = tuple(
        (r.kid, _SUITE.encrypt(keys.record, public_pair(r.raw), bound + bytes.fromhex(r.kid))) for r in recipients
    )
    unsigned = Envelope(wraps, b"", nonce, body)
    return replace(unsigned, list_seal=unsigned.seal_of_list(keys.recipients)).to_bytes()


def _unwrap(envelope: bytes, bound: bytes, private: PrivateKey) -> tuple[Envelope, _RecordKeys]:
    try:
        parsed = Envelope.parse(envelope)
    except BadEnvelope:
        raise CannotOpen from None
    wrapped = dict(parsed.wraps).get(private.kid)
    if wrapped is None:
        raise CannotOpen
    keys = _RecordKeys.of(private.unwrap(wrapped, bound + bytes.fromhex(private.kid)), bound)
    if not hmac.compare_digest(parsed.seal_of_list(keys.recipients), parsed.list_seal):
        raise CannotOpen
    return parsed, keys


def _open_body(key: bytes, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    try:
        padded = AESGCM(key).decrypt(nonce, body, bound)
    except InvalidTag:
        raise CannotOpen from None
    (length,) = struct.unpack_from(">I", padded)
    if length > len(padded) - 4:
        raise CannotOpen
    return padded[4 : 4 + length]


def _pad(plaintext: bytes) -> bytes:
    needed = len(plaintext) + 4
    size = next((b for b in _SMALL_BUCKETS if b >= needed), -(-needed // _STEP) * _STEP)
    if size > MAX_PADDED:
        raise ValueError("This record is too large to seal.")
    return (struct.pack(">I", len(plaintext)) + plaintext).ljust(size, b"\0")


def _is_bucket(size: int) -> bool:
    return size in _SMALL_BUCKETS or (_SMALL_BUCKETS[-1] < size <= MAX_PADDED and size % _STEP == 0)


def _whole(key: bytes) -> bytes:
    if len(key) != 32:
        raise ValueError("A symmetric key has 32 bytes.")
    return key
