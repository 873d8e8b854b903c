"""The formats of a file: rows as bytes, block by block, and the blocks as one file."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import NamedTuple, TypeAlias

from .cells import Cell, Row, csv_block
from .profiles import Column
from .xlsx import Rows, workbook

BLOCK = 1_000
# Pairs of a word and what there is to say about a file, given the number of its rows.
About: TypeAlias = Callable[[int], Iterable[tuple[str, str]]]


class Format(StrEnum):
    """How a file is written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"

    @property
    def mimetype(self) -> str:
        """What a browser is told."""
        return _TYPES[self]


_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSONL: "application/jsonl",
}


class Block(NamedTuple):
    """Some rows as bytes of one format."""

    rows: int
    data: bytes


def encoder(form: Format, columns: Sequence[Column]) -> Callable[[Sequence[Row]], bytes]:
    """What turns rows, one cell for each of `columns`, into the bytes of a block; the same wherever it stands."""
    if form is Format.CSV:
        return csv_block
    if form is Format.XLSX:
        return Rows([column.number for column in columns])
    return _Lines(columns)


class _Lines:
    """Rows as lines of JSON: lists are arrays, numbers are numbers, what is not known is null."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._keys = [column.title for column in columns]
        self._several = [number for number, column in enumerate(columns) if column.many]
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def __call__(self, rows: Sequence[Row]) -> bytes:
        lines = (self._encode(dict(zip(self._keys, self._parted(row), strict=True))) for row in rows)
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")

    def _parted(self, row: Row) -> Sequence[Cell]:
        cells = list(row)
        for number in self._several:
            cell = cells[number]
            # The database joins the codes of a list; no code holds a semicolon.
            cells[number] = (cell.split("; ") if cell else []) if isinstance(cell, str) else cell or []
        return cells


def assembled(
    form: Format, columns: Sequence[Column], blocks: Iterable[Block], about: About, *, begun: bool = False
) -> Generator[bytes, None, None]:
    """A whole file made of `blocks`, or the rest of one that was `begun`, which no workbook can be.

    Bounded memory; `about` is asked after the last block and stands in a workbook.
    """
    titles = [column.title for column in columns]
    if form is Format.XLSX:
        count = 0

        def counted() -> Iterator[Block]:
            nonlocal count
            for block in blocks:
                count += block.rows
                yield block

        def last() -> Iterator[tuple[str, str]]:
            yield from about(count)

        yield from workbook(titles, counted(), last())
        return
    if form is Format.CSV and not begun:
        yield b"\xef\xbb\xbf" + csv_block([titles])
    for block in blocks:
        yield block.data


def write(
    rows: Iterable[Row], form: Format, columns: Sequence[Column], about: About = lambda count: ()
) -> Iterator[bytes]:
    """Any rows as a file, with one cell for each of `columns`: CSV (UTF-8 with BOM, CRLF), XLSX or JSON Lines."""
    encode = encoder(form, columns)
    source = iter(rows)

    def blocks() -> Iterator[Block]:
        while some := list(islice(source, BLOCK)):
            yield Block(len(some), encode(some))

    return assembled(form, columns, blocks(), about)
