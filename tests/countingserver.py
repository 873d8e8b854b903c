"""A Redis server of a test's own: on a socket in a folder, nothing on disk, and killed as often as a test likes."""

import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")
NEEDS_SERVER = pytest.mark.skipif(PROGRAM is None, reason="the Debian package `redis-server` is not installed")
START_SECONDS = 20.0


class CountingServer:
    """One server in `folder`, whose path must be short: sockets have names of at most 107 bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._socket = folder, folder / "redis"
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"redis+unix://{self._socket}"

    def start(self, *options: str) -> "CountingServer":
        """Start it, empty, and wait until it speaks; `options` as on its command line."""
        plain = ["--port", "0", "--unixsocket", str(self._socket), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            [str(PROGRAM), *plain, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.ask("PING").startswith((b"+PONG", b"-NOAUTH")):
            assert time.monotonic() < deadline, "the counting server does not start"
            time.sleep(0.02)
        return self

    def ask(self, *words: str) -> bytes:
        """The raw answer to one command; empty when nobody answers."""
        with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(self._socket))
            line.sendall(f"{' '.join(words)}\r\nQUIT\r\n".encode())
            said = b""
            while piece := line.recv(65536):
                said += piece
            return said
        return b""

    def dump(self) -> tuple[list[str], bytes]:
        """Every key, and every byte that a person reads who asks for all keys and all that lies under them."""
        said = self.ask("KEYS", "*")
        keys = [line.decode() for line in said.split(b"\r\n") if line and line[:1] not in b"*$+"]
        return keys, said + b"".join(self.ask("LRANGE", key, "0", "-1") + self.ask("TYPE", key) for key in keys)

    def hang(self) -> None:
        """It is there, takes connections, and never says a word."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It speaks again."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it without a word; what it counted is lost."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(20)
        self._process = None

    def _signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)
