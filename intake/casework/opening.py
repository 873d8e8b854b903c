"""Opening what a case holds: the trace is committed first, and the applicant is told how often somebody came."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from .. import audit
from ..db import transaction
from ..sealing import CannotOpen
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from .case import Erased, Held, Staff, closed_to, load
from .checks import POSSIBLE
from .contents import Whole, open_whole
from .models import Case, Note
from .telling import tell

# Within it a person who goes on with a case has not come anew; a session that rests for longer ends.
VISIT = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A case's sealed contents, in memory for one request: what the applicant told, and notes by their id.

    A note that cannot be opened here has the value None.
    """

    whole: Whole
    notes: Mapping[uuid.UUID, str | None]

    @property
    def answers(self) -> dict[str, Any]:
        """The answers, amended by what the applicant changed later."""
        return self.whole.answers

    @property
    def typed(self) -> Mapping[str, Mapping[str, Any]]:
        """What was typed, by step and field name."""
        return self.whole.typed

    @property
    def started_at(self) -> dt.datetime | None:
        """When the person began the form."""
        return self.whole.started_at


def open_answers(
    engine: Engine, keyring: Keyring, staff: Staff, case_id: uuid.UUID, now: dt.datetime, *, goes_on: bool = False
) -> Opened:
    """The answers, messages and notes of a case. The trace is committed first: no trace, no plaintext.

    Each opening counts, and the applicant is told how many there were. What `goes_on` with a visit, such as choosing a
    template, leaves its trace and counts only if this person has not opened the case in the last `VISIT`.

    Raises:
        NotFound: as `load`.
        Erased: the applicant erased the case; nothing is traced or opened.
        Held: a conflict of interest is possible; or there is one, and the person may not check conflicts.
        CannotOpen: the keys here do not open the answers.
    """
    with transaction(engine) as session:
        case = load(session, staff, case_id)
        if closed_to(case, staff):
            raise Held
        # Once more in the statement: the desk may put the case on hold at this moment.
        opened = update(Case).where(Case.id == case_id, Case.erased_at.is_(None), Case.conflict != POSSIBLE)
        same = goes_on and _opened_since(session, staff, case, now - VISIT)
        one_more = {} if same else {"opened_at": now}
        counted = opened.values(opened_count=Case.opened_count + int(not same), **one_more).execution_options(
            synchronize_session=False
        )
        if session.execute(counted).rowcount == 0:  # type: ignore[attr-defined]
            session.refresh(case)
            raise Held if case.erased_at is None else Erased
        if not same:
            tell(session, case_id, now)
        audit.append(session, actor=staff.label, event=audit.Event.CASE_OPENED, subject=case.reference, now=now)
    with transaction(engine.execution_options(reads=True)) as session:
        body = select(SubmissionBody.envelope).where(SubmissionBody.submission_id == case_id)
        envelope = session.scalars(body).one_or_none()
        if envelope is None:
            raise CannotOpen
        sealed = session.execute(select(Note.id, Note.envelope).where(Note.case_id == case_id)).all()
        whole = open_whole(session, keyring, case_id, case.form_version, envelope)
    return Opened(whole, {row.id: _open_note(keyring, row.id, row.envelope) for row in sealed})


def _opened_since(session: Session, staff: Staff, case: Case, since: dt.datetime) -> bool:
    """Whether the trail says that this person opened the whole case after `since`."""
    trail = audit.AuditEvent
    mine = (trail.subject == case.reference, trail.event == audit.Event.CASE_OPENED.value, trail.actor == staff.label)
    return session.scalar(select(trail.seq).where(*mine, trail.at >= since).limit(1)) is not None


def _open_note(keyring: Keyring, note_id: uuid.UUID, envelope: bytes) -> str | None:
    try:
        return keyring.open(envelope, table="note", record_id=note_id.bytes).decode()
    except (CannotOpen, UnicodeDecodeError):
        return None
