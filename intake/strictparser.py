"""Requests as RFC 9112 writes them and in no other shape; and one that does not come whole in time is cut off."""

import re
import time

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest

from .waiting import Task

ONCE_ONLY = (b"host", b"content-length", b"transfer-encoding", b"content-type")
VERSIONS = (b"HTTP/1.0", b"HTTP/1.1")
# A whole form over the slowest line takes half a minute. Who sends a byte now and then holds a place for nobody.
REQUEST_SECONDS = 120.0
_CONTROLS = re.compile(rb"[\x00-\x20\x7f]")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[ \t!-~\x80-\xff]*)?")
_LONGEST_LINE = 1024
_ABSOLUTE = re.compile(rb"https?://([^/?#@]+)/.*", re.IGNORECASE)


class StrictParser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses the shapes that smuggle one request inside another, or that two servers read differently."""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the start line and the headers; raises ParsingError, which is answered with 400."""
        if re.search(rb"\r\n[ \t]", header_plus):
            raise ParsingError("Obsolete line folding")
        first, *lines = header_plus.split(b"\r\n")
        pairs = [(name.strip().lower(), value.strip(b" \t")) for name, sep, value in _cut(lines) if sep]
        names = [name for name, _value in pairs]
        if any(names.count(name) > 1 for name in ONCE_ONLY):
            raise ParsingError("Repeated header")
        given = dict(pairs)
        target, version = _start(first)
        if b"host" not in given and version == b"HTTP/1.1":
            raise ParsingError("Host header required")
        if not target.startswith(b"/"):
            absolute = _ABSOLUTE.fullmatch(target)
            if absolute is None or absolute[1].lower() != given.get(b"host", b"").lower():
                raise ParsingError("Target is not a path of this host")
        if b"transfer-encoding" in given:
            if b"content-length" in given:
                raise ParsingError("Both Content-Length and Transfer-Encoding")
            # In HTTP/1.0 the parser below would pass it over, and take the body for the next request.
            if version != b"HTTP/1.1" or given[b"transfer-encoding"].lower() != b"chunked":
                raise ParsingError("Transfer-Encoding is not supported")
        try:
            super().parse_header(header_plus)
        except ValueError:
            # A length of thousands of digits, brackets that are no address: the parser below expects neither.
            raise ParsingError("Invalid header") from None
        if self.chunked:
            self.body_rcv: ChunkedReceiver = StrictChunks(OverflowableBuffer(self.adj.inbuf_overflow))


class StrictChunks(ChunkedReceiver):  # type: ignore[misc]
    """A chunked body as RFC 9112, 7.1 writes it, without trailers: no form needs them.

    The receiver below passes over empty lines between chunks, and takes any lines after the last one as trailers.
    """

    def __init__(self, buffer: object) -> None:
        super().__init__(buffer)
        self._line = b""
        self._left = 0
        # What the next line has to be: the size of a chunk, the end of one, or the end of all.
        self._next = "size"

    def received(self, data: bytes) -> int:
        """Take what came over the wire; how many bytes of it were of this body. `error` is set for any other shape."""
        at = 0
        while at < len(data) and not self.completed and self.error is None:
            if self._left:
                piece = data[at : at + self._left]
                self.buf.append(piece)
                self._left -= len(piece)
            else:
                end = data.find(b"\n", at)
                piece = data[at:] if end < 0 else data[at : end + 1]
                self._take(piece)
            at += len(piece)
        return at

    def _take(self, piece: bytes) -> None:
        self._line += piece
        if len(self._line) > _LONGEST_LINE:
            self.error = BadRequest("Chunk line is too long")
        elif self._line.endswith(b"\n"):
            line, self._line = self._line, b""
            size = _CHUNK_SIZE.fullmatch(line.removesuffix(b"\r\n")) if self._next == "size" else None
            if size is not None and line.endswith(b"\r\n"):
                self._left = int(size[1], 16)
                self._next = "end" if self._left else "end of all"
            elif self._next == "size" or line != b"\r\n":
                self.error = BadRequest("Chunk is invalid")
            else:
                self.completed = self._next == "end of all"
                self._next = "size"


class StrictChannel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests go through the strict parser, and must be whole within `REQUEST_SECONDS`."""

    parser_class = StrictParser
    task_class = Task
    _watched: StrictParser | None = None
    _since = 0.0

    def received(self, data: bytes) -> bool:
        """Take what came over the wire; False when the connection is about to close."""
        took: bool = super().received(data)
        if self.request is not self._watched:
            self._watched, self._since = self.request, time.monotonic()
        elif self.request is not None and time.monotonic() - self._since > REQUEST_SECONDS:
            self.will_close = True
        return took


def _cut(lines: list[bytes]) -> list[tuple[bytes, bytes, bytes]]:
    return [line.partition(b":") for line in lines]


def _start(line: bytes) -> tuple[bytes, bytes]:
    """Target and version of a start line. Raises ParsingError."""
    words = line.split(b" ")
    if len(words) != 3 or words[2] not in VERSIONS:
        raise ParsingError("Start line is invalid")
    if _CONTROLS.search(words[1]):
        raise ParsingError("Control character in the target")
    return words[1], words[2]
