"""The drill, on both databases: back up while people send, damage, prove, restore, and compare row by row."""

import datetime as dt
import os
import re
import threading
import uuid
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, select, text

from intake import audit, cli, migrating, worker
from intake.backups import erasures, folder, restoring, taking
from intake.backups import keys as backup_keys
from intake.backups.container import BackupError, DamagedBackup, Passphrase, WrongBackupKey
from intake.casework.models import Case, Note
from intake.db import make_engine, transaction
from intake.incoming import Kind
from intake.publickeys import Purpose
from intake.submissions import Submission, SubmissionBody
from intake.unsealing import Argon, generate_pair
from tests import people
from tests.casework import later

KEY = generate_pair(Purpose.BACKUP)
NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
CHEAP = Argon(memory_kib=64, iterations=1, lanes=1)


@pytest.fixture
def living(database_url):
    """A database as `db upgrade` makes it: backups hold its revision."""
    assert worker is not None, "importing the desk brings in every table of the staff side"
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def told(living, keys):
    """Two cases, and three requests that no desk has seen."""
    people.hire(living)
    applicants = [later.admitted(living, keys, one) for one in (people.MARYAM, people.SAMI)]
    later.write(living, keys, applicants[0], Kind.MESSAGE, {"text": "We moved — ሰላም, 你好.", "locale": "en"})
    people.send(living, keys, *[people.MARYAM] * 3)
    return applicants


@pytest.fixture
def empty(living, tmp_path):
    """The address of an empty database of the same kind."""
    url = living.url.render_as_string(hide_password=False)
    if living.dialect.name == "sqlite":
        (tmp_path / "new").mkdir()
        yield f"sqlite:///{tmp_path / 'new' / 'intake.db'}"
        return
    name = f"r{uuid.uuid4().hex}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    yield living.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def shelf(tmp_path):
    made = tmp_path / "shelf"
    made.mkdir()
    return made


def every_row(url):
    """Table -> its rows, sorted, as the driver gives them."""
    engine = make_engine(url).execution_options(reads=True)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for name, table in tables.tables.items()
        }
    engine.dispose()
    return found


def wrong_of(*given, **options):
    return [proof.sentence for proof in restoring.verify(*given, **options) if proof.ok is not True]


def test_a_restored_backup_is_the_database_row_by_row_and_guards_its_trail_as_before(
    living, told, empty, settings, shelf, keys
):
    before = every_row(settings.database_url)
    taken = taking.take(settings, shelf, KEY.public, NOW)
    assert wrong_of(taken.path, KEY, settings, keyring=keys.keyring) == []
    restoring.restore(taken.path, KEY, empty)
    after = every_row(empty)
    assert after == before and len(after["case"]) == 2 and len(after["arrival"]) == 3
    restoring.finish(empty, {}, NOW)
    restored = make_engine(empty)
    with transaction(restored) as session:
        assert audit.verify(session, taken.manifest.anchor).ok
        assert session.scalars(select(audit.AuditEvent.event).order_by(audit.AuditEvent.seq.desc())).first() == (
            "backup:restored"
        )
        with pytest.raises(Exception, match="only grows"), session.begin_nested():
            session.execute(text("DELETE FROM audit_event"))
    # The restored one works: it takes what people send, and the desk admits it.
    assert people.send(restored, keys, people.SAMI)
    assert people.admit_all(restored, keys) == 4
    restored.dispose()
    with pytest.raises(BackupError, match="not empty"):
        restoring.restore(taken.path, KEY, empty)
    if living.dialect.name == "sqlite":
        (shelf / "old.db-wal").write_bytes(b"the log of a database that was moved away")
        with pytest.raises(BackupError, match="older database"):
            restoring.restore(taken.path, KEY, f"sqlite:///{shelf / 'old.db'}")


def test_people_go_on_sending_while_it_runs_and_it_holds_one_state(living, told, settings, shelf, keys):
    enough, sent, first = threading.Event(), [], threading.Event()

    def send():
        while not enough.is_set():
            sent.extend(people.send(living, keys, people.SAMI))
            first.set()

    sender = threading.Thread(target=send)
    sender.start()
    try:
        assert first.wait(20)
        taken = taking.take(settings, shelf, KEY.public, NOW)
        so_far = len(sent)
    finally:
        enough.set()
        sender.join(30)
    rows = taken.manifest.rows
    assert 5 + 1 <= rows["submission"] == rows["submission_body"] == rows["arrival"] + 2 <= 5 + so_far + 1
    assert wrong_of(taken.path, KEY, settings, keyring=keys.keyring) == []


def test_a_writer_is_not_held_up_by_a_backup_that_is_half_way(living, told, settings, keys):
    with living.execution_options(reads=True).connect() as connection:
        rows = {}
        connection.execute(text("SELECT count(*) FROM submission")).scalar_one()
        if living.dialect.name == "sqlite":
            pieces = taking._dump(settings, connection, rows)
            next(pieces)
        people.send(living, keys, people.SAMI)
    with transaction(living) as session:
        assert len(session.scalars(select(Submission.id)).all()) == 6


def test_each_kind_of_damage_stops_the_proof_and_the_restoring(living, told, empty, settings, shelf):
    path = taking.take(settings, shelf, KEY.public, NOW).path
    good = path.read_bytes()
    for damaged in (good[:-1], good[: len(good) // 2], good[:900], b"", good[:-40] + bytes(40), good + b"0"):
        path.write_bytes(damaged)
        with pytest.raises(DamagedBackup):
            list(restoring.verify(path, KEY, settings))
        with pytest.raises(DamagedBackup):
            restoring.restore(path, KEY, empty)
    path.write_bytes(good)
    with pytest.raises(WrongBackupKey):
        restoring.restore(path, generate_pair(Purpose.BACKUP), empty)
    # Nothing was left of any of the tries.
    restoring.restore(path, KEY, empty)
    assert [one.name for one in settings.data.iterdir() if one.name.startswith(".verify")] == []


def test_what_was_erased_after_the_backup_does_not_come_back(living, told, empty, settings, shelf, keys):
    maryam, sami = told
    taken = taking.take(settings, shelf, KEY.public, NOW)
    later.write(living, keys, sami, Kind.ERASE, {}, hours=3)
    assert later.hear(living, keys, hours=4)[-1] == "erase"
    listed = shelf / erasures.FILE
    assert erasures.read(listed) == {}
    erasures.write(listed, erasures.of_database(settings.database_url))
    assert set(erasures.read(listed)) == {sami.id}
    assert "Sami" not in listed.read_text() and sami.id.hex not in taken.path.read_bytes().hex()
    restoring.restore(taken.path, KEY, empty)
    assert restoring.finish(empty, erasures.read(listed), NOW) == 1
    restored = make_engine(empty)
    with transaction(restored) as session:
        assert session.get(SubmissionBody, sami.id) is None and session.get(SubmissionBody, maryam.id) is not None
        case, submission = session.get(Case, sami.id), session.get(Submission, sami.id)
        assert case.erased_at == submission.erased_at == erasures.read(listed)[sami.id]
        assert session.scalars(select(Note)).all() == []
    assert restoring.erasures.apply(restored, erasures.read(listed), NOW) == 0
    restored.dispose()
    # The list only grows, and says where it is broken.
    erasures.write(listed, {})
    assert set(erasures.read(listed)) == {sami.id}
    listed.write_text(listed.read_text() + "not an id\n")
    with pytest.raises(BackupError, match="Line 3"):
        erasures.read(listed)


def test_no_secret_is_in_a_backup_unless_it_was_asked_for(living, settings, shelf, tmp_path):
    (settings.data / "secrets").mkdir()
    (settings.data / "secrets" / "pepper.key").write_text("a" * 64)
    (settings.data / "secrets" / "search.key").write_text("b" * 64)
    (settings.data / "stray.txt").write_text("nobody listed this")
    plain = taking.take(settings, shelf / "plain", KEY.public, NOW)
    names = {part.name for part in plain.manifest.parts}
    assert "files/keys/public.json" in names and not [name for name in names if "secret" in name or "private" in name]
    phrase = Passphrase("a passphrase that is long", CHEAP)
    whole = taking.take(settings, shelf / "whole", phrase, NOW, with_secrets=True)
    restored = restoring.restore_files(whole.path, phrase, tmp_path / "data2")
    assert {"keys/public.json", "secrets/pepper.key"} <= set(restored)
    assert [name for name in restored if name.startswith("keys/private/")]
    assert not [name for name in restored if "passphrase" in name or "stray" in name or "search" in name]
    assert (tmp_path / "data2" / "secrets" / "pepper.key").read_text() == "a" * 64
    with pytest.raises(BackupError, match="already"):
        restoring.restore_files(whole.path, phrase, tmp_path / "data2")


def test_by_command_from_the_key_on_paper_to_the_restored_database(
    living, told, empty, settings, shelf, tmp_path, capsys, monkeypatch
):
    for name in [name for name in os.environ if name.startswith("INTAKE_")]:
        monkeypatch.delenv(name)
    place = ["--data", str(tmp_path / "own"), "--database-url", settings.database_url]
    assert cli.main(["backup", str(shelf), *place]) == 2
    assert "backup keys" in capsys.readouterr().err
    assert cli.main(["backup", "keys", *place]) == 0
    paper = tmp_path / "paper"
    paper.write_text("\n".join(re.findall(r"^[1-4]:  .*$", capsys.readouterr().out, re.M)))
    assert cli.main(["backup", str(shelf), "--keep-days", *place]) == 0
    (path,) = shelf.glob("*.intake-backup")
    assert path.stat().st_mode & 0o077 == 0 and backup_keys.read(tmp_path / "own" / "keys")
    said = capsys.readouterr().out
    assert "rows, sealed" in said and "Removed 0 backups older than 30 days" in said
    key = ["--key-file", str(paper)]
    assert cli.main(["restore", str(path), "--verify", *key, *place]) == 0
    said = capsys.readouterr().out
    assert "WRONG" not in said and "no record was opened" in said and "All" in said
    assert folder.last(tmp_path / "own").verified_at is not None
    (shelf / erasures.FILE).unlink()
    into = ["restore", str(path), "--into", empty, *key, *place]
    assert cli.main(into) == 2 and "--no-erasures" in capsys.readouterr().err
    assert cli.main([*into, "--live", settings.database_url]) == 0
    assert "erased again: 0" in capsys.readouterr().out
    assert cli.main(["restore", str(path), *place]) == 2
    assert cli.main(["restore", str(Path(__file__)), "--verify", *key, *place]) == 2
    assert "no backup" in capsys.readouterr().err


def test_old_backups_go_and_the_newest_and_other_files_stay(tmp_path):
    from_days_ago = {days: folder.name_at(NOW - dt.timedelta(days=days)) for days in (50, 40, 31, 29)}
    for name in from_days_ago.values():
        (tmp_path / name).write_bytes(b"INTAKE-BACKUP\n and so on")
    stranger = tmp_path / folder.name_at(NOW - dt.timedelta(days=60))
    stranger.write_text("only the name is like one")
    assert folder.remove_older(tmp_path, 30, NOW) == [from_days_ago[days] for days in (50, 40, 31)]
    assert stranger.exists()
    assert folder.remove_older(tmp_path, 1, NOW) == [] and (tmp_path / from_days_ago[29]).exists()


def test_a_disk_without_room_and_a_name_that_is_taken_are_refused_in_words(tmp_path):
    with pytest.raises(BackupError, match="MB free"):
        folder.require_room(tmp_path, 2**60)
