"""A browser of nothing but bytes: one kept connection, prepared requests."""

import re
import socket
import zlib
from typing import Final, NamedTuple

TIMEOUT_SECONDS: Final = 60.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Answer(NamedTuple):
    """What came back: the status, the head as it came, and the body as it came."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, or an empty text."""
        found = re.search(rf"\r\n{name}: *([^\r]*)".encode(), self.head, re.IGNORECASE)
        return found[1].decode() if found else ""

    @property
    def text(self) -> str:
        """The page, decompressed."""
        packed = self.header("Content-Encoding") == "gzip"
        return (zlib.decompress(self.body, 31) if packed else self.body).decode()


class Line:
    """A connection to a door on this machine, opened when it is needed and again when the door closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> Answer:
        """Send a request, read the whole answer. Raises OSError when the door does not answer."""
        if self._socket is None:
            self._open()
            return self._exchange(request)
        try:
            return self._exchange(request)
        except ConnectionError:
            # A kept line that the door had closed meanwhile.
            self.close()
            self._open()
            return self._exchange(request)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _exchange(self, request: bytes) -> Answer:
        if self._socket is None:
            raise ConnectionError("closed")
        self._socket.sendall(request)
        got = self._more()
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        head = got[:end]
        length = _LENGTH.search(head)
        wanted = end + 4 + (int(length[1]) if length else 0)
        while len(got) < wanted:
            got += self._more()
        answer = Answer(int(head[9:12]), head, got[end + 4 :])
        if answer.header("Connection").lower() == "close":
            self.close()
        return answer

    def _more(self) -> bytes:
        if self._socket is None:
            raise ConnectionError("closed")
        piece = self._socket.recv(65536)
        if not piece:
            raise ConnectionError("the door closed the line")
        return piece


def request(method: str, path: str, number: int, *, cookie: str = "", body: bytes = b"", same: str = "") -> bytes:
    """The bytes of a request of the person `number`, who comes from an address of their own."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        "Accept-Encoding: gzip",
        f"X-Forwarded-For: 10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if same:
        lines.append(f"If-None-Match: {same}")
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
