"""The keyring of a process that runs for months: it takes up new keys and lets go of retired ones without a restart."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine

from ..db import session_factory
from ..publickeys import KeyFileError, KeyState, read_public_keys
from ..sealing import CannotOpen, PrivateKey
from ..settings import Settings, SettingsError
from ..unsealing import Keyring, WrongPassphrase, load_keyring, unlock_private
from . import rewrapping

log = logging.getLogger("intake.keyring")

LOOK_SECONDS: Final = 1.0
_IN_USE = (KeyState.ACTIVE, KeyState.OLDER)


class FollowingKeyring(Keyring):
    """The keys in the key folder as they are now.

    At most once a second, and at once when no key fits, it looks whether the folder or the passphrase file changed.
    A key that it has stays until it is retired, also when its file can no longer be unlocked: after a recovery the
    open process reads on while everything is sealed anew.
    """

    def __init__(self, settings: Settings, *, ticks: Callable[[], float] = time.monotonic) -> None:
        """Raises SettingsError, KeyFileError or WrongPassphrase when the keys cannot be unlocked."""
        super().__init__(())
        self._settings, self._ticks = settings, ticks
        self._lock = threading.Lock()
        self._seen, self._next = self._state(), 0.0
        self._by_kid = {key.kid: key for key in load_keyring(settings.keys, settings.passphrase()).held()}

    def key_for(self, envelope: bytes) -> PrivateKey:
        """As in Keyring, with the keys of this moment."""
        if self._ticks() >= self._next:
            self.look()
        try:
            return super().key_for(envelope)
        except CannotOpen:
            if not self.look():
                raise
        return super().key_for(envelope)

    def seeds(self) -> tuple[tuple[bytes, str], ...]:
        """As in Keyring, with the keys of this moment."""
        self.look()
        return super().seeds()

    def look(self) -> bool:
        """Take in what changed in the folder; True when something had."""
        with self._lock:
            self._next = self._ticks() + LOOK_SECONDS
            state = self._state()
            if state == self._seen:
                return False
            self._seen = state
            try:
                self._by_kid = self._as_they_are()
            except (KeyFileError, WrongPassphrase, SettingsError) as error:
                # What is at hand stays. It is tried again when the folder or the passphrase file changes.
                log.error("the keys have changed and cannot be unlocked (%s)", type(error).__name__)
            return True

    def _as_they_are(self) -> dict[str, PrivateKey]:
        folder = self._settings.keys
        listed = {entry.key.kid: entry.state for entry in read_public_keys(folder / "public.json").entries}
        kept = {kid: key for kid, key in self._by_kid.items() if listed.get(kid) in _IN_USE}
        for path in sorted((folder / "private").glob("*.key")):
            if path.stem not in kept:
                key = unlock_private(path, self._settings.passphrase())
                kept[key.kid] = key
        return kept

    def _state(self) -> tuple[tuple[str, int, int], ...]:
        folder, secret = self._settings.keys, self._settings.passphrase_file
        paths = [folder / "public.json", *sorted((folder / "private").glob("*.key")), *([secret] if secret else [])]
        found = []
        for path in paths:
            try:
                told = path.stat()
            except OSError:
                continue
            found.append((path.name, told.st_ino, told.st_mtime_ns))
        return tuple(found)


class KeyChanges:
    """Tells the desk when what it could not open before may open now: other keys, or all was sealed anew."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine, self._keyring = engine, keyring
        self._seen: tuple[object, ...] | None = None

    def came(self) -> bool:
        """Whether anything changed since the last time it was asked."""
        self._keyring.look()
        with session_factory(self._engine.execution_options(reads=True))() as session:
            run = rewrapping.latest(session)
        standing = (self._keyring.kids, run.finished_at if run is not None else None)
        before, self._seen = self._seen, standing
        return before is not None and before != standing
