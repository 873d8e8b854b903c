"""Fetches one public https address for staff: bounded in size, time and redirects, never inside our own network.

The name is looked up once, every address it stands for is checked, and the connection goes to exactly the address
that was checked: a name that changes its mind between the check and the connection gains nothing.
"""

import contextlib
import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml", "text/plain"}
)
LONGEST_ADDRESS = 2_000
_BLOCK = 64 * 1024
_MOVED = frozenset({301, 302, 303, 307, 308})
# Ranges that carry an IPv4 address inside: RFC 4291, 6052, 8215, 3056, 4380. And those that only look global to some
# versions of Python: RFC 3879, 9637 (documentation), 9602 (segments of a route), 7526 (relays).
_CLOSED = tuple(
    ipaddress.ip_network(one)
    for one in (
        *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"),
        *("fec0::/10", "3fff::/20", "5f00::/16", "192.88.99.0/24"),
    )
)


class NotFetched(ValueError):
    """The address gives nothing that we may take; the message is one clear sentence without the address."""


def is_public(address: Address) -> bool:
    """Whether an address lies in the open Internet: not private, shared, local, multicast, reserved or wrapped."""
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        return False
    if any(address in closed for closed in _CLOSED):
        return False
    closed = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    return address.is_global and not closed


def look_up(host: str, port: int) -> list[Address]:
    """Every address that the system knows for `host`. Raises OSError when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ipaddress.ip_address(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be fetched: which addresses and ports, how much (bytes), how long (seconds), how many redirects."""

    resolve: Callable[[str, int], list[Address]] = look_up
    allowed: Callable[[Address], bool] = is_public
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    ports: frozenset[int] = frozenset({443})
    types: frozenset[str] = FEED_TYPES
    largest: int = 2 * 1024 * 1024
    seconds: float = 15
    redirects: int = 3


class Fetched(NamedTuple):
    """The body of the answer, and the address that gave it after redirects."""

    body: bytes
    address: str


def fetch(address: str, policy: Policy | None = None) -> Fetched:
    """Get `address` with no cookie and no credentials.

    Raises:
        NotFetched: it may not be fetched, does not answer in time, or answers with something else.
    """
    return _Visit(policy or Policy()).go(address)


@dataclass(slots=True)
class _Visit:
    policy: Policy
    ends: float = field(init=False)

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.policy.seconds

    def go(self, address: str) -> Fetched:
        for _step in range(self.policy.redirects + 1):
            parts, host, port = _checked(address, self.policy.ports)
            with self._connected(host, port) as connection:
                body, onward = self._ask(connection, parts)
            if onward is None:
                return Fetched(body, address)
            address = urljoin(address, onward)
        raise NotFetched("The address sends us on too many times.")

    def _left(self) -> float:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise NotFetched("The address took too long to answer.")
        return left

    @contextlib.contextmanager
    def _connected(self, host: str, port: int) -> Iterator[http.client.HTTPSConnection]:
        """A connection to an address that was checked, its certificate checked for `host`."""
        context = self.policy.context()
        with self._in_words(), contextlib.ExitStack() as stack:
            raw = stack.enter_context(self._open(self._addresses(host, port), port))
            secure = stack.enter_context(
                context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False),
            )
            # A server that sends one byte at a time would renew every timeout: this ends the whole visit.
            guard = threading.Timer(self._left(), _cut, (secure,))
            guard.daemon = True
            guard.start()
            stack.callback(guard.cancel)
            connection = http.client.HTTPSConnection(host, port, context=context)
            stack.callback(connection.close)
            secure.settimeout(self._left())
            secure.do_handshake()
            connection.sock = secure
            yield connection

    def _addresses(self, host: str, port: int) -> list[Address]:
        answer: queue.SimpleQueue[list[Address] | None] = queue.SimpleQueue()

        def work() -> None:
            try:
                answer.put(self.policy.resolve(host, port))
            except (OSError, ValueError):
                answer.put(None)

        # The system's look-up knows no time limit of its own.
        threading.Thread(target=work, name="look-up", daemon=True).start()
        try:
            found = answer.get(timeout=self._left())
        except queue.Empty:
            raise NotFetched("The name in the address could not be looked up in time.") from None
        if not found:
            raise NotFetched("The name in the address does not lead anywhere.")
        if not all(self.policy.allowed(one) for one in found):
            raise NotFetched("The address leads into a private or reserved network. Only public sites can be read.")
        return found

    def _open(self, addresses: list[Address], port: int) -> socket.socket:
        for one in addresses:
            with contextlib.suppress(OSError):
                return socket.create_connection((str(one), port), timeout=self._left())
        self._left()
        raise NotFetched("The site does not answer.")

    def _ask(self, connection: http.client.HTTPSConnection, parts: SplitResult) -> tuple[bytes, str | None]:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(
            "GET",
            path,
            headers={
                "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9",
                "Accept-Encoding": "gzip",
                "User-Agent": "intake-newsroom",
                "Connection": "close",
            },
        )
        with connection.getresponse() as answer:
            # A connection that the guard has cut looks like one that ended: the clock knows better.
            self._left()
            return self._told(answer)

    def _told(self, answer: http.client.HTTPResponse) -> tuple[bytes, str | None]:
        if answer.status in _MOVED:
            onward = answer.headers.get("Location")
            if not onward:
                raise NotFetched("The address sends us on, but does not say where to.")
            return b"", onward
        if answer.status != 200:
            raise NotFetched(f"The site answered with the code {answer.status} instead of a feed.")
        return self._body(answer), None

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        kind = answer.headers.get_content_type()
        if kind == "text/html":
            raise NotFetched("The address shows a web page, not a feed. Look for a link called RSS or Atom on it.")
        if kind not in self.policy.types:
            raise NotFetched("The address does not give a feed.")
        largest = self.policy.largest
        if answer.length is not None and answer.length > largest:
            raise _too_large(largest)
        encoding = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
        if encoding not in {"identity", "gzip", "x-gzip"}:
            raise NotFetched("The site packs its answer in a way that we did not ask for.")
        unpack = zlib.decompressobj(wbits=31) if encoding != "identity" else None
        body, taken = bytearray(), 0
        while block := answer.read(min(_BLOCK, largest + 1 - taken)):
            self._left()
            taken += len(block)
            body += unpack.decompress(block, largest + 1 - len(body)) if unpack else block
            if len(body) > largest or taken > largest:
                raise _too_large(largest)
        self._left()
        if (answer.length or 0) > 0 or (unpack is not None and not unpack.eof):
            raise NotFetched("The answer of the site broke off.")
        return bytes(body)

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except NotFetched:
            raise
        except ssl.SSLCertVerificationError:
            raise NotFetched("The certificate of the site is not right for this name, so it is not trusted.") from None
        except (OSError, ValueError, http.client.HTTPException, zlib.error):
            self._left()
            raise NotFetched("The connection to the site failed.") from None


def _checked(address: str, ports: frozenset[int]) -> tuple[SplitResult, str, int]:
    """The parts of an address that may be asked, its host as ASCII, and its port. Raises NotFetched."""
    if not 0 < len(address) <= LONGEST_ADDRESS or any(not "!" <= char <= "~" for char in address):
        raise NotFetched("This is not an address such as https://example.org/feed.xml.")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or 443
        host.encode("ascii")
    except ValueError:
        raise NotFetched("This is not an address such as https://example.org/feed.xml.") from None
    if parts.scheme != "https":
        raise NotFetched("Only addresses that begin with https:// can be read.")
    if parts.username is not None or parts.password is not None:
        raise NotFetched("The address holds a name or password. Use an address that everyone may open.")
    if not host or "%" in host:
        raise NotFetched("This is not an address such as https://example.org/feed.xml.")
    if port not in ports:
        raise NotFetched("Only the usual port for https can be read.")
    return parts, host, port


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # The plain socket's way: the secure one's would also drop what the reading thread is using.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _too_large(largest: int) -> NotFetched:
    return NotFetched(f"The answer is larger than {largest // 1024} KiB.")
