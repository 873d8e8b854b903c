"""Thousands of cases for tests of lists, written straight into the tables: nothing in them is ever opened."""

import datetime as dt
import uuid

from sqlalchemy import insert, text

from intake.casework.models import Case, priority
from intake.casework.statuses import Status, is_open
from intake.casework.triage import bits_of
from intake.submissions import Submission, reference_of
from tests import people

LANGUAGES = ("en", "es", "ar", "fa_AF", "ht")
STATES = ("NY", "CA", "TX", "MA", None)
CLAIMS = ("afraid", "crime_victim", "trafficking", "family_violence", "unsure")


def fill(engine, count, owners=(None,)):
    """Store `count` cases that differ in everything the queue filters by, and let the planner count them."""
    submissions, cases = [], []
    statuses = list(Status)
    for number in range(count):
        key = uuid.UUID(int=(number * 2_654_435_761 + 1) << 64 | number)
        at = people.NOW + dt.timedelta(minutes=number * 7919 % count)
        level = number % 3 + 1
        due = people.TODAY + dt.timedelta(days=number % 90) if number % 4 else None
        status = statuses[number % len(statuses)]
        both = {
            "id": key,
            "reference": reference_of(key),
            "received_at": at,
            "locale": "en",
            "form_version": 1,
            "rules_version": 1,
            "outcome": "review",
            "level": level,
            "due_on": due,
            "codes": ["REP_NONE"],
        }
        submissions.append(both | {"find_id": key.bytes, "applicant_key": b""})
        held = [CLAIMS[number % len(CLAIMS)], "other"][: 1 + number % 2]
        cases.append(
            both
            | {
                "updated_at": at,
                "version": 1,
                "status": status.value,
                "is_open": is_open(status),
                "owner_id": owners[number // 3 % len(owners)],
                "prio": priority(level, due, at),
                "tags": [],
                "language": LANGUAGES[number // 2 % len(LANGUAGES)],
                "place_kind": "held" if number % 10 == 0 else "us",
                "state": STATES[number // 5 % len(STATES)],
                "claims": held,
                "claim_bits": bits_of(held),
                "stages": ["none"],
                "age_band": "21-39",
                "income_band": "none",
                "safe_contact": ["self"],
                "interpreter": number % 7 == 0,
                "unanswered_since": at + dt.timedelta(hours=number % 50) if number % 6 == 0 else None,
                "last_incoming_at": at + dt.timedelta(hours=number % 50),
                "follow_up_on": people.TODAY + dt.timedelta(days=number % 30) if number % 9 == 0 else None,
                "follow_up_id": owners[number // 9 % len(owners)] if number % 9 == 0 else None,
            }
        )
    with engine.begin() as connection:
        for table, rows in ((Submission, submissions), (Case, cases)):
            connection.execute(insert(table), rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
