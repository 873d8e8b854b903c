"""Statements compiled once and run by the driver alone, for the few that a person waits for most.

SQLAlchemy's own way costs more than such a statement itself. Here it still writes the SQL, converts the values and
names the errors; a statement runs inside the transaction of its connection, or as one look of its own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

from .db import only_reads


class _Compiled:
    """A statement in the words of one dialect, with what turns values into the driver's and back."""

    def __init__(self, statement: Select[Any] | UpdateBase, names: Sequence[str] | None, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only statements can be prepared")
        self.sql = str(compiled)
        self.order = compiled.positiontup
        bound = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        self.writes = {name: kind.bind_processor(dialect) for name, kind in bound.items()}
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        self.reads = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]

    def arguments(self, values: Mapping[str, Any]) -> Any:
        """`values` as the driver takes them: a list, or a mapping where it binds by name."""
        told = {name: (write(values[name]) if write else values[name]) for name, write in self.writes.items()}
        return told if self.order is None else [told[name] for name in self.order]

    def row(self, found: Sequence[Any]) -> tuple[Any, ...]:
        """A row of the driver in the types of its columns."""
        return tuple(read(one) if read else one for read, one in zip(self.reads, found, strict=True))


class Prepared:
    """One statement whose parameters all have names: those of its columns for an insert, else of its `bindparam`s."""

    def __init__(
        self, statement: Select[Any] | UpdateBase | Mapping[str, UpdateBase], names: Sequence[str] | None = None
    ) -> None:
        """`statement` may differ by the name of the dialect; `names` are the columns of an insert."""
        self._statement, self._names = statement, names
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it in the transaction of `connection`; the number of rows it touched. Raises as `Connection.execute`."""
        if not connection.in_transaction():
            connection.begin()
        return int(self._asked(connection.connection, connection.dialect, values, connection)[0])

    def one(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row of a SELECT in the transaction of `connection`, or None. Raises as `Connection.execute`."""
        if not connection.in_transaction():
            connection.begin()
        return self._asked(connection.connection, connection.dialect, values, connection)[1]

    def look(self, engine: Engine, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row of a SELECT without any transaction around it, or None. Raises as `Connection.execute`."""
        try:
            raw = engine.raw_connection()
        except engine.dialect.loaded_dbapi.Error as error:
            # The pool lets the driver's own error through, which no page would know as a database that is away.
            raise _named(None, error, engine.dialect) from None
        try:
            return self._asked(raw, engine.dialect, values, raw)[1]
        finally:
            raw.close()

    def _asked(
        self,
        raw: PoolProxiedConnection,
        dialect: Dialect,
        values: Mapping[str, Any],
        owner: Connection | PoolProxiedConnection,
    ) -> tuple[int, tuple[Any, ...] | None]:
        ready = self._compiled.get(dialect.name) or self._compile(dialect)
        try:
            cursor = raw.cursor()
            dialect.do_execute(cursor, ready.sql, ready.arguments(values))
            found = cursor.fetchone() if ready.reads else None
            touched = cursor.rowcount
            cursor.close()
        except dialect.loaded_dbapi.Error as error:
            if dialect.is_disconnect(error, raw, None) or only_reads(error):
                owner.invalidate(error)
            raise _named(ready.sql, error, dialect) from None
        return touched, None if found is None else ready.row(found)

    def _compile(self, dialect: Dialect) -> _Compiled:
        chosen = self._statement[dialect.name] if isinstance(self._statement, Mapping) else self._statement
        self._compiled[dialect.name] = _Compiled(chosen, self._names, dialect)
        return self._compiled[dialect.name]


def _named(sql: str | None, error: Exception, dialect: Dialect) -> BaseException:
    """The driver's error as SQLAlchemy names it. As everywhere, no message carries what a person typed."""
    kind = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, kind, hide_parameters=True, dialect=dialect)
