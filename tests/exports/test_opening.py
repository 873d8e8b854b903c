"""Many envelopes are opened in processes of their own: the same file, the same order, and nothing is left running."""

import multiprocessing

import pytest

from intake import exports
from intake.casework.filters import Filters
from intake.exports import Choice, Format, opening
from intake.publickeys import Purpose
from intake.unsealing import Keyring, generate_pair
from tests import people
from tests.exports.asking import LATER

COUNT = 12


@pytest.fixture
def cases(engine, keys, monkeypatch):
    """So few in a block, and here at first, that some of them are opened elsewhere."""
    monkeypatch.setattr(opening, "BLOCK", 1)
    monkeypatch.setattr(opening, "HERE", 4)
    people.send(engine, keys, *[people.MARYAM | {"call_name": f"Person {number}"} for number in range(COUNT)])
    people.admit_all(engine, keys)


def begun(engine, keyring, form, processes):
    return exports.stream(
        *(engine, Filters(), Choice.of(exports.named("full-1")), form),
        **{"actor": "cli", "purpose": "A check", "clock": lambda: LATER, "keyring": keyring, "key": bytes(32)},
        processes=processes,
    )


@pytest.mark.parametrize("form", [Format.CSV, Format.JSONL])
def test_two_processes_make_the_same_file_as_one(engine, keys, cases, form):
    alone, together = (b"".join(begun(engine, keys.keyring, form, count)) for count in (1, 2))
    assert together == alone and together.count(b"Person ") >= COUNT
    assert multiprocessing.active_children() == []


def test_what_does_not_open_elsewhere_is_listed_as_it_is_here(engine, keys, cases):
    stranger = Keyring([generate_pair(Purpose.DESK)])
    alone, together = (b"".join(begun(engine, stranger, Format.CSV, count)) for count in (1, 2))
    assert together == alone and together.count(b"not_opened") == COUNT


def test_a_reader_who_goes_away_leaves_no_process_behind(engine, keys, cases):
    export = begun(engine, keys.keyring, Format.CSV, 2)
    for _ in range(opening.HERE + 3):
        next(export)
    assert multiprocessing.active_children()
    export.close()
    assert multiprocessing.active_children() == []
