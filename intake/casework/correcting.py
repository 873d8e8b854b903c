"""Corrections by staff: a date that was misunderstood is put right, with the reason, and everything is judged anew."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from .. import audit
from ..assessment import Policy
from ..incoming import Kind
from ..locales import N_
from ..publickeys import PublicKey
from ..sealing import CannotOpen, seal
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from .case import Staff, record, require, require_open, stale
from .contents import changeable, open_whole
from .models import Case, Correction
from .reassessing import judge_again

REASON_CHARACTERS = 500


class BadCorrection(ValueError):
    """Nothing was changed, or no reason was given; a sentence for staff."""


def answers_of(session: Session, keyring: Keyring, case: Case) -> dict[str, Any]:
    """The answers as they stand, to compare with what was typed. Nothing of them may be shown: no trace is written.

    Raises:
        CannotOpen: the keys here do not open them.
    """
    body = select(SubmissionBody.envelope).where(SubmissionBody.submission_id == case.id)
    envelope = session.scalars(body).one_or_none()
    if envelope is None:
        raise CannotOpen
    return open_whole(session, keyring, case.id, case.form_version, envelope).answers


def correct(
    session: Session,
    keyring: Keyring,
    case: Case,
    staff: Staff,
    version: int,
    answers: Mapping[str, Any],
    removed: Sequence[str],
    typed: Mapping[str, Any],
    reason: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    *,
    today: dt.date,
    policy: Policy,
) -> None:
    """Keep corrected answers beside what the person sent, and judge the case anew by them.

    `answers` are new canonical values by question key, `removed` the keys that have no answer any more, `typed` the
    fields as typed. Only questions about the case's dates may be corrected; others are dropped.

    Raises:
        NotAllowed, Stale.
        BadCorrection: no reason, a reason over 500 characters, or nothing that may be corrected.
    """
    require(staff, "case:change")
    require_open(case, staff)
    session.refresh(case, with_for_update=True)
    if case.version != version or case.erased_at is not None:
        raise stale(session, case)
    words = reason.strip()
    if not words:
        raise BadCorrection(N_("Say why: for example what the person read to you from a letter."))
    if len(words) > REASON_CHARACTERS:
        raise BadCorrection(N_("The reason is too long. Use at most 500 characters."))
    allowed = changeable(case.form_version, Kind.DATES)
    kept = {key: value for key, value in answers.items() if key in allowed}
    gone = [key for key in removed if key in allowed and key not in kept]
    if not kept and not gone:
        raise BadCorrection(N_("Nothing is different. Change a date first."))
    made = uuid.uuid4()
    content = {"answers": kept, "removed": gone, "typed": dict(typed), "reason": words}
    plain = json.dumps(content, ensure_ascii=False).encode()
    envelope = seal(plain, table="correction", record_id=made.bytes, recipients=recipients)
    row = {"id": made, "case_id": case.id, "staff_id": staff.id, "at": now, "envelope": envelope}
    session.execute(insert(Correction).values(row))
    found = judge_again(session, keyring, case, today=today, policy=policy)
    case.version, case.updated_at = case.version + 1, now
    session.flush()
    said = found[0] if not isinstance(found, str) else {}
    record(session, case, staff, audit.Event.DATES_CORRECTED, said, now)
