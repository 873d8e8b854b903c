"""Admission: the desk opens each new submission once, judges it anew and makes the case.

What cannot be opened is set aside, seen by `check`, and holds up nobody behind it. Later, a case is judged
again on the day on which time alone changes its assessment.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy import Engine, Row, delete, exists, insert, select
from sqlalchemy.orm import Session

from .. import assessment, audit, drafts, questionnaire
from ..assessment import Assessment, Policy
from ..db import transaction
from ..sealing import CannotOpen
from ..submissions import Arrival, Submission, SubmissionBody
from ..unsealing import Keyring
from . import checking, family, indexing, tokens
from .checks import one_at_a_time
from .comparing import Person
from .contents import open_whole
from .linked import earliest, linked_to
from .models import Case, CaseEvent, SetAside, priority
from .statuses import Status
from .telling import tell
from .triage import Triage, bits_of, triage

log = logging.getLogger("intake.casework.admission")

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

DESK = "desk"
_RETRY_REASSESSMENT = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, repr=False)
class Judged:
    """What the desk finds in one submission on one day.

    `family` is the reference of a relative's request; `tokens` make the case findable, see `tokens.tokens`; `person`
    is what the case is compared with others by, None when that was not asked for, or could not be made.
    """

    facts: Triage
    result: Assessment
    next_change: dt.date | None
    family: str | None = None
    tokens: Mapping[bytes, int] | None = None
    person: Person | None = None


_waiting = select(Arrival.submission_id).order_by(Arrival.received_at, Arrival.submission_id).limit(1)
_submission = select(
    Submission.id,
    Submission.reference,
    Submission.received_at,
    Submission.locale,
    Submission.form_version,
    Submission.rules_version,
    Submission.source,
    Submission.marks,
    SubmissionBody.envelope,
).join(SubmissionBody, SubmissionBody.submission_id == Submission.id)
_due = select(Case.id).where(Case.is_open).order_by(Case.reassess_on)


def judge(
    answers: Mapping[str, Any], *, form_version: int, rules_version: int, today: dt.date, policy: Policy
) -> Judged:
    """Triage facts and assessment under the versions that the person was asked and judged by. Pure.

    Raises:
        LookupError: this product does not know one of the versions.
    """
    live = questionnaire.live(questionnaire.get(form_version), answers)
    rules = assessment.get(rules_version)
    facts = assessment.facts(live)
    return Judged(
        facts=triage(live, today),
        result=assessment.assess(rules, facts, today, policy),
        next_change=assessment.next_change(rules, facts, today, policy),
    )


def admit_next(
    engine: Engine,
    keyring: Keyring,
    *,
    now: dt.datetime,
    today: dt.date,
    policy: Policy,
    key: bytes | None = None,
    hold_all: bool = False,
) -> bool:
    """Admit the longest-waiting submission, or set it aside; False when none waits.

    One transaction: with several desks, each submission is admitted exactly once. With the search `key` the case
    can be found at once, else after the next `indexing.index_due`; and it is compared with all others before
    anybody can open it, else by the next `checking.check_due`. `hold_all`: see `checking.check`.
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
            row = session.execute(_submission.where(Submission.id == found)).one()
            ahead[found] = _judged(session, keyring, row, today=today, policy=policy, key=key)
    with transaction(engine) as session:
        found = session.scalar(_waiting.with_for_update(skip_locked=True))
        if found is None:
            return False
        row = session.execute(_submission.where(Submission.id == found)).one()
        judged = ahead.get(found) or _judged(session, keyring, row, today=today, policy=policy, key=key)
        check = _Check(keyring, key, hold_all) if key is not None else None
        reason = _admit(session, row, judged, now=now, check=check)
        if reason is None and key is not None and not isinstance(judged, str) and judged.tokens is not None:
            indexing.write(session, row.id, judged.tokens, tokens.stamp(key))
        if reason is not None:
            session.add(SetAside(submission_id=row.id, received_at=row.received_at, failed_at=now, reason=reason))
            trace(session, audit.Event.CASE_SET_ASIDE, row.reference, now, {"reason": reason})
        session.execute(delete(Arrival).where(Arrival.submission_id == row.id))
        drafts.discard(session, row.id)
    return True


def retry_set_aside(
    engine: Engine,
    keyring: Keyring,
    *,
    now: dt.datetime,
    today: dt.date,
    policy: Policy,
    key: bytes | None = None,
    hold_all: bool = False,
) -> int:
    """Try once more what was set aside, for example after a key came back; returns how many became cases.

    `key` and `hold_all` as in `admit_next`.
    """
    check = _Check(keyring, key, hold_all) if key is not None else None
    with transaction(engine.execution_options(reads=True)) as session:
        waiting = list(session.scalars(select(SetAside.submission_id).order_by(SetAside.received_at)))
    admitted = 0
    for submission_id in waiting:
        with transaction(engine) as session:
            claim = select(SetAside).where(SetAside.submission_id == submission_id)
            held = session.scalar(claim.with_for_update(skip_locked=True))
            if held is None:
                continue
            row = session.execute(_submission.where(Submission.id == submission_id)).one()
            judged = _judged(session, keyring, row, today=today, policy=policy, key=key)
            if _admit(session, row, judged, now=now, check=check) is None:
                session.delete(held)
                admitted += 1
    return admitted


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


def set_aside_count(session: Session) -> int:
    """How many submissions the desk could not open."""
    return len(session.scalars(select(SetAside.submission_id).limit(1000)).all())


@dataclass(frozen=True, slots=True)
class _Check:
    """How a new case is compared with all others."""

    keyring: Keyring
    key: bytes
    hold_all: bool


def _admit(
    session: Session, row: AnyRow, judged: Judged | str, *, now: dt.datetime, check: _Check | None
) -> str | None:
    """Make the case of one submission; the reason code when it could not be opened or judged."""
    if isinstance(judged, str):
        return judged
    if check is not None:
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
    if check is not None:
        found = checking.check(session, check.keyring, check.key, row.id, judged.person, now, hold_all=check.hold_all)
    tell(session, row.id, now)
    trace(session, audit.Event.CASE_ADMITTED, row.reference, now, {"rules_version": row.rules_version})
    checking.trace(session, row.reference, found, now)
    return None


def _judged(
    session: Session, keyring: Keyring, row: AnyRow, *, today: dt.date, policy: Policy, key: bytes | None = None
) -> Judged | str:
    try:
        whole = open_whole(session, keyring, row.id, row.form_version, row.envelope)
        judged = judge(
            whole.answers,
            form_version=row.form_version,
            rules_version=row.rules_version,
            today=today,
            policy=policy,
        )
        judged = replace(judged, family=whole.family)
        if key is None:
            return judged
        return replace(
            judged,
            tokens=indexing.tokens_of(key, row.form_version, whole.answers),
            person=checking.person_of(key, row.form_version, whole.answers, whole.family),
        )
    except CannotOpen:
        return "cannot_open"
    except LookupError:
        return "unknown_version"
    except Exception as error:  # a fault in a rule must not hold up everybody behind this person
        log.error("a submission could not be judged (%s)", type(error).__name__)
        return "cannot_judge"


def judge_again(
    session: Session, keyring: Keyring, case: Case, *, today: dt.date, policy: Policy
) -> tuple[dict[str, Any], list[str]] | str:
    """Judge a case by its amended answers and write what is found into its columns.

    Returns what the timeline may say, and the names of the columns that matter and differ; or a reason code
    when the answers cannot be opened or judged: then the case is tried again the next day.
    """
    row = session.execute(_submission.where(Submission.id == case.id)).one()
    judged = _judged(session, keyring, row, today=today, policy=policy)
    if isinstance(judged, str):
        case.reassess_on = today + _RETRY_REASSESSMENT
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
    row = session.execute(_submission.where(Submission.id == case.id)).one()
    judged = _judged(session, keyring, row, today=today, policy=policy)
    if isinstance(judged, str):
        case.reassess_on = None
        return
    columns = columns_of(judged, row.received_at)
    for name in ("level", "due_on", "due_code", "prio", "reassess_on"):
        setattr(case, name, columns[name])


def columns_of(judged: Judged, received_at: dt.datetime) -> dict[str, Any]:
    """What was found, as values of the columns of `Case`."""
    result = judged.result
    return asdict(judged.facts) | {
        "claim_bits": bits_of(judged.facts.claims),
        "prio": priority(int(result.level), result.due_on, received_at),
        "level": int(result.level),
        "due_on": result.due_on,
        "due_code": result.due_code,
        "reassess_on": judged.next_change,
        "outcome": result.outcome.value,
        "codes": list(result.codes),
        "tags": list(result.tags),
    }


def note_event(session: Session, case_id: uuid.UUID, event: str, now: dt.datetime, details: dict[str, Any]) -> None:
    """Add a line by the desk to the timeline of a case."""
    session.execute(insert(CaseEvent).values(case_id=case_id, at=now, event=event, details=details))


def trace(
    session: Session,
    event: audit.Event,
    reference: str,
    now: dt.datetime,
    details: Mapping[str, audit.Detail],
) -> None:
    """Add what the desk did to the audit trail; the last thing in a transaction."""
    session.flush()
    audit.append(session, actor=DESK, event=event, subject=reference, details=details, now=now)
