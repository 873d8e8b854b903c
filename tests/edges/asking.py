"""Speaking with an edge: bytes over TLS, each request from another address of this machine, and a browser."""

import http.client
import http.cookiejar
import itertools
import re
import socket
import ssl
import urllib.request
from typing import Any

from tests.edges.standing import PUBLIC, Edge
from tests.journeys.plain import PlainBrowser, _NoRedirect

_ADDRESSES = itertools.cycle(f"127.0.{third}.{fourth}" for third in (7, 8) for fourth in range(1, 251))
PATIENCE_SECONDS = 10.0


def anybody() -> str:
    """The next address: the edge counts requests by it, and the shapes are many."""
    return next(_ADDRESSES)


def unchecked(*protocols: str) -> ssl.SSLContext:
    """TLS with a certificate that nobody signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(list(protocols or ("http/1.1",)))
    return context


def line(edge: Edge, *, name: str = PUBLIC, source: str = "", context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
    """An open line for this host name. Raises OSError when the edge gives none."""
    plain = socket.create_connection(("127.0.0.1", edge.tls), PATIENCE_SECONDS, (source or anybody(), 0))
    try:
        return (context or unchecked()).wrap_socket(plain, server_hostname=name)
    except OSError:
        plain.close()
        raise


def exchange(edge: Edge, sent: bytes, **more: Any) -> bytes:
    """All that comes back for these bytes until the edge closes; a line that is cut or stays quiet counts as closed."""
    back = b""
    with line(edge, **more) as wire:
        wire.settimeout(2)
        try:
            wire.sendall(sent)
            while piece := wire.recv(65536):
                back += piece
        except OSError:
            pass
    return back


def ask(
    edge: Edge, target: str, *headers: str, name: str = PUBLIC, host: str = "", method: str = "GET", **more: Any
) -> bytes:
    """The answer to one request that closes the line, as bytes; `body` may be given."""
    body: bytes = more.pop("body", b"")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host or name}", "Connection: close", *headers]
    return exchange(edge, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body, name=name, **more)


def statuses(back: bytes) -> list[int]:
    """The statuses of all answers in these bytes."""
    return [int(one) for one in re.findall(rb"(?:^|\n)HTTP/1\.[01] (\d{3}) ", back)]


class EdgeBrowser(PlainBrowser):
    """A person's browser that comes through the edge, by the real host name."""

    def __init__(self, edge: Edge, name: str = PUBLIC, source: str = "") -> None:
        super().__init__(f"https://{name}")
        where = source or anybody()

        class Line(http.client.HTTPSConnection):
            def connect(self) -> None:
                self.sock = line(edge, name=name, source=where)

        class Through(urllib.request.HTTPSHandler):
            def https_open(self, request: urllib.request.Request) -> Any:
                return self.do_open(Line, request)

        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies), _NoRedirect, Through()
        )
