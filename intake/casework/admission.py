"""Admission: the desk opens each new submission once, judges it anew and makes the case.

What cannot be opened is set aside, seen by `check`, and holds up nobody behind it.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import Engine, delete, exists, insert, select
from sqlalchemy.orm import Session

from .. import audit, drafts
from ..assessment import Policy
from ..db import transaction
from ..submissions import Arrival
from ..unsealing import Keyring
from . import checking, family, indexing, tokens
from .checks import one_at_a_time
from .finding import Seen
from .judging import AnyRow, Judged, columns_of, open_and_judge, sent
from .models import Case, SetAside
from .statuses import Status
from .telling import tell
from .tracing import note_event, trace


@dataclass(frozen=True, slots=True, repr=False)
class Terms:
    """On what terms a desk admits: the keys that open, the moment, its day where the organisation works, the policy.

    With the search `key` a case can be found at once, else after the next `indexing.index_due`; and it is compared
    with all others before anybody can open it, else by the next `checking.check_due`. `hold_all`: see `checking.check`.
    """

    keyring: Keyring
    now: dt.datetime
    today: dt.date
    policy: Policy
    key: bytes | None = None
    hold_all: bool = False


_waiting = select(Arrival.submission_id).order_by(Arrival.received_at, Arrival.submission_id).limit(1)


@dataclass(frozen=True, slots=True, repr=False)
class _Ready:
    """A submission before its case is written: how it is judged, or why it cannot be, and what it was compared with."""

    row: AnyRow
    judged: Judged | str
    seen: Seen


def admit_next(engine: Engine, terms: Terms) -> bool:
    """Admit the longest-waiting submission, or set it aside; False when none waits.

    One transaction: with several desks, each submission is admitted exactly once.
    """
    while True:
        # Looking takes no write lock, so that an idle desk disturbs nobody on SQLite. There, who writes holds up
        # everybody who sends: opening, judging and comparing are done before. A row lock of PostgreSQL holds up
        # nobody, and keeps other desks from doing the same work.
        with transaction(engine.execution_options(reads=True)) as session:
            found = session.scalar(_waiting)
            if found is None:
                return False
            ready = _ready(session, found, terms) if _writes_alone(engine) else None
        with transaction(engine) as session:
            claim = _waiting if ready is None else _waiting.where(Arrival.submission_id == found)
            claimed = session.scalar(claim.with_for_update(skip_locked=True))
            if claimed is not None:
                _take(session, ready or _ready(session, claimed, terms), terms)
                return True
        if ready is None:
            return False
        # Another desk admitted this one meanwhile: the next one is made ready outside of the lock as well.


def retry_set_aside(engine: Engine, terms: Terms) -> int:
    """Try once more what was set aside, for example after a key came back; returns how many became cases."""
    reads = engine.execution_options(reads=True)
    with transaction(reads) as session:
        waiting = list(session.scalars(select(SetAside.submission_id).order_by(SetAside.received_at)))
    admitted = 0
    for submission_id in waiting:
        ready = None
        if _writes_alone(engine):
            with transaction(reads) as session:
                if session.get(SetAside, submission_id) is None:
                    continue
                ready = _ready(session, submission_id, terms)
        with transaction(engine) as session:
            claim = select(SetAside).where(SetAside.submission_id == submission_id)
            held = session.scalar(claim.with_for_update(skip_locked=True))
            if held is None:
                continue
            if _admit(session, ready or _ready(session, submission_id, terms), terms) is None:
                session.delete(held)
                admitted += 1
    return admitted


def set_aside_count(session: Session) -> int:
    """How many submissions the desk could not open."""
    return len(session.scalars(select(SetAside.submission_id).limit(1000)).all())


def _writes_alone(engine: Engine) -> bool:
    """Whether a transaction that writes keeps all others from writing."""
    return engine.dialect.name == "sqlite"


def _ready(session: Session, submission_id: uuid.UUID, terms: Terms) -> _Ready:
    """Open, judge and compare a submission; all that takes long, and writes nothing."""
    row = sent(session, submission_id)
    judged = open_and_judge(session, terms.keyring, row, today=terms.today, policy=terms.policy, key=terms.key)
    person = None if isinstance(judged, str) else judged.person
    return _Ready(row, judged, checking.look_ahead(session, terms.keyring, row.id, row.reference, person))


def _take(session: Session, ready: _Ready, terms: Terms) -> None:
    """Admit what is ready or set it aside; it waits no longer, and its draft is gone."""
    row, judged, now = ready.row, ready.judged, terms.now
    reason = _admit(session, ready, terms)
    if reason is None and terms.key is not None and not isinstance(judged, str) and judged.tokens is not None:
        indexing.write(session, row.id, judged.tokens, tokens.stamp(terms.key))
    if reason is not None:
        session.add(SetAside(submission_id=row.id, received_at=row.received_at, failed_at=now, reason=reason))
        trace(session, audit.Event.CASE_SET_ASIDE, row.reference, now, {"reason": reason})
    session.execute(delete(Arrival).where(Arrival.submission_id == row.id))
    drafts.discard(session, row.id)


def _admit(session: Session, ready: _Ready, terms: Terms) -> str | None:
    """Make the case of one submission; the reason code when it could not be opened or judged."""
    row, judged = ready.row, ready.judged
    if isinstance(judged, str):
        return judged
    now, key = terms.now, terms.key
    if key is not None:
        one_at_a_time(session)
    already = session.scalar(select(exists().where(Case.id == row.id)))
    if already:
        return None
    session.execute(
        insert(Case).values(
            id=row.id,
            reference=row.reference,
            received_at=row.received_at,
            updated_at=now,
            version=1,
            status=Status.NEW.value,
            is_open=True,
            form_version=row.form_version,
            rules_version=row.rules_version,
            locale=row.locale,
            source=row.source,
            marks=row.marks,
            **columns_of(judged, row.received_at),
        )
    )
    family.from_form(session, row.id, judged.family, now)
    said = {"level": int(judged.result.level), "due_code": judged.result.due_code}
    note_event(session, row.id, "case:admitted", now, said)
    found: list[checking.Found] = []
    if key is not None:
        found = checking.check(
            session, terms.keyring, key, row.id, judged.person, now, hold_all=terms.hold_all, seen=ready.seen
        )
    tell(session, row.id, now)
    trace(session, audit.Event.CASE_ADMITTED, row.reference, now, {"rules_version": row.rules_version})
    checking.trace(session, row.reference, found, now)
    return None
