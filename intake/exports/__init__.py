"""Exports: files by allow-list, streamed, safe in spreadsheets, and never without a trace."""

from .age import BadRecipient, Passphrase, PublicRecipient, Recipient, encrypted, recipient_of
from .cells import defused, text_of
from .formats import Format, write
from .people import key_of, person_id
from .profiles import PROFILES, RELEASED, Choice, Column, Profile, UnknownColumn, UnknownProfile, digest, named
from .reading import Wanted, count
from .writing import PURPOSE_CHARACTERS, Export, NoKeys, NoPurpose, reason_of, run_to_file, said_of, stream

__all__ = [
    "PROFILES",
    "PURPOSE_CHARACTERS",
    "RELEASED",
    "BadRecipient",
    "Choice",
    "Column",
    "Export",
    "Format",
    "NoKeys",
    "NoPurpose",
    "Passphrase",
    "Profile",
    "PublicRecipient",
    "Recipient",
    "UnknownColumn",
    "UnknownProfile",
    "Wanted",
    "count",
    "defused",
    "digest",
    "encrypted",
    "key_of",
    "named",
    "person_id",
    "reason_of",
    "recipient_of",
    "run_to_file",
    "said_of",
    "stream",
    "text_of",
    "write",
]
