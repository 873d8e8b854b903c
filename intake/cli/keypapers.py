"""What is typed and shown at the keyboard about keys: passphrases, and the recovery key on paper."""

import argparse
import getpass
import sys
from pathlib import Path

from ..recoverypaper import from_recovery_text
from ..sealing import PrivateKey
from ..settings import Settings
from .refusals import Refusal

_WRITTEN = "written"


def show_paper(paper: str) -> None:
    """Print the recovery key, with what to do with it."""
    sys.stdout.write(
        "The recovery key. It is shown this once and kept nowhere:\n\n"
        f"{paper}\n\n"
        "Write all four lines on paper, by hand, now. Check each line. Keep the paper in a safe place\n"
        "away from this machine, where two trusted people can find it. It opens every submission, also\n"
        "when the passphrase is lost. Do not photograph it and do not type it into any file.\n"
    )
    sys.stdout.flush()


def wait_until_written() -> None:
    """Where somebody sits at the keyboard: go on only when the paper is written. Raises Refusal."""
    if sys.stdin.isatty() and input(f"Type “{_WRITTEN}” when all four lines are on paper: ").strip() != _WRITTEN:
        raise Refusal("The new keys are not used, and the paper is worth nothing. Nothing was changed.")


def new_passphrase(settings: Settings) -> str:
    """A passphrase that is set now: out of the file, or typed twice."""
    if settings.passphrase_file is not None:
        return settings.passphrase()
    _require_somebody("a passphrase", "--passphrase-file FILE")
    first = getpass.getpass("A passphrase for the desk key, at least 12 characters: ")
    if first != getpass.getpass("The same passphrase again: "):
        raise Refusal("The two passphrases are not the same. Nothing was changed.")
    return first


def passphrase(settings: Settings) -> str:
    """The passphrase that opens the desk keys: out of the file, or typed."""
    if settings.passphrase_file is not None:
        return settings.passphrase()
    _require_somebody("the passphrase", "--passphrase-file FILE")
    return getpass.getpass("The passphrase of the desk key: ")


def typed_paper(options: argparse.Namespace) -> str:
    """The four lines of the recovery key as they were typed, unread. Raises Refusal where nobody can be asked."""
    if options.paper_file == "-":
        return sys.stdin.read()
    if options.paper_file:
        return Path(options.paper_file).read_text("utf-8")
    _require_somebody("the recovery key", "--paper-file FILE, or --paper-file - for a pipe")
    return "\n".join(getpass.getpass(f"Line {number} of the recovery key: ") for number in range(1, 5))


def paper(options: argparse.Namespace) -> PrivateKey:
    """The recovery key from paper. Raises BadRecoveryText, which names the first wrong line."""
    return from_recovery_text(typed_paper(options))


def confirmed(given: str | None, kid: str) -> None:
    """Raise Refusal unless the whole key id is given a second time."""
    if given is None and sys.stdin.isatty():
        given = input(f"This cannot be undone. Type the whole id of the key ({kid}): ")
    if (given or "").strip().lower() != kid:
        raise Refusal(f"Nothing was changed. To destroy this key for good, add: --confirm {kid}")


def _require_somebody(what: str, option: str) -> None:
    if not sys.stdin.isatty():
        raise Refusal(f"There is nobody to ask for {what}: give {option}.")
