"""Tables that only grow: triggers on both databases that refuse to change or remove what is written.

The texts serve `create_all` and the migrations alike, so the two cannot drift apart.
"""

from typing import Literal

from sqlalchemy import DDL, Table, event

Verb = Literal["UPDATE", "DELETE", "TRUNCATE"]

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


def guard_on_create(table: Table, verbs: tuple[Verb, ...], *, allowed: str = "") -> None:
    """Let `create_all` put the guard on `table` as soon as it exists; with `allowed`, that of `guard_but`."""
    for dialect in ("sqlite", "postgresql"):
        if allowed:
            made = tuple(line for verb in verbs for line in guard_but(table.name, allowed, dialect, verb))
        else:
            made = guard(table.name, verbs, dialect)
        for statement in made:
            ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
