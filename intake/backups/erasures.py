"""What was erased, as a list beside the backups: ids and times, nothing of a person; and erasing it again.

An older backup still holds what was erased after it was taken. Restoring it must not bring that back.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from .. import audit
from ..casework import erasing
from ..casework.models import Case
from ..casework.tracing import note_event
from ..db import make_engine, session_factory, transaction
from ..durable import write_whole
from ..submissions import Submission
from .container import BackupError

FILE = "erasures.list"
_HEAD = "# Ids of erased requests and when. A restored backup erases them again. No names, no references.\n"


def of(session: Session) -> dict[uuid.UUID, dt.datetime]:
    """Every erased request in a database: its id and when."""
    rows = session.execute(select(Submission.id, Submission.erased_at).where(Submission.erased_at.is_not(None)))
    return {row.id: row.erased_at for row in rows if row.erased_at is not None}


def of_database(url: str) -> dict[uuid.UUID, dt.datetime]:
    """The same, of the database at `url`, such as the one that is still alive."""
    engine = make_engine(url).execution_options(reads=True)
    try:
        with session_factory(engine)() as session:
            return of(session)
    finally:
        engine.dispose()


def write(path: Path, found: Mapping[uuid.UUID, dt.datetime]) -> None:
    """Write the list; what it held before stays, so that no erasing is ever forgotten."""
    both = (read(path) if path.exists() else {}) | dict(found)
    lines = [f"{one} {at.astimezone(dt.UTC).isoformat()}\n" for one, at in sorted(both.items())]
    write_whole(path, (_HEAD + "".join(lines)).encode("ascii"))


def read(path: Path) -> dict[uuid.UUID, dt.datetime]:
    """The list at `path`. Raises BackupError with the line that is none."""
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BackupError("The list of erasures cannot be read.") from None
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            one, at = line.split()
            found[uuid.UUID(one)] = dt.datetime.fromisoformat(at).astimezone(dt.UTC)
        except ValueError:
            raise BackupError(f"Line {number} of the list of erasures is not an id and a time.") from None
    return found


def apply(engine: Engine, found: Mapping[uuid.UUID, dt.datetime], now: dt.datetime) -> int:
    """Erase again what a restored database still has of `found`; returns how many requests that were.

    Each keeps the time at which it was first erased and leaves the same trace as any erasing, dated now.
    """
    done = 0
    for one, at in found.items():
        with transaction(engine) as session:
            row = session.get(Submission, one)
            if row is None or row.erased_at is not None:
                continue
            case, reference = session.get(Case, one), row.reference
            if case is None:
                erasing.erase_sent(session, one, at)
            else:
                erasing.erase(session, case, at)
                note_event(session, one, "case:erased", now, {})
            audit.append(session, actor="cli", event=audit.Event.CASE_ERASED, subject=reference, now=now)
            done += 1
    return done
