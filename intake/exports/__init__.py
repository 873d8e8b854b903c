"""Exports: CSV by allow-list, streamed, safe in spreadsheets, and never without a trace."""

from .cells import defused, text_of
from .profiles import CASE_COLUMNS, COLUMNS, DEIDENTIFIED, IDENTIFIED, NOT_OPENED
from .writing import PURPOSE_CHARACTERS, Export, NoPurpose, run_to_file, stream

__all__ = [
    "CASE_COLUMNS",
    "COLUMNS",
    "DEIDENTIFIED",
    "IDENTIFIED",
    "NOT_OPENED",
    "PURPOSE_CHARACTERS",
    "Export",
    "NoPurpose",
    "defused",
    "run_to_file",
    "stream",
    "text_of",
]
