"""Writing an export: blocks of a file as they are read, between the traces of its start and its end."""

import datetime as dt
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeAlias

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from .. import audit
from ..casework.filters import EXPORTED, Filters
from ..db import takes_its_time, transaction
from ..unsealing import Keyring
from . import opening, reading
from .about import about
from .age import SUFFIX, Recipient, encrypted
from .formats import BLOCK, Block, Format, assembled, encoder
from .profiles import PROFILES, Choice
from .reading import Wanted

Clock: TypeAlias = Callable[[], dt.datetime]

PURPOSE_CHARACTERS = 500


class NoPurpose(ValueError):
    """An export needs a reason of 1 to 500 characters."""


def reason_of(purpose: str) -> str:
    """The reason as it is kept, on one line. Raises NoPurpose."""
    reason = " ".join(purpose.split())
    if not 0 < len(reason) <= PURPOSE_CHARACTERS:
        raise NoPurpose("An export needs a reason of 1 to 500 characters.")
    return reason


class NoKeys(ValueError):
    """This export opens answers or names persons, and the keys for that were not given."""


class Export(Iterator[bytes]):
    """Blocks of a file as they are read. When it ends, or is closed before, the trace says so.

    `count` is how many cases were written so far; `suffix` and `mimetype` belong to the file.
    """

    def __init__(
        self,
        engine: Engine,
        blocks: Callable[[Session], Generator[Block, None, None]],
        form: Format,
        choice: Choice,
        wanted: Wanted,
        *,
        actor: str,
        clock: Clock,
        recipient: Recipient | None,
        source: Engine,
    ) -> None:
        self.count = 0
        self._engine, self._from, self._actor, self._clock = engine, source, actor, clock
        self._form, self._choice, self._wanted = form, choice, wanted
        self._source = self._read(blocks)
        day = wanted.today or clock().date()
        plain = assembled(
            form, choice.columns, self._source, lambda count: about(choice, wanted.filters, day=day, count=count)
        )
        self._plain = plain
        self._blocks = plain if recipient is None else encrypted(plain, recipient)
        # How the name of the file ends, such as ".csv" or ".xlsx.age", and what a browser is told of it.
        self.suffix = f".{form}" + (SUFFIX if recipient else "")
        self.mimetype = "application/octet-stream" if recipient else form.mimetype
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
        self._plain.close()
        self._source.close()
        self._end(audit.Event.EXPORT_ABORTED)

    def _read(self, blocks: Callable[[Session], Generator[Block, None, None]]) -> Generator[Block, None, None]:
        """All rows as they are at one moment, counted."""
        with transaction(self._from.execution_options(reads=True)) as session, closing(blocks(session)) as source:
            takes_its_time(session)
            for block in source:
                self.count += block.rows
                yield block

    def _end(self, event: audit.Event) -> None:
        if not self._ended:
            self._ended = True
            with transaction(self._engine) as session:
                audit.append(
                    session,
                    actor=self._actor,
                    event=event,
                    subject=f"export:{self._choice.profile.name}",
                    details={"count": self.count},
                    now=self._clock(),
                )


def stream(
    engine: Engine,
    wanted: Wanted | Filters,
    choice: Choice | None = None,
    form: Format = Format.CSV,
    *,
    actor: str,
    purpose: str,
    clock: Clock,
    keyring: Keyring | None = None,
    key: bytes | None = None,
    recipient: Recipient | None = None,
    processes: int | None = None,
    standby: Engine | None = None,
) -> Export:
    """A file of the cases that `wanted` chooses, with the columns of `choice`: at first those of the queue.

    `actor` is an audit label, `purpose` the reason that was given. A choice that opens answers needs the `keyring`, one
    with ids of persons their `key` (see `people`). With a `recipient` the file is closed while it is written.
    `export:started` is committed before this returns. One read transaction gives all rows as they are at one moment.
    Close what is not read to its end. With a `standby` the rows are read there.

    Raises:
        NoPurpose: the reason is empty or too long.
        NoKeys: see above; nothing was traced.
        BadRecipient: as `age.encrypted`.
    """
    choice = choice or Choice.of(PROFILES["queue"])
    wanted = Wanted(wanted) if isinstance(wanted, Filters) else wanted
    reason = reason_of(purpose)
    if (choice.opens and keyring is None) or (choice.names_persons and key is None):
        raise NoKeys("This export needs keys that were not given.")
    export = Export(
        engine,
        lambda session: _blocks(session, choice, wanted, form, keyring, key or b"", processes),
        form,
        choice,
        wanted,
        actor=actor,
        clock=clock,
        recipient=recipient,
        source=standby or engine,
    )
    with transaction(engine) as session:
        audit.append(
            session,
            actor=actor,
            event=audit.Event.EXPORT_STARTED,
            subject=f"export:{choice.profile.name}",
            details=said_of(choice, wanted, form, reason, encrypted=recipient is not None),
            now=clock(),
        )
    return export


def said_of(
    choice: Choice, wanted: Wanted, form: Format, reason: str, *, encrypted: bool = False
) -> dict[str, audit.Detail]:
    """What the trail says of an export: the profile, what was picked out of it, the filters, the reason."""
    filters = wanted.filters
    said: dict[str, audit.Detail] = {
        "profile": choice.profile.name,
        "identified": choice.identifies,
        "format": str(form),
        "purpose": reason,
    }
    for name in EXPORTED:
        value = getattr(filters, name)
        if value:
            said[name] = value.isoformat() if isinstance(value, dt.date) else value
    if filters.owner:
        said["owner"] = wanted.values.get("owner", filters.owner)
    if len(filters.statuses) > 1:
        said["status"] = list(filters.statuses)
    if not choice.is_whole:
        said["columns"] = [column.key for column in choice.columns]
    return said | ({"encrypted": True} if encrypted else {})


def _blocks(
    session: Session,
    choice: Choice,
    wanted: Wanted,
    form: Format,
    keyring: Keyring | None,
    key: bytes,
    processes: int | None,
) -> Generator[Block, None, None]:
    """The shortest way from the database to the file."""
    if choice.opens and keyring is not None:
        with closing(reading.lines(session, choice, wanted, key, keyring, opening.BLOCK)) as lines:
            yield from opening.opened(lines, choice.columns, form, keyring, processes)
    elif form is Format.CSV and reading.is_plain(choice):
        yield from reading.csv_lines(session, choice, wanted)
    else:
        encode = encoder(form, choice.columns)
        with closing(reading.rows(session, choice, wanted, key)) as rows:
            while some := list(islice(rows, BLOCK)):
                yield Block(len(some), encode(some))


def run_to_file(engine: Engine, wanted: Wanted | Filters, path: Path, choice: Choice | None = None, **rest: Any) -> int:
    """Write an export to `path` (mode 600, whole or not at all); returns the number of cases.

    `rest` is what `stream` takes. Raises what `stream` does, and OSError when the file cannot be written or exists.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            export = stream(engine, wanted, choice, **rest)
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
