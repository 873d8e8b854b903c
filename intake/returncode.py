"""The return code: sixteen digits with which an applicant, and nobody else, comes back.

The server stores neither the code nor anything that opens an answer: Argon2id makes a root from the code, and
HKDF makes from the root, under separate labels, a find-id, the key of the draft and the applicant's key pair.
"""

import secrets
import threading
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .publickeys import Purpose
from .sealing import SEED_BYTES, PrivateKey

DIGITS = 16
FIND_ID_BYTES = 16
ROOT_BYTES = 32

_LONGEST_TYPED = 200
_BETWEEN_GROUPS = frozenset(".,·•_/|:;'\"")
_MEMORY_KIB, _PASSES = 64 * 1024, 3
# One salt for all codes: the find-id must be computable from the code alone, before any row is known, so no
# salt can be stored beside it. Salts guard guessable secrets from shared tables; the code is 53 random bits.
_SALT = b"intake/code-root/v1"
# Each computation takes 64 MiB. Two at a time bound the memory of a process whatever its number of threads.
_AT_A_TIME = threading.BoundedSemaphore(2)


class BadCode(ValueError):
    """What was typed is no return code. `reason`: "characters" or "length". Never holds what was typed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This is not a return code ({reason}).")
        self.reason = reason


@dataclass(frozen=True, eq=False)
class CodeKeys:
    """What a return code gives: `find_id` 16 bytes (stored), `draft_key` 32 bytes and the applicant's key."""

    find_id: bytes = field(repr=False)
    draft_key: bytes = field(repr=False)
    _root: bytes = field(repr=False)

    @cached_property
    def letter_key(self) -> bytes:
        """32 bytes for what a person writes to themself: nobody else ever needs to close or open it."""
        return _labelled(self._root, b"letter-key", 32)

    @cached_property
    def applicant(self) -> PrivateKey:
        """The applicant's key pair, made when first asked for: most requests need only the draft key."""
        return PrivateKey(_labelled(self._root, b"applicant-key", SEED_BYTES), Purpose.APPLICANT)


def new_code() -> str:
    """A fresh return code: sixteen decimal digits, all of them random."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def parse_code(text: str) -> str:
    """The sixteen ASCII digits of a code as people type it.

    Accepts decimal digits of every script, any grouping, spaces, dashes, dots and direction marks. Raises
    BadCode: reason "characters" when something else stands there, "length" when the digits are not sixteen.
    """
    if len(text) > _LONGEST_TYPED:
        raise BadCode("length")
    digits = []
    for char in text:
        value = unicodedata.decimal(char, None)
        if value is not None:
            digits.append(str(value))
        elif not _separates(char):
            raise BadCode("characters")
    if len(digits) != DIGITS:
        raise BadCode("length")
    return "".join(digits)


def show_code(code: str) -> str:
    """A code in four groups of four, for screen and paper."""
    return " ".join(code[at : at + 4] for at in range(0, DIGITS, 4))


def root_of(code: str, pepper: bytes = b"") -> bytes:
    """32 bytes from a parsed code: Argon2id, 64 MiB, three passes, one lane; waits while two others compute.

    `pepper` is a secret of the public door, if it has one: with it, a stolen database
    alone admits no guessing. Losing or changing it makes every code unknown.
    """
    kdf = Argon2id(
        salt=_SALT,
        length=ROOT_BYTES,
        iterations=_PASSES,
        lanes=1,
        memory_cost=_MEMORY_KIB,
        secret=pepper or None,
    )
    with _AT_A_TIME:
        return kdf.derive(code.encode("ascii"))


def derive(root: bytes) -> CodeKeys:
    """The keys of a root, each under its own label, so that none of them tells anything about another."""
    return CodeKeys(_labelled(root, b"find-id", FIND_ID_BYTES), _labelled(root, b"draft-key", 32), root)


def _labelled(root: bytes, label: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=b"intake/code/v1/" + label).derive(root)


def _separates(char: str) -> bool:
    # Cf holds the direction marks and joiners that right-to-left keyboards and copied messages leave behind.
    return char.isspace() or char in _BETWEEN_GROUPS or unicodedata.category(char) in ("Pd", "Cf")
