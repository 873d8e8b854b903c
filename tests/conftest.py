"""What every test may use: both databases, the organisation's keys, and clients whose every page is judged."""

import dataclasses
import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from intake import (
    approvals,
    incoming,
    kepttext,
    organisation,
    outbox,
    passkeys,
    serving,
    sessions,
    staffing,
    trail,
    verifying,
    visits,
)
from intake import settings as settings_module
from intake.casework import bulk, calendar, checks, closing, lent, lettertemplates, partners
from intake.db import Base, make_engine, session_factory
from intake.exports import jobs
from intake.keyring import records
from intake.public import newsstand
from intake.public.app import create_app as create_public_app
from intake.publickeys import PublicKeys, read_public_keys
from intake.retention import carrying, disposing, policy
from intake.settings import Settings
from intake.staff import security
from intake.staff.app import create_app as create_staff_app
from intake.unsealing import Argon, Keyring, load_keyring, make_keys
from tests.judge import JudgedClient
from tests.postgres import throw_away_postgres

# Importing a module puts its tables into the metadata.
TABLES_OF = (
    approvals,
    bulk,
    calendar,
    carrying,
    checks,
    closing,
    disposing,
    incoming,
    jobs,
    kepttext,
    lent,
    lettertemplates,
    organisation,
    outbox,
    partners,
    passkeys,
    policy,
    records,
    sessions,
    staffing,
    trail,
    verifying,
    visits,
)

# Real Argon2 for the passwords of staff, with little memory: each test makes people and signs them in.
security.HASHING.update({"argon2__time_cost": 1, "argon2__memory_cost": 1024})

PASSPHRASE = "fictional passphrase of the tests"
# Real Argon2id and real key files, with little memory: the production figures have a test of their own.
CHEAP = Argon(memory_kib=8 * 1024, iterations=1, lanes=1)


class CompiledOnce(BytecodeCache):
    """Templates compiled once for all apps of a test run: each test builds an app of its own."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledOnce()


def pytest_collection_finish() -> None:
    """As a door does when all is loaded: looking for waste takes a tenth of all the time otherwise."""
    serving.look_for_waste_seldom()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out PostgreSQL where the kind of database cannot matter.

    What a page says does not depend on it. What sends, counts, locks, searches, erases or asks SQL of its own is tried
    on both kinds, and the whole product is, in the journeys.
    """
    items[:] = [item for item in items if not _is_twice_the_same(item)]


def _is_twice_the_same(item: pytest.Item) -> bool:
    given = getattr(item, "callspec", None)
    if given is None or given.params.get("database_url") != "postgres":
        return False
    folder, name = item.path.parent.name, item.path.stem.removeprefix("test_")
    return folder in ON_BOTH and name not in ON_BOTH[folder].split()


# Folder -> its files that are tried on both kinds of database; a folder without a line is tried on both as a whole.
ON_BOTH = {
    "staff": "access approvals export_files people search sessions taking today",
    "public": "changing codes coming_back coming_back_ending noticing releases sending visits",
    "casework": "admission at_once bulk case checking conflicts desk erasing finding follow_up inbox indexing "
    "next_case pairs queue saved searching taking",
    "newsroom": "commands",
    "organisation": "saying",
    "referrals": "keeping",
    "exports": "exports jobs wide",
    "mail": "sending twice",
    "keyring": "rewrapping",
    "watching": "alarms ready",
}


@dataclass(frozen=True)
class Keys:
    """The organisation's keys as the tests hold them."""

    folder: Path
    recovery_text: str
    keyring: Keyring
    public: PublicKeys

    @property
    def recipients(self):
        return self.public.recipients()


@pytest.fixture(scope="session")
def keys(tmp_path_factory) -> Keys:
    folder = tmp_path_factory.mktemp("organisation") / "keys"
    recovery = make_keys(folder, PASSPHRASE, today=dt.date(2026, 1, 1), argon=CHEAP)
    return Keys(folder, recovery, load_keyring(folder, PASSPHRASE), read_public_keys(folder / "public.json"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with throw_away_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def furnished(postgres) -> str:
    """The name of a database with every table and trigger: copying it costs a fraction of making one."""
    name = "furnished"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    made = make_engine(re.sub(r"/postgres\?", f"/{name}?", postgres))
    Base.metadata.create_all(made)
    made.dispose()
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request, tmp_path) -> Iterator[str]:
    """A database of each kind: on PostgreSQL with its tables where a test asks for the engine, else empty."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'intake.db'}"
        return
    server = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex}"
    template = request.getfixturevalue("furnished") if "engine" in request.fixturenames else "template1"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield re.sub(r"/postgres\?", f"/{name}?", server)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(database_url) -> Iterator[Engine]:
    """A database of each kind with every table and trigger."""
    made = make_engine(database_url)
    if made.dialect.name == "sqlite":
        Base.metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def session(engine) -> Iterator[Session]:
    with session_factory(engine)() as opened:
        yield opened


@pytest.fixture
def settings(tmp_path, keys, database_url) -> Settings:
    """Settings of a process in a data folder of its own, with the organisation's keys in place."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "keys").symlink_to(keys.folder)
    passphrase = data / "passphrase"
    passphrase.write_text(PASSPHRASE)
    loaded = settings_module.load(
        {
            "INTAKE_DATA": str(data),
            "INTAKE_DATABASE_URL": database_url,
            "INTAKE_PASSPHRASE_FILE": str(passphrase),
            "INTAKE_PSEUDO_LOCALE": "yes",
            "INTAKE_ORGANISATION": "Harbour Rights",
        }
    )
    return dataclasses.replace(loaded, https=False)


@pytest.fixture(autouse=True)
def fresh(monkeypatch) -> None:
    """What a test has just published is there; a door looks once a second."""
    monkeypatch.setattr(newsstand, "FRESH_SECONDS", 0.0)


@pytest.fixture
def public_app(settings, engine) -> Flask:
    app = create_public_app(settings, engine)
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = JudgedClient
    app.testing = True
    return app


@pytest.fixture
def staff_app(settings, engine, keys) -> Flask:
    app = create_staff_app(settings, engine, keys.keyring)
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = JudgedClient
    app.testing = True
    return app


@pytest.fixture
def public_client(public_app) -> FlaskClient:
    return public_app.test_client()
