"""The keys by command: what each does, and a sentence for each mistake."""

import re

from intake.keyring import counting
from intake.unsealing import load_keyring
from tests import people
from tests.keyring.filling import everything
from tests.keyring.installing import events

PAPER = re.compile(r"^[1-4]:  .*$", re.M)
NEW_PASSPHRASE = "a new fictional passphrase"


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
