"""Erasing leaves nothing to open, on either database, and cannot be undone."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import DBAPIError

from intake import audit, exports, grants, letters, worker
from intake.audit import AuditEvent
from intake.casework import admission, messages, moving, notes, opening, queue
from intake.casework import case as casework
from intake.casework.filters import Filters
from intake.casework.models import Case, CaseEvent, Note, SetAside
from intake.db import make_engine, transaction
from intake.incoming import Incoming, IncomingArrival, Kind
from intake.letters import Letter
from intake.publickeys import Purpose
from intake.submissions import Submission, SubmissionBody
from intake.unsealing import generate_pair
from tests import people
from tests.casework import later

SEALED = (Note, SubmissionBody, Incoming, Letter)


@pytest.fixture
def sami(engine, keys, staff):
    """A case on which everything happened that can happen, its erasing not carried out yet."""
    made = later.admitted(engine, keys, people.SAMI, extra={"marks": ["fast"]})
    later.write(engine, keys, made, Kind.MESSAGE, {"text": "I am in a new shelter.", "locale": "fa_AF"})
    later.write(engine, keys, made, Kind.DATES, later.new_dates(next_date="2026-12-01"))
    later.hear(engine, keys)
    opening.open_answers(engine, keys.keyring, staff.owner, made.id, people.NOW)
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, made.id)
        casework.claim(session, case, staff.owner, case.version, people.NOW)
        moving.change_status(session, case, staff.owner, case.version, "triage", None, people.NOW)
        notes.add(session, case, staff.owner, "Call the shelter.", keys.recipients, people.NOW)
        messages.send(session, case, staff.owner, "We read it.", keys.recipients, people.NOW)
    later.write(engine, keys, made, Kind.ERASE, {}, hours=3)
    later.write(engine, keys, made, Kind.MESSAGE, {"text": "One more.", "locale": "fa_AF"}, hours=3.1)
    return made


def sealed_bytes(engine: Engine) -> list[bytes]:
    with transaction(engine.execution_options(reads=True)) as session:
        return [bytes(one) for table in SEALED for one in session.scalars(select(table.envelope))]


def test_after_erasing_there_is_nothing_left_to_open(engine, keys, staff, sami):
    assert len(sealed_bytes(engine)) == 10
    assert later.hear(engine, keys, hours=4) == ["erase"]
    assert sealed_bytes(engine) == []
    with transaction(engine) as session:
        for table in (IncomingArrival, SetAside):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        submission = session.scalars(select(Submission)).one()
    assert (submission.find_id, submission.applicant_key, submission.locale) == (b"", b"", "")
    assert (submission.outcome, submission.level, submission.codes, submission.marks) == ("erased", 3, [], [])
    assert (submission.due_on, submission.source) == (None, None) and submission.erased_at is not None
    assert later.letters_of(engine, sami, "receipt") == []


def test_the_case_keeps_its_reference_its_times_and_bare_lines_and_no_fact(engine, keys, staff, sami):
    before = later.case_of(engine, sami)
    later.hear(engine, keys, hours=4)
    case = later.case_of(engine, sami)
    assert (case.reference, case.received_at, case.opened_count) == (before.reference, before.received_at, 1)
    assert (case.status, case.reason, case.is_open, case.version) == (
        "withdrawn",
        "withdrew",
        False,
        before.version + 1,
    )
    assert case.erased_at == people.NOW + dt.timedelta(hours=4)
    gone = ("interpreter", "state", "age_band", "income_band", "due_on", "due_code", "source", "reassess_on")
    assert [getattr(case, name) for name in (*gone, "unanswered_since")] == [None] * 9
    lists = ("claims", "stages", "safe_contact", "codes", "tags", "marks")
    assert [getattr(case, name) for name in lists] == [[]] * 6
    assert (case.language, case.place_kind, case.level, case.locale) == ("und", "unknown", 3, "")
    lines = later.events_of(engine, sami)
    assert [event for event, _ in lines][-1] == "case:erased" and len(lines) == 8
    assert all(details == {} for _, details in lines)
    with transaction(engine) as session:
        assert session.scalars(select(CaseEvent.note_id).where(CaseEvent.note_id.is_not(None))).all() == []
        assert audit.verify(session).ok
        assert queue.page(session, Filters()).rows == []


def test_nobody_can_open_or_add_anything_afterwards(engine, keys, session, staff, sami):
    seen = later.case_of(engine, sami).version
    later.hear(engine, keys, hours=4)
    with pytest.raises(casework.Erased):
        opening.open_answers(engine, keys.keyring, staff.owner, sami.id, people.NOW)
    case = casework.load(session, staff.owner, sami.id)
    for act in (
        lambda: notes.add(session, case, staff.owner, "A note", keys.recipients, people.NOW),
        lambda: messages.send(session, case, staff.owner, "A letter", keys.recipients, people.NOW),
    ):
        with pytest.raises(casework.Erased):
            act()
    for version in (seen, case.version):
        with pytest.raises(casework.Stale):
            casework.claim(session, case, staff.owner, version, people.NOW)
        with pytest.raises(casework.Stale):
            moving.change_status(session, case, staff.owner, version, "triage", None, people.NOW)
    session.rollback()
    assert sealed_bytes(engine) == []


def test_a_message_that_crosses_the_erasing_leaves_no_copy_either(engine, keys, staff, sami):
    later.hear(engine, keys, hours=4)
    made = later.write(engine, keys, sami, Kind.MESSAGE, {"text": "Too late.", "locale": "en"}, hours=5)
    with transaction(engine) as session:
        letters.write(
            session,
            letter_id=made,
            find_id=sami.code.find_id,
            to=sami.code.applicant.public,
            kind="sent",
            content={"text": "Too late."},
            now=people.NOW,
        )
    assert len(later.letters_of(engine, sami, "sent")) == 1
    later.hear(engine, keys, hours=6)
    assert sealed_bytes(engine) == []


def test_a_form_that_no_desk_could_open_is_erased_as_well(engine, keys, session):
    lost = later.apply(engine, keys, people.MARYAM, recipients=[generate_pair(Purpose.DESK).public])
    people.admit_all(engine, keys)
    later.write(engine, keys, lost, Kind.MESSAGE, {"text": "Are you there?", "locale": "ar"})
    assert later.hear(engine, keys) == [] and len(sealed_bytes(engine)) == 3
    later.write(engine, keys, lost, Kind.ERASE, {}, hours=2)
    assert later.hear(engine, keys, hours=3) == ["erase"]
    assert sealed_bytes(engine) == []
    for table in (IncomingArrival, SetAside, Case):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    gone = session.scalars(select(Submission)).one()
    assert (gone.find_id, gone.applicant_key, gone.codes, gone.outcome) == (b"", b"", [], "erased")
    assert session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)).all()[-1] == "case:erased"
    session.rollback()
    assert admission.retry_set_aside(engine, people.terms(keys)) == 0


def test_erasing_cannot_be_undone_and_a_second_wish_does_nothing_more(engine, keys, staff, sami):
    later.hear(engine, keys, hours=4)
    with pytest.raises(DBAPIError, match="only grows"), transaction(engine) as session:
        session.execute(update(Submission).values(find_id=sami.code.find_id, erased_at=None))
    later.write(engine, keys, sami, Kind.ERASE, {}, hours=5)
    later.write(engine, keys, sami, Kind.MESSAGE, {"text": "Hello?", "locale": "en"}, hours=5)
    assert later.hear(engine, keys, hours=6) == ["erase", "erase"]
    case = later.case_of(engine, sami)
    assert case.erased_at == people.NOW + dt.timedelta(hours=4) and case.unanswered_since is None
    assert sealed_bytes(engine) == [], "what comes after it is erased unread"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_sealed_bytes_are_gone_from_the_file_and_from_its_log(engine, settings, keys, sami):
    # Many small pieces of each: a piece may be cut in two where a page of the file ends.
    marks = [[one[at : at + 32] for at in range(0, len(one) - 32, 256)][1:] for one in sealed_bytes(engine)]
    files = [Path(engine.url.database), Path(f"{engine.url.database}-wal")]

    def found() -> int:
        held = b"".join(path.read_bytes() for path in files if path.exists())
        return sum(any(mark in held for mark in pieces) for pieces in marks)

    assert found() == len(marks) == 10
    ticks = [0.0]
    desk = worker.Desk(engine, keys.keyring, settings, clock=lambda: people.NOW, ticks=lambda: ticks[0])
    reader = make_engine(engine.url.render_as_string(hide_password=False)).execution_options(reads=True)
    with reader.connect() as connection:
        connection.execute(text("SELECT count(*) FROM letter")).one()
        desk.run_once()
        assert found(), "somebody still reads the older state: the log must wait"
    reader.dispose()
    ticks[0] += worker.CHECKPOINT_SECONDS
    desk.run_once()
    assert found() == 0
    assert files[1].stat().st_size == 0 or not files[1].exists()


def test_an_export_with_identities_leaves_an_erased_person_empty(engine, keys, staff, sami):
    later.hear(engine, keys, hours=4)
    export = exports.stream(
        engine,
        Filters(closed=True),
        exports.Choice.of(exports.named("full")),
        actor="staff:1",
        purpose="A check",
        clock=lambda: people.NOW,
        keyring=keys.keyring,
        key=bytes(32),
    )
    heading, row = b"".join(export).decode("utf-8-sig").splitlines()
    assert later.case_of(engine, sami).reference in row
    assert "Sami" not in row and ",erased," in row
    assert len(row.split(",")) == len(heading.split(","))
    assert not row.rpartition(",erased,")[2].strip(",")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_staff_role_may_do_all_of_it_and_the_public_role_none(engine, keys, staff, sami):
    name = engine.url.database[:20]
    public, own = f"public_{name}", f"staff_{name}"
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    grants.apply(engine, public, own)
    address = engine.url.set(username=own).render_as_string(hide_password=False)
    as_staff = make_engine(address)
    try:
        opening.open_answers(as_staff, keys.keyring, staff.owner, sami.id, people.NOW)
        with transaction(as_staff) as session:
            case = casework.load(session, staff.owner, sami.id)
            messages.send(session, case, staff.owner, "Once more.", keys.recipients, people.NOW)
        assert later.hear(as_staff, keys, hours=4) == ["erase"]
        assert sealed_bytes(as_staff) == []
        with pytest.raises(DBAPIError, match="permission"), transaction(as_staff) as session:
            session.execute(update(CaseEvent).values(event="case:claimed"))
        with pytest.raises(DBAPIError, match="permission"), transaction(as_staff) as session:
            session.execute(update(Submission).values(reference="AAAAA-AAAAA"))
    finally:
        as_staff.dispose()
    as_public = make_engine(engine.url.set(username=public).render_as_string(hide_password=False))
    try:
        for statement in (select(Case.id), select(Incoming.id), update(Submission).values(find_id=b"")):
            with pytest.raises(DBAPIError, match="permission"), transaction(as_public) as session:
                session.execute(statement)
    finally:
        as_public.dispose()
        with engine.begin() as connection:
            for role in (public, own):
                connection.execute(text(f"DROP OWNED BY {role}"))
                connection.execute(text(f"DROP ROLE {role}"))
