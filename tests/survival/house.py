"""The product as it runs on a host: public doors and desks, started again whenever one of them dies."""

import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from intake import grants, migrating, serving, supervisor
from intake import settings as settings_module
from intake.db import make_engine
from intake.settings import Settings
from intake.unsealing import make_keys
from tests.journeys.system import CHEAP, PASSPHRASE, free_port
from tests.survival import disks
from tests.survival.ledger import Ledger
from tests.survival.nodes import Node, address

ROOT = Path(__file__).resolve().parents[2]
OPEN_SECONDS = 90.0
AGAIN_SECONDS = 0.3
DESK_SECONDS = 4.0


@dataclass
class Part:
    """One process, kept running until the house closes."""

    name: str
    command: list[str]
    environ: dict[str, str] = field(repr=False)
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: int = 0
    since: float = 0.0

    def start(self) -> None:
        """Start it, with its words added to its log."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, *self.command], cwd=ROOT, env=self.environ, stdout=out, stderr=out
            )
        self.started += 1
        self.since = time.monotonic()

    @property
    def is_at_work(self) -> bool:
        """Whether it does what it is there for; a desk, which nobody can ask, after some seconds."""
        if self.process is None or self.process.poll() is not None:
            return False
        port = self.environ.get("INTAKE_PUBLIC_PORT")
        return serving.listens("127.0.0.1", int(port)) if port else time.monotonic() - self.since > DESK_SECONDS

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End it without a word."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


class House:
    """A house in a folder, on a database of a kind: `sqlite`, `postgres` (one node) or `standby` (two)."""

    def __init__(
        self,
        kind: str,
        folder: Path,
        data: Path,
        nodes: tuple[Node, ...],
        environ: dict[str, str],
        *,
        is_small: bool = False,
    ) -> None:
        self.kind, self.folder, self.data, self.nodes = kind, folder, data, nodes
        self.environ = environ
        self.settings: Settings = settings_module.load(environ)
        self.ledger = Ledger(folder / "ledger")
        self.engine = make_engine(self.settings.database_url)
        ports = (free_port(),) if is_small else (free_port(), free_port())
        self.doors = tuple(f"http://localhost:{port}" for port in ports)
        public = supervisor.environment("public", self.settings, environ)
        staff = supervisor.environment("worker", self.settings, environ)
        serve = ["-m", "intake", "serve", "--only"]
        self.parts = {
            **{
                f"door {number}": self._part(
                    f"door {number}",
                    [*serve, "public"],
                    public,
                    INTAKE_PUBLIC_PORT=str(port),
                )
                for number, port in enumerate(ports, 1)
            },
            "desk": self._part("desk", [*serve, "worker"], staff),
        }
        if not is_small:
            self.parts["jumping"] = self._part("jumping", ["-m", "tests.survival.jumping"], staff)
        self._closing = threading.Event()
        self._watch = threading.Thread(target=self._keep_running, daemon=True)

    def open(self) -> None:
        """Start everything, and wait until both doors answer."""
        for part in self.parts.values():
            part.start()
        self._watch.start()
        self.wait_until_open()

    def wait_until_open(self) -> None:
        """Wait until both doors answer."""
        deadline = time.monotonic() + OPEN_SECONDS
        for door in self.doors:
            while True:
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{door}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        break
                if time.monotonic() > deadline:
                    raise RuntimeError("a door did not open")
                time.sleep(0.1)

    def still(self) -> None:
        """End every part; the database and the ledger stay."""
        self._closing.set()
        if self._watch.ident is not None:
            self._watch.join(20)
        for part in self.parts.values():
            part.kill(signal.SIGTERM)
        for part in self.parts.values():
            if part.process is None:
                continue
            try:
                part.process.wait(20)
            except subprocess.TimeoutExpired:
                part.kill()
                part.process.wait(20)

    def close(self) -> None:
        """End everything."""
        self.still()
        self.engine.dispose()
        self.ledger.close()

    def _part(self, name: str, command: list[str], environ: dict[str, str], **more: str) -> Part:
        return Part(name, command, environ | more, self.data.parent / f"log of {name}")

    def _keep_running(self) -> None:
        while not self._closing.is_set():
            for part in self.parts.values():
                if part.process is not None and part.process.poll() is not None and not self._closing.is_set():
                    part.start()
            self._closing.wait(AGAIN_SECONDS)


@contextlib.contextmanager
def house(
    kind: str, folder: Path, *, mail: str = "", disk: Path | None = None, is_small: bool = False, limits: str = ""
) -> Iterator[House]:
    """A house set up and open: two doors and two desks, or one of each in a small one.

    `mail` is a mail server's address, `disk` a folder for the data, if not in `folder`, `limits` the address of a
    server on which the doors count together.
    """
    data = (disk or folder) / "data"
    data.mkdir(mode=0o700)
    with contextlib.ExitStack() as kept:
        nodes: tuple[Node, ...] = ()
        owner = staff = public = f"sqlite:///{data / 'intake.db'}"
        if kind != "sqlite":
            nodes, owner, staff, public = _cluster(kept, 2 if kind == "standby" else 1, is_small=disk is not None)
        make_keys(data / "keys", PASSPHRASE, today=dt.date(2026, 1, 1), argon=CHEAP)
        migrating.upgrade(owner)
        if nodes:
            engine = make_engine(owner)
            grants.apply(engine, "intake_public", "intake_staff")
            engine.dispose()
        passphrase = folder / "passphrase"
        passphrase.write_text(PASSPHRASE)
        environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
            "INTAKE_DATA": str(data),
            "INTAKE_DATABASE_URL": staff,
            "INTAKE_PUBLIC_DATABASE_URL": public,
            "INTAKE_PASSPHRASE_FILE": str(passphrase),
            # Each person of the load comes from an address of her own, as through a proxy.
            "INTAKE_PROXIES": "1",
        }
        if mail:
            environ |= {"INTAKE_SMTP": mail, "INTAKE_SMTP_SECURITY": "none", "INTAKE_MAIL_FROM": "office@example.org"}
        if limits:
            environ["INTAKE_LIMITS_URL"] = limits
        made = House(kind, folder, data, nodes, environ, is_small=is_small)
        kept.callback(made.close)
        made.open()
        yield made


def _cluster(kept: contextlib.ExitStack, count: int, *, is_small: bool) -> tuple[tuple[Node, ...], str, str, str]:
    first = disks.small_node(kept) if is_small else Node()
    kept.callback(first.remove)
    name = f"t{uuid.uuid4().hex}"
    first.create().say(f"CREATE DATABASE {name}")
    nodes: tuple[Node, ...] = (first,)
    if count > 1:
        second = Node()
        kept.callback(second.remove)
        nodes = (first, second.follow(first))
    owner, staff, public = (address(name, user, *nodes) for user in ("postgres", "intake_staff", "intake_public"))
    return nodes, owner, staff, public
