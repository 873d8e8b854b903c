"""The public door is blind: started as in production, with all it holds, it cannot open what was sent."""

import contextlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from intake.db import make_engine, session_factory
from intake.returncode import derive, parse_code, root_of
from intake.sealing import CannotOpen, open_envelope
from intake.settings import secret
from intake.submissions import SubmissionBody
from intake.unsealing import load_keyring
from tests.hiding.marks import Marks, controls
from tests.house.hiding import MARK, PARTS, PEOPLE, PHONES, Keeping, marks, places, wait_for
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import PASSPHRASE, ROOT, System, running
from tests.public.walking import ROSA, press, walk

STAFF_MODULES = (
    *("staff", "casework", "exports", "retention", "statistics", "backups", "keyring", "accounts", "audit"),
    *("unsealing", "recoverypaper", "worker"),
)
FORBIDDEN = (
    "submission",
    "submission_body",
    "arrival",
    '"case"',
    "note",
    "case_event",
    "audit_event",
    "staff_member",
    "search_token",
)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def sent(request, tmp_path_factory):
    """A running product to which one person has sent the form, and the receipt they were shown."""
    with running(request.param, tmp_path_factory.mktemp("blind")) as system:
        yield system, walk(PlainBrowser(system.public), ROSA)


def envelope_of(system: System) -> tuple[bytes, bytes]:
    engine = make_engine(system.settings.database_url)
    with session_factory(engine)() as session:
        row = session.execute(select(SubmissionBody.submission_id, SubmissionBody.envelope)).one()
    engine.dispose()
    return row.submission_id.bytes, row.envelope


def memory_of(pid: int) -> list[bytes]:
    """The readable memory of a process, region by region; empty where the system does not allow a look."""
    regions = []
    with contextlib.suppress(PermissionError), Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            start, end = (int(part, 16) for part in span.split("-"))
            if rights.startswith("rw"):
                with contextlib.suppress(OSError, ValueError, OverflowError):
                    memory.seek(start)
                    regions.append(memory.read(end - start))
    return regions


def open_files_of(pid: int) -> list[str]:
    """What the process holds open, as far as the system lets us look; one closed meanwhile is no longer held."""
    held = []
    if not os.access(f"/proc/{pid}/fd", os.R_OK):
        return held
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            held.append(str(one.readlink()))
    return held


def test_its_environment_and_open_files_hold_no_secret_of_the_staff_side(sent):
    system, _receipt = sent
    pid = system.process("public")
    try:
        environ = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    except PermissionError:
        return  # The process is closed to its own account: whoever looks in must be root.
    names = {one.split("=")[0] for one in environ if one}
    assert "INTAKE_PUBLIC_DATABASE_URL" in names
    assert not names & {"INTAKE_PASSPHRASE_FILE", "INTAKE_DATABASE_URL"}
    assert PASSPHRASE not in "".join(environ)
    opened = open_files_of(pid)
    assert opened
    assert not [one for one in opened if "/private/" in one or "passphrase" in one or "staff" in one]


def test_its_imports_reach_nothing_that_opens_submissions():
    said = subprocess.run(
        [sys.executable, "-c", "import sys, json, intake.public.app; print(json.dumps(sorted(sys.modules)))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = json.loads(said.stdout)
    assert "intake.public.apply" in loaded
    assert not [one for one in loaded if one.startswith(tuple(f"intake.{name}" for name in STAFF_MODULES))]
    assert not [one for one in loaded if one.startswith("flask_security")]
    # What is needed with INTAKE_LIMITS_URL alone costs nobody else any memory.
    assert not [one for one in loaded if one.startswith(("redis", "valkey"))]


def test_its_memory_holds_neither_the_desk_key_nor_the_passphrase(sent):
    system, _receipt = sent
    _record, envelope = envelope_of(system)
    seed = load_keyring(system.settings.keys, PASSPHRASE).key_for(envelope).secret_seed()
    regions = memory_of(system.process("public"))
    found = [
        name for name, mark in (("key", seed), ("passphrase", PASSPHRASE.encode())) if any(mark in r for r in regions)
    ]
    assert not found
    # The same look at the desk finds its key, or it would prove nothing about the public door.
    desk = memory_of(system.process("worker"))
    assert not desk or any(seed in region for region in desk)


def test_its_memory_and_open_files_hold_no_key_of_the_search(sent):
    system, _receipt = sent
    key = bytes.fromhex(secret(system.settings.secrets / "search.key"))
    marks = (key, key.hex().encode())
    assert not [region for region in memory_of(system.process("public")) if any(mark in region for mark in marks)]
    assert not [one for one in open_files_of(system.process("public")) if "search" in one]
    desk = memory_of(system.process("worker"))
    assert not desk or any(key in region for region in desk)


def test_the_code_of_the_person_opens_their_receipt_but_not_the_submission(sent):
    system, receipt = sent
    code = receipt.text.split('class="code large"><bdi dir="ltr">')[1].split("<")[0]
    pepper = bytes.fromhex(secret(system.settings.secrets / "pepper.key"))
    own = derive(root_of(parse_code(code), pepper)).applicant
    record, envelope = envelope_of(system)
    with pytest.raises(CannotOpen):
        open_envelope(envelope, table="submission", record_id=record, private=own)


def test_its_database_role_can_add_a_submission_but_read_or_change_none(sent):
    system, _receipt = sent
    if system.settings.database_url.startswith("sqlite"):
        return  # SQLite has no roles: there the sealing alone keeps the answers closed.
    engine = create_engine(system.settings.public_database_url)
    attempts = [f"SELECT * FROM {table}" for table in FORBIDDEN]
    attempts += ["UPDATE submission SET locale = 'xx'", "DELETE FROM submission", "DELETE FROM submission_body"]
    attempts += ["UPDATE release SET title = 'x'", "DELETE FROM letter", "UPDATE letter SET kind = 'x'"]
    attempts += ["CREATE TABLE mine (id int)", "DROP TABLE draft"]
    for attempt in attempts:
        with engine.connect() as connection, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            connection.execute(text(attempt))
    engine.dispose()


def test_the_search_finds_a_mark_in_every_coding_and_nothing_where_none_is(tmp_path):
    """As `python -m tests.hiding` looks for a thousand people in many more places."""
    words, code = (MARK, "Žqvärkänd"), "1234 5678 9012 3456"
    sought, planted = Marks(words, [code]), tmp_path / "planted"
    for name, data in controls(words, code):
        planted.write_bytes(data)
        assert sought.are_in_file(planted), name
    planted.write_bytes(os.urandom(2**20) + b"1234 5678 9012 3457 Qzvarkan Qzvarkamd 2025550")
    assert not sought.are_in_file(planted)


def test_what_people_sent_lies_nowhere_but_in_an_export(sent):
    """The last test of this file: it sends more forms."""
    system, _receipt = sent
    codes = []
    for person in PEOPLE:
        browser = Keeping(system.public)
        codes.append(re.search(r'class="code large"><bdi dir="ltr">([^<]+)<', walk(browser, person).text)[1])
        press(browser, "/en/mine/message", {"text": f"{MARK} writes again."})
        assert browser.get("/en/mine/answers").status_code == 200
        assert set(browser.kept.values()) == {"no-store"}, browser.kept
    # Somebody who has not sent it yet: a draft with the same mark.
    walk(PlainBrowser(system.public), PEOPLE[0], until="check")
    wait_for(system.settings.database_url, 1 + len(PEOPLE))
    folder, told = system.log.parent, ""
    for name in ("exported", "backups"):
        (folder / name).mkdir()
    export = ("export", "--profile", "full", "--reason", "Looking for what lies where", "--to")
    commands = [(*export, str(folder / "exported" / "cases.csv"))]
    if system.settings.database_url.startswith("sqlite"):
        # On PostgreSQL a backup is for the owner of the tables; tests/backups takes it there.
        commands += [("backup", "keys"), ("backup", str(folder / "backups"), "--with-secrets")]
    for command in commands:
        said = system.command(*command)
        assert said.returncode == 0, said.stderr
        told += said.stdout + said.stderr
    assert len(commands) == 1 or list((folder / "backups").glob("*.intake-backup"))
    # The same look finds them where they belong, or it would prove nothing.
    assert all(Marks((word,)).are_in_file(folder / "exported" / "cases.csv") for word in (MARK, *PHONES))
    sought, looked = marks(codes), places(system)
    assert {"log", "public.json"} <= {one.name for one in looked}
    assert [str(one) for one in looked if one != folder / "passphrase" and sought.are_in_file(one)] == []
    assert not sought.are_within(told.encode())
    for part in PARTS:
        limits = Path(f"/proc/{system.process(part)}/limits").read_text()
        assert re.search(r"Max core file size +0 +0 ", limits), part
