"""What is left after removing: coarse facts where the policy says so, no sealed byte, in the end only a count."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import JSON, Integer, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from intake import audit, worker
from intake.audit import AuditEvent
from intake.backups import erasures
from intake.casework.models import Case, SearchToken
from intake.db import Base, transaction
from intake.retention import carrying
from intake.retention.stages import STAGES, Method
from intake.statistics import tables
from intake.statistics.quarters import Quarter
from intake.submissions import Submission
from tests import people
from tests.casework import later
from tests.retention.doing import (
    DAY,
    allowed,
    asked,
    end,
    full,
    removed,
    sealed_of,
    started,
)


def test_the_coarse_facts_stay_for_the_numbers_and_nothing_that_was_written(engine, keys, staff, second):
    made = full(engine, keys, staff, people.SAMI, "closed")
    before = later.case_of(engine, made)
    at = people.NOW + STAGES["closed"].days * DAY
    removed(engine, staff, second, at)
    after = later.case_of(engine, made)
    assert sealed_of(engine, made) == [] and after.erased_at == at and after.status == "closed"
    for name in ("level", "outcome", "claims", "claim_bits", "language", "state", "age_band", "income_band"):
        assert getattr(after, name) == getattr(before, name), name
    for name in ("due_on", "due_code", "codes", "tags", "marks", "stages", "safe_contact", "locale", "indexed"):
        assert not getattr(after, name), name
    lines = later.events_of(engine, made)
    assert lines[-1] == ("case:removed", {"method": Method.STRIP.value})
    assert all(not said for _event, said in lines[:-1])


def test_the_numbers_are_the_same_before_and_after_where_the_facts_stay(engine, keys, staff, second):
    for _ in range(12):
        end(engine, later.admitted(engine, keys, people.SAMI), "closed")

    def counted():
        with transaction(engine.execution_options(reads=True)) as session:
            return tables.figures(session, Quarter.of(people.TODAY), dt.UTC).tables

    before = counted()
    assert str(before["state"]).count("12") and before["claim"] is not None
    removed(engine, staff, second, people.NOW + STAGES["closed"].days * DAY)
    assert counted() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_sealed_bytes_leave_every_file_of_the_database(engine, settings, keys, staff, second):
    made = full(engine, keys, staff, people.MARYAM, "referred")
    at = people.NOW + 31 * DAY
    marks = [[one[i : i + 32] for i in range(0, len(one) - 32, 256)][1:] for one in sealed_of(engine, made)]
    with transaction(engine.execution_options(reads=True)) as session:
        marks += [
            [bytes(one)] for one in session.scalars(select(SearchToken.token).where(SearchToken.case_id == made.id))
        ]
    folder = Path(engine.url.database).parent

    def found() -> int:
        held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        return sum(any(mark in held for mark in pieces) for pieces in marks)

    assert found() == len(marks) > 20
    number = asked(engine, staff.admin, at)
    allowed(engine, number, second, at)
    started(engine, number, staff.admin, at)
    desk = worker.Desk(engine, keys.keyring, settings, clock=lambda: at, ticks=lambda: 0.0)
    desk.run_once()
    assert later.case_of(engine, made).erased_at == at
    assert found() == 0


def test_the_empty_row_goes_when_no_backup_holds_it_and_only_a_count_remains(engine, keys, staff, second):
    gone = full(engine, keys, staff, people.MARYAM, "referred")
    stripped = full(engine, keys, staff, people.SAMI, "closed")
    living = full(engine, keys, staff, people.JOAO, "contacting")
    at = people.NOW + 6 * 365 * DAY
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id == living.id).values(is_open=True))
    removed(engine, staff, second, at)
    reference = later.case_of(engine, gone).reference
    with transaction(engine) as session:
        assert set(erasures.of(session)) == {gone.id, stripped.id}
        assert carrying.remove_remains(session, at - DAY, 50) == 0
        assert carrying.remove_remains(session, at, 50) == 1
        assert carrying.remove_remains(session, at, 50) == 0
    with transaction(engine) as session:
        assert set(session.scalars(select(Case.id))) == {stripped.id, living.id}
        assert set(session.scalars(select(Submission.id))) == {stripped.id, living.id}
        rows = session.execute(select(carrying.Removed.month, carrying.Removed.status, carrying.Removed.number)).all()
        assert [tuple(row) for row in rows] == [(f"{people.NOW:%Y-%m}", "referred", 1)]
        named = [AuditEvent.__tablename__]
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Integer | JSON) or table.name in named:
                    continue
                values = [str(one) for one in session.scalars(select(column))]
                assert not [one for one in values if reference in one or gone.id.hex in one.replace("-", "")], column
        assert audit.verify(session).ok


def test_every_table_that_points_at_a_case_or_a_form_is_emptied_first(engine):
    """A new table with such a foreign key must be thought of in `erasing` or `carrying`, or the row could not go."""
    known = {
        "arrival",
        "case",
        "case_document",
        "case_event",
        "case_pair",
        "conflict_check",
        "conflict_match",
        "contact_attempt",
        "correction",
        "disposal_case",
        "family_link",
        "incoming",
        "lent",
        "note",
        "pair_token",
        "partner_referral",
        "search_token",
        "set_aside",
        "submission_body",
    }
    pointing = {
        table
        for table in inspect(engine).get_table_names()
        for key in inspect(engine).get_foreign_keys(table)
        if key["referred_table"] in ("case", "submission")
    }
    assert pointing == known


def test_a_row_that_was_not_erased_cannot_be_removed_by_hand(engine, keys, staff):
    later.admitted(engine, keys, people.JOAO)
    with pytest.raises(DBAPIError, match="only grows"), transaction(engine) as session:
        session.execute(text("DELETE FROM submission"))
