"""Mail that waits or failed, as an administrator sees it: never an address, never a word of it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit, outbox
from ..outbox import Outbox
from .case import Staff, require
from .models import Case

SHOWN: Final = 100


class NotThere(LookupError):
    """This mail does not wait for a decision: it was sent, is gone, or somebody else decided."""


@dataclass(frozen=True, slots=True)
class Line:
    """One mail. `reference` is that of its case, empty where it belongs to none; `code` says what went wrong."""

    id: uuid.UUID
    kind: str
    reference: str
    created_at: dt.datetime
    at: dt.datetime
    tries: int
    code: str


def failed(session: Session) -> list[Line]:
    """Mail that waits for a decision, latest first; `at` is when it failed. At most 100."""
    rows = outbox.failed(session, SHOWN)
    references = _references(session, rows)
    return [_line(row, references, row.failed_at or row.created_at) for row in rows]


def waiting(session: Session) -> list[Line]:
    """Mail that waits for its turn, next one first; `at` is when it is tried. At most 100."""
    rows = outbox.waiting(session, SHOWN)
    references = _references(session, rows)
    return [_line(row, references, row.next_try_at or row.created_at) for row in rows]


def try_again(session: Session, staff: Staff, mail_id: uuid.UUID, now: dt.datetime) -> None:
    """Let the desk try a failed mail anew. Raises NotAllowed, NotThere."""
    require(staff, "outbox:change")
    if not outbox.try_again(session, mail_id, now):
        raise NotThere
    _trace(session, staff, audit.Event.MAIL_RETRIED, mail_id, now)


def give_up(session: Session, staff: Staff, mail_id: uuid.UUID, now: dt.datetime) -> None:
    """Empty a failed mail for good. Raises NotAllowed, NotThere."""
    require(staff, "outbox:change")
    if not outbox.give_up(session, mail_id):
        raise NotThere
    _trace(session, staff, audit.Event.MAIL_GIVEN_UP, mail_id, now)


def _references(session: Session, rows: Sequence[Outbox]) -> dict[uuid.UUID, str]:
    wanted = {row.case_id for row in rows if row.case_id is not None}
    found = session.execute(select(Case.id, Case.reference).where(Case.id.in_(wanted)))
    return {row.id: row.reference for row in found}


def _line(row: Outbox, references: dict[uuid.UUID, str], at: dt.datetime) -> Line:
    reference = references.get(row.case_id, "") if row.case_id else ""
    return Line(row.id, row.kind, reference, row.created_at, at, row.tries, row.error or "")


def _trace(session: Session, staff: Staff, event: audit.Event, mail_id: uuid.UUID, now: dt.datetime) -> None:
    audit.append(session, actor=staff.label, event=event, subject=f"mail:{mail_id.hex}", now=now)
