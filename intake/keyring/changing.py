"""Changes of the key folder: new keys, an older one retired or destroyed, a new passphrase by way of the paper.

Every step leaves a folder that works. The private half lies there before the public half is told, so nothing is ever
closed to a key that nobody has; and `public.json` is replaced whole, so a door that reads it meanwhile sees the keys
of before or of after.
"""

import datetime as dt
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ..durable import to_disk
from ..publickeys import KeyEntry, KeyFileError, KeyState, PublicKey, PublicKeys, Purpose, read_public_keys
from ..recoverypaper import recovery_text
from ..sealing import PrivateKey
from ..unsealing import (
    PRODUCTION,
    Argon,
    Keyring,
    WrongPassphrase,
    generate_pair,
    key_path,
    load_keyring,
    lock_private,
    unlock_private,
    write_public_keys,
)

PUBLIC: Final = "public.json"
RETIRED: Final = "retired"
BOTH: Final = frozenset({Purpose.DESK, Purpose.RECOVERY})
_USABLE = (KeyState.ACTIVE, KeyState.OLDER)


@dataclass(frozen=True, repr=False)
class NewKeys:
    """Keys that are made and used by nobody yet. `paper`: four lines of the recovery key, stored nowhere, or empty."""

    public: tuple[PublicKey, ...]
    paper: str


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other commands out of the key folder meanwhile. Raises KeyFileError when one is at work."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise KeyFileError("Another command is changing the keys at this moment. Try again when it is done.") from None
    else:
        yield
    finally:
        os.close(handle)


def prepare(
    folder: Path, passphrase: str, *, purposes: frozenset[Purpose] = BOTH, argon: Argon = PRODUCTION
) -> NewKeys:
    """Make new keys of these purposes; `publish` then puts them to use.

    Raises WrongPassphrase unless `passphrase` opens the desk keys that are there: one passphrase for all.
    """
    load_keyring(folder, passphrase)
    return _made(folder, passphrase, purposes, argon)


def publish(folder: Path, new: NewKeys, today: dt.date) -> None:
    """Let the new keys receive from now on; those before them open what they have and receive nothing more."""
    _bring_in(folder, new)
    purposes = {key.purpose for key in new.public}
    entries = [
        replace(entry, state=KeyState.OLDER)
        if entry.key.purpose in purposes and entry.state is KeyState.ACTIVE
        else entry
        for entry in _listed(folder)
    ]
    write_public_keys(folder / PUBLIC, [*entries, *(KeyEntry(key, KeyState.ACTIVE, today) for key in new.public)])


def retire(folder: Path, kid: str, tallies: Mapping[str, int], today: dt.date) -> KeyEntry:
    """Take an older key out of use; its locked private half is kept for old backups, in a folder of its own.

    `tallies`: how many envelopes each key closes, counted just now. Raises KeyFileError while it closes any.
    """
    entry = find(folder, kid)
    if entry.state is KeyState.ACTIVE:
        raise KeyFileError("This key receives new records. Make another first: `python -m intake keys rotate`.")
    if entry.state is KeyState.DESTROYED:
        raise KeyFileError("This key is destroyed already.")
    if number := tallies.get(entry.key.kid, 0):
        raise KeyFileError(
            f"Envelopes still closed to this key: {number:,}. Seal them anew first: `python -m intake keys rewrap`."
        )
    if entry.state is KeyState.OLDER:
        entry = replace(entry, state=KeyState.RETIRED, retired_on=today)
        _put(folder, entry)
    _set_aside(folder, [entry.key.kid])
    return entry


def destroy(
    folder: Path, kid: str, tallies: Mapping[str, int], *, today: dt.date, days: int, oldest: dt.date | None
) -> KeyEntry:
    """Remove the private half of a retired key for good.

    `days`: how long backups are kept; `oldest`: the day of the oldest backup that is known. Raises KeyFileError while
    a backup may need the key.
    """
    entry = find(folder, kid)
    if entry.state is KeyState.DESTROYED:
        raise KeyFileError("This key is destroyed already.")
    if entry.state is not KeyState.RETIRED or entry.retired_on is None:
        raise KeyFileError("Only a retired key can be destroyed: `python -m intake keys retire` comes first.")
    if number := tallies.get(entry.key.kid, 0):
        raise KeyFileError(f"Envelopes closed to this key: {number:,}. `python -m intake keys rewrap` comes first.")
    free_on = entry.retired_on + dt.timedelta(days=days + 1)
    if today < free_on:
        raise KeyFileError(
            f"Backups are kept for {days} days, and those from before {entry.retired_on} need this key. "
            f"It can be destroyed from {free_on} on. Nothing was changed."
        )
    if oldest is not None and oldest <= entry.retired_on:
        raise KeyFileError(f"A backup of {oldest} is still there and needs this key. Remove it first.")
    for path in (folder / RETIRED / f"{entry.key.kid}.key", key_path(folder, entry.key.kid)):
        path.unlink(missing_ok=True)
    entry = replace(entry, state=KeyState.DESTROYED)
    _put(folder, entry)
    return entry


def recover(
    folder: Path, paper: PrivateKey, passphrase: str, *, today: dt.date, argon: Argon = PRODUCTION
) -> PublicKey:
    """A new desk key under a new passphrase, by whoever has the paper; what was closed has to be sealed anew then.

    The desk keys of before stay locked by the passphrase that was lost, and are set aside. Raises KeyFileError when
    the paper is none of a recovery key in use, or the passphrase is too short.
    """
    require_paper(read_public_keys(folder / PUBLIC), paper)
    new = _made(folder, passphrase, frozenset({Purpose.DESK}), argon)
    _set_aside(folder, [path.stem for path in (folder / "private").glob("*.key")])
    publish(folder, new, today)
    return new.public[0]


def require_paper(public: PublicKeys, paper: PrivateKey) -> KeyEntry:
    """The line of the recovery key on this paper. Raises KeyFileError unless it is active or older."""
    found = next((entry for entry in public.entries if entry.key.kid == paper.kid), None)
    if found is None or found.key.purpose is not Purpose.RECOVERY:
        raise KeyFileError("This paper belongs to no recovery key of this installation.")
    if found.state not in _USABLE:
        raise KeyFileError("The recovery key on this paper is retired: nothing is closed to it any more.")
    return found


def find(folder: Path, kid: str) -> KeyEntry:
    """The one key whose id begins with `kid`, at least eight digits of it. Raises KeyFileError."""
    found = [entry for entry in _listed(folder) if len(kid) >= 8 and entry.key.kid.startswith(kid.lower())]
    if len(found) != 1:
        raise KeyFileError("There is no such key. `python -m intake keys list` shows the ids of all.")
    return found[0]


def every_key(folder: Path, passphrase: str) -> Keyring:
    """The keys in use and, where the passphrase opens them, the retired ones: what an old backup needs.

    Raises KeyFileError, WrongPassphrase for the keys in use.
    """
    found = load_keyring(folder, passphrase).held()
    for path in sorted((folder / RETIRED).glob("*.key")):
        try:
            found.append(unlock_private(path, passphrase))
        except WrongPassphrase:
            continue
    return Keyring(found)


def _made(folder: Path, passphrase: str, purposes: frozenset[Purpose], argon: Argon) -> NewKeys:
    """New keys; a desk key lies beside the others under a name that nobody reads yet."""
    for left in (folder / "private").glob("*.new"):
        left.unlink()
    public, paper = [], ""
    for purpose in sorted(purposes):
        pair = generate_pair(purpose)
        public.append(pair.public)
        if purpose is Purpose.DESK:
            lock_private(key_path(folder, pair.kid).with_suffix(".new"), pair, passphrase, argon=argon)
        else:
            paper = recovery_text(pair)
    return NewKeys(tuple(public), paper)


def _bring_in(folder: Path, new: NewKeys) -> None:
    for key in new.public:
        if key.purpose is Purpose.DESK:
            path = key_path(folder, key.kid)
            path.with_suffix(".new").replace(path)
    to_disk(folder / "private")


def _set_aside(folder: Path, kids: Sequence[str]) -> None:
    """Move locked private halves to where no process reads them."""
    aside = folder / RETIRED
    aside.mkdir(mode=0o700, exist_ok=True)
    for kid in kids:
        path = key_path(folder, kid)
        if path.exists():
            path.replace(aside / path.name)
    for one in (aside, folder / "private"):
        to_disk(one)


def _listed(folder: Path) -> tuple[KeyEntry, ...]:
    return read_public_keys(folder / PUBLIC).entries


def _put(folder: Path, changed: KeyEntry) -> None:
    entries = [changed if entry.key.kid == changed.key.kid else entry for entry in _listed(folder)]
    write_public_keys(folder / PUBLIC, entries)
