"""The people of the tests: three staff members and some applicants. All of them are fictional."""

import datetime as dt
import os
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from intake import accounts, assessment, drafts, questionnaire, returncode, submissions
from intake.accounts import StaffMember
from intake.casework import admission
from intake.casework.checks import CLEAR
from intake.casework.models import Case
from intake.db import transaction

TODAY = dt.date(2026, 11, 2)
NOW = dt.datetime(2026, 11, 2, 15, 0, tzinfo=dt.UTC)
POLICY = assessment.Policy()


@dataclass(frozen=True)
class StaffPeople:
    """Owner works on a case, colleague works beside her, outsider has left, admin exports."""

    owner: StaffMember
    colleague: StaffMember
    outsider: StaffMember
    admin: StaffMember


def hire(engine) -> StaffPeople:
    """All staff members of the tests, stored; their password hash fits no password."""
    people = (
        ("owner", "Olivia Owner", "caseworker"),
        ("colleague", "Carlos Colleague", "caseworker"),
        ("outsider", "Otto Outsider", "caseworker"),
        ("admin", "Ada Admin", "admin"),
    )
    made = {}
    with transaction(engine) as session:
        for word, name, role in people:
            made[word] = accounts.create(
                session, email=f"{word}@example.org", name=name, role=role, password_hash="none", now=NOW
            )
        made["outsider"].active = False
    return StaffPeople(**made)


BASE: dict[str, Any] = {
    "consent_start": "yes",
    "for_whom": "me",
    "representation": "no",
    "affordability": "no",
    "household_size": 2,
    "income_band": "to_1000",
    "claims": ["afraid"],
    "place_kind": "us",
    "state": "NY",
    "stage": ["none"],
    "arrival": "2026-03",
    "birth": "1990-05",
    "consent_conflict": "yes",
    "contact_ways": ["self"],
    "language": "en",
    "nationality": ["SY"],
    "call_name": "Fictional Person",
}

# A hearing in nine days: urgent, reachable by telephone, needs an interpreter.
MARYAM = BASE | {
    "call_name": "مريم الخيالية",
    "claims": ["afraid", "family_violence"],
    "stage": ["court"],
    "next_date": "2026-11-11",
    "nationality": ["SY"],
    "language": "ar",
    "interpreter": "yes",
    "contact_ways": ["phone"],
    "phone": "+12025550123",
    "whose_phone": "mine",
    "voicemail": "no",
    "say_name": "no",
}
# A hearing in three months: it becomes urgent by itself as the day comes near.
JOAO = BASE | {
    "call_name": "João Fictício",
    "state": "MA",
    "stage": ["court"],
    "next_date": "2027-02-10",
    "nationality": ["BR"],
    "language": "pt",
    "contact_ways": ["email"],
    "email": "joao@example.org",
    "arrival": "over_2_years",
}
# No court, no date; her language is in her own words and stays sealed.
XIMENA = BASE | {
    "call_name": "=Ximena",
    "claims": ["unsure"],
    "arrival": "over_2_years",
    "stage": ["none"],
    "state": "CA",
    "nationality": ["GT"],
    "language": "other:Mam Todos Santos",
    "anything_else": "+1 is how I begin.\nPlease write, do not call.",
}
# Sixteen years old and alone.
SAMI = BASE | {
    "call_name": "Sami",
    "birth": "age_14_17",
    "trusted_adult": "no",
    "claims": ["child_alone"],
    "state": "TX",
    "nationality": ["AF"],
    "language": "fa_AF",
}


def submitted(
    session: Session,
    keys,
    answers: dict[str, Any],
    *,
    now: dt.datetime = NOW,
    typed: dict[str, dict[str, Any]] | None = None,
    recipients=None,
    form: questionnaire.Questionnaire | None = None,
) -> uuid.UUID:
    """Send `answers` as an applicant would, sealed to the organisation; returns the submission's id.

    Only the return code's slow derivation is replaced by a random root.
    """
    form = form or questionnaire.current()
    draft = drafts.start(
        session,
        returncode.new_code(),
        returncode.derive(os.urandom(32)),
        form_version=form.version,
        now=now,
        source=None,
    )
    draft.answers, draft.typed = dict(answers), typed or {}
    rules = assessment.current()
    live = questionnaire.live(form, draft.answers)
    judged = assessment.assess(rules, assessment.facts(live), now.date(), POLICY)
    session.flush()
    submissions.submit(
        session,
        draft,
        judged,
        answers=draft.answers,
        locale="en",
        recipients=recipients or keys.recipients,
        now=now,
    )
    return draft.id


def send(engine, keys, *answers: dict[str, Any], **options: Any) -> list[uuid.UUID]:
    """Submit each of `answers`, a minute apart, and commit."""
    with transaction(engine) as session:
        return [
            submitted(session, keys, one, now=NOW + dt.timedelta(minutes=number), **options)
            for number, one in enumerate(answers)
        ]


def terms(keys, *, now: dt.datetime = NOW, today: dt.date = TODAY, **more: Any) -> admission.Terms:
    """On what terms the desk of the tests admits; `more` as in `Terms`. Without a key no case is compared."""
    return admission.Terms(keyring=more.pop("keyring", keys.keyring), now=now, today=today, **{"policy": POLICY} | more)


def admit_all(engine, keys, *, now: dt.datetime = NOW, today: dt.date = TODAY) -> int:
    """Let the desk admit everything that waits; returns how many it handled."""
    handled = 0
    while admission.admit_next(engine, terms(keys, now=now, today=today)):
        handled += 1
    return handled


def clear_conflicts(engine) -> None:
    """Let every case be one whose names were compared, and nothing was found."""
    with transaction(engine) as session:
        session.execute(update(Case).values(conflict=CLEAR))
