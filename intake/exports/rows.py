"""One row of a file from what is known of one case: the facts, and the answers where they are opened."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from .. import questionnaire
from ..casework.contents import open_contents
from ..questionnaire.reading import field_names
from ..sealing import CannotOpen
from ..typeddates import partial_days
from ..unsealing import Keyring
from .cells import Cell, text_of
from .profiles import Column
from .profiles.model import ANSWER, MADE, OPENED, RECORD, TYPED

# What a row says about its answers. A case that waits for a conflict check, or has a conflict, opens for nobody.
READ, HELD, ERASED, NOT_OPENED = "opened", "held", "erased", "not_opened"


class Sealed(NamedTuple):
    """The answers of one case: closed in `envelope`, or opened already; neither where `record` is not READ."""

    case_id: uuid.UUID
    form_version: int
    record: str
    envelope: bytes | None = None
    told: tuple[dict[str, Any], Mapping[str, Mapping[str, Any]]] | None = None


class Line(NamedTuple):
    """One case: the cells of its facts, in the order of the columns that are facts, and its answers."""

    facts: tuple[Cell, ...]
    sealed: Sealed


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each fact, answer and original of an answer stands among `columns`."""

    columns: tuple[Column, ...]
    facts: tuple[int, ...]
    answers: Mapping[str, int]
    typed: Mapping[str, int]
    made: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, columns: Sequence[Column]) -> "Layout":
        """The layout of these columns."""
        at = list(enumerate(columns))
        return cls(
            tuple(columns),
            tuple(number for number, column in at if column.kind not in OPENED),
            {column.name: number for number, column in at if column.kind == ANSWER},
            {column.name: number for number, column in at if column.kind == TYPED},
            tuple((number, column.name) for number, column in at if column.kind == MADE),
        )


def row_of(layout: Layout, line: Line, keyring: Keyring) -> list[Cell]:
    """The cells of one case, its answers opened with `keyring`. What does not open leaves its answers empty."""
    row: list[Cell] = [None] * len(layout.columns)
    for place, cell in zip(layout.facts, line.facts, strict=True):
        row[place] = cell
    record, told = line.sealed.record, line.sealed.told
    if line.sealed.envelope is not None and record == READ:
        try:
            opened = open_contents(keyring, line.sealed.case_id, line.sealed.envelope)
            told = opened.answers, opened.typed
        except CannotOpen:
            record = NOT_OPENED
    answers, typed = told or ({}, {})
    _fill(row, layout, line.sealed.form_version, answers, typed)
    for place, name in layout.made:
        row[place] = record if name == RECORD else MADE_OF[name](answers)
    return row


def _fill(
    row: list[Cell], layout: Layout, version: int, answers: Mapping[str, Any], typed: Mapping[str, Mapping[str, Any]]
) -> None:
    # Once for each answer of each case: no call that a look at the type can spare.
    at = layout.answers
    for key, value in answers.items():
        if key in at:
            row[at[key]] = value
    if not layout.typed:
        return
    fields: dict[str, Any] = {}
    for step in typed.values():
        fields.update(step)
    names, typed_at, field = _names_of(version) if fields else {}, layout.typed, fields.get
    for key in answers:
        if key in names and key in typed_at:
            parts = [
                part if part.__class__ is str else text_of(part) for name in names[key] if (part := field(name, ""))
            ]
            row[typed_at[key]] = " ".join(filter(None, parts)) if len(parts) > 1 else "".join(parts)


@lru_cache(maxsize=16)
def _names_of(version: int) -> Mapping[str, tuple[str, ...]]:
    """The fields of each question of a form; none for a form that this product does not know."""
    try:
        form = questionnaire.get(version)
    except LookupError:
        return {}
    return {question.key: field_names(question) for step in form.steps for question in step.questions}


def _name(answers: Mapping[str, Any]) -> Cell:
    """The name on papers where it was given, else the one that the person wants to be called by; never cut up."""
    return text_of(answers.get("documents_name") or answers.get("call_name"))


def _birth(answers: Mapping[str, Any]) -> Cell:
    """The first day that the date of birth may be; nothing where only an age is known."""
    days = partial_days(text_of(answers.get("birth")))
    return days[0].isoformat() if days else ""


def _birth_about(answers: Mapping[str, Any]) -> Cell:
    said = text_of(answers.get("birth"))
    days = partial_days(said)
    return "" if days is None else text_of(days[0] != days[1] or said.endswith("~"))


def _asylum(answers: Mapping[str, Any]) -> Cell:
    return "US" if answers.get("place_kind") in ("us", "held", "border") else ""


def _needs(answers: Mapping[str, Any]) -> Cell:
    """The groups of specific needs to which the answers point: UC, LP-DA, LP-RD. See `profiles.elsewhere`."""
    stages = answers.get("stage")
    pointed = {
        "UC": answers.get("trusted_adult") == "no",
        "LP-DA": answers.get("place_kind") == "held",
        "LP-RD": isinstance(stages, list) and bool({"order", "denied"} & set(stages)),
    }
    return [code for code, holds in pointed.items() if holds]


MADE_OF: Final[Mapping[str, Callable[[Mapping[str, Any]], Cell]]] = {
    "empty": lambda answers: "",
    "name": _name,
    "birth_date": _birth,
    "birth_about": _birth_about,
    "country_of_asylum": _asylum,
    "specific_needs": _needs,
}
