"""Taking a backup while everything runs: one state of the database, sealed on its way, whole or not at all."""

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import BinaryIO, cast

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from .. import audit
from ..db import make_engine, transaction
from ..durable import to_disk
from ..publickeys import PublicKey
from ..settings import Settings
from . import erasures, folder, postgres, sqlite
from .container import BackupError, Passphrase, Writer
from .parts import FORMAT, Manifest, Part, write_manifest, write_part

DATABASE = "database"
FILES = "files/"
_PIECE = 128 * 1024
# What of the data folder is backed up: by list, so that nothing comes in that nobody thought of.
OPEN_FILES = ("keys/*.json", "keys/*.pub", "releases/**/*")
SECRET_FILES = ("secrets/*.key", "keys/private/*.key", "keys/retired/*.key")
# With it, whoever has the database can confirm a guess at a name. Is it lost, the desk makes another.
NEVER = ("search.key",)


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished backup."""

    path: Path
    size: int
    manifest: Manifest


def take(
    settings: Settings, target: Path, to: PublicKey | Passphrase, now: dt.datetime, *, with_secrets: bool = False
) -> Taken:
    """Back up into the folder `target`, or into that file; also brings the list of erasures there up to date.

    Raises BackupError; then nothing of the backup is left.
    """
    path = target / folder.name_at(now) if target.is_dir() else target
    if path.exists():
        raise BackupError(f"{path.name} exists already. Choose another name; nothing was written.")
    if not path.parent.is_dir():
        raise BackupError(f"The folder {path.parent} is not there. Make it first.")
    engine = make_engine(settings.database_url).execution_options(reads=True)
    part = path.with_name(path.name + ".part")
    try:
        with engine.connect() as connection:
            folder.require_room(path.parent, _size(connection))
        with _private(part) as out:
            manifest = _write(settings, engine, Writer(out, to), now, with_secrets)
        part.replace(path)
        to_disk(path.parent)
        erasures.write(path.parent / erasures.FILE, erasures.of_database(settings.database_url))
        _trace(settings, now, with_secrets)
    finally:
        part.unlink(missing_ok=True)
        engine.dispose()
    taken = Taken(path, path.stat().st_size, manifest)
    folder.remember(settings.data, folder.Last(now, path.name, taken.size, folder=str(path.parent)))
    return taken


def software() -> str:
    """The version of this software, as the manifest says it."""
    try:
        return version("asylum-intake")
    except PackageNotFoundError:
        return "checkout"


def _write(settings: Settings, engine: Engine, writer: Writer, now: dt.datetime, with_secrets: bool) -> Manifest:
    rows: dict[str, int] = {}
    kind = engine.dialect.name
    level = {"isolation_level": "REPEATABLE READ"} if kind == "postgresql" else {}
    with engine.connect().execution_options(**level) as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise BackupError("The database has no tables yet: there is nothing to back up.")
        with Session(connection) as session:
            anchor = audit.anchor(session)
            parts = [write_part(writer, DATABASE, _dump(settings, connection, rows))]
    for path in _files(settings, with_secrets):
        parts.append(_file(writer, settings, path))
    manifest = Manifest(FORMAT, software(), now.isoformat(), kind, revision, rows, anchor, tuple(parts))
    write_manifest(writer, manifest)
    writer.close()
    return manifest


def _dump(settings: Settings, connection: Connection, rows: dict[str, int]) -> Iterator[bytes]:
    if connection.dialect.name == "sqlite":
        return sqlite.dump(cast(sqlite3.Connection, connection.connection.driver_connection), rows)
    for name in postgres.tables(connection):
        count = text(f'SELECT count(*) FROM "{name}"')  # noqa: S608 -- a table of our own
        rows[name] = connection.execute(count).scalar_one()
    snapshot = str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())
    return postgres.dump(settings.database_url, snapshot)


def _size(connection: Connection) -> int:
    """How many bytes the database has."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _files(settings: Settings, with_secrets: bool) -> list[Path]:
    patterns = (*OPEN_FILES, *(SECRET_FILES if with_secrets else ()))
    found = {path for pattern in patterns for path in settings.data.glob(pattern) if path.is_file()}
    found = {path for path in found if path.name not in NEVER}
    # The passphrase never travels with the keys that it opens.
    return sorted(path for path in found if path.absolute() != settings.passphrase_file)


def _file(writer: Writer, settings: Settings, path: Path) -> Part:
    with path.open("rb") as source:
        name = FILES + path.relative_to(settings.data).as_posix()
        return write_part(writer, name, iter(lambda: source.read(_PIECE), b""))


def _trace(settings: Settings, now: dt.datetime, with_secrets: bool) -> None:
    engine = make_engine(settings.database_url)
    try:
        with transaction(engine) as session:
            said: dict[str, audit.Detail] = {"scope": "with-secrets" if with_secrets else "database"}
            event = audit.Event.BACKUP_MADE
            audit.append(session, actor="cli", event=event, subject="backup", details=said, now=now)
    finally:
        engine.dispose()


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """A new file for its owner alone that is on the disk when the block ends."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())
