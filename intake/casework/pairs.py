"""Requests that may be of one person: how they are found, linked to one case, or told apart for good."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from .. import audit, questionnaire
from ..locales import N_
from ..publickeys import PublicKey
from ..sealing import CannotOpen, seal
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from .case import NotFound, Staff, change_status, load, record, require
from .checks import DISMISSED, LINKED, OPEN, CasePair, PairToken
from .comparing import Person, one_family, person, same_person
from .contents import open_whole
from .linked import lift
from .models import Case, CaseEvent
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
# Bounds on the work for one case: of each token so many cases are looked at, so many are opened and paired.
PER_TOKEN: Final = 25
MOST_OPENED: Final = 20
MOST_PAIRS: Final = 10
# A phone or an address that more cases than this share is that of a shelter or an office, not of a person.
CROWD: Final = 5
_TOKENS_AT_ONCE: Final = 40
_PLAIN: Final[dict[str, Any]] = {"synchronize_session": False}
_ADDRESSES: Final = frozenset({"phone", "email"})


class BadReason(ValueError):
    """The reason is missing or too long; the message is a sentence for staff."""


class Decided(Exception):
    """Somebody else decided about this pair first."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What comparing one case found: other cases with the codes of `WHY`."""

    others: Mapping[uuid.UUID, frozenset[str]]


def look(session: Session, keyring: Keyring, case: Case, mine: Person) -> Looked:
    """The cases that may be of the same person as `case`. Writes nothing.

    At most 20 other requests are opened, in memory alone, and at most 10 are given back. Relatives who share a
    phone or an address are no duplicates by that.
    """
    shared = _shared(session, mine.same, case.id)
    order = sorted(shared, key=lambda one: ("a_number" not in shared[one], shared[one] == {"name"}, one))
    found: dict[uuid.UUID, frozenset[str]] = {}
    for row in _rows(session, order[:MOST_OPENED]):
        why = shared[row.id] - {"name"}
        theirs = _opened(session, keyring, row)
        if theirs is not None:
            why |= {"name"} if same_person(mine, theirs) else set()
            if why <= _ADDRESSES and one_family(mine, theirs, case.reference, row.reference):
                continue
        # The work on a linked request goes on in the case that it was linked to.
        other = row.duplicate_of or row.id
        if why and other not in (case.id, case.duplicate_of):
            found[other] = found.get(other, frozenset()) | why
    best = sorted(found, key=lambda one: ("a_number" not in found[one], -len(found[one]), one))
    return Looked({one: found[one] for one in best[:MOST_PAIRS]})


def keep_tokens(session: Session, case_id: uuid.UUID, same: Iterable[bytes]) -> None:
    """Replace the tokens by which the case is found as a pair."""
    session.execute(delete(PairToken).where(PairToken.case_id == case_id).execution_options(**_PLAIN))
    rows = [{"token": one, "case_id": case_id} for one in sorted(same)]
    if rows:
        session.execute(insert(PairToken), rows)


def flag(session: Session, case_id: uuid.UUID, looked: Looked, now: dt.datetime) -> list[uuid.UUID]:
    """Write pairs that are new, or that a new reason opens again; returns the other cases of those.

    A pair that was dismissed does not come back for a reason for which it was dismissed.
    """
    fresh = []
    for other in sorted(looked.others):
        a, b = ordered(case_id, other)
        pair = session.get(CasePair, (a, b))
        why = looked.others[other]
        if pair is None:
            session.add(CasePair(a_id=a, b_id=b, why=sorted(why), state=OPEN, found_at=now))
            fresh.append(other)
        elif not why <= set(pair.why):
            pair.why = sorted({*pair.why, *why})
            if pair.state == DISMISSED:
                pair.state, pair.found_at = OPEN, now
                pair.decided_at = pair.decided_by = pair.envelope = None
                fresh.append(other)
    session.flush()
    for one in sorted({case_id, *fresh}) if fresh else ():
        count(session, one)
    for one in fresh:
        for each in (case_id, one):
            session.execute(insert(CaseEvent).values(case_id=each, at=now, event="pair:found", details={}))
    return fresh


def count(session: Session, case_id: uuid.UUID) -> None:
    """Keep `Case.pairs` true: how many open pairs the case has."""
    number = select(func.count()).select_from(CasePair).where(_has(case_id), CasePair.state == OPEN).scalar_subquery()
    session.execute(update(Case).where(Case.id == case_id).values(pairs=number).execution_options(**_PLAIN))


def ordered(one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """Both ids, the smaller one first: a pair has one name."""
    return (one, other) if one < other else (other, one)


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
    wanted = wanted.where(_has(case_id), CasePair.state == OPEN, Case.id != case_id)
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


def forget(session: Session, case_id: uuid.UUID) -> None:
    """Remove tokens and pairs of a case that is erased; nothing points at it any more.

    A request that was linked to it is a case of its own again, so that its deadlines are seen.
    """
    mine = _has(case_id)
    both = session.execute(select(CasePair.a_id, CasePair.b_id).where(mine)).all()
    for table, condition in ((CasePair, mine), (PairToken, PairToken.case_id == case_id)):
        session.execute(delete(table).where(condition).execution_options(**_PLAIN))
    linked = update(Case).where(Case.duplicate_of == case_id)
    again = {"status": Status.TRIAGE.value, "reason": None, "is_open": True, "version": Case.version + 1, "compared": 0}
    closed = linked.where(Case.status == Status.DUPLICATE.value).values(again | {"duplicate_of": None})
    session.execute(closed.execution_options(**_PLAIN))
    session.execute(linked.values(duplicate_of=None).execution_options(**_PLAIN))
    for other in sorted({one for row in both for one in row} - {case_id}):
        count(session, other)


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
    for pair in session.scalars(select(CasePair).where(_has(other), CasePair.state == OPEN)).all():
        third = pair.b_id if pair.a_id == other else pair.a_id
        a, b = ordered(kept, third)
        if session.get(CasePair, (a, b)) is None:
            session.add(CasePair(a_id=a, b_id=b, why=pair.why, state=OPEN, found_at=pair.found_at))
        session.delete(pair)
        thirds.add(third)
    session.flush()
    return thirds


def _has(case_id: uuid.UUID) -> ColumnElement[bool]:
    return or_(CasePair.a_id == case_id, CasePair.b_id == case_id)


def _lock(session: Session, pair: CasePair) -> None:
    """Hold both cases and those of their other pairs, in the order that everybody uses; then the pair, still open.

    Raises Decided.
    """
    near = session.execute(select(CasePair.a_id, CasePair.b_id).where(_has(pair.a_id) | _has(pair.b_id)))
    cases = {pair.a_id, pair.b_id, *(one for row in near for one in row)}
    for table, condition in (
        (Case.id, Case.id.in_(cases)),
        (CasePair.a_id, and_(CasePair.a_id == pair.a_id, CasePair.b_id == pair.b_id)),
    ):
        session.execute(select(table).where(condition).order_by(table).with_for_update()).all()
    session.refresh(pair)
    if pair.state != OPEN:
        raise Decided


def _shared(session: Session, same: Mapping[bytes, str], case_id: uuid.UUID) -> dict[uuid.UUID, set[str]]:
    shared: dict[uuid.UUID, set[str]] = defaultdict(set)
    by_token: dict[bytes, list[uuid.UUID]] = defaultdict(list)
    wanted = sorted(same)
    for start in range(0, len(wanted), _TOKENS_AT_ONCE):
        chunk = wanted[start : start + _TOKENS_AT_ONCE]
        each = (
            select(PairToken.token, PairToken.case_id)
            .where(PairToken.token == bindparam(f"t{number}", type_=LargeBinary), PairToken.case_id != case_id)
            .limit(literal_column(str(PER_TOKEN)))
            .subquery()
            for number in range(len(chunk))
        )
        values = {f"t{number}": one for number, one in enumerate(chunk)}
        for row in session.execute(union_all(*(select(one) for one in each)), values):
            by_token[row.token].append(row.case_id)
    for token, cases in by_token.items():
        if same[token] not in _ADDRESSES or len(cases) <= CROWD:
            for one in cases:
                shared[one].add(same[token])
    return shared


def _rows(session: Session, ids: Sequence[uuid.UUID]) -> list[AnyRow]:
    wanted = select(Case.id, Case.reference, Case.form_version, Case.duplicate_of, SubmissionBody.envelope)
    wanted = wanted.join(SubmissionBody, SubmissionBody.submission_id == Case.id).where(Case.id.in_(ids))
    by_id = {row.id: row for row in session.execute(wanted.where(Case.erased_at.is_(None)))}
    return [by_id[one] for one in ids if one in by_id]


def _opened(session: Session, keyring: Keyring, row: AnyRow) -> Person | None:
    with suppress(CannotOpen, LookupError):
        whole = open_whole(session, keyring, row.id, row.form_version, row.envelope)
        return person(None, questionnaire.live(questionnaire.get(row.form_version), whole.answers), whole.family)
    return None


def _record_id(pair: CasePair) -> bytes:
    return pair.a_id.bytes + pair.b_id.bytes
