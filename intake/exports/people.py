"""The stable id of a person: the same in every export of this organisation, and no way back without its key."""

import base64
import hmac
import uuid
from typing import Final

from ..settings import Settings, secret

_BYTES: Final = 10
LENGTH: Final = 16


def key_of(settings: Settings) -> bytes:
    """The key of all ids, 32 bytes, made on first use. Keep it: with another key everybody gets another id."""
    return bytes.fromhex(secret(settings.secrets / "exports.key"))


def person_id(key: bytes, case_id: uuid.UUID) -> str:
    """The id of the person of a case: sixteen letters and digits. 80 bits of a keyed hash of the case's random id.

    For requests that are linked as of one person, give the id of the case in which the work goes on.
    """
    said = hmac.digest(key, b"intake/person/v1\0" + case_id.bytes, "sha256")
    return base64.b32encode(said[:_BYTES]).decode("ascii")
