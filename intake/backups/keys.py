"""The backup key: its public half closes backups and lies in the key folder; its private half is on paper only."""

from pathlib import Path

from ..publickeys import KeyFileError, PublicKey, Purpose
from ..recoverypaper import BadRecoveryText, from_recovery_text, recovery_text
from ..sealing import PrivateKey
from ..unsealing import generate_pair
from .container import BackupError

FILE = "backup.pub"


def make(folder: Path) -> str:
    """Make the backup key in `folder`; returns four lines for paper, stored nowhere.

    Raises BackupError when there is one already: older backups need the older paper, so a new key is a decision.
    """
    path = folder / FILE
    if path.exists():
        raise BackupError(f"There is a backup key already. To make another, move {FILE} away; keep the older paper.")
    private = generate_pair(Purpose.BACKUP)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(private.public.to_text() + "\n", "ascii")
    path.chmod(0o644)
    return recovery_text(private)


def read(folder: Path) -> PublicKey:
    """The public half in `folder`. Raises BackupError."""
    try:
        key = PublicKey.from_text((folder / FILE).read_text("ascii"))
    except OSError:
        raise BackupError(
            "There is no backup key: run `python -m intake backup keys`, or give --backup-passphrase-file."
        ) from None
    except (KeyFileError, UnicodeDecodeError):
        raise BackupError(f"{FILE} in the key folder is not a backup key.") from None
    if key.purpose is not Purpose.BACKUP:
        raise BackupError(f"{FILE} in the key folder is a key for something else.")
    return key


def from_paper(text: str) -> PrivateKey:
    """The private half, typed from paper. Raises BackupError, which names the first wrong line."""
    try:
        return PrivateKey(from_recovery_text(text).secret_seed(), Purpose.BACKUP)
    except BadRecoveryText as error:
        raise BackupError(str(error).replace("recovery key", "backup key")) from None
