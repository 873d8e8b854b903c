"""Exports: CSV by allow-list, streamed, safe in spreadsheets, and never without a trace.

A profile names its columns and never changes; other columns are a new profile. Without identities there are no
names, contacts, numbers, exact dates, free text or references.
"""

import csv
import datetime as dt
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Self, TypeAlias

from sqlalchemy import Engine, Row, Select, Text, cast, select

from . import audit, questionnaire
from .accounts import StaffMember
from .casework.admission import open_contents
from .casework.filters import Filters, conditions, shape_of, values_of
from .casework.models import Case
from .db import transaction
from .questionnaire import Kind, Question
from .questionnaire.reading import field_names
from .sealing import CannotOpen
from .submissions import SubmissionBody
from .unsealing import Keyring

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Clock: TypeAlias = Callable[[], dt.datetime]

DEIDENTIFIED, IDENTIFIED = "cases-1", "cases-1-identified"
NOT_OPENED = "(could not be opened)"
PURPOSE_CHARACTERS = 500
_BLOCK = 1_000

# What a spreadsheet takes for a formula: an operator, plain or full-width, also behind spaces and invisible marks.
_FORMULA = re.compile(
    "[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]"
    "|[\t\r\n]"
)


def _month(row: AnyRow) -> str:
    return f"{row.received_at:%Y-%m}"


def _days_to_contact(row: AnyRow) -> str:
    return str((row.contacted_at - row.received_at).days) if row.contacted_at else ""


def _list(name: str) -> Callable[[AnyRow], str]:
    return lambda row: getattr(row, name)[2:-2].replace('", "', "; ")


def _plain(name: str) -> Callable[[AnyRow], str]:
    return lambda row: text_of(getattr(row, name))


COLUMNS: dict[str, Callable[[AnyRow], str]] = {
    "received_month": _month,
    "state": _plain("state"),
    "place_kind": _plain("place_kind"),
    "held": lambda row: text_of(row.place_kind == "held"),
    "age_band": _plain("age_band"),
    "language": _plain("language"),
    "interpreter": _plain("interpreter"),
    "claims": _list("claims"),
    "stages": _list("stages"),
    "income_band": _plain("income_band"),
    "outcome": _plain("outcome"),
    "level": _plain("level"),
    "status": _plain("status"),
    "reason": _plain("reason"),
    "days_to_contact": _days_to_contact,
}
_deidentified = select(
    Case.received_at,
    Case.contacted_at,
    Case.state,
    Case.place_kind,
    Case.age_band,
    Case.language,
    Case.interpreter,
    # As the text that is stored: parsing three lists for each of a million rows is the larger part of the work.
    cast(Case.claims, Text).label("claims"),
    cast(Case.stages, Text).label("stages"),
    Case.income_band,
    Case.outcome,
    Case.level,
    Case.status,
    Case.reason,
    # By the random id: the order of arrival would say more than the month.
).order_by(Case.id)

CASE_COLUMNS = (
    "reference",
    "received_at",
    "status",
    "reason",
    "owner",
    "level",
    "due_on",
    "due_code",
    "outcome",
    "codes",
)
_identified = (
    select(
        Case.id,
        Case.form_version,
        Case.reference,
        Case.received_at,
        Case.status,
        Case.reason,
        StaffMember.name.label("owner"),
        Case.level,
        Case.due_on,
        Case.due_code,
        Case.outcome,
        Case.codes,
        SubmissionBody.envelope,
    )
    .join(SubmissionBody, SubmissionBody.submission_id == Case.id)
    .outerjoin(StaffMember, StaffMember.id == Case.owner_id)
    .order_by(Case.prio, Case.received_at, Case.id)
)


class NoPurpose(ValueError):
    """An export needs a reason of 1 to 500 characters."""


class Export(Iterator[bytes]):
    """Blocks of a CSV file as they are read. When it ends, or is closed before, the trace says so."""

    def __init__(
        self, engine: Engine, rows: Iterable[list[str]], *, actor: str, profile: str, clock: Clock
    ) -> None:
        self.count = 0
        self._engine, self._actor, self._profile, self._clock = engine, actor, profile, clock
        self._blocks = self._write(rows)
        self._ended = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._blocks)
        except StopIteration:
            self._end(audit.Event.EXPORT_FINISHED)
            raise
        except BaseException:
            self._end(audit.Event.EXPORT_ABORTED)
            raise

    def close(self) -> None:
        """Stop; a reader that went away is traced as aborted, with the rows that it was given."""
        self._blocks.close()
        self._end(audit.Event.EXPORT_ABORTED)

    def _write(self, rows: Iterable[list[str]]) -> Iterator[bytes]:
        held = io.StringIO("\ufeff", newline="")
        held.seek(0, io.SEEK_END)
        writer = csv.writer(held, lineterminator="\r\n")
        for number, row in enumerate(rows):
            writer.writerow(row)
            self.count = number
            if number % _BLOCK == 0:
                yield held.getvalue().encode()
                held.seek(0)
                held.truncate()
        yield held.getvalue().encode()

    def _end(self, event: audit.Event) -> None:
        if not self._ended:
            self._ended = True
            with transaction(self._engine) as session:
                audit.append(
                    session,
                    actor=self._actor,
                    event=event,
                    subject=f"export:{self._profile}",
                    details={"count": self.count},
                    now=self._clock(),
                )


def stream(
    engine: Engine,
    filters: Filters,
    *,
    actor: str,
    purpose: str,
    clock: Clock,
    keyring: Keyring | None = None,
    me: int | None = None,
) -> Export:
    """A CSV of the cases that `filters` choose: UTF-8 with BOM, CRLF; with identities only when given a keyring.

    `actor` is an audit label, `purpose` the reason that was given. `export:started` is committed before this
    returns. One read transaction gives all rows as they are at one moment. Close what is not read to its end.

    Raises:
        NoPurpose: the reason is empty or too long.
    """
    reason = " ".join(purpose.split())
    if not 0 < len(reason) <= PURPOSE_CHARACTERS:
        raise NoPurpose("An export needs a reason of 1 to 500 characters.")
    profile = IDENTIFIED if keyring else DEIDENTIFIED
    values = values_of(filters, me=me)
    said: dict[str, audit.Detail] = {"profile": profile, "identified": keyring is not None, "purpose": reason}
    names = ("status", "level", "language", "claim", "state")
    said |= {name: value for name in names if (value := getattr(filters, name)) is not None}
    said |= {"owner": values.get("owner", filters.owner)} if filters.owner else {}
    said |= {"closed": True} if filters.closed else {}
    with transaction(engine) as session:
        audit.append(
            session,
            actor=actor,
            event=audit.Event.EXPORT_STARTED,
            subject=f"export:{profile}",
            details=said,
            now=clock(),
        )
    chosen = conditions(shape_of(filters))
    if keyring:
        rows = _identified_rows(engine, _identified.where(*chosen), values, keyring)
    else:
        rows = _deidentified_rows(engine, _deidentified.where(*chosen), values)
    return Export(engine, rows, actor=actor, profile=profile, clock=clock)


def run_to_file(
    engine: Engine,
    filters: Filters,
    path: Path,
    *,
    actor: str,
    purpose: str,
    clock: Clock,
    keyring: Keyring | None = None,
) -> int:
    """Write an export to `path` (mode 600, whole or not at all); returns the number of cases.

    Raises NoPurpose, and OSError when the file cannot be written or exists.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            export = stream(engine, filters, actor=actor, purpose=purpose, clock=clock, keyring=keyring)
            try:
                out.writelines(export)
                out.flush()
                os.fsync(out.fileno())
            finally:
                export.close()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return export.count


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


def _deidentified_rows(
    engine: Engine, statement: Select[*tuple[Any, ...]], values: dict[str, Any]
) -> Iterator[list[str]]:
    yield list(COLUMNS)
    cells = tuple(COLUMNS.values())
    for row in _rows(engine, statement, values):
        yield [defused(cell(row)) for cell in cells]


def _identified_rows(
    engine: Engine, statement: Select[*tuple[Any, ...]], values: dict[str, Any], keyring: Keyring
) -> Iterator[list[str]]:
    asked = _questions()
    yield [*CASE_COLUMNS, *(name for key, question in asked.items() for name in _headings(key, question))]
    for row in _rows(engine, statement, values):
        cells = [text_of(getattr(row, name)) for name in CASE_COLUMNS]
        try:
            contents = open_contents(keyring, row.id, row.envelope)
        except CannotOpen:
            yield [*(defused(cell) for cell in cells), NOT_OPENED]
            continue
        live = questionnaire.live(questionnaire.get(row.form_version), contents.answers)
        typed = {name: value for step in contents.typed.values() for name, value in step.items()}
        for key, question in asked.items():
            cells.append(text_of(live.get(key)))
            if question.kind in _WITH_ORIGINAL:
                original = [text_of(typed.get(name)) for name in field_names(question)] if key in live else []
                cells.append(" ".join(part for part in original if part))
        yield [defused(cell) for cell in cells]


def _rows(engine: Engine, statement: Select[*tuple[Any, ...]], values: dict[str, Any]) -> Iterator[AnyRow]:
    with transaction(engine.execution_options(reads=True)) as session:
        yield from session.execute(statement, values, execution_options={"yield_per": _BLOCK})


_WITH_ORIGINAL = frozenset({Kind.DATE, Kind.PHONE})


def _headings(key: str, question: Question) -> tuple[str, ...]:
    return (key, f"{key}_typed") if question.kind in _WITH_ORIGINAL else (key,)


def _questions() -> dict[str, Question]:
    """Every question of every released form, oldest form first; the same key is the same column."""
    forms = [questionnaire.released[version] for version in sorted(questionnaire.released)]
    return {question.key: question for form in forms for step in form.steps for question in step.questions}
