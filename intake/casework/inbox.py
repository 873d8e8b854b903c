"""The desk's inbox: messages, new dates, another contact, withdrawing and erasing, each carried out once.

What cannot be opened or carried out leaves a line on its case and holds up nobody behind it.
"""

import datetime as dt
import logging
import uuid
from typing import Any, TypeAlias

from sqlalchemy import Engine, Row, delete, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from .. import audit
from ..assessment import Policy
from ..db import transaction
from ..incoming import Incoming, IncomingArrival, Kind
from ..letters import Letter
from ..sealing import CannotOpen
from ..unsealing import Keyring
from .contents import open_incoming
from .erasing import erase, erase_sent
from .models import Case, SetAside
from .reassessing import judge_again
from .statuses import Status, Why
from .telling import tell
from .tracing import note_event, trace

log = logging.getLogger("intake.casework.inbox")

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

UNREADABLE = "unreadable"
# What comes before its submission is admitted waits, and is not in the way of others.
_waiting = (
    select(IncomingArrival.incoming_id, Incoming.submission_id)
    .join(Incoming, Incoming.id == IncomingArrival.incoming_id)
    .join(Case, Case.id == Incoming.submission_id)
    .order_by(IncomingArrival.received_at, IncomingArrival.incoming_id)
    .limit(1)
)
# The case as well: two things for one case are carried out one after the other, also by several desks.
_claim = _waiting.with_for_update(of=(IncomingArrival, Case), skip_locked=True)
# A form that no desk could open has no case, and may never have one. Who sent it can have it erased all the same.
_unopened = (
    select(IncomingArrival.incoming_id, Incoming.submission_id)
    .join(Incoming, Incoming.id == IncomingArrival.incoming_id)
    .join(SetAside, SetAside.submission_id == Incoming.submission_id)
    .where(Incoming.kind == Kind.ERASE.value)
    .order_by(IncomingArrival.received_at, IncomingArrival.incoming_id)
    .limit(1)
)
_claim_unopened = _unopened.with_for_update(of=(IncomingArrival, SetAside), skip_locked=True)


def handle_next(engine: Engine, keyring: Keyring, *, now: dt.datetime, today: dt.date, policy: Policy) -> str | None:
    """Carry out what has waited longest, in one transaction; its kind or "unreadable", None when nothing waits.

    After "erase" on SQLite, the caller moves the write-ahead log into the file and empties it.
    """
    with transaction(engine.execution_options(reads=True)) as session:
        waits = session.execute(_waiting).first() is not None
        if not waits and session.execute(_unopened).first() is None:
            return None
    with transaction(engine) as session:
        if not waits:
            return _erase_unopened(session, now)
        found = session.execute(_claim).first()
        if found is None:
            return None
        return _handle(session, keyring, found.incoming_id, found.submission_id, now, today, policy)


def _erase_unopened(session: Session, now: dt.datetime) -> str | None:
    found = session.execute(_claim_unopened).first()
    if found is None:
        return None
    reference = erase_sent(session, found.submission_id, now)
    trace(session, audit.Event.CASE_ERASED, reference, now, {})
    return Kind.ERASE.value


def _handle(
    session: Session,
    keyring: Keyring,
    incoming_id: uuid.UUID,
    case_id: uuid.UUID,
    now: dt.datetime,
    today: dt.date,
    policy: Policy,
) -> str:
    case = session.get_one(Case, case_id)
    wanted = select(Incoming.id, Incoming.kind, Incoming.envelope, Incoming.received_at)
    row = session.execute(wanted.where(Incoming.id == incoming_id)).one()
    handled: str = row.kind
    if case.erased_at is not None:
        return _too_late(session, case, row, now)
    try:
        with session.begin_nested():
            open_incoming(keyring, row.id, row.kind, row.envelope)
            _carry_out(session, keyring, case, row, now, today, policy)
    except (OperationalError, InterfaceError):
        raise  # the database is away: it is tried again
    except Exception as error:  # a fault in one must not hold up those behind it
        if not isinstance(error, CannotOpen):
            log.error("something that came in could not be carried out (%s)", type(error).__name__)
        handled = UNREADABLE
        case.unanswered_since = case.unanswered_since or row.received_at
        _hear(case, row, now)
        note_event(session, case_id, "incoming:unreadable", now, {"kind": _known(row.kind)})
        tell(session, case_id, now)
        trace(session, audit.Event.CASE_HEARD, case.reference, now, {"method": UNREADABLE})
    _done(session, incoming_id)
    return handled


def _too_late(session: Session, case: Case, row: AnyRow, now: dt.datetime) -> str:
    """What comes after the erasing is erased unread, with the copy that the person kept of it under the same id."""
    _done(session, row.id)
    for gone in (delete(Incoming).where(Incoming.id == row.id), delete(Letter).where(Letter.id == row.id)):
        session.execute(gone.execution_options(synchronize_session=False))
    trace(session, audit.Event.CASE_HEARD, case.reference, now, {"method": _known(row.kind)})
    return Kind.ERASE.value


def _done(session: Session, incoming_id: uuid.UUID) -> None:
    handled = delete(IncomingArrival).where(IncomingArrival.incoming_id == incoming_id)
    session.execute(handled.execution_options(synchronize_session=False))


def _known(kind: str) -> str | None:
    return kind if kind in set(Kind) else None


def _carry_out(
    session: Session,
    keyring: Keyring,
    case: Case,
    row: AnyRow,
    now: dt.datetime,
    today: dt.date,
    policy: Policy,
) -> None:
    kind, happened = Kind(row.kind), audit.Event.CASE_HEARD
    details: dict[str, audit.Detail] = {"method": kind.value}
    _hear(case, row, now)
    if kind is Kind.MESSAGE:
        case.unanswered_since = case.unanswered_since or row.received_at
        note_event(session, case.id, "message:received", now, {})
    elif kind in (Kind.DATES, Kind.CONTACT):
        found = judge_again(session, keyring, case, today=today, policy=policy)
        # The desk writes the tokens anew and compares again before it rests: `indexing`, `checking`.
        case.indexed = case.compared = 0
        said = found[0] if not isinstance(found, str) else {}
        if kind is Kind.DATES:
            case.unanswered_since = case.unanswered_since or row.received_at
        note_event(session, case.id, f"{kind.value}:changed", now, said if kind is Kind.DATES else {})
    elif kind is Kind.WITHDRAW:
        happened, details = audit.Event.CASE_WITHDRAWN, {}
        _withdraw(case)
        note_event(session, case.id, "case:withdrawn", now, {})
    else:
        happened, details = audit.Event.CASE_ERASED, {}
        erase(session, case, now)
        note_event(session, case.id, "case:erased", now, {})
    session.flush()
    tell(session, case.id, now)
    trace(session, happened, case.reference, now, details)


def _hear(case: Case, row: AnyRow, now: dt.datetime) -> None:
    case.updated_at, case.last_incoming_at = now, max(case.last_incoming_at, row.received_at)


def _withdraw(case: Case) -> None:
    """Close the case for the person who asked so; the page that a colleague has open goes stale."""
    case.status, case.reason, case.is_open = Status.WITHDRAWN.value, Why.WITHDREW.value, False
    case.unanswered_since = case.held_from = case.closing_code = None
    case.version += 1
