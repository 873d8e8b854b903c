"""Pages rendered and compressed once, with the anti-forgery token put in for each request.

The token goes between separately compressed pieces: it never shares a compression window with anything else on
the page, so the length of a response tells nothing about it.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass
from functools import cached_property

import brotli

# Stands in templates where the token goes; no text of a person can contain it, because NUL is refused everywhere.
SLOT = "\x00token\x00"

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_LAST_BLOCK = b"\x03\x00"

# Control characters but tab and line ends, and the last two code points of each plane: HTML standard, 13.2.3.5.
_LAST_OF_PLANES = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_NOT_IN_HTML = re.compile(f"[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\\ufdd0-\\ufdef{_LAST_OF_PLANES}]")


@dataclass(frozen=True)
class Page:
    """One rendered page: its pieces around the token; compressed when first asked for, and kept so.

    `level` is zlib's, 1 to 9.
    """

    plain: tuple[bytes, ...]
    level: int

    @classmethod
    def of(cls, html: str, *, level: int = 6) -> "Page":
        """Cut `html` at its token slots."""
        return cls(tuple(piece.encode() for piece in html.split(SLOT)), level)

    @property
    def has_slot(self) -> bool:
        """Whether the page wants a token at all."""
        return len(self.plain) > 1

    @property
    def codings(self) -> tuple[str, ...]:
        """The codings that this page can be sent in, best first: brotli has no way to join pieces."""
        return ("gzip",) if self.has_slot else ("br", "gzip")

    @cached_property
    def packed(self) -> tuple[bytes, ...]:
        """Each piece as raw deflate blocks."""
        return tuple(_deflate(piece, self.level) for piece in self.plain)

    @cached_property
    def _whole(self) -> bytes:
        return bytes(brotli.compress(self.plain[0], quality=min(self.level, 9)))

    @cached_property
    def digest(self) -> str:
        """What tells this page from every other one: 20 hex digits."""
        return hashlib.sha256(b"\0".join(self.plain)).hexdigest()[:20]

    @cached_property
    def _first_checksum(self) -> int:
        return zlib.crc32(self.plain[0])

    def body(self, token: str, coding: str) -> bytes:
        """The whole page with `token` in its slots, in one of `codings`, or plain with ""."""
        mark = token.encode("ascii")
        if coding == "br":
            return self._whole
        if coding != "gzip":
            return mark.join(self.plain)
        mark_packed = _stored(mark) if self.has_slot else b""
        checksum, size = self._first_checksum, len(self.plain[0])
        for piece in self.plain[1:]:
            checksum = zlib.crc32(piece, zlib.crc32(mark, checksum))
            size += len(mark) + len(piece)
        tail = checksum.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
        return _GZIP_HEAD + mark_packed.join(self.packed) + _LAST_BLOCK + tail


def _stored(mark: bytes) -> bytes:
    """`mark` as one deflate block that is not compressed (RFC 1951, 3.2.4): its length tells nothing of what it is."""
    return b"\x00" + len(mark).to_bytes(2, "little") + (len(mark) ^ 0xFFFF).to_bytes(2, "little") + mark


def _deflate(piece: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    # A full flush ends on a byte boundary with an empty window: pieces can be joined in any order.
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def showable(text: str) -> str:
    """`text` without what no page can hold: control characters, NUL of the token's slot among them."""
    return _NOT_IN_HTML.sub("", text)
