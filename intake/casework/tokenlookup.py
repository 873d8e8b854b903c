"""Looking keyed tokens up: of each token at most so many rows, whatever the number of cases, many in one statement."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, LargeBinary, Row, bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
T = TypeVar("T")
_AT_ONCE: Final = 50


# Told apart by which one it is: the statements are kept for each.
@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """One table of tokens: `columns` are read, `token` is looked up, rows are left out unless `only`."""

    columns: Sequence[ColumnElement[Any]]
    token: ColumnElement[bytes]
    only: ColumnElement[bool] | None = None

    def first_of_each(
        self, session: Session, wanted: Iterable[bytes], bound: int, **values: object
    ) -> Iterator[AnyRow]:
        """At most `bound` rows of each token. `values` are for the parameters of `only`."""
        for chunk in in_chunks(sorted(wanted), _AT_ONCE):
            given = values | {f"t{number}": one for number, one in enumerate(chunk)}
            yield from session.execute(_first_of_each(self, len(chunk), bound), given)


def in_chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in order, at most `size` at a time: a statement takes only so many parameters."""
    return (items[start : start + size] for start in range(0, len(items), size))


@lru_cache(maxsize=256)
def _first_of_each(where: Lookup, count: int, bound: int) -> CompoundSelect[*tuple[Any, ...]]:
    only = [] if where.only is None else [where.only]
    each = (
        select(*where.columns)
        .where(where.token == bindparam(f"t{number}", type_=LargeBinary), *only)
        # A literal limit: PostgreSQL's generic plan does not know how few rows a parameter wants.
        .limit(literal_column(str(bound)))
        .subquery()
        for number in range(count)
    )
    return union_all(*(select(one) for one in each))
