"""What leaves: the columns of each profile, by allow-list, and the rows they are made from.

A profile never changes; other columns are a new profile. Without identities there are no names, contacts,
numbers, exact dates, free text or references.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any, TypeAlias

from sqlalchemy import Engine, Row, Select, Text, cast, exists, select
from sqlalchemy.orm import Session

from .. import questionnaire
from ..accounts import StaffMember
from ..casework.checks import CONFLICT, POSSIBLE
from ..casework.contents import CHANGES, Contents, Whole, open_contents, open_whole
from ..casework.filters import Filters, conditions, shape_of, values_of
from ..casework.models import Case
from ..db import transaction
from ..incoming import Incoming
from ..questionnaire import Kind, Question, Questionnaire
from ..questionnaire.reading import field_names
from ..sealing import CannotOpen
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from .cells import defused, text_of

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

DEIDENTIFIED, IDENTIFIED = "cases-1", "cases-1-identified"
NOT_OPENED = "(could not be opened)"
HELD = "(closed: conflict of interest)"
BLOCK = 1_000


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
    # As the text that is stored: parsing lists would be the larger part of the work.
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
        Case.conflict,
        SubmissionBody.envelope,
        exists().where(Incoming.submission_id == Case.id, Incoming.kind.in_(CHANGES)).label("amended"),
    )
    # An erased case has no answers; it keeps its line.
    .outerjoin(SubmissionBody, SubmissionBody.submission_id == Case.id)
    .outerjoin(StaffMember, StaffMember.id == Case.owner_id)
    .order_by(Case.prio, Case.received_at, Case.id)
)


def deidentified(engine: Engine, filters: Filters, me: int | None) -> Generator[list[str], None, None]:
    """The heading and one row of safe cells for each case, without anything that names a person."""
    yield list(COLUMNS)
    cells = tuple(COLUMNS.values())
    with transaction(engine.execution_options(reads=True)) as session:
        for row in _rows(session, _deidentified, filters, me):
            yield [defused(cell(row)) for cell in cells]


def identified(engine: Engine, filters: Filters, me: int | None, keyring: Keyring) -> Generator[list[str], None, None]:
    """The heading and one row of safe cells for each case with every answer, most urgent case first.

    Answers are those amended by the applicant's later changes. Dates and telephone numbers have a second column
    with what the person typed. A case that does not open here, or is closed because of a conflict of interest, says
    so in the first answer column; an erased one has no answers.
    """
    asked = _questions()
    yield [*CASE_COLUMNS, *(name for question in asked.values() for name in _headings(question))]
    with transaction(engine.execution_options(reads=True)) as session:
        for row in _rows(session, _identified, filters, me):
            cells = [text_of(getattr(row, name)) for name in CASE_COLUMNS]
            if row.conflict in (POSSIBLE, CONFLICT):
                cells.append(HELD)
            elif row.envelope is not None:
                try:
                    told = _open(session, keyring, row)
                except CannotOpen:
                    cells.append(NOT_OPENED)
                else:
                    cells += _answer_cells(told, questionnaire.get(row.form_version), asked)
            yield [defused(cell) for cell in cells]


def _open(session: Session, keyring: Keyring, row: AnyRow) -> Contents | Whole:
    """Most people change nothing later: a case without changes costs no second look at the database."""
    if row.amended:
        return open_whole(session, keyring, row.id, row.form_version, row.envelope)
    return open_contents(keyring, row.id, row.envelope)


def _answer_cells(told: Contents | Whole, form: Questionnaire, asked: dict[str, Question]) -> Iterator[str]:
    live = questionnaire.live(form, told.answers)
    typed = {name: value for step in told.typed.values() for name, value in step.items()}
    for key, question in asked.items():
        yield text_of(live.get(key))
        if question.kind in _WITH_ORIGINAL:
            original = (text_of(typed.get(name)) for name in field_names(question))
            yield " ".join(part for part in original if part) if key in live else ""


def _rows(session: Session, statement: Select[*tuple[Any, ...]], filters: Filters, me: int | None) -> Iterator[AnyRow]:
    chosen = statement.where(*conditions(shape_of(filters)))
    values = values_of(filters, me=me)
    with closing(session.execute(chosen, values, execution_options={"yield_per": BLOCK})) as rows:
        yield from rows


_WITH_ORIGINAL = frozenset({Kind.DATE, Kind.PHONE})


def _headings(question: Question) -> tuple[str, ...]:
    key = question.key
    return (key, f"{key}_typed") if question.kind in _WITH_ORIGINAL else (key,)


def _questions() -> dict[str, Question]:
    """Every question of every released form, oldest form first; the same key is the same column."""
    forms = [questionnaire.released[version] for version in sorted(questionnaire.released)]
    return {question.key: question for form in forms for step in form.steps for question in step.questions}
