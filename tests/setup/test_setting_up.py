"""Setting up: each mistake gets one clear sentence, and each command explains itself."""

import ast
import os
import socket
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect

from intake import cli, migrating, settings, worker
from intake.db import Base, make_engine

ROOT = Path(__file__).resolve().parents[2]


def command(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the product in an environment with nothing but these settings."""
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **more}
    return subprocess.run(
        [sys.executable, "-m", "intake", *words], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_every_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and len(said.split()) > 20 and name in said


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("INTAKE_PUBLIC_PORT", "eighty", "whole number"),
        ("INTAKE_PUBLIC_PROT", "8000", "not a setting"),
        ("INTAKE_DATABASE_URL", "mysql://x/y", "SQLite or PostgreSQL"),
        ("INTAKE_TIMEZONE", "Mars/Base", "time zone"),
        ("INTAKE_OUT_OF_AREA", "perhaps", "one of"),
        ("INTAKE_CONFLICT_CHECK", "sometimes", "one of"),
        ("INTAKE_SERVICE_AREA", "New York", "two-letter"),
        ("INTAKE_SMTP", "mail.example.org", "host and a port"),
        ("INTAKE_SMTP", "mail.example.org:587", "INTAKE_MAIL_FROM is not set"),
        ("INTAKE_SMTP_SECURITY", "perhaps", "one of"),
        ("INTAKE_SMTP_USER", "desk", "belong together"),
        ("INTAKE_MAIL_FROM", "Harbour Rights <x@example.org>", "an address such as"),
        ("INTAKE_SMS_ADDRESS", "555@sms.example.org", "{number}"),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_boot_with_a_sentence(name, value, word, monkeypatch, capsys):
    with pytest.raises(settings.SettingsError, match=word):
        settings.load({name: value})
    monkeypatch.setenv(name, value)
    assert cli.main(["check"]) == 2
    said = capsys.readouterr().err
    assert word in said and len(said.splitlines()) == 1


def test_a_process_that_cannot_start_says_one_sentence_and_nothing_else():
    said = command("serve", "--only", "public", INTAKE_PUBLIC_PORT="eighty")
    assert said.returncode == 2 and "whole number" in said.stderr and len(said.stderr.splitlines()) == 1


def test_a_busy_port_is_named_with_a_way_out(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        said = command("demo", "--data", str(tmp_path / "demo"), "--public-port", port)
    assert said.returncode == 2 and port in said.stderr and "INTAKE_PUBLIC_PORT" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    said = command("init", "--data", str(tmp_path / "file" / "data"))
    assert said.returncode == 2 and said.stderr.strip() and "Traceback" not in said.stderr


def test_an_old_python_can_read_the_first_module_far_enough_to_say_so():
    for name in ("__main__.py", "bootstrap.py"):
        source = (ROOT / "intake" / name).read_text("utf-8")
        if name == "__main__.py":
            ast.parse(source, feature_version=(3, 6))
            assert "3.11" in source


def test_init_makes_a_private_folder_and_a_database(tmp_path):
    data = tmp_path / "data"
    said = command("init", "--data", str(data))
    assert said.returncode == 0, said.stderr
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert (data / "intake.db").exists()


def test_migrations_make_the_same_tables_as_the_models_and_take_them_back(database_url):
    assert worker is not None, "importing the desk brings in every table of the staff side"
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    found = inspect(engine)
    assert set(Base.metadata.tables) == set(found.get_table_names()) - {"alembic_version"}
    for name, table in Base.metadata.tables.items():
        assert {one.name for one in table.columns} == {one["name"] for one in found.get_columns(name)}, name
        assert {one.name for one in table.indexes} <= {one["name"] for one in found.get_indexes(name)}, name
    migrating.downgrade(database_url, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrating.upgrade(database_url)
    engine.dispose()


@pytest.mark.parametrize("part", ["staff", "worker"])
def test_a_wrong_passphrase_is_told_in_a_sentence(part, tmp_path, keys):
    data, wrong = tmp_path / "data", tmp_path / "passphrase"
    wrong.write_text("not the one that was chosen")
    assert command("init", "--data", str(data)).returncode == 0
    (data / "keys").symlink_to(keys.folder)
    said = command("serve", "--only", part, "--data", str(data), INTAKE_PASSPHRASE_FILE=str(wrong))
    assert said.returncode == 2 and "passphrase is wrong" in said.stderr and "Traceback" not in said.stderr


def test_a_database_that_is_not_there_and_keys_that_are_not_there_are_named(tmp_path):
    data = str(tmp_path / "data")
    said = command("serve", "--data", data)
    assert said.returncode == 2 and "db upgrade" in said.stderr
    assert command("db", "upgrade", "--data", data).returncode == 0
    said = command("serve", "--data", data)
    assert said.returncode == 2 and "keys init" in said.stderr


def test_keys_people_releases_exports_and_the_trail_by_command(tmp_path):
    data, passphrase, out = tmp_path / "data", tmp_path / "passphrase", tmp_path / "cases.csv"
    passphrase.write_text("a passphrase of these tests")
    passphrase.chmod(0o600)
    place = {"INTAKE_DATA": str(data), "INTAKE_PASSPHRASE_FILE": str(passphrase)}
    assert command("init", "--samples", **place).returncode == 0
    made = command("keys", "init", **place)
    assert made.returncode == 0 and "4:  " in made.stdout
    again = command("keys", "init", **place)
    assert again.returncode == 2 and "already holds keys" in again.stderr
    assert {"desk", "recovery", "active"} <= set(command("keys", "list", **place).stdout.split())
    invited = command("staff", "invite", "ada@example.org", "--name", "Ada", "--role", "admin", **place)
    assert invited.returncode == 0 and "First password" in invited.stdout
    for address, words in (("ada@example.org", "exists already"), ("ada", "not an e-mail address")):
        said = command("staff", "invite", address, "--name", "Ada", "--role", "admin", **place)
        assert said.returncode == 2 and words in said.stderr
    for address, words in (("ada@example.org", "not locked"), ("bob@example.org", "No staff member")):
        said = command("staff", "unlock", address, **place)
        assert said.returncode == 2 and words in said.stderr
    permit = ("staff", "permit", "ada@example.org", "conflict:check")
    assert command(*permit, **place).stdout == "Given.\n"
    assert command(*permit, "--take-back", **place).stdout == "Taken back.\n"
    said = command("staff", "permit", "nobody@example.org", "conflict:check", **place)
    assert said.returncode == 2 and "no staff member" in said.stderr
    broken = tmp_path / "broken.txt"
    broken.write_text("A title without a date\n\nA paragraph.\n")
    said = command("releases", "import", str(broken), **place)
    assert said.returncode == 2 and "line" in said.stderr and "Traceback" not in said.stderr
    export = ("export", "--to", str(out), "--reason", "a test", "--identities")
    assert command(*export, **place).returncode == 0 and stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "exists already" in command(*export, **place).stderr
    unknown = command("export", "--to", str(tmp_path / "x.csv"), "--reason", "a test", "--state", "nowhere!", **place)
    assert unknown.returncode == 2 and "--state" in unknown.stderr
    anchor = command("audit", "anchor", **place).stdout.strip()
    assert command("audit", "verify", "--anchor", anchor, **place).returncode == 0
    moved = f"9{anchor}"
    assert command("audit", "verify", "--anchor", moved, **place).returncode == 1
    said = command("check", **place)
    assert said.returncode == 0 and "WRONG" not in said.stdout
    passphrase.chmod(0o644)
    said = command("check", **place)
    assert said.returncode == 1 and "chmod" in said.stdout


def test_a_secret_that_many_want_at_the_same_first_moment_is_one_and_whole(tmp_path):
    # Two people who send their first step at once: the pepper of return codes is made then, where `init` did not.
    with ThreadPoolExecutor(16) as pool:
        for number in range(60):
            path = tmp_path / "secrets" / f"{number}.key"
            start = threading.Barrier(16)

            def ask(path=path, start=start) -> str:
                start.wait()
                return settings.secret(path)

            made = {one.result() for one in [pool.submit(ask) for _ in range(16)]}
            assert made == {path.read_text()} and len(path.read_text()) == 64
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list((tmp_path / "secrets").glob(".*"))
