"""From a bare Python to the project's own environment, or one sentence that says what is missing."""

import importlib.util

import pytest

from intake import bootstrap
from intake.__main__ import refusal


def test_an_old_python_is_told_which_one_is_needed():
    assert refusal((3, 9, 2)) == "This needs Python 3.11 or newer; this is 3.9."
    assert refusal((2, 7, 18)) == "This needs Python 3.11 or newer; this is 2.7."
    assert refusal((3, 11, 0)) is None and refusal((4, 0, 0)) is None


def test_an_environment_is_made_once_and_again_when_the_lock_changes(tmp_path, capsys):
    lock, environment = tmp_path / "requirements.lock", tmp_path / ".venv"
    lock.write_text("# nothing is needed\n")
    python = bootstrap.prepare(lock, environment)
    assert python.exists() and bootstrap.is_current(lock, environment)
    capsys.readouterr()
    assert bootstrap.prepare(lock, environment) == python
    assert capsys.readouterr().err == "", "a current environment is left alone"
    lock.write_text("# still nothing\n")
    assert not bootstrap.is_current(lock, environment)
    bootstrap.prepare(lock, environment)
    assert bootstrap.is_current(lock, environment)


def test_without_a_network_there_is_one_sentence_and_no_stamp(tmp_path, monkeypatch):
    lock, environment = tmp_path / "requirements.lock", tmp_path / ".venv"
    lock.write_text(f"a-package-that-is-nowhere==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(bootstrap.SetupError, match="check the network"):
        bootstrap.prepare(lock, environment)
    assert not bootstrap.is_current(lock, environment)


def test_a_python_without_venv_is_told_how_to_get_it(tmp_path, monkeypatch):
    found = importlib.util.find_spec

    def without_ensurepip(name, package=None):
        return None if name == "ensurepip" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_ensurepip)
    lock = tmp_path / "requirements.lock"
    lock.write_text("")
    with pytest.raises(bootstrap.SetupError, match="apt install python3-venv"):
        bootstrap.prepare(lock, tmp_path / ".venv")


def test_a_folder_that_cannot_hold_an_environment_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    lock = tmp_path / "requirements.lock"
    lock.write_text("")
    with pytest.raises(bootstrap.SetupError, match="cannot be made"):
        bootstrap.prepare(lock, tmp_path / "file" / ".venv")
