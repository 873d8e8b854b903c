"""Judging one submission by the versions of questions and rules that the person was asked and judged by."""

import datetime as dt
import logging
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy import Row, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from .. import assessment, questionnaire
from ..assessment import Assessment, Policy
from ..sealing import CannotOpen
from ..submissions import Submission, SubmissionBody
from ..unsealing import Keyring
from . import checking, indexing
from .comparing import Person
from .contents import open_whole
from .models import priority
from .triage import Triage, bits_of, triage

log = logging.getLogger("intake.casework.judging")

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


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


def sent(session: Session, submission_id: uuid.UUID) -> AnyRow:
    """A submission as it was sent: rows of id, reference, received_at, locale, versions, source, marks and envelope."""
    return session.execute(_submission.where(Submission.id == submission_id)).one()


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


def open_and_judge(
    session: Session, keyring: Keyring, row: AnyRow, *, today: dt.date, policy: Policy, key: bytes | None = None
) -> Judged | str:
    """Open a submission with all that came later, and judge it; with `key` also what it is found and compared by.

    Returns a reason code when it cannot be opened or judged: "cannot_open", "unknown_version", "cannot_judge".
    Raises OperationalError or InterfaceError when the database is away.
    """
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
    except (OperationalError, InterfaceError):
        raise  # the database is away, its disk is full: nothing is wrong with what this person sent
    except Exception as error:  # a fault in a rule must not hold up everybody behind this person
        log.error("a submission could not be judged (%s)", type(error).__name__)
        return "cannot_judge"


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
