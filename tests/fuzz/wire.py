"""Requests: what our parser lets in, a strict reading of RFC 9112 and a lenient reader both read in the same way."""

import email.parser
import re

from waitress.adjustments import Adjustments  # type: ignore[import-untyped]

from intake.strictparser import StrictParser

SETTINGS = Adjustments(max_request_body_size=64 * 1024, max_request_header_size=16 * 1024)
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
# RFC 9112: start line (3), field lines (5), field values of RFC 9110, 5.5.
_START = re.compile(rb"(" + _TOKEN + rb") ([!-~\x80-\xff]+) HTTP/1\.([01])[ \t\x0b\x0c]*")
_FIELD = re.compile(rb"(" + _TOKEN + rb"):[ \t]*([!-~\x80-\xff](?:[ \t!-~\x80-\xff]*[!-~\x80-\xff])?)?[ \t]*")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;[ \t!-~\x80-\xff]*)?")


def _taken(data: bytes, pieces: int) -> tuple[int, StrictParser]:
    """How many bytes our parser takes as one request, when they come in so many pieces."""
    parser, at = StrictParser(SETTINGS), 0
    size = max(1, -(-len(data) // pieces))
    for start in range(0, len(data), size):
        piece = data[start : start + size]
        while piece and not parser.completed:
            took = parser.received(piece)
            at += took
            piece = piece[took:]
            if not took:
                break
    return at, parser


def requests(data: bytes) -> None:
    """No request is let in that two servers could read differently."""
    consumed, parser = _taken(data, 1)
    again, same = _taken(data, 7)
    assert (parser.completed, bool(parser.error), parser.empty) == (same.completed, bool(same.error), same.empty)
    if not parser.completed or parser.error or parser.empty:
        return
    assert consumed == again and parser.get_body_stream().read() == same.get_body_stream().read()
    # Blank lines before a request are passed over (2.2).
    whole = data[:consumed].lstrip()
    head, _, rest = whole.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    start = _START.fullmatch(first)
    assert start is not None, "a start line of another shape"
    assert start[1].decode() == parser.command and start[3].decode() == parser.version[-1]
    fields: dict[bytes, list[bytes]] = {}
    for line in lines:
        field = _FIELD.fullmatch(line)
        assert field is not None, "a field line of another shape"
        fields.setdefault(field[1].lower(), []).append(field[2] or b"")
    assert len(fields.get(b"host", [])) == 1 or (start[3] == b"0" and not fields.get(b"host"))
    lengths, codings = fields.get(b"content-length", []), fields.get(b"transfer-encoding", [])
    assert len(lengths) + len(codings) <= 1, "two ways to say where it ends"
    body = b""
    if codings:
        assert codings[0].lower() == b"chunked" and start[3] == b"1"
        body, left = _dechunked(rest)
        assert not left
    elif lengths:
        assert re.fullmatch(rb"[0-9]+", lengths[0])
        body = rest
        assert len(body) == int(lengths[0])
    else:
        assert not rest
    parser.get_body_stream().seek(0)
    assert parser.get_body_stream().read() == body
    # A reader that takes nearly anything finds the same fields.
    loose = email.parser.BytesParser().parsebytes(b"\r\n".join(lines) + b"\r\n\r\n", headersonly=True)
    for name in ("content-length", "transfer-encoding", "host"):
        assert [str(one).strip() for one in loose.get_all(name, [])] == [
            one.decode("ascii", "surrogateescape") for one in fields.get(name.encode(), [])
        ] or not all(one.isascii() for one in fields.get(name.encode(), []))


def _dechunked(rest: bytes) -> tuple[bytes, bytes]:
    """The body of a chunked message, and what follows it; asserts that it has the shape of RFC 9112, 7.1."""
    body = b""
    while True:
        line, end, rest = rest.partition(b"\r\n")
        size = _CHUNK.fullmatch(line)
        assert end and size is not None, "a chunk of another shape"
        length = int(size[1], 16)
        if length == 0:
            assert rest.startswith(b"\r\n"), "a trailer"
            return body, rest[2:]
        body += rest[:length]
        assert rest[length : length + 2] == b"\r\n", "a chunk that goes on"
        rest = rest[length + 2 :]
