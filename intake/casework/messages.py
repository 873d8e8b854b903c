"""Writing to the applicant: a letter that only the return code opens, and a copy that staff can read again."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from .. import audit, letters
from ..locales import N_
from ..publickeys import KeyFileError, PublicKey, Purpose
from ..submissions import Submission
from .case import Staff, record, require, require_open, touch
from .models import Case, Note
from .notes import seal_note
from .opening import Opened

MESSAGE_CHARACTERS = 5_000
SENT = "message:sent"


class BadMessage(ValueError):
    """The message is empty, too long, or cannot be sealed to this person; a sentence for staff."""


@dataclass(frozen=True, slots=True, repr=False)
class Turn:
    """One message of a conversation. `who` is the staff member's name, empty for the applicant.

    `text` is None when it cannot be opened here; `locale` is the page language of the applicant's message.
    """

    at: dt.datetime
    who: str
    text: str | None
    locale: str = ""

    @property
    def by_applicant(self) -> bool:
        """Whether the applicant wrote it."""
        return not self.who


def conversation(opened: Opened, timeline: Sequence[Row[*tuple[Any, ...]]]) -> list[Turn]:
    """All messages of an opened case, oldest first; `timeline` has the rows of `case.timeline`."""
    notes: Mapping[uuid.UUID, str | None] = opened.notes
    turns = [Turn(one.received_at, "", one.text, one.locale) for one in opened.whole.messages]
    turns += [
        Turn(row.at, row.actor_name or "-", notes.get(row.note_id) if row.note_id else None)
        for row in timeline
        if row.event == SENT
    ]
    return sorted(turns, key=_moment)


def check(text: str) -> str:
    """The message as it is sent: line ends as one sign, no blanks around it. Raises BadMessage: empty or too long."""
    words = "\n".join(text.splitlines()).strip()
    if not words:
        raise BadMessage(N_("Write something in the message."))
    if len(words) > MESSAGE_CHARACTERS:
        raise BadMessage(N_("The message is too long. Use at most 5,000 characters."))
    return words


def send(
    session: Session,
    case: Case,
    staff: Staff,
    text: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    *,
    once: uuid.UUID | None = None,
) -> uuid.UUID | None:
    """Seal a letter to the applicant and a copy to the organisation; the case waits for no reply any more.

    Returns the letter's id. With the page's own `once`, sending the same page twice sends one letter: then None.

    Raises:
        NotAllowed, Erased.
        BadMessage: empty, over 5,000 characters, or the person's key is none.
    """
    require(staff, "letter:write")
    require_open(case, staff)
    words = check(text)
    made = uuid.uuid5(case.id, f"message:{once or uuid.uuid4()}")
    touch(session, case, now)
    if session.scalar(select(Note.id).where(Note.id == made)) is not None:
        return None
    sent = session.execute(select(Submission.find_id, Submission.applicant_key).where(Submission.id == case.id)).one()
    try:
        to = PublicKey(sent.applicant_key, Purpose.APPLICANT)
    except KeyFileError:
        raise BadMessage(N_("The letter cannot be sealed for this person. Ask an administrator.")) from None
    touch(session, case, now, unanswered_since=None)
    content = {"text": words, "written_at": now.isoformat(), "reference": case.reference}
    seal_note(session, case, staff, words, recipients, now, note_id=made)
    letters.write(session, letter_id=made, find_id=sent.find_id, to=to, kind="message", content=content, now=now)
    record(session, case, staff, audit.Event.LETTER_WRITTEN, {}, now, note_id=made, line=SENT)
    return made


def _moment(turn: Turn) -> dt.datetime:
    return turn.at
