"""Tables that only grow: triggers on both databases that refuse to change or remove what is written.

The texts serve `create_all` and the migrations alike, so the two cannot drift apart.
"""

from collections.abc import Iterable
from typing import Any, Final, Literal

from sqlalchemy import DDL, Table, event

Verb = Literal["UPDATE", "DELETE", "TRUNCATE"]

_DIALECTS: Final = ("sqlite", "postgresql")
# Of an envelope: version, number of recipients and the seal of their list; and what each recipient takes.
_HEAD_BYTES, _WRAP_BYTES = 2 + 32, 16 + 1168
# The number of recipients is its second byte. SQLite has no function for a byte, so its two hex digits are looked up.
_POSTGRES_COUNT = "get_byte({envelope}, 1)"
_SQLITE_COUNT = (
    "(16 * instr('0123456789ABCDEF', substr(hex(substr({envelope}, 2, 1)), 1, 1))"
    " + instr('0123456789ABCDEF', substr(hex(substr({envelope}, 2, 1)), 2, 1)) - 17)"
)

_FUNCTION = """
CREATE OR REPLACE FUNCTION intake_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''% only grows: % is refused'', TG_TABLE_NAME, TG_OP; END'
"""

_NO_REPLACE = """
CREATE TRIGGER TABLE_refuses_replace BEFORE INSERT ON TABLE
WHEN EXISTS (SELECT 1 FROM TABLE WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'TABLE only grows: REPLACE is refused'); END
"""


def guard(table: str, verbs: tuple[Verb, ...], dialect: str) -> tuple[str, ...]:
    """The statements that make `dialect` ("sqlite" or "postgresql") refuse `verbs` on `table`.

    SQLite has no TRUNCATE. Where DELETE is refused, it also refuses INSERT OR REPLACE, which removes a row
    without asking the DELETE trigger.
    """
    if dialect == "postgresql":
        triggers = (
            f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION intake_refuse_change()"
            for verb in verbs
        )
        return (_FUNCTION.strip(), *triggers)
    statements = [
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows: {verb} is refused'); END"
        for verb in verbs
        if verb != "TRUNCATE"
    ]
    if "DELETE" in verbs:
        statements.append(_NO_REPLACE.strip().replace("TABLE", table))
    return tuple(statements)


def unguard(table: str, verbs: tuple[Verb, ...], dialect: str) -> tuple[str, ...]:
    """The statements that take the triggers of `guard` away again; for a migration down."""
    if dialect == "postgresql":
        return tuple(f"DROP TRIGGER IF EXISTS {table}_refuses_{verb.lower()} ON {table}" for verb in verbs)
    names = [verb.lower() for verb in verbs if verb != "TRUNCATE"]
    names += ["replace"] if "DELETE" in verbs else []
    return tuple(f"DROP TRIGGER IF EXISTS {table}_refuses_{name}" for name in names)


def guard_but(table: str, allowed: str, dialect: str, verb: Verb = "UPDATE") -> tuple[str, ...]:
    """The statements that make `dialect` refuse `verb` on each row of `table` but the one that `allowed` is.

    `allowed` is an SQL condition over OLD (and NEW) that both databases read alike. `unguard` takes it away.
    """
    name = f"{table}_refuses_{verb.lower()}"
    if dialect == "postgresql":
        return (
            _FUNCTION.strip(),
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
            f"FOR EACH ROW WHEN (NOT ({allowed})) EXECUTE FUNCTION intake_refuse_change()",
        )
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN NOT ({allowed}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows: {verb} is refused'); END",
    )


def sealing_anew(columns: Iterable[str], dialect: str) -> str:
    """The condition of `guard_but` under which an envelope may change: for whom it is closed, and nothing else.

    `columns` are those that stay as they are, none of them NULL. In `envelope` the body with its nonce stays byte for
    byte; the wrapped record keys before it may be others, at least one. The layout is that of `sealing`.
    """
    count = _POSTGRES_COUNT if dialect == "postgresql" else _SQLITE_COUNT
    old, new = (f"{side}.envelope" for side in ("OLD", "NEW"))
    same = [f"NEW.{column} = OLD.{column}" for column in columns]
    same.append(f"substr({new}, 1, 1) = substr({old}, 1, 1)")
    same.append(f"length({new}) > {_HEAD_BYTES} AND {count.format(envelope=new)} > 0")
    bodies = (f"substr({one}, {_HEAD_BYTES + 1} + {_WRAP_BYTES} * {count.format(envelope=one)})" for one in (new, old))
    same.append(" = ".join(bodies))
    return " AND ".join(same)


def guard_sealed_on_create(table: Any, *, but: tuple[str, ...] = ()) -> None:
    """Let `create_all` refuse every UPDATE of `table` but that of `sealing_anew`; the columns `but` may change."""
    kept = [column.key for column in table.columns if column.key not in {"envelope", *but}]
    for dialect in _DIALECTS:
        _on_create(table, guard_but(table.name, sealing_anew(kept, dialect), dialect), dialect)


def guard_on_create(table: Table, verbs: tuple[Verb, ...], *, allowed: str = "") -> None:
    """Let `create_all` put the guard on `table` as soon as it exists; with `allowed`, that of `guard_but`."""
    for dialect in _DIALECTS:
        if allowed:
            made = tuple(line for verb in verbs for line in guard_but(table.name, allowed, dialect, verb))
        else:
            made = guard(table.name, verbs, dialect)
        _on_create(table, made, dialect)


def _on_create(table: Table, statements: Iterable[str], dialect: str) -> None:
    for statement in statements:
        ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
