"""A browser of nothing but bytes: prepared requests on one kept line, so that the client costs next to nothing."""

import contextlib
import http.client
import re
import socket
from collections.abc import Callable


class Line:
    """One connection to a door on this machine."""

    def __init__(self, port: int) -> None:
        self._line = socket.create_connection(("127.0.0.1", port))
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __del__(self) -> None:
        """It ends with its last user: those who repeat a request keep it as long as they need it."""
        self._line.close()

    def ask(self, request: bytes) -> int:
        """Send a prepared request and read its whole answer; returns the status."""
        self._line.sendall(request)
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        length = re.search(rb"\r\ncontent-length: *(\d+)", got[: end + 2], re.IGNORECASE)
        wanted = end + 4 + (int(length[1]) if length else 0)
        while len(got) < wanted:
            got += self._more()
        return int(got[9:12])

    def _more(self) -> bytes:
        piece = self._line.recv(65536)
        if not piece:
            raise ConnectionError("the door closed the line")
        return piece


def prepared(method: str, path: str, *, cookie: str = "", body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request as a phone sends it."""
    named = {
        "Host": "localhost",
        "Accept-Encoding": "gzip, deflate, br",
        "Cookie": cookie,
        **({"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))} if body else {}),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode() + body


def getter(port: int, path: str, cookie: str = "") -> Callable[[], None]:
    """A GET that must succeed, to be repeated."""
    line, request = Line(port), prepared("GET", path, cookie=cookie)

    def get() -> None:
        status = line.ask(request)
        if status != 200:
            raise AssertionError(f"{path} answered {status}")

    return get


def wire_bytes(port: int, path: str, coding: str) -> tuple[int, str]:
    """Everything the server sends for `path`, headers included, and the page as text."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        ask = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {coding}\r\nConnection: close\r\n\r\n"
        line.sendall(ask.encode())
        got = b"".join(iter(lambda: line.recv(65536), b""))
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", path, headers={"Host": "localhost"})
        return len(got), connection.getresponse().read().decode()


def first_visit(port: int, path: str, coding: str = "gzip") -> int:
    """Bytes of a page with all that it loads, headers included."""
    size, page = wire_bytes(port, path, coding)
    loaded = re.findall(r'<link rel="(?:stylesheet|icon)" href="(/[^"]+)"', page)
    return size + sum(wire_bytes(port, sheet, coding)[0] for sheet in loaded)
