"""The rows of a SQLite database as a stream, and back: no copy of the file ever lies on a disk.

One reading transaction sees one state while doors and desk go on writing. Lines of JSON: the schema as SQLite keeps it,
then each table with its columns and its rows; bytes are {"b": base64}.
"""

import base64
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..durable import to_disk
from .container import BackupError, DamagedBackup

_PIECE = 128 * 1024
_INSERT_AT_A_TIME = 500


def dump(connection: sqlite3.Connection, rows: dict[str, int]) -> Iterator[bytes]:
    """Everything in the database of `connection`, which is inside a transaction; fills `rows` as it goes."""
    waiting = bytearray()
    for line in _lines(connection, rows):
        waiting += json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        if len(waiting) >= _PIECE:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def load(pieces: Iterable[bytes], target: Path) -> None:
    """Make the database file `target` (mode 600) from what `dump` gave; whole or not at all.

    Raises BackupError when a file is there already, DamagedBackup when rows do not fit together.
    """
    if target.exists() and target.stat().st_size:
        raise BackupError("The database to restore into is not empty. Choose another one; nothing was changed.")
    if target.with_name(target.name + "-wal").exists():
        # SQLite would put the log of the old database into the new one.
        raise BackupError(f"A log of an older database lies there ({target.name}-wal). Move it away first.")
    made = target.with_name(target.name + ".part")
    made.unlink(missing_ok=True)
    os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        connection = sqlite3.connect(made, isolation_level=None)
        try:
            _fill(connection, pieces)
        finally:
            connection.close()
        to_disk(made)
        made.replace(target)
        to_disk(target.parent)
    except sqlite3.Error:
        raise DamagedBackup("The rows in the backup do not make a database.") from None
    finally:
        made.unlink(missing_ok=True)


def broken_references(connection: sqlite3.Connection) -> int:
    """How many rows point at a row that is not there."""
    return len(connection.execute("PRAGMA foreign_key_check").fetchall())


def _lines(connection: sqlite3.Connection, rows: dict[str, int]) -> Iterator[object]:
    schema = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    ).fetchall()
    yield {"schema": schema}
    for name in [name for kind, name, _sql in schema if kind == "table"]:
        found = connection.execute(f"SELECT * FROM {_quoted(name)}")  # noqa: S608 -- a table of our own, quoted
        yield {"table": name, "columns": [column[0] for column in found.description]}
        rows[name] = 0
        for row in found:
            rows[name] += 1
            yield [_packed(value) for value in row]


def _fill(connection: sqlite3.Connection, pieces: Iterable[bytes]) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("BEGIN")
    later: list[str] = []
    insert, waiting = "", []
    for line in _read_lines(pieces):
        if isinstance(line, list):
            waiting.append([_unpacked(value) for value in line])
        if waiting and (isinstance(line, dict) or len(waiting) >= _INSERT_AT_A_TIME):
            connection.executemany(insert, waiting)
            waiting = []
        if isinstance(line, dict) and "schema" in line:
            for kind, _name, sql in line["schema"]:
                # Indexes and triggers come after the rows: the triggers would refuse some, the indexes cost time.
                if kind == "table":
                    connection.execute(sql)
                else:
                    later.append(sql)
        elif isinstance(line, dict):
            columns = ", ".join(_quoted(name) for name in line["columns"])
            places = ", ".join("?" for _ in line["columns"])
            insert = f"INSERT INTO {_quoted(line['table'])} ({columns}) VALUES ({places})"  # noqa: S608 -- as above
    if waiting:
        connection.executemany(insert, waiting)
    for sql in later:
        connection.execute(sql)
    connection.execute("COMMIT")


def _read_lines(pieces: Iterable[bytes]) -> Iterator[Any]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield json.loads(line)


def _packed(value: object) -> object:
    return {"b": base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def _unpacked(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
