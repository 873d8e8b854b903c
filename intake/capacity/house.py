"""A throw-away product: folder, keys, database, releases, the public door and the desk; gone afterwards."""

import contextlib
import datetime as dt
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, inspect, select

from .. import migrating, referrals, releases, serving, supervisor
from .. import settings as settings_module
from ..db import make_engine, transaction
from ..settings import Settings
from ..submissions import Submission
from ..unsealing import make_keys

START_SECONDS = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


class NotEmpty(RuntimeError):
    """The database holds something; the message is one clear sentence."""


@dataclass(frozen=True)
class House:
    """A running public door and desk. `slug` is a release that is there."""

    settings: Settings
    slug: str
    door: int
    desk: int

    @property
    def port(self) -> int:
        """Where the public door listens."""
        return self.settings.public_port

    def cpu(self, process: int) -> float:
        """Seconds of processor time that a process has used; 0 where the system does not tell."""
        try:
            words = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(words[11]) + int(words[12])) / _TICKS

    def peak_mib(self) -> float | None:
        """The most memory that the door has held, in MiB; None where the system does not tell."""
        try:
            lines = Path(f"/proc/{self.door}/status").read_text("ascii").splitlines()
        except OSError:
            return None
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)

    def sent(self) -> int:
        """How many forms are in the database."""
        engine = make_engine(self.settings.database_url)
        try:
            with transaction(engine) as session:
                return session.scalar(select(func.count()).select_from(Submission)) or 0
        finally:
            engine.dispose()


@contextlib.contextmanager
def house(url: str = "") -> Iterator[House]:
    """A product on the database `url`, or on SQLite in its folder; the database is left empty.

    Raises:
        NotEmpty: the database holds tables.
    """
    with tempfile.TemporaryDirectory(prefix="intake-capacity-") as place, contextlib.ExitStack() as kept:
        data = Path(place) / "data"
        data.mkdir(mode=0o700)
        url = url or f"sqlite:///{data / 'intake.db'}"
        passphrase = Path(place) / "passphrase"
        passphrase.write_text(secrets.token_hex(16) + "\n")
        outside = {name: os.environ[name] for name in supervisor.FROM_OUTSIDE if name in os.environ}
        environ = outside | {
            "INTAKE_DATA": str(data),
            "INTAKE_DATABASE_URL": url,
            "INTAKE_PASSPHRASE_FILE": str(passphrase),
            "INTAKE_PUBLIC_PORT": str(_free_port()),
            "INTAKE_PROXIES": "1",
        }
        settings = settings_module.load(environ)
        slug = _furnish(settings)
        if not url.startswith("sqlite"):
            kept.callback(migrating.downgrade, url, "base")
        log = kept.enter_context((Path(place) / "log").open("wb"))
        parts = [_start(part, settings, environ, log.fileno()) for part in ("public", "worker")]
        for part in parts:
            kept.callback(_end, part)
        deadline = time.monotonic() + START_SECONDS
        while not serving.listens("127.0.0.1", settings.public_port):
            if time.monotonic() > deadline or parts[0].poll() is not None:
                raise RuntimeError("The public door did not start.")
            time.sleep(0.05)
        yield House(settings, slug, parts[0].pid, parts[1].pid)


def _furnish(settings: Settings) -> str:
    engine = make_engine(settings.database_url)
    try:
        if inspect(engine).get_table_names():
            raise NotEmpty("This database holds tables. Give an empty one: it is filled, and emptied afterwards.")
        now = dt.datetime.now(dt.UTC)
        migrating.upgrade(settings.database_url)
        make_keys(settings.keys, settings.passphrase(), today=now.date())
        with transaction(engine) as session:
            referrals.load_bundled(session)
            return releases.import_files(session, releases.samples(), now)[0].slug
    finally:
        engine.dispose()


def _start(part: supervisor.Part, settings: Settings, environ: dict[str, str], log: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "intake", "serve", "--only", part, "--parent", str(os.getpid())]
    env = supervisor.environment(part, settings, environ)
    return subprocess.Popen(command, cwd=supervisor.ROOT, env=env, stdout=log, stderr=log)


def _end(part: "subprocess.Popen[bytes]") -> None:
    part.terminate()
    try:
        part.wait(15)
    except subprocess.TimeoutExpired:
        part.kill()
        part.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
