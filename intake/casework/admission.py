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


def admit_next(engine: Engine, terms: Terms) -> bool:
    """Admit the longest-waiting submission, or set it aside; False when none waits.

    One transaction: with several desks, each submission is admitted exactly once.
    """
    ahead: dict[uuid.UUID, Judged | str] = {}
    # Looking takes no write lock, so that an idle desk disturbs nobody on SQLite. There, who writes holds up everybody
    # who sends: opening and judging are done before. A row lock of PostgreSQL holds up nobody, and keeps other desks
    # from doing the same work.
    with transaction(engine.execution_options(reads=True)) as session:
        found = session.scalar(_waiting)
        if found is None:
            return False
        if engine.dialect.name == "sqlite":
            ahead[found] = _judged(session, sent(session, found), terms)
    with transaction(engine) as session:
        found = session.scalar(_waiting.with_for_update(skip_locked=True))
        if found is None:
            return False
        row = sent(session, found)
        judged = ahead.get(found) or _judged(session, row, terms)
        reason = _admit(session, row, judged, terms)
        if reason is None and terms.key is not None and not isinstance(judged, str) and judged.tokens is not None:
            indexing.write(session, row.id, judged.tokens, tokens.stamp(terms.key))
        if reason is not None:
            session.add(SetAside(submission_id=row.id, received_at=row.received_at, failed_at=terms.now, reason=reason))
            trace(session, audit.Event.CASE_SET_ASIDE, row.reference, terms.now, {"reason": reason})
        session.execute(delete(Arrival).where(Arrival.submission_id == row.id))
        drafts.discard(session, row.id)
    return True


def retry_set_aside(engine: Engine, terms: Terms) -> int:
    """Try once more what was set aside, for example after a key came back; returns how many became cases."""
    with transaction(engine.execution_options(reads=True)) as session:
        waiting = list(session.scalars(select(SetAside.submission_id).order_by(SetAside.received_at)))
    admitted = 0
    for submission_id in waiting:
        with transaction(engine) as session:
            claim = select(SetAside).where(SetAside.submission_id == submission_id)
            held = session.scalar(claim.with_for_update(skip_locked=True))
            if held is None:
                continue
            row = sent(session, submission_id)
            if _admit(session, row, _judged(session, row, terms), terms) is None:
                session.delete(held)
                admitted += 1
    return admitted


def set_aside_count(session: Session) -> int:
    """How many submissions the desk could not open."""
    return len(session.scalars(select(SetAside.submission_id).limit(1000)).all())


def _judged(session: Session, row: AnyRow, terms: Terms) -> Judged | str:
    return open_and_judge(session, terms.keyring, row, today=terms.today, policy=terms.policy, key=terms.key)


def _admit(session: Session, row: AnyRow, judged: Judged | str, terms: Terms) -> str | None:
    """Make the case of one submission; the reason code when it could not be opened or judged."""
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
        found = checking.check(session, terms.keyring, key, row.id, judged.person, now, hold_all=terms.hold_all)
    tell(session, row.id, now)
    trace(session, audit.Event.CASE_ADMITTED, row.reference, now, {"rules_version": row.rules_version})
    checking.trace(session, row.reference, found, now)
    return None
