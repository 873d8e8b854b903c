"""The schema's history: Alembic from code, without an ini file, the same on SQLite and PostgreSQL."""

import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

_BESIDE = Path(__file__).resolve().parents[1] / "migrations"
_INSTALLED = Path(__file__).resolve().parent / "_data" / "migrations"
FOLDER = _BESIDE if _BESIDE.is_dir() else _INSTALLED
# On PostgreSQL a migration waits two seconds for a table (`migrations/env.py`), makes way for others, and tries again.
TRIES = 20
PAUSE_SECONDS = 3.0
_LOCKED = "55P03"


class MigrationError(RuntimeError):
    """The database cannot be reached or changed; the message is one clear sentence."""


class DatabaseAway(MigrationError):
    """No server of PostgreSQL answers at the address."""


def config(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["url"] = url
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision`; whole or, on an error, not at all.

    Raises:
        MigrationError: unknown revision, or the database cannot be reached or changed.
    """
    _run(lambda: command.upgrade(config(url), revision), url)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision` ("base" for empty). Raises MigrationError."""
    _run(lambda: command.downgrade(config(url), revision), url)


def current(url: str) -> str | None:
    """The revision that the database at `url` has, or None for an empty one.

    Raises:
        DatabaseAway: no server of PostgreSQL answers, or it is starting or ending at this moment.
        MigrationError: anything else that keeps us from asking.
    """
    if is_missing(url):
        return None
    try:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        kind = DatabaseAway if make_url(url).get_backend_name() == "postgresql" and _may_come(error) else MigrationError
        raise kind(_sentence(error, url)) from None
    except (DBAPIError, ArgumentError) as error:
        raise MigrationError(_sentence(error, url)) from None


def newest() -> str | None:
    """The revision that this version of the product wants."""
    return ScriptDirectory.from_config(config("sqlite://")).get_current_head()


def is_current(url: str) -> bool:
    """Whether the database at `url` has exactly the schema that this version wants. Raises MigrationError."""
    return current(url) == newest()


def is_missing(url: str) -> bool:
    """Whether `url` names a SQLite file that is not there yet; asking must not create it."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return False
    return not Path(parsed.database).exists()


def _run(work: Callable[[], None], url: str) -> None:
    try:
        _until_nobody_stands_in_the_way(work)
    except CommandError as error:
        raise MigrationError(f"The migration is not possible: {str(error).rstrip('.')}.") from None
    except (DBAPIError, ArgumentError) as error:
        raise MigrationError(_sentence(error, url)) from None


def _until_nobody_stands_in_the_way(work: Callable[[], None]) -> None:
    """Whoever reads a table for long keeps a change from it: then nothing is changed, and it is tried again later."""
    for _ in range(TRIES - 1):
        try:
            work()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCKED:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return
    work()


def _may_come(error: OperationalError) -> bool:
    """Whether waiting may help: a wrong password, role or name of a database does not become right by itself."""
    words = str(error.orig)
    return "authentication failed" not in words and "does not exist" not in words


def _sentence(error: Exception, url: str) -> str:
    """Why the database refused, in words, without its address: that may hold a password."""
    reason = str(getattr(error, "orig", None) or "").strip().splitlines()
    words = reason[0] if reason else type(error).__name__
    if make_url(url).get_backend_name() == "sqlite":
        if "locked" in words:
            return "The database is busy: another process is writing to it. Try again."
        if "unable to open" in words:
            return "The database file cannot be opened: check INTAKE_DATA and who may write there."
        return f"The database refused: {words.rstrip('.')}."
    if getattr(getattr(error, "orig", None), "sqlstate", None) == _LOCKED:
        return "The database is busy: others hold a table that has to change. Nothing was changed. Try again later."
    if "connect" in words or "authentication" in words or "does not exist" in words:
        return "The PostgreSQL database cannot be reached: check INTAKE_DATABASE_URL, and that it runs."
    return f"The database refused: {words.rstrip('.')}."
