"""Writing an export: blocks of a CSV file as they are read, between the traces of its start and its end."""

import csv
import datetime as dt
import io
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Self, TypeAlias

from sqlalchemy import Engine

from .. import audit
from ..casework.filters import Filters, values_of
from ..db import transaction
from ..unsealing import Keyring
from .profiles import BLOCK, DEIDENTIFIED, IDENTIFIED, deidentified, identified

Clock: TypeAlias = Callable[[], dt.datetime]

PURPOSE_CHARACTERS = 500


class NoPurpose(ValueError):
    """An export needs a reason of 1 to 500 characters."""


class Export(Iterator[bytes]):
    """Blocks of a CSV file as they are read. When it ends, or is closed before, the trace says so."""

    def __init__(
        self,
        engine: Engine,
        rows: Generator[list[str], None, None],
        *,
        actor: str,
        profile: str,
        clock: Clock,
    ) -> None:
        self.count = 0
        self._engine, self._actor, self._profile, self._clock = engine, actor, profile, clock
        self._rows = rows
        self._blocks = self._write()
        self._ended = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._blocks)
        except StopIteration:
            self._end(audit.Event.EXPORT_FINISHED)
            raise
        except BaseException:
            self._end(audit.Event.EXPORT_ABORTED)
            raise

    def close(self) -> None:
        """Stop; a reader that went away is traced as aborted, with the rows that it was given."""
        self._blocks.close()
        self._rows.close()
        self._end(audit.Event.EXPORT_ABORTED)

    def _write(self) -> Generator[bytes, None, None]:
        held = io.StringIO("\ufeff", newline="")
        held.seek(0, io.SEEK_END)
        writer = csv.writer(held, lineterminator="\r\n")
        for number, row in enumerate(self._rows):
            writer.writerow(row)
            self.count = number
            if number % BLOCK == 0:
                yield held.getvalue().encode()
                held.seek(0)
                held.truncate()
        yield held.getvalue().encode()

    def _end(self, event: audit.Event) -> None:
        if not self._ended:
            self._ended = True
            with transaction(self._engine) as session:
                audit.append(
                    session,
                    actor=self._actor,
                    event=event,
                    subject=f"export:{self._profile}",
                    details={"count": self.count},
                    now=self._clock(),
                )


def stream(
    engine: Engine,
    filters: Filters,
    *,
    actor: str,
    purpose: str,
    clock: Clock,
    keyring: Keyring | None = None,
    me: int | None = None,
) -> Export:
    """A CSV of the cases that `filters` choose: UTF-8 with BOM, CRLF; identities only when given a keyring.

    `actor` is an audit label, `purpose` the reason that was given. `export:started` is committed before this
    returns. One read transaction gives all rows as they are at one moment. Close what is not read to its end.

    Raises:
        NoPurpose: the reason is empty or too long.
    """
    reason = " ".join(purpose.split())
    if not 0 < len(reason) <= PURPOSE_CHARACTERS:
        raise NoPurpose("An export needs a reason of 1 to 500 characters.")
    profile = IDENTIFIED if keyring else DEIDENTIFIED
    values = values_of(filters, me=me)
    said: dict[str, audit.Detail] = {"profile": profile, "identified": keyring is not None, "purpose": reason}
    names = ("status", "level", "language", "claim", "state")
    said |= {name: value for name in names if (value := getattr(filters, name)) is not None}
    said |= {"owner": values.get("owner", filters.owner)} if filters.owner else {}
    said |= {"closed": True} if filters.closed else {}
    with transaction(engine) as session:
        audit.append(
            session,
            actor=actor,
            event=audit.Event.EXPORT_STARTED,
            subject=f"export:{profile}",
            details=said,
            now=clock(),
        )
    rows = identified(engine, filters, me, keyring) if keyring else deidentified(engine, filters, me)
    return Export(engine, rows, actor=actor, profile=profile, clock=clock)


def run_to_file(
    engine: Engine,
    filters: Filters,
    path: Path,
    *,
    actor: str,
    purpose: str,
    clock: Clock,
    keyring: Keyring | None = None,
) -> int:
    """Write an export to `path` (mode 600, whole or not at all); returns the number of cases.

    Raises NoPurpose, and OSError when the file cannot be written or exists.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            export = stream(engine, filters, actor=actor, purpose=purpose, clock=clock, keyring=keyring)
            try:
                out.writelines(export)
                out.flush()
                os.fsync(out.fileno())
            finally:
                export.close()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return export.count
