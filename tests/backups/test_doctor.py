"""The doctor: each thing that can go wrong has its sentence and its exit code."""

import datetime as dt
import json
import os

import pytest
from sqlalchemy import text

from intake import audit, cli, doctor, grants, migrating, organisation, worker
from intake import settings as settings_module
from intake.backups import folder
from intake.db import make_engine, transaction
from intake.doctor import Level, database, keeping, machine, places, trail
from tests import people

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def living(database_url):
    assert worker is not None, "importing the desk brings in every table of the staff side"
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def said(findings, level=Level.SOON):
    """The sentences that are at least as bad as `level`."""
    return " ".join(one.sentence for one in findings if one.level >= level)


def test_every_finding_is_one_sentence_with_what_to_do_and_no_secret(living, settings):
    findings = list(doctor.examine(settings, NOW, full=True))
    assert {"settings", "clock", "disk", "files", "keys", "database", "desk", "audit", "backup", "mail"} <= {
        one.area for one in findings
    }
    for one in findings:
        assert one.sentence.endswith((".", "!")) and "\n" not in one.sentence and len(one.sentence) < 260
    everything = said(findings, Level.OK)
    assert settings.passphrase() not in everything and "postgresql+psycopg" not in everything
    assert "has not worked on this database" in everything and "No backup is known" in everything


def test_a_request_that_waits_and_a_silent_desk_are_told(living, settings, keys):
    people.hire(living)
    people.send(living, keys, people.SAMI)
    assert "has waited" in said(doctor.desk.at_work(settings, people.NOW + dt.timedelta(hours=1)), Level.NOW)
    people.admit_all(living, keys)
    with transaction(living) as session:
        organisation.keep_measured(session, {organisation.HALF: 3}, people.NOW)
    assert said(doctor.desk.at_work(settings, people.NOW + dt.timedelta(hours=1))) == ""
    assert "no sign of work for 5 hours" in said(doctor.desk.at_work(settings, people.NOW + dt.timedelta(hours=5)))


def test_a_changed_event_near_the_end_and_one_from_the_future_are_found(living, settings, monkeypatch):
    monkeypatch.setattr(trail, "QUICK", 3)
    with transaction(living) as session:
        for number in range(8):
            audit.append(session, actor="cli", event="audit:read", subject=f"n:{number}", now=people.NOW)
    for full, count in ((False, "last 3"), (True, "All 8")):
        findings = list(trail.look(settings, people.NOW, full=full))
        assert count in said(findings, Level.OK) and said(findings) == ""
    assert "future" in said(trail.look(settings, people.NOW - dt.timedelta(hours=1), full=False), Level.NOW)
    _change_event(living, 2)
    assert said(trail.look(settings, people.NOW, full=False)) == ""
    assert "Event 2 was changed" in said(trail.look(settings, people.NOW, full=True), Level.NOW)
    _change_event(living, 7)
    assert "Event 7 was changed" in said(trail.look(settings, people.NOW, full=False), Level.NOW)


def _change_event(engine, seq):
    """As somebody would who owns the tables: the guard is taken away first."""
    dialect = engine.dialect.name
    with engine.begin() as connection:
        for statement in audit_unguarded(dialect):
            connection.execute(text(statement))
        connection.execute(text("UPDATE audit_event SET subject = 'other' WHERE seq = :seq"), {"seq": seq})


def audit_unguarded(dialect):
    from_guard = "DROP TRIGGER IF EXISTS audit_event_refuses_update"
    return [from_guard if dialect == "sqlite" else f"{from_guard} ON audit_event"]


def test_the_database_loses_nothing_and_roles_that_drifted_are_told(living, settings, postgres):
    if living.dialect.name == "sqlite":
        assert said(database.engine_settings(settings, NOW, full=True)) == ""
        return
    # The throw-away server of the tests waits for no disk, and the doctor says so.
    assert "fsync" in said(database.engine_settings(settings, NOW, full=False), Level.NOW)
    names = f"p{os.getpid()}", f"s{os.getpid()}"
    grants.apply(living, *names)
    with transaction(living) as session:
        for role, allowed in zip(names, (grants.PUBLIC, grants.STAFF), strict=True):
            assert said(database._role(session, role, allowed)) == ""
        session.execute(text(f"GRANT SELECT ON note TO {names[0]}"))
        session.execute(text(f"REVOKE INSERT ON submission FROM {names[0]}"))
        found = said(database._role(session, names[0], grants.PUBLIC), Level.NOW)
        assert "more than it should (note)" in found and "less than it should (submission)" in found
        assert "not there" in said(database._role(session, "nobody_at_all", grants.PUBLIC), Level.NOW)
    with living.begin() as connection:
        for role in names:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_backups_that_are_late_unproven_or_too_long_kept_are_told(settings, tmp_path):
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    assert "No backup is known" in said(keeping.backups(settings, NOW))

    def after(days, **more):
        folder.remember(settings.data, folder.Last(NOW - dt.timedelta(days=days), "x", 1, **more))
        return [
            one.sentence
            for one in keeping.backups(settings, NOW)
            if one.level >= Level.SOON and "backup key" not in one.sentence
        ]

    assert any("not proven" in one for one in after(1))
    assert not [one for one in after(1, verified_at=NOW) if "last backup" in one]
    assert any("3 days" in one for one in after(3, verified_at=NOW))
    assert any("now, and each night" in one for one in after(9, verified_at=NOW))
    (shelf / folder.name_at(NOW - dt.timedelta(days=45))).write_bytes(b"")
    assert any("--keep-days" in one for one in after(0, verified_at=NOW, folder=str(shelf)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_files_others_may_read_a_full_disk_and_swap_are_told(settings, tmp_path, monkeypatch):
    settings.passphrase_file.chmod(0o644)
    assert "chmod go=" in said(places.files(settings), Level.NOW)
    assert "passphrase lies in the data folder" in said(places.keys(settings))
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n")
    assert "Swap is on" in said(machine._memory(swaps))
    swaps.write_text("Filename Type Size Used Priority\n/dev/zram0 partition 1 0 -2\n")
    assert "Swap" not in said(machine._memory(swaps))
    monkeypatch.setattr(machine, "SCARCE", 2**40)
    assert "make room" in said(machine._disks(settings))
    monkeypatch.setattr(machine, "FULL", 2**40)
    assert "sending stops" in said(machine._disks(settings), Level.NOW)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mail_server_that_is_away_is_told_and_one_that_was_not_asked_is_not(settings):
    assert "Mail is off" in said(keeping.mail(settings, tried=True), Level.HINT)
    away = settings_with_mail(settings)
    assert "does not take us in" in said(keeping.mail(away, tried=True), Level.NOW)
    assert said(keeping.mail(away, tried=False)) == ""


def settings_with_mail(given):
    loaded = settings_module.load(
        {
            "INTAKE_DATA": str(given.data),
            "INTAKE_SMTP": "127.0.0.1:9",
            "INTAKE_SMTP_SECURITY": "none",
            "INTAKE_MAIL_FROM": "office@example.org",
        }
    )
    assert loaded.mail is not None
    return loaded


def test_the_exit_code_and_the_json_say_how_bad_the_worst_is(living, settings, capsys, monkeypatch):
    for name in [name for name in os.environ if name.startswith("INTAKE_")]:
        monkeypatch.delenv(name)
    place = ["--data", str(settings.data), "--database-url", settings.database_url]
    code = cli.main(["doctor", "--json", "--offline", *place])
    told = json.loads(capsys.readouterr().out)
    worst = max(Level[one["level"].upper()] for one in told["findings"])
    assert told["worst"] == worst.name.lower() and code == {Level.SOON: 1, Level.NOW: 2}[worst]
    assert cli.main(["doctor", "--data", str(settings.data / "nowhere")]) == 2
    assert "WRONG" in capsys.readouterr().out
