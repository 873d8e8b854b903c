"""Reading what leaves: the cases that were chosen, as rows, as lines to be opened, or as the bytes of the engine."""

import datetime as dt
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Select, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session

from .. import questionnaire
from ..accounts import StaffMember
from ..casework.checks import CONFLICT, POSSIBLE
from ..casework.contents import CHANGES, open_whole
from ..casework.filters import EVERY, Filters, conditions, shape_of, values_of
from ..casework.models import Case, Correction
from ..casework.statuses import STATUSES
from ..incoming import Incoming
from ..sealing import CannotOpen
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from .cells import Cell, guarded, plain_block
from .formats import Block
from .people import person_id
from .profiles import Choice
from .profiles.model import CASE, OPENED
from .rows import ERASED, HELD, NOT_OPENED, READ, Line, Sealed
from .sources import FACTS

# Rows that an engine hands over at once.
FETCH: Final = 5_000
WIDE: Final = 20_000
# What opening a case needs besides the facts that were chosen.
_TO_OPEN: Final = (
    Case.id.label("case_id"),
    Case.form_version.label("form"),
    Case.conflict.label("hold"),
    or_(
        exists().where(Incoming.submission_id == Case.id, Incoming.kind.in_(CHANGES)),
        exists().where(Correction.case_id == Case.id),
    ).label("amended"),
)
# The sealed answers of a block, by the ids of its cases. Read with the rows, they would go through the sorting: SQLite
# then writes every envelope into a file of its own before the first row comes.
_ENVELOPES: Final = select(SubmissionBody.submission_id, SubmissionBody.envelope).where(
    SubmissionBody.submission_id.in_(bindparam("ids", expanding=True))
)
_PERSON: Final = func.coalesce(Case.duplicate_of, Case.id, type_=Case.id.type).label("person")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: the filters, and what they are asked by: `me` the staff member, `today` the day in `zone`."""

    filters: Filters
    me: int | None = None
    today: dt.date | None = None
    zone: dt.tzinfo = dt.UTC

    @property
    def values(self) -> dict[str, Any]:
        """The values of the filters, by name of their parameters."""
        return values_of(self.filters, me=self.me, today=self.today, zone=self.zone)


def count(session: Session, choice: Choice, wanted: Wanted) -> int:
    """How many rows the file will have, if nothing changes until then."""
    found = _chosen(select(func.count()).select_from(Case), choice, wanted)
    return session.scalar(found, wanted.values) or 0


def is_wide(session: Session, choice: Choice, wanted: Wanted) -> bool:
    """Whether so many cases are wanted that going through all of them in order is less work than sorting them."""
    some = _chosen(select(Case.id), choice, wanted).limit(WIDE).subquery()
    return session.scalar(select(func.count()).select_from(some), wanted.values) == WIDE


def is_plain(choice: Choice) -> bool:
    """Whether every column is a fact that the database writes by itself."""
    return all(column.kind == CASE for column in choice.columns)


def csv_lines(session: Session, choice: Choice, wanted: Wanted) -> Generator[Block, None, None]:
    """Blocks of a CSV file whose columns are all facts: from the engine to the reader, every cell guarded."""
    if session.get_bind().dialect.name == "sqlite":
        for some in _plain_rows(session, choice, wanted):
            yield Block(len(some), plain_block(some))
        return
    yield from _copied(session, choice, wanted)


def _plain_rows(session: Session, choice: Choice, wanted: Wanted) -> Iterator[Sequence[Any]]:
    """Facts that SQLite made text or numbers of, by the cursor of the driver: nothing is looked at twice."""
    statement = _statement(session, choice, wanted, wide=is_wide(session, choice, wanted))
    with closing(session.connection().execute(statement, wanted.values)) as result:
        while some := result.cursor.fetchmany(FETCH):
            yield some


def _copied(session: Session, choice: Choice, wanted: Wanted) -> Generator[Block, None, None]:
    statement = _statement(session, choice, wanted)
    said = statement.compile(session.get_bind()).construct_expanded_state(wanted.values)
    # By the driver, which puts the values in as literals: COPY takes no parameters.
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor:
        begun = f"COPY ({said.statement}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')"
        with cursor.copy(begun, said.parameters) as lines:
            source = iter(lines)
            while some := [bytes(line) for line in islice(source, FETCH)]:
                yield Block(len(some), guarded(b"".join(some)))


def rows(session: Session, choice: Choice, wanted: Wanted, key: bytes) -> Generator[Sequence[Cell], None, None]:
    """One row of facts for each case; `key` is that of the ids of persons."""
    if is_plain(choice) and session.get_bind().dialect.name == "sqlite":
        for some in _plain_rows(session, choice, wanted):
            yield from some
        return
    plan = _Plan.of(choice, key)
    for row in _read(session, choice, wanted):
        yield plan.facts(row)


def lines(
    session: Session, choice: Choice, wanted: Wanted, key: bytes, keyring: Keyring, size: int
) -> Generator[list[Line], None, None]:
    """Blocks of `size` cases whose answers are to be opened.

    Cases with later changes are opened here, because that needs the database; they are few.
    """
    plan = _Plan.of(choice, key)
    source = _read(session, choice, wanted)
    while some := list(islice(source, size)):
        yield _lines(session, some, plan, keyring)


def page(
    session: Session,
    choice: Choice,
    wanted: Wanted,
    key: bytes,
    keyring: Keyring | None,
    *,
    after: uuid.UUID | None,
    size: int,
    wide: bool = False,
) -> tuple[list[Line] | list[tuple[Cell, ...]], uuid.UUID | None]:
    """The next `size` cases after the case `after`, by their ids, and the last of them; with None, the first ones.

    They are lines to be opened where the choice opens answers, else rows of facts. An id never changes: whoever reads
    page after page, with pauses between, meets every case once. `wide` as `is_wide` says.
    """
    statement = _statement(session, choice, wanted, paged=True, wide=wide).limit(size)
    if after is not None:
        statement = statement.where(Case.id > after)
    found = session.execute(statement, wanted.values).all()
    last, plan = found[-1].case_id if found else None, _Plan.of(choice, key)
    if choice.opens and keyring is not None:
        return _lines(session, found, plan, keyring), last
    return [plan.facts(row) for row in found], last


@dataclass(frozen=True, slots=True)
class _Plan:
    """How many cells in front of a row are facts, and which of them are persons: looked at once, not for each case."""

    count: int
    persons: tuple[int, ...]
    key: bytes

    @classmethod
    def of(cls, choice: Choice, key: bytes) -> "_Plan":
        kinds = [column.kind for column in choice.columns if column.kind not in OPENED]
        return cls(len(kinds), tuple(place for place, kind in enumerate(kinds) if kind != CASE), key)

    def facts(self, row: Any) -> tuple[Cell, ...]:
        """The facts of one case, the ids of persons in the form in which they leave."""
        cells: tuple[Cell, ...] = row[: self.count]
        for place in self.persons:
            cells = (*cells[:place], person_id(self.key, row[place]), *cells[place + 1 :])
        return cells


def _lines(session: Session, rows: Sequence[Any], plan: _Plan, keyring: Keyring) -> list[Line]:
    found = session.execute(_ENVELOPES, {"ids": [row.case_id for row in rows]})
    envelopes: dict[uuid.UUID, bytes] = {row.submission_id: row.envelope for row in found}
    return [_line(session, row, envelopes.get(row.case_id), plan, keyring) for row in rows]


def _line(session: Session, row: Any, envelope: bytes | None, plan: _Plan, keyring: Keyring) -> Line:
    # An erased case has no answers; it keeps its line.
    case_id, version, told, record = row.case_id, row.form, None, READ
    if row.hold in (POSSIBLE, CONFLICT):
        envelope, record = None, HELD
    elif envelope is None:
        record = ERASED
    elif row.amended:
        try:
            whole = open_whole(session, keyring, case_id, version, envelope)
            # A change may take a whole step off the path: only what still counts leaves.
            told = questionnaire.live(questionnaire.get(version), whole.answers), whole.typed
        except (CannotOpen, LookupError):
            record = NOT_OPENED
        envelope = None
    return Line(plan.facts(row), Sealed(case_id, version, record, envelope, told))


def _read(session: Session, choice: Choice, wanted: Wanted) -> Iterator[Any]:
    statement = _statement(session, choice, wanted, wide=is_wide(session, choice, wanted))
    size = 200 if choice.opens else FETCH
    with closing(session.execute(statement, wanted.values, execution_options={"yield_per": size})) as found:
        yield from found


def _statement(
    session: Session, choice: Choice, wanted: Wanted, *, paged: bool = False, wide: bool = False
) -> Select[*tuple[Any, ...]]:
    """The facts in the order of their columns, then what opening needs; `paged` by the ids of cases, with the id."""
    lite = session.get_bind().dialect.name == "sqlite"
    facts = [
        FACTS[column.name](lite).label(column.key) if column.kind == CASE else _PERSON
        for column in choice.columns
        if column.kind not in OPENED
    ]
    more = _TO_OPEN if choice.opens else _TO_OPEN[:1] if paged else ()
    asked = select(*facts, *more).select_from(Case)
    if any(column.source == "case:owner" for column in choice.columns):
        asked = asked.outerjoin(StaffMember, StaffMember.id == Case.owner_id)
    by_urgency = choice.profile.by_urgency and not paged
    order = (Case.prio, Case.received_at, Case.id) if by_urgency else (Case.id,)
    return _chosen(asked, choice, wanted, wide=wide and lite and not by_urgency).order_by(*order)


class _Unindexed:
    """The columns of a case in a form for which SQLite takes no index: it then goes by the order that is asked for.

    It knows nothing of how many cases have a status, and would sort a million of them for each page.
    """

    def __getattr__(self, name: str) -> Any:
        column = getattr(Case, name)
        return literal_column(f'+"case".{column.key}', column.type)


def _chosen(asked: Select[Any], choice: Choice, wanted: Wanted, *, wide: bool = False) -> Select[Any]:
    shape = shape_of(wanted.filters)
    if set(wanted.filters.statuses) == set(STATUSES):
        shape = shape - {"status", "closed"} | {EVERY}
    chosen = asked.where(*conditions(shape, _Unindexed() if wide else Case))
    return chosen.where(Case.duplicate_of.is_(None)) if choice.profile.once else chosen
