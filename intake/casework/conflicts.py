"""Conflicts of interest: names are compared by keyed tokens, looked at alone, and decided before answers are read.

The applicant's names are compared with the list and with the people whom other applicants must be kept from; the
person to keep from the applicant is compared with the list and with other applicants; the helper as the applicant.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from .. import audit, questionnaire
from ..db import transaction
from ..locales import N_
from ..publickeys import PublicKey
from ..sealing import CannotOpen, seal
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from . import comparing
from .case import Erased, Staff, Stale, change, load, record, require
from .checks import (
    APPLICANT,
    CLEAR,
    CONFLICT,
    HELPER,
    LISTED,
    OPPOSING,
    POSSIBLE,
    ConflictCheck,
    ConflictMatch,
    ConflictName,
    ConflictToken,
)
from .contents import open_whole
from .models import Case, CaseEvent
from .pairs import checked_reason
from .statuses import Status, moves
from .tokenlookup import in_chunks

RESULTS: Final[Mapping[str, str]] = {CLEAR: N_("No conflict"), CONFLICT: N_("There is a conflict")}
MOST_MATCHES: Final = 10
TOKENS_AT_ONCE: Final = 100
# Whose name is compared with whose.
AGAINST: Final[Mapping[str, tuple[str, ...]]] = {
    APPLICANT: (LISTED, OPPOSING),
    OPPOSING: (LISTED, APPLICANT),
    HELPER: (LISTED, OPPOSING),
}
_PLAIN: Final[dict[str, Any]] = {"synchronize_session": False}


class BadResult(ValueError):
    """No result was chosen; the message is a sentence for staff."""


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """One name of a case that sounds like one of a holder: a name on the list, or another case."""

    holder_id: uuid.UUID
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """One name of the list, opened; `name` is None when it cannot be opened here."""

    id: uuid.UUID
    kind: str
    added_at: dt.datetime
    name: str | None
    born: str
    note: str


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """Names of one side: whose they are (a code of `AGAINST` or a kind of the list) and the year of birth, if known."""

    who: str
    names: tuple[str, ...]
    born: str


@dataclass(frozen=True, slots=True, repr=False)
class NamesOnly:
    """All that is looked at for a conflict check: names and years of birth of the case and of what was found."""

    mine: tuple[Side, ...]
    found: tuple[tuple[Side, Side], ...]
    decided: tuple[tuple[dt.datetime, str, str | None], ...]


def look(session: Session, case_id: uuid.UUID, sides: Mapping[str, frozenset[bytes]]) -> list[Match]:
    """What the names of a case match, as far as nobody has seen it yet; at most 10. Opens and writes nothing."""
    seen = {
        Match(row.holder_id, row.mine, row.theirs)
        for row in session.scalars(select(ConflictMatch).where(ConflictMatch.case_id == case_id))
    }
    found: set[Match] = set()
    for mine, wanted in sides.items():
        for chunk in in_chunks(sorted(wanted), TOKENS_AT_ONCE):
            holders = (
                select(ConflictToken.holder_id, ConflictToken.side)
                .where(ConflictToken.token.in_(chunk), ConflictToken.side.in_(AGAINST[mine]))
                .where(ConflictToken.holder_id != case_id)
                .distinct()
                .limit(MOST_MATCHES + len(seen))
            )
            found |= {Match(row.holder_id, mine, row.side) for row in session.execute(holders)}
    return sorted(found - seen)[:MOST_MATCHES]


def keep_tokens(session: Session, holder_id: uuid.UUID, sides: Mapping[str, Iterable[bytes]]) -> None:
    """Replace the tokens of the names of a case, or of one name of the list."""
    forget_tokens(session, holder_id)
    rows = [{"token": one, "side": side, "holder_id": holder_id} for side, made in sides.items() for one in made]
    if rows:
        session.execute(insert(ConflictToken), sorted(rows, key=lambda row: (row["token"], row["side"])))


def hold(session: Session, case: Case, matches: Sequence[Match], now: dt.datetime) -> None:
    """A conflict is possible: the answers stay closed until somebody has looked at the names alone."""
    for one in matches:
        session.add(ConflictMatch(case_id=case.id, found_at=now, **_as_columns(one)))
    if case.conflict == CONFLICT or (case.conflict == POSSIBLE and not matches):
        session.flush()
        return
    fresh = case.conflict != POSSIBLE
    case.conflict, case.conflict_checked_at = POSSIBLE, None
    if Status.CONFLICT_HOLD in moves(case.status):
        case.status, case.reason, fresh = Status.CONFLICT_HOLD.value, None, True
    if fresh:
        case.version, case.updated_at = case.version + 1, now
        session.execute(insert(CaseEvent).values(case_id=case.id, at=now, event="conflict:possible", details={}))
    session.flush()


def clear_by_desk(case: Case, now: dt.datetime) -> None:
    """The desk compared the names and found nothing."""
    case.conflict, case.conflict_checked_at = CLEAR, now


def decide(
    session: Session,
    case: Case,
    staff: Staff,
    version: int,
    result: str,
    reason: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    """Write down whether there is a conflict, with a sealed reason. "clear" releases the hold.

    Raises:
        NotAllowed, Stale, Erased.
        BadReason: the reason is missing or too long.
        BadResult: `result` is neither of `RESULTS`.
    """
    require(staff, "conflict:check")
    if result not in RESULTS:
        raise BadResult(N_("Choose a result."))
    words = checked_reason(reason)
    if case.erased_at is not None:
        raise Erased
    released = result == CLEAR and case.status == Status.CONFLICT_HOLD
    values = {"status": Status.TRIAGE.value, "reason": None, "held_from": None} if released else {}
    if case.conflict not in (POSSIBLE, CONFLICT):
        raise Stale(case, None)
    change(session, case, version, now, conflict=result, conflict_checked_at=now, **values)
    check_id = uuid.uuid4()
    envelope = seal(words.encode(), table="conflict_check", record_id=check_id.bytes, recipients=recipients)
    made = {"id": check_id, "case_id": case.id, "result": result, "at": now, "by_id": staff.id}
    session.execute(insert(ConflictCheck).values(made | {"envelope": envelope}))
    event = audit.Event.CONFLICT_CLEARED if result == CLEAR else audit.Event.CONFLICT_FOUND
    record(session, case, staff, event, {}, now)


def names_only(engine: Engine, keyring: Keyring, staff: Staff, case_id: uuid.UUID, now: dt.datetime) -> NamesOnly:
    """Names and years of birth of a case and of what they match; nothing else leaves this function.

    The trace is committed first, for this case and for each other whose names are looked at.

    Raises NotFound, NotAllowed, Erased, and CannotOpen for the case itself.
    """
    with transaction(engine) as session:
        case = load(session, staff, case_id)
        require(staff, "conflict:check")
        if case.erased_at is not None:
            raise Erased
        matches = session.scalars(
            select(ConflictMatch).where(ConflictMatch.case_id == case_id).order_by(ConflictMatch.found_at)
        ).all()
        references = session.execute(
            select(Case.reference).where(Case.id.in_([one.holder_id for one in matches])).order_by(Case.id)
        )
        for reference in (case.reference, *(row.reference for row in references)):
            audit.append(session, actor=staff.label, event=audit.Event.CONFLICT_VIEWED, subject=reference, now=now)
    with transaction(engine.execution_options(reads=True)) as session:
        told = _answers(session, keyring, case_id)
        mine = {side: _side(side, told) for side in AGAINST}
        found = []
        for one in matches:
            with suppress(CannotOpen):
                found.append((mine[one.mine], _holder(session, keyring, one)))
        checks = select(ConflictCheck).where(ConflictCheck.case_id == case_id).order_by(ConflictCheck.at.desc())
        decided = [(one.at, one.result, _reason(keyring, one)) for one in session.scalars(checks)]
    return NamesOnly(tuple(side for side in mine.values() if side.names), tuple(found), tuple(decided))


def forget(session: Session, case_id: uuid.UUID) -> None:
    """Remove everything about conflicts of a case that is erased, also from what other cases matched."""
    forget_tokens(session, case_id)
    for condition in (
        delete(ConflictMatch).where((ConflictMatch.case_id == case_id) | (ConflictMatch.holder_id == case_id)),
        delete(ConflictCheck).where(ConflictCheck.case_id == case_id),
    ):
        session.execute(condition.execution_options(**_PLAIN))


def forget_tokens(session: Session, holder_id: uuid.UUID) -> None:
    """Remove the tokens of one holder."""
    gone = delete(ConflictToken).where(ConflictToken.holder_id == holder_id)
    session.execute(gone.execution_options(**_PLAIN))


def open_listed(keyring: Keyring, row: ConflictName) -> Listed:
    """One name of the list, opened."""
    try:
        said = json.loads(keyring.open(row.envelope, table="conflict_name", record_id=row.id.bytes))
    except (CannotOpen, ValueError):
        return Listed(row.id, row.kind, row.added_at, None, "", "")
    return Listed(row.id, row.kind, row.added_at, said["name"], said["born"], said["note"])


def _holder(session: Session, keyring: Keyring, match: ConflictMatch) -> Side:
    if match.theirs == LISTED:
        row = session.get(ConflictName, match.holder_id)
        name = open_listed(keyring, row) if row is not None else None
        if name is None or name.name is None:
            raise CannotOpen
        return Side(name.kind, (name.name,), name.born)
    return _side(match.theirs, _answers(session, keyring, match.holder_id))


def _answers(session: Session, keyring: Keyring, case_id: uuid.UUID) -> Mapping[str, Any]:
    body = select(Case.form_version, SubmissionBody.envelope)
    body = body.join(SubmissionBody, SubmissionBody.submission_id == Case.id).where(Case.id == case_id)
    row = session.execute(body).one_or_none()
    if row is None:
        raise CannotOpen
    try:
        whole = open_whole(session, keyring, case_id, row.form_version, row.envelope)
        return questionnaire.live(questionnaire.get(row.form_version), whole.answers)
    except LookupError:
        raise CannotOpen from None


def _side(side: str, told: Mapping[str, Any]) -> Side:
    keys = {APPLICANT: comparing.OWN_NAMES, OPPOSING: ("not_contact",), HELPER: ("helper_name",)}[side]
    given = tuple(dict.fromkeys(text for key in keys if (text := comparing.said(told, key))))
    born = sorted(comparing.years(comparing.said(told, "birth"))) if side == APPLICANT else []
    return Side(side, given, "–".join(dict.fromkeys(str(one) for one in (born[:1] + born[-1:]))))


def _reason(keyring: Keyring, check: ConflictCheck) -> str | None:
    try:
        return keyring.open(check.envelope, table="conflict_check", record_id=check.id.bytes).decode()
    except (CannotOpen, UnicodeDecodeError):
        return None


def _as_columns(match: Match) -> dict[str, Any]:
    return {"holder_id": match.holder_id, "mine": match.mine, "theirs": match.theirs}
