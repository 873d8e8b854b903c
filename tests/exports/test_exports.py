"""Exports leave by allow-list, are safe in spreadsheets, and never without a trace."""

import csv
import datetime as dt
import io
import json
import stat

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from intake import exports
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import moving
from intake.casework.filters import Filters
from intake.db import transaction
from intake.publickeys import Purpose
from intake.unsealing import generate_pair
from tests import people
from tests.casework.many import fill

LATER = people.NOW + dt.timedelta(days=3)


def clock():
    return LATER


QUEUE, FULL = (exports.Choice.of(exports.named(name)) for name in ("queue-1", "full-1"))
KEY = bytes(range(32))


def export(engine, filters=Filters(), keyring=None, purpose="Report to a funder", choice=None, **rest):  # noqa: B008
    """The whole export: its bytes and its rows."""
    choice = choice or (FULL if keyring else QUEUE)
    given = {"actor": "staff:4", "purpose": purpose, "clock": clock, "keyring": keyring, "key": KEY} | rest
    data = b"".join(exports.stream(engine, filters, choice, **given))
    return data, list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def trace(engine):
    """Event, subject and details of all exports in the audit trail."""
    statement = select(AuditEvent.event, AuditEvent.subject, AuditEvent.details).order_by(AuditEvent.seq)
    with transaction(engine.execution_options(reads=True)) as session:
        rows = session.execute(statement.where(AuditEvent.event.like("export:%"))).all()
    return [(row.event, row.subject, json.loads(row.details)) for row in rows]


@pytest.fixture
def cases(engine, keys):
    """Four people's cases; Maryam's was contacted two days after she wrote."""
    staff = people.hire(engine)
    typed = {
        "contact": {"phone": "(202) 555-0123"},
        "dates": {"next_date.day": "١١", "next_date.month": "11", "next_date.year": "٢٠٢٦"},
    }
    ids = people.send(engine, keys, people.MARYAM, typed=typed)
    ids += people.send(engine, keys, people.JOAO, people.XIMENA, people.SAMI)
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, ids[0])
        at = people.NOW + dt.timedelta(days=2)
        casework.claim(session, case, staff.owner, 1, at)
        moving.change_status(session, case, staff.owner, 2, "contacting", None, at)
    return ids


def test_without_identities_nothing_names_a_person(engine, keys, cases):
    data, rows = export(engine)
    assert list(rows[0]) == [column.key for column in QUEUE.columns]
    assert len(rows) == 4
    maryam = next(row for row in rows if row["language"] == "ar")
    assert maryam == {
        "received_month": "2026-11",
        "state": "NY",
        "place_kind": "us",
        "held": "no",
        "age_band": "21-39",
        "language": "ar",
        "interpreter": "yes",
        "claims": "afraid; family_violence",
        "stages": "court",
        "income_band": "to_1000",
        "outcome": maryam["outcome"],
        "level": "1",
        "status": "contacting",
        "reason": "",
        "days_to_contact": "2",
    }
    shown = data.decode()
    for hidden in ("مريم", "João", "Ximena", "Mam", "2025550123", "example.org", "2026-11-11", "1990"):
        assert hidden not in shown
    with transaction(engine.execution_options(reads=True)) as session:
        references = session.scalars(text('SELECT reference FROM "case"')).all()
    assert not any(reference in shown for reference in references)


def test_with_identities_every_answer_has_its_column(engine, keys, cases):
    _, rows = export(engine, keyring=keys.keyring)
    maryam, ximena = (next(row for row in rows if row["call_name"].endswith(name)) for name in ("الخيالية", "Ximena"))
    assert rows[0] == maryam
    assert (maryam["owner"], maryam["status"], maryam["due_on"]) == (
        "Olivia Owner",
        "contacting",
        "2026-11-11",
    )
    assert (maryam["next_date"], maryam["next_date_typed"]) == ("2026-11-11", "١١ 11 ٢٠٢٦")
    assert (maryam["phone"], maryam["phone_typed"]) == ("'+12025550123", "(202) 555-0123")
    assert maryam["claims"] == "afraid; family_violence"
    assert ximena["call_name"] == "'=Ximena"
    assert ximena["anything_else"] == "'+1 is how I begin.\nPlease write, do not call."
    assert (ximena["language"], ximena["case_language"]) == ("other:Mam Todos Santos", "other")
    assert {row["record"] for row in rows} == {"opened"}
    assert (ximena["phone"], ximena["phone_typed"]) == ("", "")


def test_a_spreadsheet_reads_every_script(engine, keys, cases):
    data, _ = export(engine, keyring=keys.keyring)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert data.endswith(b"\r\n")
    assert "مريم الخيالية".encode() in data


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "\nx",
        "  =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "\u202e=1",
        "\u2066+1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\u2212" + "1",
        "\u3000＝1",
    ],
)
def test_no_cell_is_taken_for_a_formula(cell):
    assert exports.defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Maryam", "a=b", "1-2", "2026-11-02", "مريم", "'=1", "K7QF3-M2XTB", "5 - 3"])
def test_an_ordinary_cell_stays_as_it_is(cell):
    assert exports.defused(cell) == cell


def test_the_trail_tells_who_exported_what_and_how_much(engine, keys, cases):
    export(engine, Filters(level=1, language="ar", owner="nobody"), purpose=" Yearly\nreport ")
    export(engine, keyring=keys.keyring)
    first, end, second, last = trace(engine)
    assert first == (
        "export:started",
        "export:queue-1",
        {
            "profile": "queue-1",
            "identified": False,
            "format": "csv",
            "purpose": "Yearly report",
            "level": 1,
            "language": "ar",
            "owner": "nobody",
        },
    )
    assert end == ("export:finished", "export:queue-1", {"count": 0})
    assert second[2]["identified"] is True
    assert last == ("export:finished", "export:full-1", {"count": 4})


def test_the_start_is_in_the_trail_before_the_first_byte(engine):
    running = exports.stream(engine, Filters(), actor="cli", purpose="Backup", clock=clock)
    assert [event for event, _, _ in trace(engine)] == ["export:started"]
    running.close()
    assert [event for event, _, _ in trace(engine)] == ["export:started", "export:aborted"]
    running.close()
    assert len(trace(engine)) == 2


def test_a_reader_who_goes_away_is_in_the_trail_with_what_he_got(engine):
    fill(engine, 6000)
    running = exports.stream(engine, Filters(), actor="cli", purpose="Backup", clock=clock)
    heading, block = next(running), next(running)
    running.close()
    assert heading.count(b"\r\n") == 1
    assert trace(engine)[-1] == ("export:aborted", "export:queue-1", {"count": block.count(b"\r\n")})


def test_without_a_trace_nothing_leaves(engine):
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event RENAME TO audit_event_away"))
    with pytest.raises(DBAPIError):
        exports.stream(engine, Filters(), actor="cli", purpose="Backup", clock=clock)


@pytest.mark.parametrize("purpose", ["", " \n", "x" * 501])
def test_an_export_needs_a_reason(engine, purpose):
    with pytest.raises(exports.NoPurpose):
        export(engine, purpose=purpose)
    assert trace(engine) == []


def test_the_filters_of_the_queue_choose_the_rows(engine):
    fill(engine, 800)
    _, some = export(engine, Filters(status="closed", state="CA"))
    assert {(row["status"], row["state"]) for row in some} == {("closed", "CA")}
    _, every_open = export(engine)
    _, every_closed = export(engine, Filters(closed=True))
    assert len(every_open) + len(every_closed) == 800


def test_a_case_that_cannot_be_opened_is_listed_and_stops_nothing(engine, keys, cases):
    stranger = generate_pair(Purpose.DESK)
    wrong = type(keys.keyring)([stranger])
    _, rows = export(engine, keyring=wrong)
    assert len(rows) == 4
    assert {(row["record"], row["call_name"]) for row in rows} == {("not_opened", "")}


def test_the_command_line_writes_a_private_file_whole_or_not_at_all(engine, keys, cases, tmp_path):
    path = tmp_path / "cases.csv"
    arguments = {"actor": "cli", "purpose": "Backup", "clock": clock}
    assert exports.run_to_file(engine, Filters(), path, **arguments) == 4
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == export(engine)[0]
    with pytest.raises(FileExistsError):
        exports.run_to_file(engine, Filters(), path, **arguments)
    with pytest.raises(exports.NoPurpose):
        exports.run_to_file(engine, Filters(), tmp_path / "none.csv", actor="cli", purpose="", clock=clock)
    assert not (tmp_path / "none.csv").exists()
