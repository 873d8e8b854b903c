"""The drill with the recovery key on paper: does it still open what is sealed today?"""

import secrets

from ..publickeys import KeyFileError, KeyState, PublicKey, PublicKeys
from ..recoverypaper import from_recovery_text
from ..sealing import CannotOpen, open_envelope, seal
from .changing import require_paper

_TABLE = "drill"


def drill(public: PublicKeys, typed: str) -> PublicKey:
    """Seal a record as a submission is sealed, open it with what was typed from paper; returns the key of the paper.

    Nothing is stored. Raises BadRecoveryText, which names a wrong line, and KeyFileError for a paper that is none of
    the recovery key in use.
    """
    paper = from_recovery_text(typed)
    entry = require_paper(public, paper)
    if entry.state is not KeyState.ACTIVE:
        raise KeyFileError(
            f"This is the paper of an older recovery key, made on {entry.created_on}. New records are closed to "
            "another one: look for its paper."
        )
    record, said = secrets.token_bytes(16), secrets.token_bytes(64)
    sealed = seal(said, table=_TABLE, record_id=record, recipients=public.recipients())
    try:
        opened = open_envelope(sealed, table=_TABLE, record_id=record, private=paper)
    except CannotOpen:
        opened = b""
    if opened != said:
        raise KeyFileError("The paper did not open a record that was sealed just now. Treat it as lost.")
    return entry.key
