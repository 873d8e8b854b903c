"""Cells of a file: values as text, and text that no spreadsheet takes for a formula."""

import csv
import datetime as dt
import io
import re
import string
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

# What a row holds: text, a whole number, several texts, or nothing.
Cell: TypeAlias = str | int | list[str] | None
Row: TypeAlias = Sequence[Cell]

# An operator, plain or full-width, also behind spaces and invisible marks; or a control character in front.
_FORMULA = re.compile(
    "[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
    "[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]"
    "|[\t\r\n]"
)
_HARMLESS_FIRST: Final = frozenset(("", *string.ascii_letters, *string.digits))
# Bytes that codes, months and bands are made of; a block of nothing else needs no look at each cell, unless a cell
# begins with one of the last three.
_OF_CODES: Final = (string.ascii_letters + string.digits + "_;:./,\n-+ ").encode()
_BEGINS: Final = tuple(mark + first for mark in (b",", b"\n") for first in (b"-", b"+", b" "))


def text_of(value: object) -> str:
    """A value as a cell: lists joined by "; ", yes and no as words, times in ISO 8601, nothing as nothing."""
    # By far the most, so looked for first.
    if value.__class__ is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join([one if one.__class__ is str else text_of(one) for one in value])
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def defused(cell: str) -> str:
    """The cell, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def csv_block(rows: Iterable[Row]) -> bytes:
    """Rows as lines of a CSV file by RFC 4180, in UTF-8, each cell defused."""
    out = io.StringIO(newline="")
    # Most cells of a wide file are empty or begin with a letter: for those not even a call.
    safe = (
        [
            cell if cell is None or (cell.__class__ is str and cell[:1] in _HARMLESS_FIRST) else _safe(cell)
            for cell in row
        ]
        for row in rows
    )
    csv.writer(out, lineterminator="\r\n").writerows(safe)
    # A half of a character, from a phone that cut a text, must not stop the file.
    return out.getvalue().encode("utf-8", "replace")


def plain_block(rows: Sequence[Row]) -> bytes:
    """As `csv_block`, for rows of text, whole numbers and nothing: several times as fast where all of it is codes."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    said = out.getvalue()
    # Not every Python puts quotation marks around a carriage return that does not end the line.
    return csv_block(rows) if "\r" in said else guarded(said.encode("utf-8", "replace"))


def _safe(cell: Cell) -> str:
    text = text_of(cell)
    return text if text[:1] in _HARMLESS_FIRST else defused(text)


def guarded(lines: bytes) -> bytes:
    """Lines of CSV with line feeds, as an engine wrote them, as `csv_block` writes them: every cell looked at.

    A block that holds nothing but codes passes at the speed of memory.
    """
    if not lines.translate(None, _OF_CODES) and not lines.startswith((b"-", b"+", b" ")):  # noqa: SIM102 -- in steps
        if not any(begin in lines for begin in _BEGINS):
            return lines.replace(b"\n", b"\r\n")
    return csv_block(csv.reader(io.StringIO(lines.decode(), newline="")))
