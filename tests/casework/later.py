"""An applicant who comes back: sends a form, then messages, dates and wishes, and reads the letters."""

import datetime as dt
import os
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from intake import assessment, drafts, incoming, letters, questionnaire, returncode, submissions
from intake.casework import inbox
from intake.casework.models import Case, CaseEvent
from intake.db import transaction
from intake.incoming import Kind
from intake.returncode import CodeKeys
from tests import people


@dataclass(frozen=True)
class Applicant:
    """What the person holds: the id of what was sent and the keys of the return code."""

    id: uuid.UUID
    code: CodeKeys


def apply(engine, keys, answers: dict[str, Any], *, extra: dict[str, Any] | None = None, recipients=None) -> Applicant:
    """Send a form as the public door does; only the slow derivation of the code's keys is left out."""
    code, form = returncode.derive(os.urandom(32)), questionnaire.current()
    with transaction(engine) as session:
        draft = drafts.start(
            session, returncode.new_code(), code, form_version=form.version, now=people.NOW, source=None
        )
        draft.answers, draft.extra = dict(answers), extra or {}
        facts = assessment.facts(questionnaire.live(form, draft.answers))
        judged = assessment.assess(assessment.current(), facts, people.TODAY, people.POLICY)
        session.flush()
        submissions.submit(
            session,
            draft,
            judged,
            answers=draft.answers,
            locale="en",
            recipients=recipients or keys.recipients,
            now=people.NOW,
        )
        return Applicant(draft.id, code)


def admitted(engine, keys, answers: dict[str, Any], **options: Any) -> Applicant:
    """Send a form and let the desk admit it."""
    made = apply(engine, keys, answers, **options)
    people.admit_all(engine, keys)
    return made


def write(engine, keys, who: Applicant, kind: Kind, content: dict[str, Any], *, hours: float = 1, recipients=None):
    """Send one more thing, `hours` after the form."""
    with transaction(engine) as session:
        return incoming.send(
            session,
            submission_id=who.id,
            kind=kind,
            content=content,
            recipients=recipients or keys.recipients,
            now=people.NOW + dt.timedelta(hours=hours),
        )


def new_dates(**answers: Any) -> dict[str, Any]:
    """The content of a change of dates or contact."""
    return {"answers": answers, "removed": [], "typed": {}}


def hear(engine, keys, *, hours: float = 2) -> list[str]:
    """Let the desk carry out all that waits; the kinds in order."""
    done, now = [], people.NOW + dt.timedelta(hours=hours)
    while kind := inbox.handle_next(engine, keys.keyring, now=now, today=people.TODAY, policy=people.POLICY):
        done.append(kind)
    return done


def case_of(engine, who: Applicant) -> Case:
    """The case as it is now."""
    with transaction(engine.execution_options(reads=True)) as session:
        return session.get_one(Case, who.id)


def events_of(engine, who: Applicant) -> list[tuple[str, dict[str, Any]]]:
    """The lines of the timeline, oldest first."""
    wanted = select(CaseEvent.event, CaseEvent.details).where(CaseEvent.case_id == who.id).order_by(CaseEvent.id)
    with transaction(engine.execution_options(reads=True)) as session:
        return [tuple(row) for row in session.execute(wanted)]


def letters_of(engine, who: Applicant, kind: str) -> list[dict[str, Any]]:
    """The opened letters of a kind, oldest first."""
    with transaction(engine.execution_options(reads=True)) as session:
        return [one.content for one in letters.opened(session, who.code) if one.kind == kind]


def status_of(engine, who: Applicant) -> dict[str, Any]:
    """The one status letter."""
    (found,) = letters_of(engine, who, "status")
    return found
