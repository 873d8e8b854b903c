"""The keys by command, as processes: a run that is killed at once goes on, and each mistake gets a sentence."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from intake import migrating
from intake.audit import AuditEvent
from intake.db import make_engine, transaction
from intake.keyring import counting, rewrapping
from intake.keyring.sealed import PLACES
from intake.publickeys import Purpose, read_public_keys
from intake.recoverypaper import from_recovery_text
from intake.sealing import recipients_of
from intake.unsealing import Keyring, load_keyring
from tests import people
from tests.conftest import PASSPHRASE
from tests.keyring.filling import everything, fill

ROOT = Path(__file__).resolve().parents[2]
MORE = 120
PAPER = re.compile(r"^[1-4]:  .*$", re.M)
NEW_PASSPHRASE = "a new fictional passphrase"


class Installation:
    """An installed database with one envelope of every kind, and the commands on it."""

    def __init__(self, url, own, passphrase) -> None:
        self.own, self.url = own, url
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "INTAKE_DATA": str(own.folder.parent),
            "INTAKE_DATABASE_URL": url,
            "INTAKE_PASSPHRASE_FILE": str(passphrase),
        }

    def start(self, *words: str, **more) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "intake", "keys", *words],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def run(self, *words: str, typed: str = "") -> tuple[int, str]:
        running = self.start(*words)
        out, err = running.communicate(typed, timeout=120)
        assert "Traceback" not in err, err
        return running.returncode, out + err

    @property
    def public(self):
        return read_public_keys(self.own.folder / "public.json")


@pytest.fixture
def installed(database_url, own, tmp_path):
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    staff = people.hire(engine)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    made = Installation(database_url, own, passphrase)
    made.engine, made.staff, made.number = engine, staff, fill(engine, own, staff)
    yield made
    engine.dispose()


def lists(engine):
    with transaction(engine) as session:
        found = [one for place in PLACES for one in session.scalars(select(place.envelope)) if one is not None]
    return {recipients_of(one) for one in found}


def events(engine):
    with transaction(engine) as session:
        return list(session.scalars(select(AuditEvent.event).where(AuditEvent.subject == "keys")))


def test_a_run_that_is_killed_at_once_goes_on_and_everything_opens(installed):
    people.send(installed.engine, installed.own, *[people.XIMENA] * MORE)
    people.admit_all(installed.engine, installed.own)
    people.clear_conflicts(installed.engine)
    total = installed.number + MORE
    before = everything(installed.engine, installed.own.keyring, installed.staff)
    code, said = installed.run("rotate")
    assert code == 0 and len(PAPER.findall(said)) == 4
    running = installed.start("rewrap", "--at-a-time", "1")
    deadline = time.monotonic() + 60
    while (done := progress(installed.engine)) < 20:
        assert running.poll() is None and time.monotonic() < deadline, done
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    broken = progress(installed.engine)
    assert 20 <= broken < total
    old = installed.own.keyring.kids[0]
    code, told = installed.run("retire", old)
    assert code == 2 and "envelopes are still closed to this key" in told
    code, told = installed.run("rewrap")
    assert code == 0 and f"rewrap: {broken} of {total}\n" in told and f"rewrap: {total} of {total}\n" in told
    assert told.endswith("Everything is closed to the present keys.\n")
    assert lists(installed.engine) == {tuple(key.kid for key in installed.public.recipients())}
    (desk,) = installed.public.active([Purpose.DESK])
    alone = Keyring([key for key in load_keyring(installed.own.folder, PASSPHRASE).held() if key.kid == desk.kid])
    assert everything(installed.engine, alone, installed.staff) == before
    paper = from_recovery_text("\n".join(PAPER.findall(said)))
    assert everything(installed.engine, Keyring([paper]), installed.staff) == before
    assert installed.run("rewrap") == (0, "Everything is closed to the present keys.\n")
    assert events(installed.engine) == ["keys:rotated", "keys:rotated", "keys:rewrapped"]


def progress(engine) -> int:
    with transaction(engine.execution_options(reads=True)) as session:
        run = rewrapping.latest(session)
        return run.done if run is not None else 0


def test_an_older_key_is_retired_and_destroyed_only_when_its_time_is_over(installed):
    old = installed.own.keyring.kids[0]
    assert installed.run("retire", old)[1] == (
        "This key receives new records. Make another first: `python -m intake keys rotate`.\n"
    )
    assert "no paper" not in installed.run("rotate", "--only", "desk")[1]
    installed.run("rewrap")
    assert installed.run("retire", old[:8])[0] == 0
    assert f"{old}  desk      retired" in installed.run("list")[1]
    code, said = installed.run("destroy", old)
    assert code == 2 and f"add: --confirm {old}" in said
    code, said = installed.run("destroy", old[:8], "--confirm", old)
    assert code == 2 and "Backups are kept for 30 days" in said
    listed = installed.own.folder / "public.json"
    listed.write_text(re.sub(r'"retired_on": "[0-9-]+"', '"retired_on": "2026-01-02"', listed.read_text()))
    assert "is destroyed" in installed.run("destroy", old[:8], "--confirm", old)[1]
    assert not list(installed.own.folder.rglob(f"{old}.key"))
    said = installed.run("list", "--count")[1]
    assert f"{old}  desk      destroyed" in said and said.count(f"{installed.number:>9,}") == 2
    assert events(installed.engine) == ["keys:rotated", "keys:rewrapped", "keys:retired", "keys:destroyed"]


def test_a_lost_passphrase_is_replaced_with_the_paper(installed, tmp_path):
    before = everything(installed.engine, installed.own.keyring, installed.staff)
    new = tmp_path / "new-passphrase"
    new.write_text(NEW_PASSPHRASE)
    given = ("--paper-file", "-", "--passphrase-file", str(new))
    lines = installed.own.recovery_text.splitlines()
    code, said = installed.run("recover", *given, typed="\n".join([*lines[:3], "4: 0000 0000 0000 0000"]))
    assert code == 2 and "Line 4 is not right" in said
    code, said = installed.run("recover", "--paper-file", "-", typed=installed.own.recovery_text)
    assert code == 2 and "nobody to ask for a passphrase" in said
    code, said = installed.run("recover", *given, typed=installed.own.recovery_text)
    assert code == 0 and f"rewrap: {installed.number} of {installed.number}" in said
    assert not PAPER.findall(said)
    ring = load_keyring(installed.own.folder, NEW_PASSPHRASE)
    assert everything(installed.engine, ring, installed.staff) == before
    assert events(installed.engine) == ["keys:recovered", "keys:rewrapped"]


def test_the_drill_tries_the_paper_and_keeps_the_day_alone(installed):
    files = {path: path.read_bytes() for path in installed.own.folder.rglob("*") if path.is_file()}
    code, said = installed.run("drill", "--paper-file", "-", typed=installed.own.recovery_text.lower())
    assert code == 0 and "The paper opens what is sealed today." in said
    assert events(installed.engine) == ["keys:drilled"]
    wrong = installed.own.recovery_text.replace("2:  ", "2:  Z", 1)
    code, said = installed.run("drill", "--paper-file", "-", typed=wrong)
    assert code == 2 and said.startswith("Line 2 ")
    assert installed.run("drill")[1].startswith("There is nobody to ask for the recovery key")
    assert events(installed.engine) == ["keys:drilled"]
    assert files == {path: path.read_bytes() for path in installed.own.folder.rglob("*") if path.is_file()}


def test_what_nobody_at_hand_can_open_ends_with_a_sentence_and_a_code(installed):
    people.send(installed.engine, installed.own, people.SAMI)
    for path in (installed.own.folder / "private").glob("*.key"):
        path.unlink()
    code, said = installed.run("rotate", "--only", "desk")
    assert code == 2 and "There is no private key" in said
    assert counting.count(installed.engine, people.NOW)


def test_the_commands_ask_for_a_database_of_this_version(installed):
    installed.environ["INTAKE_DATABASE_URL"] = f"sqlite:///{installed.own.folder.parent / 'none.db'}"
    for words in (("rotate",), ("rewrap",), ("retire", "0" * 8), ("drill", "--paper-file", "-")):
        code, said = installed.run(*words)
        assert code == 2 and "db upgrade" in said
