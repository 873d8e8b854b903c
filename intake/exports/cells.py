"""Cells of a CSV file: values as text, and text that no spreadsheet takes for a formula."""

import datetime as dt
import re

# An operator, plain or full-width, also behind spaces and invisible marks; or a control character in front.
_FORMULA = re.compile(
    "[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
    "[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]"
    "|[\t\r\n]"
)


def text_of(value: object) -> str:
    """A value as a cell: lists joined by "; ", yes and no as words, times in ISO 8601, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(text_of(one) for one in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def defused(cell: str) -> str:
    """The cell, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
