"""What the desk did: a line on the timeline of a case, and the audit trail."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from .. import audit
from .models import CaseEvent

DESK: Final = "desk"


def note_event(session: Session, case_id: uuid.UUID, event: str, now: dt.datetime, details: dict[str, Any]) -> None:
    """Add a line by the desk to the timeline of a case."""
    session.execute(insert(CaseEvent).values(case_id=case_id, at=now, event=event, details=details))


def trace(
    session: Session,
    event: audit.Event,
    reference: str,
    now: dt.datetime,
    details: Mapping[str, audit.Detail],
) -> None:
    """Add what the desk did to the audit trail; the last thing in a transaction."""
    session.flush()
    audit.append(session, actor=DESK, event=event, subject=reference, details=details, now=now)
