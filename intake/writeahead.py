"""SQLite's write-ahead log: moving it into the file at a quiet moment, and emptying it after something was erased."""

from typing import Final

from sqlalchemy import Engine

from .db import BUSY_SECONDS

WAIT_FOR_READERS: Final = "PRAGMA busy_timeout=500"


def empty(engine: Engine) -> bool:
    """Move the log into the file and cut it to nothing, so that what was erased is in neither.

    False while somebody still reads an older state: it has to be tried again.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(WAIT_FOR_READERS)
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        state = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        cursor.close()
    finally:
        connection.close()
    return state is not None and state[0] == 0


def move(engine: Engine) -> None:
    """Move what can be moved, and wait for nobody: so that no applicant's request has to do it."""
    # A raw connection, because a checkpoint cannot run inside a transaction.
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
    finally:
        connection.close()
