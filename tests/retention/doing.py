"""A case on which everything happened, and removing it step by step."""

import datetime as dt

from sqlalchemy import select, update

from intake import approvals
from intake.casework import case as casework
from intake.casework import indexing, messages, notes, opening
from intake.casework.models import Case, Note
from intake.db import transaction
from intake.incoming import Incoming, Kind
from intake.letters import Letter
from intake.retention import carrying, disposing, due, policy
from intake.submissions import SubmissionBody
from tests import people
from tests.casework import later

SEALED = (Note, SubmissionBody, Incoming, Letter)
DAY = dt.timedelta(days=1)
# The form, what came later, the note; the receipt, the status, the letter and its copy.
WHOLE = 7
SEARCH_KEY = bytes(range(32))


def full(engine, keys, staff, answers, status="closed"):
    """A case with a letter, a message, a note, marks of the search and an opening, that ended with `status`."""
    made = later.admitted(engine, keys, answers)
    indexing.index_due(engine, keys.keyring, SEARCH_KEY, limit=10)
    people.clear_conflicts(engine)
    later.write(engine, keys, made, Kind.MESSAGE, {"text": "I am in a new shelter.", "locale": "en"})
    later.hear(engine, keys)
    opening.open_answers(engine, keys.keyring, staff.owner, made.id, people.NOW)
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, made.id)
        notes.add(session, case, staff.owner, "Call the shelter.", keys.recipients, people.NOW)
        messages.send(session, case, staff.owner, "We read it.", keys.recipients, people.NOW)
    end(engine, made, status)
    return made


def end(engine, who, status, at=people.NOW):
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id == who.id).values(status=status, is_open=False, updated_at=at))


def sealed_of(engine, who) -> list[bytes]:
    with transaction(engine.execution_options(reads=True)) as session:
        case = select(SubmissionBody.envelope).where(SubmissionBody.submission_id == who.id)
        heard = select(Incoming.envelope).where(Incoming.submission_id == who.id)
        written = select(Note.envelope).where(Note.case_id == who.id)
        told = select(Letter.envelope).where(Letter.find_id == who.code.find_id)
        return [bytes(one) for wanted in (case, heard, written, told) for one in session.scalars(wanted)]


def now_due(engine, now) -> dict[str, int]:
    with transaction(engine.execution_options(reads=True)) as session:
        return {stage: number for stage, number in due.count(session, policy.current(session), now).items() if number}


def asked(engine, by, now) -> int:
    with transaction(engine) as session:
        who = session.get_one(type(by), by.id)
        return disposing.ask(session, policy.current(session), who, "Their time is over", now).id


def allowed(engine, number, by, now, *, grant=True):
    with transaction(engine) as session:
        found = approvals.latest(session, disposing.KIND, f"disposal:{number}")
        approvals.decide(session, found.id, session.get_one(type(by), by.id), grant=grant, now=now)


def started(engine, number, by, now):
    with transaction(engine) as session:
        disposing.start(session, session.get_one(disposing.Disposal, number), session.get_one(type(by), by.id), now)


def removed(engine, staff, second, now, limit=50) -> int:
    """Both admins and the desk, one after the other; the number of the list."""
    number = asked(engine, staff.admin, now)
    allowed(engine, number, second, now)
    started(engine, number, staff.admin, now)
    while carrying.carry_out(engine, now, limit):
        pass
    return number
