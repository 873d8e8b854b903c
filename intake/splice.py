"""Pages rendered and compressed once, with the anti-forgery token put in for each request.

The token goes between separately compressed pieces: it never shares a compression window with anything else on
the page, so the length of a response tells nothing about it.
"""

import zlib
from dataclasses import dataclass

# Stands in templates where the token goes; no text of a person can contain it, because NUL is refused everywhere.
SLOT = "\x00token\x00"

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_LAST_BLOCK = b"\x03\x00"


@dataclass(frozen=True, slots=True)
class Page:
    """One rendered page: its pieces around the token, plain and as raw deflate blocks."""

    plain: tuple[bytes, ...]
    packed: tuple[bytes, ...]

    @classmethod
    def of(cls, html: str, *, level: int = 6) -> "Page":
        """Cut `html` at its token slots and compress each piece by itself."""
        plain = tuple(piece.encode() for piece in html.split(SLOT))
        return cls(plain, tuple(_deflate(piece, level) for piece in plain))

    @property
    def has_slot(self) -> bool:
        """Whether the page wants a token at all."""
        return len(self.plain) > 1

    def body(self, token: str, *, gzip: bool) -> bytes:
        """The whole page with `token` in its slots, as a gzip stream if the browser takes one."""
        mark = token.encode("ascii")
        if not gzip:
            return mark.join(self.plain)
        mark_packed = _deflate(mark, 1) if self.has_slot else b""
        checksum, size = zlib.crc32(self.plain[0]), len(self.plain[0])
        for piece in self.plain[1:]:
            checksum = zlib.crc32(piece, zlib.crc32(mark, checksum))
            size += len(mark) + len(piece)
        tail = checksum.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
        return _GZIP_HEAD + mark_packed.join(self.packed) + _LAST_BLOCK + tail


def _deflate(piece: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    # A full flush ends on a byte boundary with an empty window: pieces can be joined in any order.
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
