"""Templates of letters to applicants: per purpose and language, with fields that are checked and filled in."""

from .fields import FIELDS, LONGEST, BadTemplate, blanks, check, fill, with_parts
from .filling import COURT_LINE, values
from .keeping import Conflict, Template, best, bundled, changed, newest, save
from .model import LetterTemplate
from .purposes import GENERAL, PURPOSES, Purpose, for_status

__all__ = [
    "COURT_LINE",
    "FIELDS",
    "GENERAL",
    "LONGEST",
    "PURPOSES",
    "BadTemplate",
    "Conflict",
    "LetterTemplate",
    "Purpose",
    "Template",
    "best",
    "blanks",
    "bundled",
    "changed",
    "check",
    "fill",
    "for_status",
    "newest",
    "save",
    "values",
    "with_parts",
]
