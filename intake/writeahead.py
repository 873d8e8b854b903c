"""SQLite's write-ahead log: moving it into the file at a quiet moment, and emptying it after something was erased."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from .db import BUSY_SECONDS

WAIT_FOR_READERS: Final = "PRAGMA busy_timeout=500"


def empty(engine: Engine) -> bool:
    """Move the log into the file and cut it to nothing, so that what was erased is in neither.

    False while somebody still reads an older state: it has to be tried again. Raises DBAPIError, as on a full disk.
    """
    with _line(engine) as cursor:
        cursor.execute(WAIT_FOR_READERS)
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            state = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    return state is not None and state[0] == 0


def move(engine: Engine) -> None:
    """Move what can be moved, and wait for nobody: so that no applicant's request has to do it. Raises DBAPIError."""
    with _line(engine) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


@contextmanager
def _line(engine: Engine) -> Iterator[Any]:
    """A cursor of the driver, because a checkpoint cannot run inside a transaction; its errors are named as always."""
    driver = engine.dialect.loaded_dbapi.Error
    try:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            yield cursor
            cursor.close()
        finally:
            connection.close()
    except driver as error:
        raise DBAPIError.instance(None, None, error, driver, dialect=engine.dialect) from None
