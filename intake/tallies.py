"""Counts behind the limits of a door: in its own memory, or together with the other doors on a Redis or Valkey server.

What that server holds, each for the length of a window (an hour at most): a key of 32 hex digits, and the moments at
which something was counted under it. The key is an HMAC of the limit and of who is counted, under a secret that the
doors of one kind share and the server never sees. Whoever holds all that is there, and knows every address on earth,
can try none of them; what is left to see is that somebody came back under one key on one day. Nothing that a person
typed goes there, no name, no address, no account, and not even which page is meant.

The secret is derived from the door's cookie key (`public.key`, `staff.key`), which several doors of one kind need to
have in common anyway. A salt that the doors agree on through the server would lie beside the keys that it hides.
Whoever has that file *and* reads the server can name the addresses of the last hour; without the server's content, or
an hour later, the file tells of nobody.

A limit is a courtesy, and a person is not refused because of a server. When it is away, hangs, is full or answers
nonsense, each door counts by itself and looks for it again every few seconds, beside the requests.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, TypeVar

from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from .metrics import Family, gauge
from .settings import Door, Settings, secret

log = logging.getLogger("intake.tallies")

# For one answer of the server, which is beside the doors: in milliseconds or not at all.
PATIENCE_SECONDS: Final = 0.25
AGAIN_SECONDS: Final = 5.0
# An error of the client library, or what it is made from -> what is said of the server. First match counts.
_TROUBLES: Final = {
    "AuthenticationError": "refuses the name or the password",
    "AuthorizationError": "refuses the name or the password",
    "NoPermissionError": "does not let this name count (commands EVALSHA, EVAL, SCRIPT LOAD and those of lists)",
    "BusyLoadingError": "is still starting",
    "OutOfMemoryError": "is full",
    "ReadOnlyError": "takes no writes: it is a copy",
    "MaxConnectionsError": "has too many connections",
    "TimeoutError": "does not answer in time",
    "ConnectionError": "cannot be reached",
    "OSError": "cannot be reached",
}
T = TypeVar("T")


class Salt:
    """Turns an address into a key of one day. The salt is new each day: random, in memory only, or of `root`."""

    def __init__(self, root: bytes = b"") -> None:
        self._root = root
        self._day = dt.date.min
        self._salt = b""

    def key(self, address: str | None, today: dt.date) -> str:
        """A key of 20 hex digits for `address`; an IPv6 address counts by its network (/64), which one home has."""
        if today != self._day:
            salt = _derived(self._root, f"day {today.isoformat()}") if self._root else secrets.token_bytes(32)
            self._salt, self._day = salt, today
        return hmac.new(self._salt, _network(address).encode(), hashlib.sha256).hexdigest()[:20]


class Memory(MemoryStorage):
    """The library's own memory, which looks through all that it holds after each count: here once a minute.

    Otherwise a count would cost the more, the more addresses came within the hour.
    """

    LOOK_SECONDS = 60.0
    _next_look = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + self.LOOK_SECONDS
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]


class Shared(Memory):
    """Counts in this memory and, while it answers, on the server at `url`: there is room where both have room.

    What came through this door is part of what came through all of them, so its own memory is never the stricter one
    without being right; it goes on alone when the server is away, and still knows what it counted before.
    """

    def __init__(self, url: str, key: bytes) -> None:
        super().__init__()
        self._key = key
        self._server = _client(url)
        self._lock = threading.Lock()
        self._look: threading.Thread | None = None
        self._again_at = 0.0
        self._trouble = ""
        self._prove()

    @property
    def trouble(self) -> str:
        """Why this door counts by itself just now, in a few words; empty while it counts with the others."""
        return self._trouble

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` within `expiry` seconds, if fewer than `limit` are counted there; whether there was room."""
        hidden = self._hidden(key)
        if super().get_moving_window(hidden, limit, expiry)[1] > limit - amount:
            return False
        had_room = self._ask(lambda: self._server.acquire_entry(hidden, limit, expiry, amount))
        # What was refused counts nowhere.
        return had_room is not False and (super().acquire_entry(hidden, limit, expiry, amount) or had_room is True)

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Since when (seconds since 1970) and how many are counted within the last `expiry` seconds."""
        hidden = self._hidden(key)
        own = super().get_moving_window(hidden, limit, expiry)
        if own[1] >= limit:
            return own
        of_all = self._ask(lambda: _window(self._server, hidden, limit, expiry))
        return own if of_all is None or of_all[1] < own[1] else of_all

    def _hidden(self, key: str) -> str:
        return hmac.new(self._key, key.encode(), hashlib.sha256).hexdigest()[:32]

    def _ask(self, question: Callable[[], T]) -> T | None:
        if self._trouble:
            self._look_again()
            return None
        try:
            return question()
        except Exception as error:  # whatever a server makes of it, a person goes on
            self._lose(error)
            return None

    def _lose(self, error: Exception) -> None:
        said, self._again_at = _said(error), time.monotonic() + AGAIN_SECONDS
        was, self._trouble = self._trouble, said
        if not was:
            log.warning("limits are counted by this process alone: the server of INTAKE_LIMITS_URL %s", said)
        with suppress(Exception):
            self._server.storage.connection_pool.disconnect(inuse_connections=False)

    def _look_again(self) -> None:
        """Look for the server once in a while, beside the request: nobody waits for it."""
        with self._lock:
            if time.monotonic() < self._again_at or (self._look is not None and self._look.is_alive()):
                return
            self._again_at = time.monotonic() + AGAIN_SECONDS
            self._look = threading.Thread(target=self._prove, name="limits", daemon=True)
            with suppress(RuntimeError):  # there may be no thread to be had
                self._look.start()

    def _prove(self) -> None:
        try:
            prove(self._server)
        except Exception as error:
            self._lose(error)
            return
        if self._trouble:
            self._trouble = ""
            log.info("limits are counted together with the other doors again")


class Given(Memory):
    """How Flask-Limiter, which makes its storage from an address, takes one that is there: `intake://` gives it."""

    STORAGE_SCHEME = ["intake"]  # noqa: RUF012 -- as the library declares it

    def __new__(cls, _uri: str, *, storage: Memory) -> Memory:  # type: ignore[misc]
        """The very `storage`."""
        return storage


class Tallies:
    """What one door counts, and under which keys it counts people."""

    def __init__(self, settings: Settings, door: Door) -> None:
        root = _derived(secret(settings.secrets / f"{door}.key").encode(), "root") if settings.limits_url else b""
        self.salt = Salt(root)
        self.storage = Shared(settings.limits_url, _derived(root, "keys")) if root else Memory()
        self.counts = MovingWindowRateLimiter(self.storage)
        self.door = door

    def families(self) -> Iterator[Family]:
        """Whether this door counts together with the others; nothing where it is not meant to."""
        if isinstance(self.storage, Shared):
            about = "1 while this door counts limits together with the others, 0 while it counts by itself."
            yield gauge("intake_limits_shared", about, float(not self.storage.trouble), door=self.door)

    def of_flask_limiter(self) -> dict[str, Any]:
        """The options with which a Flask-Limiter counts here, as exactly as today's limits are counted."""
        return {
            "storage_uri": "intake://",
            "storage_options": {"storage": self.storage},
            "strategy": "moving-window",
            "headers_enabled": False,
        }


def prove(server: RedisStorage) -> None:
    """Count one where nothing is, one more where there is no room, and read it: three short answers.

    Raises:
        Exception: of the client library or of the system, or ValueError for an answer that cannot be right.
    """
    key = secrets.token_hex(16)
    said = (server.acquire_entry(key, 1, 10), server.acquire_entry(key, 1, 10), _window(server, key, 1, 10)[1])
    if said != (True, False, 1):
        raise ValueError("not a count")


def trouble_at(url: str) -> str:
    """What is wrong with the server at `url`, in words that follow “the server …”; empty when it counts."""
    server = _client(url)
    try:
        prove(server)
    except Exception as error:
        return _said(error)
    finally:
        server.storage.close()
    return ""


def _client(url: str) -> RedisStorage:
    # Each question is asked once: who waits for the second answer waits twice as long.
    return RedisStorage(
        url,
        key_prefix="limits",
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry_on_timeout=False,
        protocol=2,
    )


def _window(server: RedisStorage, key: str, limit: int, expiry: int) -> tuple[float, int]:
    since, count = server.get_moving_window(key, limit, expiry)
    if type(count) is not int or not 0 <= count <= limit:
        raise ValueError("not a count")
    return since, count


def _said(error: Exception) -> str:
    kinds = [kind.__name__ for kind in type(error).__mro__]
    # Servers say so in a message of the most general kind; the message itself is shown nowhere.
    if "NOAUTH" in str(error) or "WRONGPASS" in str(error):
        kinds.insert(0, "AuthenticationError")
    found = (words for name, words in _TROUBLES.items() if name in kinds)
    return next(found, f"gives an answer that is none ({kinds[0]})")


def _derived(root: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return hmac.digest(root, f"intake/limits/v1/{purpose}".encode(), hashlib.sha256)


def _network(address: str | None) -> str:
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
