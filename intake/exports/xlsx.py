"""A workbook while it is written: never on a disk, never whole in memory.

The usual libraries keep a sheet in a temporary file in the clear, or all of it in memory. A sheet is only text between
a few tags, so it goes straight into the archive, block by block. Text cells are strings in a cell of the format "text":
"=1+1" stays what it is, also after somebody edits the cell. Sources: ECMA-376 part 1, 18.3.1.4 (a cell and its place
need no address), 22.9.2.19 (`_x0008_` for what XML cannot hold).
"""

import re
import zipfile
from collections.abc import Generator, Iterable, Sequence
from typing import Final

from .cells import Row, text_of

# A worksheet has 1,048,576 rows, one of them the heading.
SHEET_ROWS: Final = 1_048_575
# Above 2 GiB an entry needs the 64-bit form, which must be announced before it is written, and which not all read.
SHEET_BYTES: Final = 1_900_000_000
CELL_CHARACTERS: Final = 32_767
_CUT: Final = " […]"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BETWEEN = "\x1f"
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
# White space at an edge is dropped by readers unless the cell says that it counts.
_EDGE = re.compile(f"(?:^|{_BETWEEN})\\s|\\s(?:{_BETWEEN}|$)")
_TEXT, _KEPT = '<c t="inlineStr"><is><t>%s</t></is></c>', '<c t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'
_EMPTY = _TEXT % "", _KEPT % "", '<c s="1"><v></v></c>'
_HEADING = '<c s="2" t="inlineStr"><is><t>%s</t></is></c>'


class Rows:
    """Rows of a sheet as XML, for columns of which these are whole numbers. Holds no place: blocks go anywhere."""

    def __init__(self, numbers: Sequence[bool]) -> None:
        self._numbers = tuple(numbers)
        self._patterns = {mark: self._pattern(mark) for mark in (_TEXT, _KEPT)}

    def _pattern(self, mark: str) -> str:
        cells = ('<c s="1"><v>%s</v></c>' if number else mark for number in self._numbers)
        return f"<row>{''.join(cells)}</row>"

    def __call__(self, rows: Sequence[Row]) -> bytes:
        """The XML of these rows, in UTF-8."""
        flat = [cell if isinstance(cell, str) else text_of(cell) for row in rows for cell in row]
        joined = _BETWEEN.join(flat)
        if joined.count(_BETWEEN) != len(flat) - 1 or _FORBIDDEN.search(joined.replace(_BETWEEN, "")):
            joined = _BETWEEN.join(_FORBIDDEN.sub(_named, cell) for cell in flat)
        if max(map(len, flat), default=0) > CELL_CHARACTERS:
            joined = _BETWEEN.join(_shortened(cell) for cell in joined.split(_BETWEEN))
        mark = _KEPT if _EDGE.search(joined) else _TEXT
        cells = joined.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split(_BETWEEN)
        said = (self._patterns[mark] * len(rows)) % tuple(cells) if rows else ""
        for empty in _EMPTY:
            said = said.replace(empty, "<c/>")
        return said.encode()


def _named(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _shortened(cell: str) -> str:
    """A text that fits a cell, and says so where some of it is missing."""
    return cell if len(cell) <= CELL_CHARACTERS else cell[: CELL_CHARACTERS - len(_CUT)] + _CUT


def _escaped(text: str) -> str:
    text = _FORBIDDEN.sub(_named, text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


class _Sink:
    """Where the archive goes: bytes that are taken out as soon as they are there."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        data, self._held = b"".join(self._held), []
        return data


def workbook(
    headings: Sequence[str], blocks: Iterable[tuple[int, bytes]], about: Iterable[tuple[str, str]]
) -> Generator[bytes, None, None]:
    """The bytes of a workbook: sheets named "Cases", and a last one named "About".

    `blocks` are numbers of rows with their XML as `Rows` makes it; a further sheet begins where one is full. `about`
    is read after the last block: pairs of a word and what there is to say.
    """
    sink = _Sink()
    archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    _put(archive, "[Content_Types].xml", _CONTENT_TYPES)
    _put(
        archive,
        "_rels/.rels",
        _links(f'<Relationship Id="r1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/>'),
    )
    _put(archive, "xl/styles.xml", _STYLES)
    sheets: list[str] = []
    top = f"<row>{''.join(_HEADING % _escaped(one) for one in headings)}</row>"
    source, held = iter(blocks), None
    while held is not None or not sheets:
        sheets.append(f"Cases {len(sheets) + 1}" if sheets else "Cases")
        with archive.open(_entry(f"xl/worksheets/sheet{len(sheets)}.xml"), "w") as sheet:
            start = _SHEET_START + top
            sheet.write(start.encode())
            rows, size = 0, len(start)
            while True:
                block, held = held or next(source, None), None
                if block is None:
                    break
                if rows and (rows + block[0] > SHEET_ROWS or size + len(block[1]) > SHEET_BYTES):
                    held = block
                    break
                sheet.write(block[1])
                rows, size = rows + block[0], size + len(block[1])
                yield sink.taken()
            sheet.write(_SHEET_END)
    sheets.append("About")
    said = Rows((False, False))([*about])
    _put(archive, f"xl/worksheets/sheet{len(sheets)}.xml", _ABOUT_START + said.decode() + _SHEET_END.decode())
    _put(archive, "xl/workbook.xml", _book(sheets))
    _put(archive, "xl/_rels/workbook.xml.rels", _book_links(len(sheets)))
    archive.close()
    yield sink.taken()


def _entry(name: str) -> zipfile.ZipInfo:
    # A fixed time: when a file was made stands in the trail, not in each of its parts.
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(_entry(name), text, compresslevel=1)


def _book(sheets: Sequence[str]) -> str:
    named = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="s{number}"/>' for number, name in enumerate(sheets, 1)
    )
    return f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{named}</sheets></workbook>'


def _book_links(count: int) -> str:
    sheets = "".join(
        f'<Relationship Id="s{number}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, count + 1)
    )
    return _links(f'{sheets}<Relationship Id="y" Type="{_LINKS}/styles" Target="styles.xml"/>')


def _links(said: str) -> str:
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


_SHEET_START = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultColWidth="16" defaultRowHeight="15"/><sheetData>'
)
_ABOUT_START = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="24" customWidth="1"/>'
    '<col min="2" max="2" width="110" customWidth="1"/></cols><sheetData>'
)
_SHEET_END = b"</sheetData></worksheet>"
# Every part is a worksheet unless it is named here: how many sheets there will be is not known yet.
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
# Formats of cells: 0 text (number format 49), 1 a number, 2 the heading in bold.
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    "</styleSheet>"
)
