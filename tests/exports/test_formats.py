"""What is written is what other programs read, cell by cell."""

import csv
import io
import json
import shutil
import subprocess

import pandas
import pytest
from openpyxl.utils.escape import unescape

from intake import exports
from intake.exports import Column, Format

COLUMNS = (Column("text", "case:status"), Column("days", "case:level", number=True), Column("many", "x:y", many=True))
TEXTS = (
    *("مريم الخيالية", "ስም አማርኛ", "王小明", "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "a\nb", 'say "x"', "a,b", " edge "),
    *("\u202eabc\u2069", "x" * 300, "<b>&amp;", "_x0041_", "", "00123", "2026-11-02", "1e5"),
)
ROWS = [[text, number, ["a", "b"] if number % 2 else []] for number, text in enumerate(TEXTS)]
NEEDS_OFFICE = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="the Debian package `libreoffice-calc-nogui` is not installed"
)


@NEEDS_OFFICE
@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
def test_libreoffice_reads_every_cell_as_it_was(tmp_path, form):
    (tmp_path / f"cases.{form}").write_bytes(b"".join(exports.write(ROWS, form, COLUMNS)))
    # Comma, quotation mark, UTF-8; every column of a CSV as text; cells as stored, not as shown.
    reading = ["--infilter=CSV:44,34,76,1,1/2/2/2/3/2"] if form is Format.CSV else []
    writing = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"
    done = subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", *reading),
            *("--convert-to", writing, "--outdir", str(tmp_path / "read"), str(tmp_path / f"cases.{form}")),
        ],
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0
    said = (tmp_path / "read" / "cases.csv").read_text("utf-8-sig")
    found = list(csv.reader(io.StringIO(said, newline="")))
    guard = exports.defused if form is Format.CSV else str
    assert found[0] == ["text", "days", "many"]
    assert [row[0] for row in found[1:]] == [guard(text) for text in TEXTS]
    assert [row[1:] for row in found[1:]] == [[str(row[1]), "; ".join(row[2])] for row in ROWS]


@pytest.mark.parametrize("form", list(Format))
def test_pandas_reads_every_cell_as_it_was(form):
    file = io.BytesIO(b"".join(exports.write(ROWS, form, COLUMNS)))
    words = {"dtype": {"text": str, "many": str}, "keep_default_na": False}
    if form is Format.JSONL:
        frame = pandas.read_json(file, lines=True, dtype=False, convert_dates=False)
    elif form is Format.XLSX:
        frame = pandas.read_excel(file, **words)
    else:
        frame = pandas.read_csv(file, encoding="utf-8-sig", **words)
    guard = exports.defused if form is Format.CSV else str
    assert list(frame.columns) == ["text", "days", "many"]
    # Excel and LibreOffice take the file format's own escape of `_x0041_` back; the reader of pandas leaves it to us.
    assert [unescape(text) if form is Format.XLSX else text for text in frame["text"]] == [guard(one) for one in TEXTS]
    assert list(frame["days"]) == [row[1] for row in ROWS] and frame["days"].dtype.kind == "i"
    joined = [row[2] if form is Format.JSONL else "; ".join(row[2]) for row in ROWS]
    assert list(frame["many"]) == joined


def test_json_lines_keep_lists_and_numbers():
    lines = b"".join(exports.write(ROWS, Format.JSONL, COLUMNS)).decode().split("\n")
    assert [json.loads(line) for line in lines[:-1]] == [
        {"text": text, "days": days, "many": many} for text, days, many in ROWS
    ]


def test_a_csv_file_says_utf_8_and_has_rows_of_one_length():
    data = b"".join(exports.write(ROWS, Format.CSV, COLUMNS))
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    assert {len(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))} == {3}
