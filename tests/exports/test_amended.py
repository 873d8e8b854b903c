"""Exports give the answers as the applicant changed them later."""

import csv
import io

from intake import exports
from intake.casework.filters import Filters
from intake.incoming import Kind
from tests import people
from tests.casework import later


def test_an_export_with_identities_has_the_changed_answers(engine, keys):
    joao = later.admitted(engine, keys, people.JOAO)
    later.admitted(engine, keys, people.MARYAM)
    change = {"answers": {"next_date": "2026-12-24"}, "removed": [], "typed": {"next_date.day": "24"}}
    later.write(engine, keys, joao, Kind.DATES, change)
    later.write(engine, keys, joao, Kind.CONTACT, later.new_dates(email="new@example.org"))
    later.hear(engine, keys)
    blocks = exports.stream(
        engine,
        Filters(),
        exports.Choice.of(exports.named("full-1")),
        actor="staff:1",
        purpose="A check",
        clock=lambda: people.NOW,
        keyring=keys.keyring,
        key=bytes(32),
    )
    rows = list(csv.DictReader(io.StringIO(b"".join(blocks).decode("utf-8-sig"))))
    found = {row["call_name"]: row for row in rows}
    changed = found[people.JOAO["call_name"]]
    assert (changed["next_date"], changed["next_date_typed"], changed["email"]) == (
        "2026-12-24",
        "24",
        "new@example.org",
    )
    assert found[people.MARYAM["call_name"]]["next_date"] == people.MARYAM["next_date"]
