"""Figures of law, money and triage as data: typed, cited, with the day someone checked the source.

`figures.toml` has three kinds of tables: `[figures.KEY]` (a number that a rule uses), `[bases.KEY]` (the
ground of a rule that uses no number) and `[guidelines.YEAR]` (HHS poverty guidelines, US$ a year), next to
`[income_bands]`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from intake.assessment.days import days_after

_FIGURE_KEYS = {"value", "unit", "cite", "source", "verified_on", "recheck_after_days", "note"}
_AMOUNTS = (
    "contiguous_first",
    "contiguous_each",
    "alaska_first",
    "alaska_each",
    "hawaii_first",
    "hawaii_each",
)


class FiguresError(ValueError):
    """The figures file cannot be used; the message says which entry and why."""


@dataclass(frozen=True)
class Figure:
    """One figure or ground. `value`: None for a ground. `verified_on`: None when nobody checked it."""

    key: str
    value: int | None
    unit: str
    cite: str
    source: str
    verified_on: date | None
    recheck_after_days: int
    note: str


@dataclass(frozen=True)
class Guideline:
    """HHS poverty guideline of one year: area -> (US$ a year for one person, US$ for each further person)."""

    year: int
    amounts: Mapping[str, tuple[int, int]]
    figure: Figure

    def yearly(self, area: str, household: int) -> int:
        """US$ a year for a household of `household` people in "contiguous", "alaska" or "hawaii"."""
        first, each = self.amounts[area]
        return first + each * (household - 1)


@dataclass(frozen=True)
class Figures:
    """Every figure of one file. `bands`: income band -> (US$ a month it starts above, its upper end)."""

    entries: Mapping[str, Figure]
    guidelines: tuple[Guideline, ...]
    bands: Mapping[str, tuple[int, int | None]]

    @property
    def listed(self) -> tuple[Figure, ...]:
        """Every entry that somebody has to check, the newest poverty guideline last."""
        return (*self.entries.values(), *(guideline.figure for guideline in self.guidelines[-1:]))

    def number(self, key: str) -> int:
        """The value of a figure. Raises FiguresError for an unknown key or a ground without a number."""
        entry = self.entries.get(key)
        if entry is None or entry.value is None:
            raise FiguresError(f"There is no figure named {key!r}.")
        return entry.value


def load(path: Path) -> Figures:
    """Read a figures file. Raises FiguresError, one sentence, for anything missing or of the wrong kind."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FiguresError(f"The figures file {path.name} cannot be read.") from error
    except tomllib.TOMLDecodeError as error:
        raise FiguresError(f"The figures file {path.name} is not valid TOML: {error}.") from error
    return parse(raw)


def parse(raw: Mapping[str, Any]) -> Figures:
    """Turn the tables of a figures file into `Figures`. Raises FiguresError."""
    unknown = set(raw) - {"figures", "bases", "guidelines", "income_bands"}
    if unknown:
        raise FiguresError(f"The figures file has an unknown table {sorted(unknown)[0]!r}.")
    entries: dict[str, Figure] = {}
    for table in ("figures", "bases"):
        for key, body in _table(raw, table).items():
            if key in entries:
                raise FiguresError(f"The name {key!r} is used for a figure and for a basis.")
            entries[key] = _figure(key, body, numbered=table == "figures")
    guidelines = tuple(sorted((_guideline(*item) for item in _table(raw, "guidelines").items()), key=_year))
    if not guidelines:
        raise FiguresError("The figures file has no poverty guideline.")
    bands = {name: _band(name, body) for name, body in _table(raw, "income_bands").items()}
    return Figures(entries, guidelines, bands)


def overdue(figures: Figures, today: date, checked: Mapping[str, date] | None = None) -> tuple[Figure, ...]:
    """Entries whose source nobody has checked, or not since `recheck_after_days`; also poverty guidelines.

    `checked` are days, by the key of an entry, on which somebody looked since the file was written.
    """
    since = checked or {}
    return tuple(entry for entry in figures.listed if _is_overdue(entry, since.get(entry.key), today))


def _is_overdue(entry: Figure, checked: date | None, today: date) -> bool:
    last = max((day for day in (entry.verified_on, checked) if day is not None), default=None)
    return last is None or days_after(last, entry.recheck_after_days) < today


def _year(guideline: Guideline) -> int:
    return guideline.year


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    body = raw.get(name)
    if not isinstance(body, dict):
        raise FiguresError(f"The figures file needs a table [{name}].")
    return body


def _number(key: str, name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FiguresError(f"{key}: {name} must be a whole number that is not negative.")
    return value


def _figure(key: str, body: object, *, numbered: bool) -> Figure:
    if not isinstance(body, dict):
        raise FiguresError(f"{key}: must be a table.")
    unknown = set(body) - _FIGURE_KEYS
    if unknown:
        raise FiguresError(f"{key}: the field {sorted(unknown)[0]!r} is not known.")
    if numbered != ("value" in body):
        raise FiguresError(f"{key}: a figure needs a value, and a basis has none.")
    texts = {name: body.get(name, "") for name in ("unit", "cite", "source", "note")}
    for name, text in texts.items():
        if not isinstance(text, str) or (name in {"cite", "source"} and not text):
            raise FiguresError(f"{key}: {name} must be text.")
    verified = body.get("verified_on")
    if verified is not None and type(verified) is not date:
        raise FiguresError(f"{key}: verified_on must be a date such as 2026-11-01.")
    value = _number(key, "value", body["value"]) if numbered else None
    recheck = _number(key, "recheck_after_days", body.get("recheck_after_days"))
    return Figure(key, value, verified_on=verified, recheck_after_days=recheck, **texts)


def _guideline(name: str, body: object) -> Guideline:
    key = f"guidelines.{name}"
    if not (name.isascii() and name.isdigit() and isinstance(body, dict)):
        raise FiguresError(f"{key}: a guideline is a table named by its year.")
    rest = {field: value for field, value in body.items() if field not in _AMOUNTS}
    numbers = [_number(key, amount, body.get(amount)) for amount in _AMOUNTS]
    areas = ("contiguous", "alaska", "hawaii")
    amounts = {area: (numbers[2 * place], numbers[2 * place + 1]) for place, area in enumerate(areas)}
    return Guideline(int(name), amounts, _figure(key, rest, numbered=False))


def _band(name: str, body: object) -> tuple[int, int | None]:
    if not isinstance(body, list) or len(body) not in {1, 2}:
        raise FiguresError(f"income_bands.{name}: needs one or two amounts.")
    amounts = [_number(f"income_bands.{name}", "an amount", amount) for amount in body]
    return amounts[0], amounts[1] if len(amounts) > 1 else None
