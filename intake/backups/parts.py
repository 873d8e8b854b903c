"""What lies in the sealed file: named parts, each compressed and with its hash, and the manifest as the last one.

A frame is its kind (1 byte), its length (4 bytes) and its bytes: N begins a part, D is a piece of it, E ends it,
M is the manifest. Nothing has to be known before it is written, so a dump runs through without lying anywhere.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from .container import DamagedBackup, Reader, Writer

FORMAT: Final = 1
_HEAD = struct.Struct(">cI")
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One part as the manifest lists it: its bytes before compression, and their SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup says of itself. `rows`: table -> rows; `anchor`: number and hash of the last audit event."""

    format: int
    software: str
    taken_at: str
    database: str
    revision: str
    rows: dict[str, int]
    anchor: tuple[int, str]
    parts: tuple[Part, ...]


def write_part(writer: Writer, name: str, pieces: Iterable[bytes]) -> Part:
    """Write one part from its pieces; returns its line for the manifest."""
    _frame(writer, b"N", name.encode())
    digest, size, press = hashlib.sha256(), 0, zlib.compressobj(1)
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        _frame(writer, b"D", press.compress(piece))
    _frame(writer, b"D", press.flush())
    part = Part(name, size, digest.hexdigest())
    _frame(writer, b"E", part.sha256.encode())
    return part


def write_manifest(writer: Writer, manifest: Manifest) -> None:
    """Write the manifest, after all parts."""
    _frame(writer, b"M", json.dumps(asdict(manifest), sort_keys=True).encode())


class Parts:
    """The parts in order: `for name, pieces in parts`. What of a part nobody takes is read and checked as well.

    After the last one, `manifest` is there. Raises DamagedBackup where hashes or the order are not as they should be.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._found: list[Part] = []
        self.manifest: Manifest | None = None

    def __iter__(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        while True:
            kind, data = self._next()
            if kind == b"M":
                self.manifest = self._manifest(data)
                return
            if kind != b"N":
                raise DamagedBackup("The backup has a piece outside of any part.")
            pieces = self._pieces(data.decode())
            yield data.decode(), pieces
            for _piece in pieces:
                pass

    def _pieces(self, name: str) -> Iterator[bytes]:
        digest, size, opened = hashlib.sha256(), 0, zlib.decompressobj()
        while True:
            kind, data = self._next()
            if kind == b"E":
                break
            if kind != b"D":
                raise DamagedBackup(f"The part {name} of the backup does not end.")
            try:
                piece = opened.decompress(data)
            except zlib.error:
                raise DamagedBackup(f"The part {name} of the backup does not unpack.") from None
            digest.update(piece)
            size += len(piece)
            if piece:
                yield piece
        if digest.hexdigest().encode() != data:
            raise DamagedBackup(f"The part {name} of the backup has another hash than was written with it.")
        self._found.append(Part(name, size, digest.hexdigest()))

    def _next(self) -> tuple[bytes, bytes]:
        head = self._reader.read(_HEAD.size)
        if len(head) != _HEAD.size:
            raise DamagedBackup("The backup ends without its manifest.")
        kind, size = _HEAD.unpack(head)
        data = self._reader.read(size) if size <= _LARGEST else b""
        if len(data) != size:
            raise DamagedBackup("The backup ends in the middle of a piece.")
        return kind, data

    def _manifest(self, data: bytes) -> Manifest:
        if self._reader.read(1):
            raise DamagedBackup("The backup goes on after its manifest.")
        try:
            raw: dict[str, Any] = json.loads(data)
            listed = tuple(Part(**part) for part in raw.pop("parts"))
            found = Manifest(**raw | {"anchor": (raw["anchor"][0], raw["anchor"][1]), "parts": listed})
        except (ValueError, TypeError, KeyError, IndexError):
            raise DamagedBackup("The manifest of the backup does not have the expected form.") from None
        if found.format != FORMAT:
            raise DamagedBackup("The backup was made by a newer version: restore it with that one.")
        if list(found.parts) != self._found:
            raise DamagedBackup("The parts of the backup are not those that its manifest lists.")
        return found


def _frame(writer: Writer, kind: bytes, data: bytes) -> None:
    if data or kind != b"D":
        writer.write(_HEAD.pack(kind, len(data)) + data)
