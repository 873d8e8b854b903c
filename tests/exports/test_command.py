"""The command that writes cases to a file: its options, and the sentences with which it refuses."""

import csv
import io
import json
import os
import stat

import pytest
from sqlalchemy import select

from intake import exports
from intake.audit import AuditEvent
from intake.cli import main
from intake.db import transaction
from tests import people
from tests.casework.many import fill

PEOPLE = (people.MARYAM, people.JOAO, people.XIMENA, people.SAMI)


@pytest.fixture
def run(engine, settings, capsys, tmp_path, monkeypatch):
    """An export by command: its exit code, what it said, and the bytes of the file."""

    monkeypatch.setenv("INTAKE_PASSPHRASE_FILE", str(settings.passphrase_file))

    def command(*words: str, name: str = "cases.out") -> tuple[int, str, bytes]:
        path = tmp_path / name
        place = ("--data", str(settings.data), "--database-url", settings.database_url)
        code = main(["export", "--to", str(path), "--reason", "A check", *words, *place])
        said = capsys.readouterr()
        return code, said.out + said.err, path.read_bytes() if path.exists() else b""

    return command


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_columns_format_and_filters_are_options(run, engine):
    fill(engine, 200)
    picked = ("--profile", "queue-1", "--columns", "status,level", "--format", "jsonl", "--all", "--language", "ar")
    code, said, data = run(*picked)
    lines = [json.loads(line) for line in data.decode().splitlines()]
    assert code == 0 and f"{len(lines)} cases written" in said and "without identities" in said
    assert {tuple(line) for line in lines} == {("level", "status")} and len(lines) == 40
    _, _, closed = run("--closed", name="closed.csv")
    _, _, opened = run("--interpreter", name="open.csv")
    assert {row["status"] for row in rows_of(closed)}.isdisjoint({row["status"] for row in rows_of(opened)})
    assert {row["interpreter"] for row in rows_of(opened)} == {"yes"}
    with transaction(engine) as session:
        said = session.scalars(select(AuditEvent.details).where(AuditEvent.event == "export:started")).first()
    assert json.loads(said) | {"status": []} == {
        **{"profile": "queue-1", "identified": False, "format": "jsonl", "purpose": "A check"},
        **{"language": "ar", "columns": ["level", "status"], "status": []},
    }


def test_answers_are_opened_with_the_passphrase_and_the_file_is_its_owners_alone(run, engine, keys, tmp_path):
    people.send(engine, keys, *PEOPLE)
    people.admit_all(engine, keys)
    code, said, data = run("--identities", name="full.csv")
    assert code == 0 and "with identities" in said and len(rows_of(data)) == 4 and "مريم الخيالية".encode() in data
    assert stat.S_IMODE((tmp_path / "full.csv").stat().st_mode) == 0o600
    words = tmp_path / "words"
    words.write_text("a passphrase for the file\n")
    code, _, closed = run("--identities", "--to-passphrase-file", str(words), name="full.csv.age")
    assert code == 0 and closed.startswith(b"age-encryption.org/v1\n-> scrypt ") and "مريم".encode() not in closed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--profile", "nothing"), "There is no export profile of this name."),
        (("--columns", "call_name"), "The profile queue-1 has no column call_name."),
        (("--columns", "status,,"), "The profile queue-1 has no column"),
        (("--to-recipient", "age1nonsense"), "This is not an age recipient"),
        (("--to-passphrase-file", os.devnull), "at least 12 characters"),
        (("--until", "tomorrow"), "--until does not have a value that the queue knows."),
        (("--status", "new,gone"), "--status does not have a value that the queue knows."),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_leaves_no_file(run, words, sentence):
    code, said, data = run(*words)
    assert code != 0 and sentence in said and data == b"" and "Traceback" not in said


def test_the_first_and_the_last_day_are_those_of_the_organisation(run, engine, keys):
    late = people.NOW.replace(day=3, hour=4, minute=30)  # half past eleven in the evening in New York
    with transaction(engine) as session:
        for moment in (people.NOW, late, late.replace(hour=5)):
            people.submitted(session, keys, people.JOAO, now=moment)
    people.admit_all(engine, keys)
    for number, (words, count) in enumerate(
        (
            (("--until", "2026-11-02"), 2),
            (("--since", "2026-11-03"), 1),
            (("--since", "2026-11-02", "--until", "2026-11-02"), 2),
            (("--until", "2026-11-01"), 0),
        )
    ):
        assert len(rows_of(run(*words, name=f"{number}.csv")[2])) == count


def test_the_id_of_a_person_is_stable_and_nobody_finds_them_without_the_key(run, engine, keys, settings):
    people.send(engine, keys, *PEOPLE)
    people.admit_all(engine, keys)
    _, _, first = run("--profile", "hand_over", "--all", name="first.csv")
    _, _, later = run("--profile", "full", "--all", "--format", "jsonl", name="later.jsonl")
    ids = [{row["person"] for row in rows_of(first)}, {json.loads(line)["person"] for line in later.splitlines()}]
    assert ids[0] == ids[1] and len(ids[0]) == 4 and {len(one) for one in ids[0]} == {exports.people.LENGTH}
    path = settings.secrets / "exports.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = exports.key_of(settings)
    with transaction(engine) as session:
        cases = session.scalars(select(exports.reading.Case.id)).all()
    assert {exports.person_id(key, one) for one in cases} == ids[0]
    assert {exports.person_id(bytes(32), one) for one in cases}.isdisjoint(ids[0])
    path.unlink()
    _, _, other = run("--profile", "hand_over", "--all", name="other.csv")
    assert {row["person"] for row in rows_of(other)}.isdisjoint(ids[0])
