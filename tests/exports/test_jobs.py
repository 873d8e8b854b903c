"""Prepared files: made in slices by the desk, sealed on the disk, gone when cancelled or when their time is over."""

import csv
import datetime as dt
import io
import json
import os
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from intake import approvals, exports, worker
from intake.audit import AuditEvent
from intake.casework.filters import Filters
from intake.casework.statuses import STATUSES
from intake.db import transaction
from intake.exports import Choice, Format, asking, jobs, pieces
from intake.exports.jobs import ExportJob, State
from intake.exports.preparing import LEASE, MOST_TRIES
from intake.sealing import CannotOpen
from intake.worker import Desk
from tests import people
from tests.casework.many import fill
from tests.exports.asking import LATER, Clock, asked, bench, fetched, now_of, prepared, queued

ROOT = Path(__file__).resolve().parents[2]
ALL = Filters(status=",".join(STATUSES))
# A desk that does nothing but prepare, one page of cases at a time, and tells after each that it is safe.
DESK = """
import datetime as dt, os, sys
from intake import settings, unsealing
from intake.db import make_engine
from intake.exports.preparing import Bench
ours = settings.load()
keyring = unsealing.load_keyring(ours.keys, ours.passphrase())
now = dt.datetime.fromisoformat(sys.argv[1])
bench = Bench(make_engine(ours.database_url), keyring, ours, lambda: now)
while bench.work(0.0):
    print("safe", flush=True)
"""


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def staff(engine):
    return people.hire(engine)


@pytest.fixture
def cases(engine, keys):
    """Four people's cases."""
    ids = people.send(engine, keys, people.MARYAM, people.JOAO, people.XIMENA, people.SAMI)
    people.admit_all(engine, keys)
    return ids


def direct(engine, choice, form=Format.CSV, filters=ALL, keyring=None, key=bytes(32)) -> bytes:
    """The same file as it is made while somebody waits for it."""
    blocks = exports.stream(
        *(engine, filters, Choice.of(exports.named(choice)), form),
        **{"actor": "cli", "purpose": "A check", "clock": lambda: LATER, "keyring": keyring, "key": key},
    )
    return b"".join(blocks)


def trace(engine, job):
    statement = select(AuditEvent.actor, AuditEvent.event, AuditEvent.details).order_by(AuditEvent.seq)
    with transaction(engine.execution_options(reads=True)) as session:
        rows = session.execute(statement.where(AuditEvent.subject == job.label)).all()
    return [(row.actor, row.event, json.loads(row.details)) for row in rows]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_a_prepared_file_is_the_one_that_is_made_at_once_and_each_step_is_in_the_trail(
    engine, keys, staff, settings, clock
):
    fill(engine, 5_000)
    job = asked(engine, staff.admin, filters=ALL)
    assert (job.state, job.total) == (State.ASKED, 5_000)
    queued(engine, keys, job, staff.admin)
    prepared(engine, keys, settings, clock)
    ready = now_of(engine, job)
    assert (ready.state, ready.rows, ready.reached, ready.leased_until) == (State.READY, 5_000, None, None)
    assert ready.expires_at == LATER + dt.timedelta(hours=24)
    data = fetched(engine, keys, settings, job, staff.admin, clock())
    assert len(data) == ready.size and data == direct(engine, "queue")
    (who, first, said), *rest = trace(engine, job)
    assert (who, first, said["profile"], said["way"]) == (staff.admin.label, "export:started", "queue-1", "prepared")
    assert rest == [
        ("desk", "export:finished", {"count": 5_000}),
        (staff.admin.label, "export:downloaded", {"count": 5_000, "way": "whole"}),
    ]


@pytest.mark.parametrize("form", Format)
def test_nothing_of_a_person_lies_in_the_folder_in_the_clear(engine, keys, staff, settings, clock, cases, form):
    job = asked(engine, staff.admin, "full", form=form)
    queued(engine, keys, job, staff.admin)
    prepared(engine, keys, settings, clock)
    found = files_in(settings.prepared)
    assert found and stat.S_IMODE(settings.prepared.stat().st_mode) == 0o700
    data = fetched(engine, keys, settings, job, staff.admin, clock())
    shown = data
    if form is Format.XLSX:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            shown = b"".join(book.read(name) for name in book.namelist())
    marks = [person["call_name"].encode() for person in (people.MARYAM, people.JOAO, people.SAMI)]
    marks += [b"+12025550123", b"joao@example.org", b"call_name", b"2026-11-11", b"PK\x03\x04"]
    assert all(mark in shown for mark in marks[:-1])
    on_the_disk = b"".join(path.read_bytes() + path.name.encode() for path in found)
    assert not [mark for mark in marks if mark in on_the_disk]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in found)
    with transaction(engine.execution_options(reads=True)) as session:
        row = " ".join(str(value) for value in session.execute(text("SELECT * FROM export_job")).one())
    assert not [mark for mark in marks if mark.decode() in row]


def test_a_desk_that_is_killed_is_followed_by_one_that_goes_on_where_it_stopped(engine, keys, staff, settings, clock):
    fill(engine, 12_000)
    job = asked(engine, staff.admin, filters=ALL)
    queued(engine, keys, job, staff.admin)
    place = {
        "INTAKE_DATA": str(settings.data),
        "INTAKE_DATABASE_URL": settings.database_url,
        "INTAKE_PASSPHRASE_FILE": str(settings.passphrase_file),
        "INTAKE_TIMEZONE": "UTC",
    }
    plain = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    killed = subprocess.Popen(
        [sys.executable, "-c", DESK, clock().isoformat()], cwd=ROOT, env=plain | place, stdout=subprocess.PIPE
    )
    assert killed.stdout is not None
    for _ in range(3):
        assert killed.stdout.readline() == b"safe\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    half = now_of(engine, job)
    assert half.state == State.RUNNING and 0 < half.rows < 12_000
    assert not bench(engine, keys, settings, clock).work(), "the lease of the dead desk still runs"
    clock.pass_by(LEASE)
    desk = bench(engine, keys, settings, clock)
    desk.work(0.0)
    assert now_of(engine, job).rows > half.rows, "it did not begin anew"
    prepared(engine, keys, settings, lambda: clock() + LEASE)
    assert fetched(engine, keys, settings, job, staff.admin, clock()) == direct(engine, "queue")
    assert not [path for path in files_in(settings.prepared) if path.name.startswith(".new")]


def test_a_workbook_that_was_broken_off_begins_anew_and_is_whole(engine, keys, staff, settings, clock):
    fill(engine, 5_000)
    job = asked(engine, staff.admin, form=Format.XLSX, filters=ALL)
    queued(engine, keys, job, staff.admin)
    bench(engine, keys, settings, clock).work(0.0)
    clock.pass_by(LEASE)
    prepared(engine, keys, settings, clock)
    data = fetched(engine, keys, settings, job, staff.admin, clock())
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row") == 5_001


def test_a_desk_that_lost_its_lease_changes_nothing_any_more(engine, keys, staff, settings, clock):
    fill(engine, 9_000)
    job = asked(engine, staff.admin, filters=ALL)
    queued(engine, keys, job, staff.admin)
    slow = bench(engine, keys, settings, clock)
    slow.work(0.0)
    clock.pass_by(LEASE)
    prepared(engine, keys, settings, clock)
    before = now_of(engine, job)
    slow.work()
    after = now_of(engine, job)
    assert (after.state, after.rows) == (State.READY, 9_000)
    assert (after.size, after.finished_at) == (before.size, before.finished_at)
    assert fetched(engine, keys, settings, job, staff.admin, clock()) == direct(engine, "queue")


def test_cancelling_removes_the_pieces_and_the_key_at_once(engine, keys, staff, settings, clock, cases):
    job = asked(engine, staff.admin, "full")
    queued(engine, keys, job, staff.admin)
    desk = bench(engine, keys, settings, clock)
    desk.work(0.0)
    assert files_in(settings.prepared)
    with transaction(engine) as session:
        jobs.cancel(session, jobs.load(session, staff.admin, job.id), staff.admin, settings.prepared, clock())
    assert not files_in(settings.prepared)
    while desk.work(0.0):
        pass
    row = now_of(engine, job)
    assert (row.state, row.envelope, row.leased_until) == (State.CANCELLED, None, None)
    desk.tidy()
    assert not files_in(settings.prepared)
    assert trace(engine, job)[-1][:2] == (staff.admin.label, "export:cancelled")
    with pytest.raises(jobs.NotYours):
        fetched(engine, keys, settings, job, staff.admin, clock())


def test_after_a_day_nothing_is_left_of_a_file(engine, keys, staff, settings, clock, cases):
    job, kept = asked(engine, staff.admin, "full"), asked(engine, staff.admin)
    for one in (job, kept):
        queued(engine, keys, one, staff.admin)
    prepared(engine, keys, settings, clock)
    with transaction(engine) as session:
        later = LATER + dt.timedelta(days=2)
        session.execute(update(ExportJob).where(ExportJob.id == kept.id).values(expires_at=later))
    clock.pass_by(dt.timedelta(hours=24))
    with pytest.raises(jobs.NotYours):
        fetched(engine, keys, settings, job, staff.admin, clock())
    assert bench(engine, keys, settings, clock).tidy() == 1
    row = now_of(engine, job)
    assert (row.state, row.envelope) == (State.EXPIRED, None)
    assert [path.name for path in settings.prepared.iterdir()] == [kept.id.hex]
    clock.pass_by(dt.timedelta(days=30))
    bench(engine, keys, settings, clock).tidy()
    bench(engine, keys, settings, clock).tidy()
    assert not files_in(settings.prepared) and not list(settings.prepared.iterdir())
    with transaction(engine) as session:
        assert session.scalars(select(ExportJob.id)).all() == []


def test_a_key_that_is_gone_or_choices_that_were_changed_fail_in_words_and_leave_nothing(
    engine, keys, staff, settings, clock, cases, caplog
):
    job = asked(engine, staff.admin)
    queued(engine, keys, job, staff.admin)
    with transaction(engine) as session:
        session.execute(update(ExportJob).values(profile="full-1"))
    prepared(engine, keys, settings, clock)
    row = now_of(engine, job)
    assert (row.state, row.error, row.envelope) == (State.FAILED, "unreadable", None)
    assert not files_in(settings.prepared)


def test_a_file_at_which_the_desk_ends_again_and_again_is_given_up(engine, keys, staff, settings, clock):
    fill(engine, 10)
    job = asked(engine, staff.admin)
    queued(engine, keys, job, staff.admin)
    for _ in range(MOST_TRIES):
        bench(engine, keys, settings, clock)._begin()
        clock.pass_by(LEASE)
    assert not bench(engine, keys, settings, clock).work()
    assert (now_of(engine, job).state, now_of(engine, job).error) == (State.FAILED, "interrupted")
    assert trace(engine, job)[-1][:2] == ("desk", "export:aborted")


def test_the_desk_takes_a_new_request_between_two_slices(engine, keys, staff, settings, clock):
    fill(engine, 10_000)
    job = asked(engine, staff.admin, filters=ALL)
    queued(engine, keys, job, staff.admin)
    desk = Desk(engine, keys.keyring, settings, clock=clock)
    desk._bench.settings = bench(engine, keys, settings, clock).settings
    desk._bench.work(0.0)
    people.send(engine, keys, people.MARYAM)
    assert desk.run_once() == 1
    assert now_of(engine, job).state == State.RUNNING


def test_a_desk_that_ends_when_nothing_waits_prepares_what_waits(engine, keys, staff, settings, cases):
    now = dt.datetime.now(dt.UTC)
    job = asked(engine, staff.admin, "full", now=now)
    queued(engine, keys, job, staff.admin, now)
    worker.run(settings, once=True)
    assert now_of(engine, job).state == State.READY
    assert b"Ximena" in fetched(engine, keys, settings, job, staff.admin, now)


def test_a_full_disk_fails_that_file_in_words_and_not_the_desk(engine, keys, staff, settings, clock, cases, caplog):
    job = asked(engine, staff.admin, "full")
    queued(engine, keys, job, staff.admin)
    settings.prepared.write_text("where the folder should be")
    prepared(engine, keys, settings, clock)
    assert (now_of(engine, job).state, now_of(engine, job).error) == (State.FAILED, "disk")
    assert "a file could not be prepared (FileExistsError)" in caplog.text


def test_five_files_at_once_are_enough(engine, staff):
    for _ in range(asking.MOST_AT_ONCE):
        asked(engine, staff.admin)
    with pytest.raises(asking.TooMany):
        asked(engine, staff.admin)


def second_admin(engine):
    with transaction(engine) as session:
        return people.accounts.create(
            session, email="dana@example.org", name="Dana Admin", role="admin", password_hash="none", now=people.NOW
        )


def decide(engine, job, by, *, grant=True):
    with transaction(engine) as session:
        found = approvals.latest(session, "export", job.subject)
        approvals.decide(session, found.id, by, grant=grant, now=LATER)


def test_an_approval_serves_one_file_of_the_one_who_asked(engine, keys, staff, cases):
    dana = second_admin(engine)
    job, same = (asked(engine, staff.admin, "full", second=True) for _ in range(2))
    with pytest.raises(approvals.NotApproved):
        queued(engine, keys, job, staff.admin, alone=3)
    decide(engine, job, dana)
    with pytest.raises(jobs.NotYours):
        queued(engine, keys, job, dana, alone=3)
    with pytest.raises(approvals.NotApproved):
        queued(engine, keys, same, staff.admin, alone=3)
    queued(engine, keys, job, staff.admin, alone=3)
    assert now_of(engine, job).state == State.WAITING
    with pytest.raises(jobs.NotYours):
        queued(engine, keys, job, staff.admin, alone=3)


@pytest.mark.parametrize(
    "changed", [{"filters": {"status": "new"}}, {"profile": "hand_over-1"}, {"format": "xlsx"}, {"day": LATER.date()}]
)
def test_an_approval_does_not_fit_other_choices(engine, keys, staff, cases, changed):
    dana = second_admin(engine)
    job = asked(engine, staff.admin, "full", second=True, now=LATER - dt.timedelta(days=1))
    decide(engine, job, dana)
    with transaction(engine) as session:
        session.execute(update(ExportJob).values(**changed))
    with pytest.raises(jobs.NotYours):
        queued(engine, keys, job, staff.admin, alone=3)


def test_an_approval_ends_and_does_not_cover_many_more_cases(engine, keys, staff, cases):
    dana = second_admin(engine)
    job = asked(engine, staff.admin, "full", second=True)
    decide(engine, job, dana)
    with pytest.raises(jobs.NotYours):
        queued(engine, keys, job, staff.admin, LATER + approvals.LASTS, alone=3)
    people.send(engine, keys, people.MARYAM)
    people.admit_all(engine, keys)
    with pytest.raises(asking.Grown):
        queued(engine, keys, job, staff.admin, alone=3)


def test_one_admin_alone_cannot_ask_for_many(engine, staff, cases):
    with pytest.raises(asking.NobodyElse):
        asked(engine, staff.admin, "full", second=True)


def test_a_file_with_identities_is_the_same_person_by_person(engine, keys, staff, settings, clock, cases):
    job = asked(engine, staff.admin, "full")
    queued(engine, keys, job, staff.admin)
    prepared(engine, keys, settings, clock)
    key = exports.key_of(settings)
    files = (
        fetched(engine, keys, settings, job, staff.admin, clock()),
        direct(engine, "full", keyring=keys.keyring, key=key),
    )
    ours, theirs = (list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))) for data in files)
    by_name = lambda row: row["call_name"]  # noqa: E731
    assert sorted(ours, key=by_name) == sorted(theirs, key=by_name) and len(ours) == 4


def test_pieces_are_read_from_any_place_and_a_changed_or_moved_one_is_found(tmp_path):
    key, one, data = os.urandom(32), people.uuid.uuid4(), os.urandom(2 * pieces.PIECE + 4_321)
    writer = pieces.Writer(tmp_path, one, key)
    for start in range(0, len(data), 70_001):
        writer.add(data[start : start + 70_001])
    writer.sealed()
    writer.settle()
    reader = pieces.Reader(tmp_path, one, key, len(data))
    assert reader.read() == data
    for place in (0, pieces.PIECE - 1, pieces.PIECE, 2 * pieces.PIECE + 4_320, len(data)):
        assert reader.seek(place) == place and reader.read() == data[place:]
    short = pieces.PIECE + 77
    again = pieces.Writer(tmp_path, one, key, short)
    again.add(b"another end")
    again.sealed()
    again.settle()
    expected = data[:short] + b"another end"
    assert pieces.Reader(tmp_path, one, key, len(expected)).read() == expected
    first, second = (tmp_path / one.hex / f"{number:08d}" for number in (0, 1))
    whole = first.read_bytes()
    first.write_bytes(second.read_bytes())
    with pytest.raises(CannotOpen):
        pieces.Reader(tmp_path, one, key, len(expected)).read()
    first.write_bytes(whole[:-1] + bytes((whole[-1] ^ 1,)))
    with pytest.raises(CannotOpen):
        pieces.Reader(tmp_path, one, key, len(expected)).read()
