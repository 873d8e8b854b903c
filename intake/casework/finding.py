"""Finding requests that may be of one person: the desk looks for pairs, marks them, and forgets them."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Row,
    Uuid,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from .. import questionnaire
from ..incoming import Incoming
from ..sealing import CannotOpen
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from .checks import DISMISSED, LINKED, OPEN, CasePair, PairToken
from .comparing import Person, one_family, person, same_person
from .contents import open_whole
from .models import Case, CaseEvent, Correction
from .statuses import Status
from .tokenlookup import Lookup

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
# Bounds on the work for one case: of each token so many cases are looked at, so many are opened and paired.
PER_TOKEN: Final = 25
MOST_OPENED: Final = 20
MOST_PAIRS: Final = 10
# A phone or an address that more cases than this share is that of a shelter or an office, not of a person.
CROWD: Final = 5
_PLAIN: Final[dict[str, Any]] = {"synchronize_session": False}
_ADDRESSES: Final = frozenset({"phone", "email"})
# Without the case that looks.
_TOKEN: Final = PairToken.__table__.c
_LOOKUP: Final = Lookup(
    (_TOKEN.token, _TOKEN.case_id), _TOKEN.token, only=_TOKEN.case_id != bindparam("mine", type_=Uuid)
)


@dataclass(frozen=True, slots=True)
class Compared:
    """What opening another request showed: whether it may be of the same person by name, or of a relative.

    It holds as long as that request has the same number of `later` things: messages, changes, corrections.
    """

    later: int
    alike: bool
    relatives: bool


Seen: TypeAlias = Mapping[uuid.UUID, Compared]
NOTHING_SEEN: Final[Seen] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Looked:
    """What comparing one case found: other cases with the codes of `WHY`."""

    others: Mapping[uuid.UUID, frozenset[str]]


def look_ahead(session: Session, keyring: Keyring, case_id: uuid.UUID, reference: str, mine: Person) -> Seen:
    """Open and compare before anything is locked what `look` will compare. Writes nothing.

    The request itself may still be without a case.
    """
    shared = _shared(session, mine.same, case_id)
    return _compared(session, keyring, _rows(session, _best(shared)), reference, mine, NOTHING_SEEN)


def look(session: Session, keyring: Keyring, case: Case, mine: Person, seen: Seen = NOTHING_SEEN) -> Looked:
    """The cases that may be of the same person as `case`. Writes nothing.

    At most 20 other requests are opened, in memory alone, and at most 10 are given back. Relatives who share a
    phone or an address are no duplicates by that. Who shares what is looked up anew, also what was `seen` ahead: a
    case may have come meanwhile, been linked or erased. Only what came or changed since is opened.
    """
    shared = _shared(session, mine.same, case.id)
    rows = _rows(session, _best(shared))
    compared = _compared(session, keyring, rows, case.reference, mine, seen)
    found: dict[uuid.UUID, frozenset[str]] = {}
    for row in rows:
        why = set(shared[row.id]) - {"name"}
        why |= {"name"} if compared[row.id].alike else set()
        if why <= _ADDRESSES and compared[row.id].relatives:
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

    A pair that was dismissed does not come back for a reason for which it was dismissed. One that was linked comes
    back when the closed case was opened again.
    """
    fresh = []
    for other in sorted(looked.others):
        a, b = ordered(case_id, other)
        pair = session.get(CasePair, (a, b))
        why = looked.others[other]
        if pair is None:
            session.add(CasePair(a_id=a, b_id=b, why=sorted(why), state=OPEN, found_at=now))
            fresh.append(other)
        else:
            again = (pair.state == DISMISSED and not why <= set(pair.why)) or (
                pair.state == LINKED and not _is_linked(session, a, b)
            )
            pair.why = sorted({*pair.why, *why})
            if again:
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
    number = select(func.count()).select_from(CasePair).where(has(case_id), CasePair.state == OPEN).scalar_subquery()
    session.execute(update(Case).where(Case.id == case_id).values(pairs=number).execution_options(**_PLAIN))


def ordered(one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """Both ids, the smaller one first: a pair has one name."""
    return (one, other) if one < other else (other, one)


def forget(session: Session, case_id: uuid.UUID) -> None:
    """Remove tokens and pairs of a case that is erased; nothing points at it any more.

    A request that was linked to it is a case of its own again, so that its deadlines are seen.
    """
    mine = has(case_id)
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


def has(case_id: uuid.UUID) -> ColumnElement[bool]:
    """Whether a pair is one of this case."""
    return or_(CasePair.a_id == case_id, CasePair.b_id == case_id)


def _is_linked(session: Session, a: uuid.UUID, b: uuid.UUID) -> bool:
    both = (a, b)
    return session.scalar(select(Case.id).where(Case.id.in_(both), Case.duplicate_of.in_(both))) is not None


def _shared(session: Session, same: Mapping[bytes, str], case_id: uuid.UUID) -> dict[uuid.UUID, Counter[str]]:
    """How many tokens of each kind the case shares with others."""
    shared: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    by_token: dict[bytes, list[uuid.UUID]] = defaultdict(list)
    for row in _LOOKUP.first_of_each(session, same, PER_TOKEN, mine=case_id):
        by_token[row.token].append(row.case_id)
    for token, cases in by_token.items():
        if same[token] not in _ADDRESSES or len(cases) <= CROWD:
            for one in cases:
                shared[one][same[token]] += 1
    return shared


def _best(shared: Mapping[uuid.UUID, Counter[str]]) -> list[uuid.UUID]:
    """The cases that are worth opening, the likeliest first."""
    by_name_alone = {one for one in shared if set(shared[one]) == {"name"}}
    order = sorted(
        shared, key=lambda one: ("a_number" not in shared[one], one in by_name_alone, -shared[one].total(), one)
    )
    return order[:MOST_OPENED]


def _rows(session: Session, ids: Sequence[uuid.UUID]) -> list[AnyRow]:
    came = select(func.count()).where(Incoming.submission_id == Case.id).scalar_subquery()
    corrected = select(func.count()).where(Correction.case_id == Case.id).scalar_subquery()
    wanted = select(Case.id, Case.reference, Case.form_version, Case.duplicate_of, (came + corrected).label("later"))
    wanted = wanted.join(SubmissionBody, SubmissionBody.submission_id == Case.id).where(Case.id.in_(ids))
    by_id = {row.id: row for row in session.execute(wanted.where(Case.erased_at.is_(None)))}
    return [by_id[one] for one in ids if one in by_id]


def _compared(
    session: Session, keyring: Keyring, rows: Sequence[AnyRow], reference: str, mine: Person, seen: Seen
) -> dict[uuid.UUID, Compared]:
    """What each of `rows` shows beside `mine`; opened is only what was not seen as it is now."""
    known = {row.id: seen[row.id] for row in rows if row.id in seen and seen[row.id].later == row.later}
    body = select(SubmissionBody.submission_id, SubmissionBody.envelope)
    missing = body.where(SubmissionBody.submission_id.in_([row.id for row in rows if row.id not in known]))
    # Nothing is asked for where everything is known: then nothing is opened under a lock.
    envelopes: dict[uuid.UUID, bytes] = {}
    if len(known) < len(rows):
        envelopes = {row.submission_id: row.envelope for row in session.execute(missing)}
    for row in rows:
        if row.id in known:
            continue
        theirs = _opened(session, keyring, row, envelopes.get(row.id))
        known[row.id] = Compared(
            later=row.later,
            alike=theirs is not None and same_person(mine, theirs),
            relatives=theirs is not None and one_family(mine, theirs, reference, row.reference),
        )
    return known


def _opened(session: Session, keyring: Keyring, row: AnyRow, envelope: bytes | None) -> Person | None:
    with suppress(CannotOpen, LookupError):
        if envelope is not None:
            whole = open_whole(session, keyring, row.id, row.form_version, envelope)
            return person(None, questionnaire.live(questionnaire.get(row.form_version), whole.answers), whole.family)
    return None
