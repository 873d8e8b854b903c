"""The desk's check of a case against all others: requests of one person, and conflicts of interest by name.

At admission it is part of the same transaction, before anybody can open the answers; what takes long, opening the
others, is done ahead. A case that was admitted before, or whose contact changed, or that was compared by other
tokens, is checked soon after.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from .. import audit, questionnaire
from ..db import transaction
from ..sealing import CannotOpen
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from . import comparing, conflicts, finding
from .checks import POSSIBLE, UNCHECKED, one_at_a_time
from .comparing import Person
from .contents import open_whole
from .finding import NOTHING_SEEN, Seen
from .models import Case
from .telling import tell

log = logging.getLogger("intake.casework.checking")

Found: TypeAlias = tuple[audit.Event, Mapping[str, audit.Detail]]

# A case that could not be opened: it is not tried again until `retry`.
CLOSED: Final = -1
_DESK: Final = "desk"
_PLAIN: Final[dict[str, Any]] = {"synchronize_session": False}


def person_of(key: bytes, form_version: int, answers: dict[str, Any], family: str | None) -> Person | None:
    """What a case is compared by; None when that could not be made, which holds up no admission."""
    try:
        return comparing.person(key, questionnaire.live(questionnaire.get(form_version), answers), family)
    except Exception as error:
        log.error("a case could not be compared (%s)", type(error).__name__)
        return None


def look_ahead(session: Session, keyring: Keyring, case_id: uuid.UUID, reference: str, person: Person | None) -> Seen:
    """Open and compare what `check` will compare, before anybody is kept waiting; nothing where that fails."""
    if person is None:
        return NOTHING_SEEN
    try:
        with session.begin_nested():
            return finding.look_ahead(session, keyring, case_id, reference, person)
    except (OperationalError, InterfaceError):
        raise  # the database is away: it is tried again
    except Exception as error:  # `check` meets the same fault, and holds the case
        log.error("a case could not be compared ahead (%s)", type(error).__name__)
        return NOTHING_SEEN


def check(
    session: Session,
    keyring: Keyring,
    key: bytes,
    case_id: uuid.UUID,
    person: Person | None,
    now: dt.datetime,
    *,
    hold_all: bool = False,
    seen: Seen = NOTHING_SEEN,
) -> list[Found]:
    """Look for pairs and conflicts of one case and write what is found. The caller holds `one_at_a_time`.

    What was `seen` by `look_ahead` is not opened again, unless it changed since.

    With `hold_all` a new case waits for a person who looks at the names, also without a match; so does a case
    that could not be compared. Returns what the caller has to trace, as the last thing in the transaction.
    """
    if person is not None:
        try:
            with session.begin_nested():
                return _check(session, keyring, key, case_id, person, now, hold_all=hold_all, seen=seen)
        except (OperationalError, InterfaceError):
            raise  # the database is away: it is tried again
        except Exception as error:  # a fault with one person must not hold up everybody behind them
            log.error("a case could not be compared (%s)", type(error).__name__)
    case = session.get_one(Case, case_id, populate_existing=True)
    conflicts.hold(session, case, [], now)
    case.compared = CLOSED
    session.flush()
    return []


def _check(
    session: Session,
    keyring: Keyring,
    key: bytes,
    case_id: uuid.UUID,
    person: Person,
    now: dt.datetime,
    *,
    hold_all: bool,
    seen: Seen,
) -> list[Found]:
    case = session.get_one(Case, case_id)
    looked = finding.look(session, keyring, case, person, seen)
    matches = conflicts.look(session, case_id, person.sides)
    # Rows are locked in one order by everybody.
    touched = select(Case.id).where(Case.id.in_([case_id, *looked.others])).order_by(Case.id)
    session.execute(touched.with_for_update()).all()
    session.refresh(case)
    finding.keep_tokens(session, case_id, person.same)
    conflicts.keep_tokens(session, case_id, person.sides)
    if matches or (hold_all and case.conflict == UNCHECKED):
        conflicts.hold(session, case, matches, now)
    elif case.conflict == UNCHECKED:
        conflicts.clear_by_desk(case, now)
    case.compared = comparing.stamp(key)
    session.flush()
    fresh = finding.flag(session, case_id, looked, now)
    session.refresh(case)
    found: list[Found] = [(audit.Event.PAIR_FOUND, {"count": len(fresh)})] if fresh else []
    if matches and case.conflict == POSSIBLE:
        found.append((audit.Event.CONFLICT_POSSIBLE, {"count": len(matches)}))
    return found


def trace(session: Session, reference: str, found: Iterable[Found], now: dt.datetime) -> None:
    """Add to the audit trail what a check found; the last thing in a transaction."""
    session.flush()
    for event, said in found:
        audit.append(session, actor=_DESK, event=event, subject=reference, details=said, now=now)


def check_due(engine: Engine, keyring: Keyring, key: bytes, *, now: dt.datetime, limit: int = 50) -> int:
    """Check cases that were not compared yet, or by other tokens; returns how many. Each in its own transaction."""
    wanted, done = comparing.stamp(key), 0
    for due in (Case.compared.between(0, wanted - 1), Case.compared > wanted):
        while done < limit:
            with transaction(engine.execution_options(reads=True)) as session:
                case_id = session.scalar(select(Case.id).where(due).limit(1))
            if case_id is None:
                break
            with transaction(engine) as session:
                one_at_a_time(session)
                case = session.scalar(select(Case).where(Case.id == case_id, due))
                if case is not None:
                    _check_opened(session, keyring, key, case, now)
            done += 1
    return done


def retry(session: Session) -> None:
    """Let cases that could not be opened be tried again: keys may have come back."""
    again = update(Case).where(Case.compared == CLOSED).values(compared=0)
    session.execute(again.execution_options(**_PLAIN))


def _check_opened(session: Session, keyring: Keyring, key: bytes, case: Case, now: dt.datetime) -> None:
    body = select(SubmissionBody.envelope).where(SubmissionBody.submission_id == case.id)
    try:
        envelope = session.scalars(body).one_or_none()
        if envelope is None:
            raise CannotOpen
        whole = open_whole(session, keyring, case.id, case.form_version, envelope)
    except (CannotOpen, LookupError):
        closed = update(Case).where(Case.id == case.id).values(compared=CLOSED)
        session.execute(closed.execution_options(**_PLAIN))
        return
    person = person_of(key, case.form_version, whole.answers, whole.family)
    found = check(session, keyring, key, case.id, person, now)
    if found:
        tell(session, case.id, now)
    trace(session, case.reference, found, now)
