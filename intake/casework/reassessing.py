"""Judging again: on the day on which time alone changes an assessment, and when answers were changed."""

import datetime as dt
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from .. import audit
from ..assessment import Policy
from ..db import transaction
from ..unsealing import Keyring
from .judging import columns_of, open_and_judge, sent
from .linked import earliest, linked_to
from .models import Case
from .tracing import note_event, trace

_RETRY: Final = dt.timedelta(days=1)
_due = select(Case.id).where(Case.is_open).order_by(Case.reassess_on)


def reassess_due(
    engine: Engine, keyring: Keyring, *, now: dt.datetime, today: dt.date, policy: Policy, limit: int = 100
) -> int:
    """Judge open cases again whose day has come, each in its own transaction; returns how many were judged.

    A hearing that comes near raises its case by this. The version does not grow: no work of staff is touched.
    """
    due = _due.where(Case.reassess_on <= today)
    with transaction(engine.execution_options(reads=True)) as session:
        waiting = list(session.scalars(due.limit(limit)))
    judged = 0
    for case_id in waiting:
        with transaction(engine) as session:
            claim = select(Case).where(Case.id == case_id, Case.is_open, Case.reassess_on <= today)
            case = session.scalar(claim.with_for_update(skip_locked=True))
            if case is not None:
                _reassess(session, keyring, case, now=now, today=today, policy=policy)
                judged += 1
    return judged


def judge_again(
    session: Session, keyring: Keyring, case: Case, *, today: dt.date, policy: Policy
) -> tuple[dict[str, Any], list[str]] | str:
    """Judge a case by its amended answers and write what is found into its columns.

    Returns what the timeline may say, and the names of the columns that matter and differ; or a reason code
    when the answers cannot be opened or judged: then the case is tried again the next day.
    """
    row = sent(session, case.id)
    judged = open_and_judge(session, keyring, row, today=today, policy=policy)
    if isinstance(judged, str):
        case.reassess_on = today + _RETRY
        return judged
    others = linked_to(session, case.id)
    for one in others:
        _judge_linked(session, keyring, one, today=today, policy=policy)
    columns = earliest(columns_of(judged, row.received_at), others, row.received_at)
    watched = ("level", "due_on", "due_code", "outcome", "codes", "age_band")
    changed = [name for name in watched if getattr(case, name) != columns[name]]
    said = {"from_level": case.level, "level": columns["level"], "due_code": columns["due_code"]}
    for name, value in columns.items():
        setattr(case, name, value)
    return said, changed


def _reassess(
    session: Session, keyring: Keyring, case: Case, *, now: dt.datetime, today: dt.date, policy: Policy
) -> None:
    found = judge_again(session, keyring, case, today=today, policy=policy)
    if isinstance(found, str):
        trace(session, audit.Event.CASE_SET_ASIDE, case.reference, now, {"reason": found})
        return
    said, changed = found
    if changed:
        note_event(session, case.id, "case:reassessed", now, said)
    trace(session, audit.Event.CASE_REASSESSED, case.reference, now, {"changed": bool(changed)})


def _judge_linked(session: Session, keyring: Keyring, case: Case, *, today: dt.date, policy: Policy) -> None:
    """Judge a request anew whose work goes on in another case: its dates count there, though it is closed."""
    row = sent(session, case.id)
    judged = open_and_judge(session, keyring, row, today=today, policy=policy)
    if isinstance(judged, str):
        case.reassess_on = None
        return
    columns = columns_of(judged, row.received_at)
    for name in ("level", "due_on", "due_code", "prio", "reassess_on"):
        setattr(case, name, columns[name])
