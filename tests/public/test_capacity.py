"""`capacity`: what it promises to tell is told, and what was acknowledged is there."""

import json

import pytest

from intake.capacity import measuring
from intake.cli import main
from intake.db import make_engine


def test_what_the_machine_bears_is_told_as_a_table_and_as_data(tmp_path, capsys, monkeypatch):
    for name, few in (
        ("CLIENTS", 1),
        ("DRAFTS", 1),
        ("THREADS", 2),
        ("SHARES", (0.5,)),
        ("FILLS_IN", 1.0),
        ("THINK_SECONDS", 0.0),
    ):
        monkeypatch.setattr(measuring, name, few)
    kept = tmp_path / "figures.json"
    assert main(["capacity", "--seconds", "2", "--usual", "360", "--json", str(kept)]) == 0
    shown = capsys.readouterr().out
    told = json.loads(kept.read_text())
    assert set(told["rates"]) == {"release", "same", "step", "journey"}
    assert all(one["most"] > 0 and one["limit"] in shown for one in told["rates"].values())
    assert set(told["spike"]["parts"]) == {"before", "burst", "after"}
    assert all(one["failed"] == 0 for part in told["spike"]["parts"].values() for one in part.values())
    assert sum(part["send"]["count"] for part in told["spike"]["parts"].values()) > 0
    assert told["acknowledged"] == told["stored"] > 0 and told["unfinished"] == 0
    assert f"Forms acknowledged: {told['stored']}; in the database: {told['stored']}." in shown
    assert {"processors", "fsync_ms", "load_before", "python", "system"} <= set(told["machine"])


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_database_that_holds_something_is_left_alone(database_url, engine, capsys):
    shown = make_engine(database_url).url.render_as_string(hide_password=False)
    assert main(["capacity", "--database", shown]) == 2
    assert "Give an empty one" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--seconds", "1"], ["--seconds", "soon"], ["--usual", "0"], ["--database", "sqlite:////tmp/x.db"]]
)
def test_what_makes_no_sense_is_refused_in_a_sentence(words, capsys):
    assert main(["capacity", *words]) == 2
    assert words[0] in capsys.readouterr().err
