"""Requests that may be of one person: staff link them to one case, or tell them apart for good."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Row,
    and_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from .. import audit
from ..locales import N_
from ..publickeys import PublicKey
from ..sealing import CannotOpen, seal
from ..unsealing import Keyring
from .case import NotFound, Staff, load, record, require
from .checks import DISMISSED, LINKED, OPEN, CasePair
from .finding import count, has, ordered
from .linked import lift
from .models import Case
from .moving import change_status
from .statuses import BadMove, Status, is_open

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
WHY: Final[Mapping[str, str]] = {
    "a_number": N_("Same A-number"),
    "email": N_("Same e-mail address"),
    "phone": N_("Same phone"),
    "name": N_("Close name and same year of birth"),
}
SHOWN: Final = 100
REASON_CHARACTERS: Final = 2_000
_PLAIN: Final[dict[str, Any]] = {"synchronize_session": False}


class BadReason(ValueError):
    """The reason is missing or too long; the message is a sentence for staff."""


class Decided(Exception):
    """Somebody else decided about this pair first."""


def waiting(session: Session, staff: Staff) -> Sequence[AnyRow]:
    """The open pairs, the oldest first, at most 100: rows of `pair` and both cases `a`, `b`. Nothing is opened."""
    require(staff, "case:read")
    a, b = aliased(Case), aliased(Case)
    wanted = (
        select(CasePair.a_id, CasePair.b_id, CasePair.why, CasePair.found_at, a.reference, a.level, a.due_on, a.status)
        .add_columns(b.reference.label("b_reference"), b.level.label("b_level"), b.due_on.label("b_due_on"))
        .add_columns(b.status.label("b_status"))
        .join(a, a.id == CasePair.a_id)
        .join(b, b.id == CasePair.b_id)
        .where(CasePair.state == OPEN)
        .order_by(CasePair.found_at, CasePair.a_id, CasePair.b_id)
    )
    return session.execute(wanted.limit(SHOWN)).all()


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[AnyRow]:
    """The open pairs of a case: rows of a_id, b_id, why and the other case's reference, at most 100."""
    other = or_(and_(CasePair.a_id == case_id, Case.id == CasePair.b_id), Case.id == CasePair.a_id)
    wanted = select(CasePair.a_id, CasePair.b_id, CasePair.why, Case.reference).join(Case, other)
    wanted = wanted.where(has(case_id), CasePair.state == OPEN, Case.id != case_id)
    return session.execute(wanted.order_by(CasePair.found_at, Case.id).limit(SHOWN)).all()


def get(session: Session, staff: Staff, a_id: uuid.UUID, b_id: uuid.UUID) -> tuple[CasePair, Case, Case]:
    """A pair with both of its cases. Raises NotFound, also for a person who may not read cases."""
    a, b = ordered(a_id, b_id)
    one, other = load(session, staff, a), load(session, staff, b)
    pair = session.get(CasePair, (a, b))
    if pair is None:
        raise NotFound("There is no such pair.")
    return pair, one, other


def link(
    session: Session,
    pair: CasePair,
    kept: Case,
    versions: Mapping[uuid.UUID, int],
    staff: Staff,
    now: dt.datetime,
) -> None:
    """Both requests are of one person: work goes on in `kept`, and the other is closed as its duplicate.

    What comes first of both stays: the earlier deadline, the higher level, the older unanswered message. Requests
    that were linked to the other one follow, and so do its open pairs. `versions` are those of the page that the
    person saw.

    Raises:
        NotAllowed, Stale.
        Decided: somebody else was faster, or changed the case in which the work goes on.
        BadMove: the other case cannot be closed as it stands, or the one that is kept is closed already.
    """
    require(staff, "case:change")
    a, b = (session.get_one(Case, one) for one in (pair.a_id, pair.b_id))
    other = b if kept.id == a.id else a
    _lock(session, pair)
    _close(session, kept, other, versions, staff, now)
    both = or_(Case.id == other.id, Case.duplicate_of == other.id)
    unanswered = [one for one in (kept.unanswered_since, other.unanswered_since) if one is not None]
    session.execute(update(Case).where(both).values(duplicate_of=kept.id).execution_options(**_PLAIN))
    session.refresh(other)
    kept.duplicate_of = None
    kept.unanswered_since = min(unanswered, default=None)
    kept.version += 1
    lift(session, kept)
    pair.state, pair.decided_at, pair.decided_by = LINKED, now, staff.id
    for each in sorted({a.id, b.id, *_follow(session, kept.id, other.id)}):
        count(session, each)
    session.refresh(kept)
    for case, line in ((other, "pair:linked"), (kept, "pair:kept")):
        record(session, case, staff, audit.Event.PAIR_LINKED, {}, now, line=line)


def dismiss(
    session: Session, pair: CasePair, staff: Staff, reason: str, recipients: Sequence[PublicKey], now: dt.datetime
) -> None:
    """Two different people: the reason is sealed, and the pair does not come back for what it was found by.

    Raises NotAllowed, BadReason, Decided.
    """
    require(staff, "case:change")
    words = checked_reason(reason)
    _lock(session, pair)
    pair.state, pair.decided_at, pair.decided_by = DISMISSED, now, staff.id
    pair.envelope = seal(words.encode(), table="case_pair", record_id=_record_id(pair), recipients=recipients)
    session.flush()
    for each in (pair.a_id, pair.b_id):
        count(session, each)
        case = session.get_one(Case, each)
        session.refresh(case)
        record(session, case, staff, audit.Event.PAIR_DISMISSED, {}, now)


def reason_of(keyring: Keyring, pair: CasePair) -> str | None:
    """Why the pair was dismissed; None where nobody said so, or it cannot be opened here."""
    if pair.envelope is None:
        return None
    try:
        return keyring.open(pair.envelope, table="case_pair", record_id=_record_id(pair)).decode()
    except (CannotOpen, UnicodeDecodeError):
        return None


def checked_reason(text: str) -> str:
    """The reason without blanks around it. Raises BadReason."""
    words = text.replace("\0", "").strip()
    if not words:
        raise BadReason(N_("Write the reason in a few words."))
    if len(words) > REASON_CHARACTERS:
        raise BadReason(N_("The reason is too long. Use at most 2,000 characters."))
    return words


def _close(
    session: Session,
    kept: Case,
    other: Case,
    versions: Mapping[uuid.UUID, int],
    staff: Staff,
    now: dt.datetime,
) -> None:
    """Close the other case as a duplicate where it is open; neither may have changed since the page was seen."""
    for case in (kept, other):
        session.refresh(case)
        if case.version != versions.get(case.id, 0) or case.erased_at is not None:
            raise Decided
    if is_open(other.status):
        if not is_open(kept.status):
            raise BadMove(N_("This case is closed. Keep the other one, or open this one again first."))
        change_status(session, other, staff, other.version, Status.DUPLICATE, None, now)


def _follow(session: Session, kept: uuid.UUID, other: uuid.UUID) -> set[uuid.UUID]:
    """Open pairs of the other case become pairs of the kept one; returns the third cases."""
    thirds = set()
    session.flush()
    for pair in session.scalars(select(CasePair).where(has(other), CasePair.state == OPEN)).all():
        third = pair.b_id if pair.a_id == other else pair.a_id
        a, b = ordered(kept, third)
        if session.get(CasePair, (a, b)) is None:
            session.add(CasePair(a_id=a, b_id=b, why=pair.why, state=OPEN, found_at=pair.found_at))
        session.delete(pair)
        thirds.add(third)
    session.flush()
    return thirds


def _lock(session: Session, pair: CasePair) -> None:
    """Hold both cases and those of their other pairs, in the order that everybody uses; then the pair, still open.

    Raises Decided.
    """
    near = session.execute(select(CasePair.a_id, CasePair.b_id).where(has(pair.a_id) | has(pair.b_id)))
    cases = {pair.a_id, pair.b_id, *(one for row in near for one in row)}
    for table, condition in (
        (Case.id, Case.id.in_(cases)),
        (CasePair.a_id, and_(CasePair.a_id == pair.a_id, CasePair.b_id == pair.b_id)),
    ):
        session.execute(select(table).where(condition).order_by(table).with_for_update()).all()
    session.refresh(pair)
    if pair.state != OPEN:
        raise Decided


def _record_id(pair: CasePair) -> bytes:
    return pair.a_id.bytes + pair.b_id.bytes
