"""Keeping cases findable: the desk writes a case's tokens when it is admitted, changed, or was indexed otherwise."""

import logging
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from .. import questionnaire
from ..db import transaction
from ..sealing import CannotOpen
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from . import tokens
from .contents import open_whole
from .models import Case, SearchToken

log = logging.getLogger("intake.casework.indexing")

# A case that could not be opened: it is not tried again until `retry`.
CLOSED = -1
# In one transaction: on SQLite it holds up everybody who writes.
_AT_ONCE = 10

_PLAIN: dict[str, Any] = {"synchronize_session": False}


def write(session: Session, case_id: uuid.UUID, made: Mapping[bytes, int], stamp: int) -> None:
    """Replace the tokens of a case by `made`, and keep with which forms and key they were made."""
    session.execute(delete(SearchToken).where(SearchToken.case_id == case_id).execution_options(**_PLAIN))
    if made:
        # In the order of the table, which is a tree on both databases.
        rows = [{"token": one, "case_id": case_id, "weight": made[one]} for one in sorted(made)]
        session.execute(insert(SearchToken), rows)
    session.execute(update(Case).where(Case.id == case_id).values(indexed=stamp).execution_options(**_PLAIN))


def index_due(engine: Engine, keyring: Keyring, key: bytes, *, limit: int = 200) -> int:
    """Write the tokens of cases that have none, or older ones, or ones of another key; returns how many.

    In small transactions of at most ten; with several desks each case is taken by one. At most nine more than
    `limit`.
    """
    wanted, done = tokens.stamp(key), 0
    for due in _due(wanted):
        claim = select(Case).where(due).limit(_AT_ONCE).with_for_update(skip_locked=True)
        while done < limit:
            with transaction(engine.execution_options(reads=True)) as session:
                if session.scalar(select(Case.id).where(due).limit(1)) is None:
                    break
            with transaction(engine) as session:
                cases = session.scalars(claim).all()
                for case in cases:
                    _index(session, keyring, key, case, wanted)
            if not cases:
                break
            done += len(cases)
    return done


def is_behind(session: Session, key: bytes) -> bool:
    """Whether there are cases that the desk still has to make findable."""
    ranges = _due(tokens.stamp(key))
    return any(session.scalar(select(Case.id).where(due).limit(1)) is not None for due in ranges)


def tokens_of(key: bytes, form_version: int, answers: Mapping[str, Any]) -> dict[bytes, int] | None:
    """The tokens of a case from its amended answers; None when they could not be made.

    A fault with one name must neither hold up its case nor keep everybody else from being found.
    """
    try:
        return tokens.tokens(key, questionnaire.live(questionnaire.get(form_version), answers))
    except Exception as error:
        log.error("the tokens of a case could not be made (%s)", type(error).__name__)
        return None


def retry(session: Session) -> None:
    """Let cases that could not be opened be tried again: keys may have come back."""
    again = update(Case).where(Case.indexed == CLOSED).values(indexed=0)
    session.execute(again.execution_options(**_PLAIN))


def _due(stamp: int) -> tuple[ColumnElement[bool], ...]:
    """Two ranges of one index, so that an idle desk reads two of its leaves."""
    return Case.indexed.between(0, stamp - 1), Case.indexed > stamp


def _index(session: Session, keyring: Keyring, key: bytes, case: Case, stamp: int) -> None:
    envelope = session.scalar(select(SubmissionBody.envelope).where(SubmissionBody.submission_id == case.id))
    made = None
    if envelope is not None:
        with suppress(CannotOpen, LookupError):
            whole = open_whole(session, keyring, case.id, case.form_version, envelope)
            made = tokens_of(key, case.form_version, whole.answers)
    write(session, case.id, made or {}, CLOSED if made is None else stamp)
