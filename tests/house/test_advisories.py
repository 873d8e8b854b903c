"""Known vulnerabilities are found for the versions of the locks, from an export that somebody brings."""

import json
import zipfile

import pytest

from tests import advisories

PINS = [("flask", "3.1.2"), ("ordered-set", "4.1.0")]


def record(name="flask", ecosystem="PyPI", events=(), versions=(), number="PYSEC-2026-1", **more):
    affected = {"package": {"ecosystem": ecosystem, "name": name}, "versions": list(versions)}
    affected["ranges"] = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    return {"id": number, "modified": "2026-11-01T00:00:00Z", "summary": "Fictional", "affected": [affected], **more}


@pytest.mark.parametrize(
    ("one", "is_found"),
    [
        (record(versions=["3.1.2"]), True),
        (record(versions=["3.1.02"]), True),
        (record(versions=["3.1.1"]), False),
        (record("Flask", versions=["3.1.2"]), True),
        (record("Ordered_Set", versions=["4.1"]), True),
        (record(ecosystem="npm", versions=["3.1.2"]), False),
        (record(events=[{"introduced": "0"}]), True),
        (record(events=[{"introduced": "0"}, {"fixed": "3.1.2"}]), False),
        (record(events=[{"introduced": "0"}, {"fixed": "3.1.10"}]), True),
        (record(events=[{"introduced": "3.2"}, {"fixed": "3.3"}]), False),
        (record(events=[{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.1"}, {"fixed": "3.1.3"}]), True),
        (record(events=[{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.1.3"}]), False),
        (record(events=[{"introduced": "3.0"}, {"last_affected": "3.1.2"}]), True),
        (record(events=[{"introduced": "3.0"}, {"last_affected": "3.1.1"}]), False),
        (record(events=[{"introduced": "1"}, {"last_affected": "2"}, {"introduced": "3"}]), True),
        (record(events=[{"introduced": "what is this"}]), True),
    ],
)
def test_a_record_is_about_a_version_or_not(one, is_found):
    assert bool(list(advisories.matches(PINS, [one]))) is is_found


def test_the_locks_are_compared_with_a_folder_and_with_a_zip(tmp_path, capsys):
    [name, version] = advisories._PIN.findall((advisories.ROOT / advisories.LOCKS[0]).read_text())[0]
    folder = tmp_path / "osv"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(record("nobody", versions=["1"])))
    (folder / "b.json").write_text(json.dumps(record(name, versions=[version], withdrawn="2026-11-02T00:00:00Z")))
    assert advisories.main([str(folder)]) == 0
    assert "1 records, the newest of 2026-11-01: none" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("c.json", json.dumps(record(name, versions=[version])))
    assert advisories.main([str(tmp_path / "all.zip")]) == 1
    assert f"requirements.lock: {name} {version}: PYSEC-2026-1 Fictional" in capsys.readouterr().out


@pytest.mark.parametrize(("content", "words"), [(None, "no OSV record"), ("x", "no JSON"), ("[]", "no OSV record")])
def test_what_is_no_export_is_refused_in_a_sentence(tmp_path, capsys, content, words):
    if content is not None:
        (tmp_path / "a.json").write_text(content)
    assert advisories.main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1


def test_a_file_that_is_no_zip_is_refused_in_a_sentence(tmp_path, capsys):
    (tmp_path / "x").write_text("x")
    assert advisories.main([str(tmp_path / "x")]) == 2 and "neither a folder nor a ZIP" in capsys.readouterr().err
