"""Days in words, as a language writes them: the month always has its name, so that nobody mistakes it."""

import datetime as dt
from functools import lru_cache

from babel.dates import format_date, format_skeleton

from .locales import Language, has_own_months, in_digits_of, month_names

# How much of a day is told: the length of the ISO date.
DAY, MONTH, YEAR = len("2027-02-11"), len("2027-02"), len("2027")


@lru_cache(maxsize=4096)
def day_in_words(day: dt.date, language: Language, told: int = DAY) -> str:
    """The day (`DAY`), its month or its year: `4 March 2026`, `March 2026`, `2026`; `4 de marzo de 2026`."""
    # English as people of all countries read it; and where the names of months are our own.
    if language.cldr == "en" or has_own_months(language.cldr):
        named = {DAY: f"{day.day} ", MONTH: "", YEAR: None}[told]
        return str(day.year) if named is None else f"{named}{month_names(language.cldr)[day.month - 1]} {day.year}"
    if told == DAY:
        said = format_date(day, "long", locale=language.cldr)
    else:
        said = format_skeleton({MONTH: "yMMMM", YEAR: "y"}[told], day, locale=language.cldr)
    return in_digits_of(language.code, said)
