"""A case and the other requests of the same person: what comes first in any of them counts for the one case."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Case, priority

_FIRST = ("level", "due_on", "due_code", "reassess_on")


def linked_to(session: Session, case_id: uuid.UUID) -> Sequence[Case]:
    """The requests of the same person whose work goes on in this case, oldest first; at most 50."""
    wanted = select(Case).where(Case.duplicate_of == case_id).order_by(Case.received_at, Case.id)
    return session.scalars(wanted.limit(50)).all()


def earliest(columns: Mapping[str, Any], others: Sequence[Case], received_at: dt.datetime) -> dict[str, Any]:
    """`columns` of a case with the highest level and the earliest days of all of them. Pure."""
    if not others:
        return dict(columns)
    all_of = [columns, *({name: getattr(one, name) for name in _FIRST} for one in others)]
    dated = [one for one in all_of if one["due_on"] is not None]
    first = min(dated, key=lambda one: one["due_on"]) if dated else columns
    level = min(one["level"] for one in all_of)
    days = [one["reassess_on"] for one in all_of if one["reassess_on"] is not None]
    return dict(columns) | {
        "level": level,
        "due_on": first["due_on"],
        "due_code": first["due_code"],
        "reassess_on": min(days, default=None),
        "prio": priority(level, first["due_on"], received_at),
    }


def lift(session: Session, case: Case) -> None:
    """Let the case rank by what comes first in it and in the requests that are linked to it."""
    now = {name: getattr(case, name) for name in _FIRST}
    for name, value in earliest(now, linked_to(session, case.id), case.received_at).items():
        setattr(case, name, value)
