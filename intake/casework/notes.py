"""Notes of a case, sealed: the author may write one anew, and every earlier wording is kept."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from .. import audit
from ..locales import N_
from ..publickeys import PublicKey
from ..sealing import seal
from .case import NotFound, Staff, record, require, touch
from .models import Case, Note

NOTE_CHARACTERS: Final = 10_000


class BadNote(ValueError):
    """The note is empty or too long; the message is a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a note: the id under which its text was opened, who wrote it and when."""

    id: uuid.UUID
    author_id: int
    written_at: dt.datetime


def add(
    session: Session, case: Case, staff: Staff, text: str, recipients: Sequence[PublicKey], now: dt.datetime
) -> uuid.UUID:
    """Seal a note to the organisation's keys and add it; notes never collide, so no version is asked for.

    Raises NotAllowed, BadNote, Erased.
    """
    require(staff, "note:add")
    words = _checked(text)
    touch(session, case, now)
    note_id = seal_note(session, case, staff, words, recipients, now)
    record(session, case, staff, audit.Event.NOTE_ADDED, {}, now, note_id=note_id)
    return note_id


def seal_note(
    session: Session,
    case: Case,
    staff: Staff,
    words: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    *,
    note_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Seal `words` to the organisation's keys as a note of the case; returns the note's id."""
    made = note_id or uuid.uuid4()
    envelope = seal(words.encode(), table="note", record_id=made.bytes, recipients=recipients)
    note = {"id": made, "case_id": case.id, "author_id": staff.id, "written_at": now}
    session.execute(insert(Note).values(note | {"envelope": envelope}))
    return made


def fitting(text: str) -> str:
    """The note without blanks around it, which may be nothing. Raises BadNote: too long."""
    words = text.strip()
    if len(words) > NOTE_CHARACTERS:
        raise BadNote(N_("The note is too long. Use at most 10,000 characters."))
    return words


def wordings(session: Session, case: Case) -> Mapping[uuid.UUID, Sequence[Wording]]:
    """Every wording of every note of a case by the id of its first one, oldest first."""
    rows = session.execute(
        select(Note.id, Note.replaces, Note.author_id, Note.written_at)
        .where(Note.case_id == case.id)
        .order_by(Note.written_at, Note.id)
    )
    found: dict[uuid.UUID, list[Wording]] = {}
    for row in rows:
        found.setdefault(row.replaces or row.id, []).append(Wording(row.id, row.author_id, row.written_at))
    return found


def edit(
    session: Session,
    case: Case,
    staff: Staff,
    first_id: uuid.UUID,
    text: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    """Seal a new wording of the note whose first wording is `first_id`. Only its author may.

    Raises:
        NotAllowed, Erased.
        NotFound: no such note on this case, or somebody else wrote it.
        BadNote: empty or too long.
    """
    require(staff, "note:add")
    first = session.execute(
        select(Note.author_id).where(Note.id == first_id, Note.case_id == case.id, Note.replaces.is_(None))
    ).one_or_none()
    if first is None or first.author_id != staff.id:
        raise NotFound("There is no such note.")
    words = _checked(text)
    touch(session, case, now)
    made = seal_note(session, case, staff, words, recipients, now)
    session.execute(update(Note).where(Note.id == made).values(replaces=first_id))
    record(session, case, staff, audit.Event.NOTE_EDITED, {}, now)


def _checked(text: str) -> str:
    words = fitting(text)
    if not words:
        raise BadNote(N_("Write something in the note."))
    return words
