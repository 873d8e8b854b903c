"""Reading a backup: proving it in a throw-away database, and restoring it into an empty one."""

import datetime as dt
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import create_engine, func, select, table, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .. import audit, migrating, writeahead
from ..db import make_engine, session_factory, transaction
from ..sealing import CannotOpen, PrivateKey
from ..settings import Settings
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from . import erasures, folder, postgres, sqlite
from .container import BackupError, DamagedBackup, Passphrase, Reader
from .parts import Manifest, Parts
from .taking import DATABASE, FILES

SAMPLES = 20
_THROW_AWAY = ".verify-"


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was proven of a backup, or not. `ok` None: it could not be looked at here."""

    ok: bool | None
    sentence: str


def scan(path: Path, key: PrivateKey | Passphrase) -> Manifest:
    """Read the whole file, every piece and hash; nothing is written. Raises BackupError."""
    with path.open("rb") as source:
        parts = Parts(Reader(source, key))
        for _name, _pieces in parts:
            pass
    if parts.manifest is None:
        raise DamagedBackup("The backup ends without its manifest.")
    return parts.manifest


def verify(
    path: Path,
    key: PrivateKey | Passphrase,
    settings: Settings,
    *,
    keyring: Keyring | None = None,
    scratch: str | None = None,
) -> Iterator[Proof]:
    """Read all, restore into a throw-away database, and compare; one sentence for each thing.

    A throw-away SQLite file lies in a folder of its own (mode 700) in the data folder, as the living one does. On
    PostgreSQL it is `scratch`, an empty database, or one that is made beside the living one. Both are gone afterwards.
    Raises BackupError for a file that is not whole.
    """
    manifest = scan(path, key)
    size = path.stat().st_size
    yield Proof(True, f"All {len(manifest.parts)} parts ({size // 1024 + 1} KB sealed) are whole: hash by hash.")
    yield Proof(True, f"Taken at {manifest.taken_at} from {manifest.database} by version {manifest.software}.")
    newest = migrating.newest()
    same = manifest.revision == newest
    told = "as this version wants" if same else "another than this version wants: run `db upgrade` after restoring"
    yield Proof(True if same else None, f"The tables have the form {manifest.revision}, {told}.")
    with _throw_away(manifest, settings, scratch) as url:
        _load_database(path, key, url)
        engine = make_engine(url).execution_options(reads=True)
        try:
            with session_factory(engine)() as session:
                yield _rows(session, manifest)
                yield _references(session)
                yield _trail(session, manifest)
                yield _samples(session, keyring)
        finally:
            engine.dispose()


def restore(path: Path, key: PrivateKey | Passphrase, url: str) -> Manifest:
    """Put the database of the backup into the empty database at `url`. Raises BackupError; then nothing is there."""
    manifest = scan(path, key)
    kind = make_url(url).get_backend_name()
    if kind != manifest.database:
        raise BackupError(f"This backup is of {manifest.database}; the database to restore into is {kind}.")
    if kind == "sqlite":
        target = Path(make_url(url).database or "")
        if not target.parent.is_dir():
            raise BackupError(f"The folder {target.parent} is not there. Make it first.")
        folder.require_room(target.parent, _bytes(manifest) * 2)
    else:
        _require_empty(url)
    _load_database(path, key, url)
    return manifest


def restore_files(path: Path, key: PrivateKey | Passphrase, data: Path) -> list[str]:
    """Put the files of the backup into the data folder, none over another; returns their names. Raises BackupError."""
    with path.open("rb") as source:
        names = []
        for name, pieces in Parts(Reader(source, key)):
            if not name.startswith(FILES):
                continue
            inside = PurePosixPath(name.removeprefix(FILES))
            if inside.is_absolute() or ".." in inside.parts:
                raise DamagedBackup("The backup names a file outside of the data folder.")
            target = data / inside
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                raise BackupError(f"{inside} is there already. Nothing was written over.") from None
            with os.fdopen(handle, "wb") as out:
                for piece in pieces:
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            names.append(str(inside))
    return names


def finish(url: str, gone: Mapping[uuid.UUID, dt.datetime], now: dt.datetime) -> int:
    """Erase again what was erased since the backup, and write into the trail that it was restored.

    Returns how many requests were erased. `gone`: see `erasures`.
    """
    engine = make_engine(url)
    try:
        done = erasures.apply(engine, gone, now)
        with transaction(engine) as session:
            said: dict[str, audit.Detail] = {"count": done}
            event = audit.Event.BACKUP_RESTORED
            audit.append(session, actor="cli", event=event, subject="backup", details=said, now=now)
        if engine.dialect.name == "sqlite":
            # Nothing that was erased again may stay in the log.
            writeahead.empty(engine)
    finally:
        engine.dispose()
    return done


def _load_database(path: Path, key: PrivateKey | Passphrase, url: str) -> None:
    with path.open("rb") as source:
        for name, pieces in Parts(Reader(source, key)):
            if name != DATABASE:
                continue
            if make_url(url).get_backend_name() == "sqlite":
                sqlite.load(pieces, Path(make_url(url).database or ""))
            else:
                postgres.load(pieces, url)


def _rows(session: Session, manifest: Manifest) -> Proof:
    found = {
        name: session.execute(select(func.count()).select_from(table(name))).scalar_one() for name in manifest.rows
    }
    wrong = sorted(name for name, count in manifest.rows.items() if found[name] != count)
    if wrong:
        return Proof(False, f"These tables have another number of rows than when it was taken: {', '.join(wrong)}.")
    return Proof(True, f"All {len(found)} tables have their {sum(found.values())} rows.")


def _references(session: Session) -> Proof:
    if session.get_bind().dialect.name != "sqlite":
        return Proof(True, "The database took every row under its constraints: none points at a row that is missing.")
    driver = session.connection().connection.driver_connection
    broken = sqlite.broken_references(driver) if isinstance(driver, sqlite3.Connection) else 0
    if broken:
        return Proof(False, f"{broken} rows point at a row that is not there.")
    whole = session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    told = "The database is sound, and no row points at one that is missing."
    return Proof(whole, told if whole else "The database is not sound.")


def _trail(session: Session, manifest: Manifest) -> Proof:
    verdict = audit.verify(session, manifest.anchor)
    return Proof(verdict.ok, f"Audit trail: {verdict.sentence}")


def _samples(session: Session, keyring: Keyring | None) -> Proof:
    if keyring is None:
        return Proof(None, "No desk key is at hand (INTAKE_PASSPHRASE_FILE): no record was opened as a sample.")
    newest = select(SubmissionBody.submission_id, SubmissionBody.envelope)
    rows = session.execute(newest.order_by(SubmissionBody.submission_id).limit(SAMPLES)).all()
    opened = 0
    for row in rows:
        try:
            keyring.open(row.envelope, table="submission", record_id=row.submission_id.bytes)
            opened += 1
        except CannotOpen:
            continue
    told = f"{opened} of {len(rows)} sealed records taken as samples open with the desk keys that are here."
    return Proof(opened == len(rows), told)


@contextmanager
def _throw_away(manifest: Manifest, settings: Settings, scratch: str | None) -> Iterator[str]:
    if manifest.database == "sqlite":
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What a verification that was killed left behind.
        for old in settings.data.glob(f"{_THROW_AWAY}*"):
            shutil.rmtree(old)
        folder.require_room(settings.data, _bytes(manifest))
        with tempfile.TemporaryDirectory(prefix=_THROW_AWAY, dir=settings.data) as place:
            yield f"sqlite:///{Path(place) / 'restored.db'}"
        return
    if scratch is not None:
        _require_empty(scratch)
        try:
            yield scratch
        finally:
            _drop_all(scratch)
        return
    living = make_url(settings.database_url)
    if living.get_backend_name() != "postgresql":
        raise BackupError("This backup is of PostgreSQL: give an empty database there with --scratch.")
    name = f"intake_verify_{uuid.uuid4().hex}"
    engine = create_engine(living, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with engine.connect() as connection:
            try:
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
            except DBAPIError:
                told = "This role may make no throw-away database: give an empty one with --scratch."
                raise BackupError(told) from None
            try:
                yield living.set(database=name).render_as_string(hide_password=False)
            finally:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


def _require_empty(url: str) -> None:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if postgres.tables(connection):
                raise BackupError("The database to restore into is not empty. Choose another one; nothing was changed.")
    finally:
        engine.dispose()


def _drop_all(url: str) -> None:
    """Empty a scratch database that was empty before."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            for name in postgres.tables(connection):
                connection.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))
            connection.execute(text("DROP FUNCTION IF EXISTS intake_refuse_change() CASCADE"))
    finally:
        engine.dispose()


def _bytes(manifest: Manifest) -> int:
    return sum(part.size for part in manifest.parts if part.name == DATABASE)
