"""A database that is away, full, or only reads at this moment: a page that says so, nobody set aside, no desk ended."""

import contextlib
import http.client
import logging
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, InternalError

from intake import migrating, worker, writeahead
from intake.casework.models import Case, SetAside
from intake.db import Base, make_engine, transaction
from intake.public.app import create_app
from intake.worker import Desk
from tests import people
from tests.conftest import COMPILED, PASSPHRASE
from tests.journeys.system import ROOT, free_port
from tests.judge import JudgedClient
from tests.public.walking import ROSA, fields, token, walk
from tests.survival.nodes import Node, address

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class TwoRounds(threading.Event):
    """Lets a desk do two rounds; between them `between` happens."""

    def __init__(self, between) -> None:
        super().__init__()
        self._between, self.rounds = between, 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds += 1
        if self.rounds == 1:
            self._between()
        else:
            self.set()
        return self.is_set()


@SQLITE
def test_a_door_says_that_its_database_is_away_and_finds_the_host_that_writes(settings):
    first, second = Node(), Node()
    engine = make_engine(address("postgres", "postgres", first, second), settings.bounds.of("public"))
    try:
        second.follow(first.create())
        Base.metadata.create_all(engine)
        app = create_app(settings, engine)
        app.jinja_env.bytecode_cache = COMPILED
        app.test_client_class = JudgedClient
        client = app.test_client()
        walk(client, ROSA, lang="es", until="contact")
        here = "/es/apply/contact"
        sent = {"csrf_token": token(client.get(here)), "go": "on", **fields("contact", ROSA)}
        first.kill()
        for _again in range(2):
            away = client.get(here)
            assert away.status_code == 503 and 'lang="es"' in away.text
        second.promote()
        assert client.get(here).status_code == 200
        # The connection that is open now belongs to a host that from now on only reads.
        second.say("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
        while second.ask("SHOW default_transaction_read_only") != "on":
            pass
        refused = client.post(here, data=sent)
        assert refused.status_code == 503 and 'lang="es"' in refused.text
        first.start()
        first.say("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
        sent["csrf_token"] = token(refused)
        assert client.post(here, data=sent).status_code == 303
        # What asks SQLAlchemy itself leaves such a host as well.
        first.say("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
        second.say("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")
        with pytest.raises(InternalError):
            _write(engine)
        _write(engine)
    finally:
        engine.dispose()
        second.remove()
        first.remove()


def _write(engine) -> None:
    with transaction(engine) as session:
        session.execute(text("CREATE TABLE written (id integer)"))


@SQLITE
def test_a_log_that_finds_no_room_to_be_emptied_into_does_not_end_the_desk(settings, engine, keys, caplog):
    caplog.set_level(logging.WARNING, "intake.worker")
    file, limits = Path(engine.url.database), resource.getrlimit(resource.RLIMIT_FSIZE)
    writeahead.empty(engine)
    with transaction(engine) as session:
        session.execute(text("CREATE TABLE room (held BLOB)"))
        session.execute(text("INSERT INTO room VALUES (zeroblob(400000))"))
    log = file.with_name(file.name + "-wal")
    ticks = iter(range(0, 10**9, 10**6))
    desk = Desk(engine, keys.keyring, settings, lambda: people.NOW, lambda: float(next(ticks)))
    ending = TwoRounds(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits))
    # To the kernel no file may grow beyond what the log has already: the tables find no room for what is in it.
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, limits[1]))
    try:
        for checkpoint in (writeahead.move, writeahead.empty):
            with pytest.raises(DBAPIError):
                checkpoint(engine)
        worker._work(desk, ending)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "the database is away (OperationalError), trying again" in caplog.text
    assert ending.rounds == 2 and log.stat().st_size == 0, "emptied as soon as there was room"


@SQLITE
def test_a_database_that_fails_while_a_form_is_judged_sets_nobody_aside(engine, keys):
    people.send(engine, keys, people.MARYAM)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE incoming RENAME TO elsewhere"))
    with pytest.raises(DBAPIError):
        people.admit_all(engine, keys)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO incoming"))
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        assert session.scalars(select(SetAside)).all() == [] and len(session.scalars(select(Case)).all()) == 1


def test_parts_that_start_before_their_database_wait_for_it(tmp_path, keys):
    node = Node().create()
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "keys").symlink_to(keys.folder)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    url, port = address("postgres", "postgres", node), str(free_port())
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
        "INTAKE_DATA": str(data),
        "INTAKE_DATABASE_URL": url,
        "INTAKE_PASSPHRASE_FILE": str(passphrase),
        "INTAKE_PUBLIC_PORT": port,
    }
    parts = []
    try:
        migrating.upgrade(url)
        node.kill()
        for only in ("public", "worker"):
            command = [sys.executable, "-m", "intake", "serve", "--only", only]
            parts.append(subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True))
        _until(port, "/healthz", 200)
        assert _status(port, "/readyz") == 503 and _status(port, "/en/") == 503
        node.start()
        _until(port, "/readyz", 200)
        assert _status(port, "/en/apply/") == 200
        assert [part.poll() for part in parts] == [None, None]
    finally:
        for part in parts:
            part.terminate()
        said = [part.communicate(timeout=20)[1] for part in parts]
        node.remove()
    assert all("cannot be reached" in words and "Traceback" not in words for words in said)


def _status(port: str, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", int(port), timeout=20)
    line.request("GET", path, headers={"Host": "localhost"})
    return line.getresponse().status


def _until(port: str, path: str, wanted: int) -> None:
    """Ask again and again, half a minute at most."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if _status(port, path) == wanted:
                return
        time.sleep(0.05)
    raise AssertionError(f"{path} never answered {wanted}")
