"""The sealed pieces of a prepared file: nothing of it ever lies on a disk in the clear.

A file is a folder of pieces of 1 MiB, the last one shorter. Each is AES-256-GCM under the key of the file, with a
random nonce in front, bound to the file and to its place in it. A piece is replaced as a whole or not at all; what
was written beyond the length that the database knows is cut off when the work goes on.
"""

import io
import os
import secrets
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..durable import to_disk
from ..sealing import CannotOpen

PIECE: Final = 1024 * 1024
KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_NEW: Final = ".new-"


class Writer:
    """Adds to the pieces of a file from its `length` on.

    Bytes are taken by `add`; `sealed` writes what is held into new files beside the old ones, `settle` puts these in
    their places. So the slow part is done before anything of the file changes. Raises OSError, CannotOpen.
    """

    def __init__(self, folder: Path, file_id: uuid.UUID, key: bytes, length: int = 0) -> None:
        self._folder, self._id, self._key = _folder_of(folder, file_id), file_id, key
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for left in self._folder.glob(f"{_NEW}*"):
            left.unlink()
        self.length, self._waiting = length, list[tuple[Path, Path]]()
        self._number, over = divmod(length, PIECE)
        self._held = bytearray(_opened(self._folder, file_id, key, self._number)[:over] if over else b"")
        if len(self._held) != over:
            raise CannotOpen

    def add(self, data: bytes) -> None:
        """Take more of the file."""
        self._held += data
        self.length += len(data)
        while len(self._held) >= PIECE:
            self._write(bytes(self._held[:PIECE]))
            del self._held[:PIECE]
            self._number += 1

    def sealed(self) -> None:
        """Have everything that was taken on the disk, in new files."""
        if self._held:
            self._write(bytes(self._held))

    def settle(self) -> None:
        """Put the new files in their places."""
        for made, place in self._waiting:
            made.replace(place)
        if self._waiting:
            to_disk(self._folder)
        self._waiting.clear()

    def _write(self, data: bytes) -> None:
        place = self._folder / _name(self._number)
        made = self._folder / f"{_NEW}{place.name}-{secrets.token_hex(4)}"
        nonce = secrets.token_bytes(_NONCE_BYTES)
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(nonce + AESGCM(self._key).encrypt(nonce, data, _bound(self._id, self._number)))
            out.flush()
            os.fsync(out.fileno())
        self._waiting.append((made, place))


class Reader(io.RawIOBase):
    """The file as it was before it was sealed, from any place on; one piece at a time is in memory.

    Reading raises CannotOpen where a piece is missing or is not what was written there.
    """

    def __init__(self, folder: Path, file_id: uuid.UUID, key: bytes, length: int) -> None:
        self._folder, self._id, self._key, self._length = _folder_of(folder, file_id), file_id, key, length
        self._at, self._number, self._piece = 0, -1, b""

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def seekable(self) -> bool:
        """Any place can be gone to."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; returns it, counted from the start."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """The present place."""
        return self._at

    def readinto(self, into: Any) -> int:
        """Fill `into` with what comes next, up to the end of a piece; 0 at the end."""
        if self._at >= self._length:
            return 0
        number, start = divmod(self._at, PIECE)
        if number != self._number:
            whole = min(PIECE, self._length - number * PIECE)
            self._piece = _opened(self._folder, self._id, self._key, number)[:whole]
            self._number = number
            if len(self._piece) != whole:
                raise CannotOpen
        some = self._piece[start : start + len(into)]
        into[: len(some)] = some
        self._at += len(some)
        return len(some)


def remove(folder: Path, file_id: uuid.UUID) -> None:
    """Remove every piece of a file; nothing happens when there is none."""
    shutil.rmtree(_folder_of(folder, file_id), ignore_errors=True)


def remove_others(folder: Path, kept: Iterable[uuid.UUID]) -> int:
    """Remove the pieces of all files but these; returns of how many files."""
    names = {one.hex for one in kept}
    others = [path for path in folder.iterdir() if path.name not in names] if folder.is_dir() else []
    for path in others:
        shutil.rmtree(path, ignore_errors=True)
    return len(others)


def _folder_of(folder: Path, file_id: uuid.UUID) -> Path:
    return folder / file_id.hex


def _name(number: int) -> str:
    return f"{number:08d}"


def _bound(file_id: uuid.UUID, number: int) -> bytes:
    return b"intake/prepared/v1" + file_id.bytes + number.to_bytes(8)


def _opened(folder: Path, file_id: uuid.UUID, key: bytes, number: int) -> bytes:
    try:
        sealed = (folder / _name(number)).read_bytes()
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound(file_id, number))
    except (FileNotFoundError, InvalidTag, ValueError):
        raise CannotOpen from None
