"""The whole product as processes: a data folder, keys, people, and the supervisor's doors and desk on free ports."""

import contextlib
import datetime as dt
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

from intake import grants, migrating, referrals, releases
from intake import settings as settings_module
from intake.db import make_engine, transaction
from intake.releases import samples
from intake.settings import Settings
from intake.staff.members import create_with_secret, current_code, new_secret
from intake.unsealing import Argon, make_keys
from tests.postgres import throw_away_postgres

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "fictional passphrase of the journeys"
CHEAP = Argon(memory_kib=8 * 1024, iterations=1, lanes=1)
START_SECONDS = 40.0
# The organisation's own release, where this checkout lies beside it; elsewhere the bundled digest of it.
GIVEN = sorted((ROOT.parent / "shared" / "releases").glob("*.txt"))


@dataclass
class Person:
    """A staff member as they know themselves."""

    email: str
    password: str = field(repr=False)
    secret: str = field(repr=False)
    _used: str = ""

    def code(self) -> str:
        """A one-time code that was not used before; waits for the next one when it must."""
        deadline = time.monotonic() + 35
        while (code := current_code(self.secret, dt.datetime.now(dt.UTC))) == self._used:
            if time.monotonic() > deadline:
                raise AssertionError("no new one-time code came")
            time.sleep(0.2)
        self._used = code
        return code


@dataclass(frozen=True)
class System:
    """A running product."""

    settings: Settings
    environ: dict[str, str] = field(repr=False)
    caseworker: Person
    admin: Person
    supervisor: subprocess.Popen[bytes]
    log: Path

    @property
    def public(self) -> str:
        """The public door's address."""
        return f"http://localhost:{self.settings.public_port}"

    @property
    def staff(self) -> str:
        """The staff door's address."""
        return f"http://localhost:{self.settings.staff_port}"

    def process(self, part: str) -> int:
        """The process id of `public`, `staff` or `worker`."""
        children = Path(f"/proc/{self.supervisor.pid}/task/{self.supervisor.pid}/children").read_text()
        for pid in children.split():
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"--only" in words and words[words.index(b"--only") + 1] == part.encode():
                return int(pid)
        raise AssertionError(f"the part {part} does not run")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product on this system, as the staff side."""
        return subprocess.run(
            [sys.executable, "-m", "intake", *words],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
        )


@contextlib.contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """An empty database: its owner's address, the staff side's and the public door's."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'intake.db'}"
        yield url, url, url
        return
    with throw_away_postgres() as server:
        name = f"t{uuid.uuid4().hex}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        owner = re.sub(r"/postgres\?", f"/{name}?", server)
        yield owner, owner.replace("postgres@", "intake_staff@"), owner.replace("postgres@", "intake_public@")


@contextlib.contextmanager
def running(
    kind: str, folder: Path, *, prepare: Callable[[str], None] = lambda owner: None, **more: str
) -> Iterator[System]:
    """Everything set up and started on a database of this kind; all of it ends afterwards. `more`: settings.

    `prepare` gets the owner's address of the database when its tables stand and they are empty.
    """
    data = folder / "data"
    data.mkdir(mode=0o700)
    with database(kind, data) as (owner, staff_url, public_url):
        passphrase = folder / "passphrase"
        passphrase.write_text(PASSPHRASE)
        make_keys(data / "keys", PASSPHRASE, today=dt.date(2026, 1, 1), argon=CHEAP)
        migrating.upgrade(owner)
        prepare(owner)
        if kind == "postgres":
            engine = make_engine(owner)
            grants.apply(engine, "intake_public", "intake_staff")
            engine.dispose()
        environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
            "INTAKE_DATA": str(data),
            "INTAKE_DATABASE_URL": staff_url,
            "INTAKE_PUBLIC_DATABASE_URL": public_url,
            "INTAKE_PASSPHRASE_FILE": str(passphrase),
            "INTAKE_PUBLIC_PORT": str(free_port()),
            "INTAKE_STAFF_PORT": str(free_port()),
            "INTAKE_PSEUDO_LOCALE": "yes",
            "INTAKE_ORGANISATION": "Harbour Rights",
            **more,
        }
        settings = settings_module.load(environ)
        caseworker, admin = _furnish(settings)
        log = folder / "log"
        with log.open("wb") as out:
            supervisor = subprocess.Popen(
                [sys.executable, "-m", "intake", "serve"], cwd=ROOT, env=environ, stdout=out, stderr=out
            )
        try:
            system = System(settings, environ, caseworker, admin, supervisor, log)
            _wait_until_open(system)
            yield system
        finally:
            supervisor.send_signal(signal.SIGTERM)
            supervisor.wait(20)


def free_port() -> int:
    """A port of this machine that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _furnish(settings: Settings) -> tuple[Person, Person]:
    """Releases, places and two staff members who have their second factor already."""
    engine = make_engine(settings.database_url)
    now = dt.datetime.now(dt.UTC)
    with transaction(engine) as session:
        referrals.load_bundled(session)
        releases.import_files(session, GIVEN or samples(), now)
    engine.dispose()
    return hire(settings, "Amina Caseworker", "caseworker"), hire(settings, "Chris Admin", "admin")


def hire(settings: Settings, name: str, role: str) -> Person:
    """A new staff member who has set up the second factor already."""
    engine = make_engine(settings.database_url)
    email = f"{name.split()[0].lower()}@example.org"
    person = Person(email, f"a long pass phrase of {name}", new_secret())
    create_with_secret(
        settings,
        engine,
        email=email,
        name=name,
        role=role,
        password=person.password,
        totp_secret=person.secret,
        now=dt.datetime.now(dt.UTC),
    )
    engine.dispose()
    return person


def _wait_until_open(system: System) -> None:
    deadline = time.monotonic() + START_SECONDS
    for door in (system.public, system.staff):
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{door}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    break
            if system.supervisor.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the doors did not open:\n{system.log.read_text()[-2000:]}")
            time.sleep(0.1)
