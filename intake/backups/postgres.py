"""A PostgreSQL database through a pipe: pg_dump out of one snapshot, pg_restore back in one transaction."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from .container import BackupError

_PIECE = 128 * 1024
_WORDS = 2_000


def program(name: str) -> Path:
    """Where `name` lies: PG_BIN, Debian's newest version, or the search path. Raises BackupError."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    on_path = shutil.which(name)
    places = [Path(os.environ["PG_BIN"]) / name] if os.environ.get("PG_BIN") else []
    places += [*(place / name for place in debian), *([Path(on_path)] if on_path else [])]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        raise BackupError(f"{name} is missing: run `apt install postgresql-client`, or set PG_BIN to its folder.")
    return found


def dump(url: str, snapshot: str) -> Iterator[bytes]:
    """What pg_dump says of the database at `url` in that exported snapshot. Raises BackupError."""
    place, environ = _place(url)
    command = [str(program("pg_dump")), "--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
    running = subprocess.Popen(
        [*command, f"--snapshot={snapshot}", f"--dbname={place}"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None  # noqa: S101 -- a pipe was asked for
    said = _Listener(running)
    try:
        while piece := running.stdout.read(_PIECE):
            yield piece
        if running.wait() != 0:
            raise BackupError(_dump_words(said.words()))
    finally:
        running.kill()
        said.words()
        running.stdout.close()
        running.wait()


def load(pieces: Iterable[bytes], url: str) -> None:
    """Put a dump into the empty database at `url`, in one transaction. Raises BackupError."""
    place, environ = _place(url)
    command = [str(program("pg_restore")), "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    running = subprocess.Popen(
        [*command, f"--dbname={place}"],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert running.stdin is not None  # noqa: S101 -- a pipe was asked for
    said = _Listener(running)
    try:
        try:
            for piece in pieces:
                running.stdin.write(piece)
            running.stdin.close()
        except BrokenPipeError:
            raise BackupError(_restore_words(said.words())) from None
        if running.wait() != 0:
            raise BackupError(_restore_words(said.words()))
    finally:
        # Killed before its end, nothing of the one transaction stays.
        running.kill()
        running.wait()
        said.words()


def tables(connection: Connection) -> list[str]:
    """The tables of the present schema."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    return list(connection.execute(text(query)).scalars())


def _place(url: str) -> tuple[str, dict[str, str]]:
    """Where the database is, without the password, and the environment that holds it: no command line shows it."""
    parsed = make_url(url)
    named = {"host": parsed.host, "port": parsed.port, "user": parsed.username, "dbname": parsed.database}
    named |= {name: value if isinstance(value, str) else ",".join(value) for name, value in parsed.query.items()}
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "PGPASSFILE") if name in os.environ}
    password = named.pop("password", None) or parsed.password
    if password:
        environ["PGPASSWORD"] = str(password)
    given = {name: str(value) for name, value in named.items() if value is not None}
    return make_conninfo(**given), environ | {"LC_ALL": "C.UTF-8"}


class _Listener:
    """Takes what a program says of its errors while its other pipe is busy, so that neither waits for the other."""

    def __init__(self, running: "subprocess.Popen[bytes]") -> None:
        self._pipe, self._said = running.stderr, b""
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def words(self) -> str:
        """What was said; waits for the end of the program."""
        self._thread.join(30)
        return self._said.decode("utf-8", "replace")

    def _listen(self) -> None:
        if self._pipe is not None:
            with self._pipe as pipe:
                while line := pipe.readline():
                    self._said = (self._said + line)[:_WORDS]


# What the programs say may name addresses or values: their words choose a sentence and go no further.
def _dump_words(said: str) -> str:
    if "permission denied" in said:
        return "This database role may not read every table: give the address of the owner with --database-url."
    if "version mismatch" in said:
        return "pg_dump is older than the server: install the client of the server's version, or set PG_BIN."
    if "connection" in said:
        return "pg_dump cannot reach the PostgreSQL database: check INTAKE_DATABASE_URL, and that it runs."
    return "pg_dump stopped before its end; nothing was kept. The log of the server says why."


def _restore_words(said: str) -> str:
    if "already exists" in said:
        return "The database to restore into is not empty. Choose another one; nothing was changed."
    if "unsupported version" in said:
        return "pg_restore is older than the backup: install a newer client, or set PG_BIN."
    if "permission denied" in said:
        return "This database role may not make tables there: give the address of the owner with --into."
    return "pg_restore stopped before its end; nothing was kept. The log of the server says why."
