"""Quarters of a year: the only spans that are reported, so that no two spans overlap and can be subtracted."""

import datetime as dt
import re
from dataclasses import dataclass

_TEXT = re.compile(r"(\d{4})-q([1-4])")
FIRST_YEAR, LAST_YEAR = 2000, 2999


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a calendar year: `number` is 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> "Quarter":
        """The quarter in which a day lies."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def read(cls, text: str) -> "Quarter | None":
        """The quarter that `str` gave, such as `2026-q4`; None for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            return None
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def after(self) -> dt.date:
        """The first day after it."""
        return dt.date(self.year + self.number // 4, self.number % 4 * 3 + 1, 1)

    def back(self, quarters: int) -> "Quarter":
        """The quarter that lies so many quarters before."""
        index = self.year * 4 + self.number - 1 - quarters
        return Quarter(index // 4, index % 4 + 1)

    def span(self, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
        """From its first moment to the first moment after it, where the organisation works."""
        return (
            dt.datetime.combine(self.first, dt.time(), zone),
            dt.datetime.combine(self.after, dt.time(), zone),
        )

    def __str__(self) -> str:
        return f"{self.year}-q{self.number}"
