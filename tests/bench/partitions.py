"""Whether submissions by month would pay on PostgreSQL: the plain table beside a partitioned one of the same rows.

A key of a partitioned table must hold the column that it is parted by, so the id alone is unique in each month only,
and a look-up by id, reference or find-id has to ask every month. That is what is measured here.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, text

from tests.bench import cases
from tests.bench.rounds import Row, interleaved, ratio, seconds
from tests.bench.sizes import Sizes
from tests.bench.staff import office

PLAIN, PARTED = "submission", "submission_by_month"
COLUMNS = (
    "id, reference, received_at, locale, form_version, rules_version, outcome, level, due_on, codes, marks, find_id, "
    "applicant_key"
)


def rows(sizes: Sizes) -> list[Row]:
    """Insert, look-ups, removing a month, tidying up and size; each parted divided by plain."""
    with office("postgres", sizes.cases) as engine:
        months = _made(engine)
        what = f"by {months} months, {sizes.cases:,} submissions"
        found = []
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            some = connection.execute(text("SELECT id, reference, find_id FROM submission LIMIT 2000")).all()
            for name, work in _works(connection, some).items():
                works = {table: (lambda work=work, table=table: work(table)) for table in (PLAIN, PARTED)}
                spent = interleaved(works, sizes.rounds, sizes.gets)
                found.append(ratio(f"{what}: {name}", "", (PARTED, spent[PARTED]), (PLAIN, spent[PLAIN])))
            return [*found, *_sizes(connection, what), *_removing(connection, what)]


def _made(engine: Engine) -> int:
    """The same rows parted by month, with the same indexes; returns how many months there are."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def run(statement: str) -> None:
            connection.exec_driver_sql(statement)

        first, last = connection.execute(text("SELECT min(received_at), max(received_at) FROM submission")).one()
        run(f"CREATE TABLE {PARTED} (LIKE submission INCLUDING DEFAULTS) PARTITION BY RANGE (received_at)")
        month, count = dt.date(first.year, first.month, 1), 0
        while month <= last.date() + dt.timedelta(days=62):
            after = (month + dt.timedelta(days=32)).replace(day=1)
            run(f"CREATE TABLE month_{count} PARTITION OF {PARTED} FOR VALUES FROM ('{month}') TO ('{after}')")
            month, count = after, count + 1
        run(f"INSERT INTO {PARTED} SELECT * FROM submission")
        run(f"ALTER TABLE {PARTED} ADD PRIMARY KEY (id, received_at)")
        run(f"CREATE UNIQUE INDEX ON {PARTED} (reference, received_at)")
        for table in (PLAIN, PARTED):
            run(f"CREATE INDEX bench_{table}_find ON {table} (find_id)")
        # What guards the rows stands in the way of removing a month, on both sides alike.
        run("ALTER TABLE submission DISABLE TRIGGER USER")
        run("VACUUM ANALYZE")
        return count


def _works(connection: Connection, some: Any) -> dict[str, Callable[[str], None]]:
    """What the product does with one submission, by name; each takes the table."""

    def inserted(table: str) -> None:
        new = f"'{uuid.uuid4()}', 'N{secrets.token_hex(5)}', now(), locale, form_version, rules_version"
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({COLUMNS}) SELECT {new}, outcome, level, due_on, codes, marks, find_id, "
            f"applicant_key FROM {PLAIN} WHERE id = %s",
            (secrets.choice(some).id,),
        )

    def by(column: str) -> Callable[[str], None]:
        def looked_up(table: str) -> None:
            asked = f"SELECT * FROM {table} WHERE {column} = %s"
            connection.exec_driver_sql(asked, (getattr(secrets.choice(some), column),)).first()

        return looked_up

    return {"look-up by id": by("id"), "by reference": by("reference"), "by find-id": by("find_id"), "insert": inserted}


def _sizes(connection: Connection, what: str) -> list[Row]:
    asked = text(
        "SELECT pg_total_relation_size('submission'), "
        "(SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = :parent ::regclass)"
    )
    plain, parted = connection.execute(asked, {"parent": PARTED}).one()
    figures = {"plain MiB": round(plain / 2**20), "by month MiB": round(int(parted) / 2**20)}
    return [Row(f"{what}: size with indexes", "", round(int(parted) / plain, 2), figures=figures)]


def _removing(connection: Connection, what: str) -> list[Row]:
    """One month that is over: deleted and tidied up, or dropped with its partition."""
    month = cases.TODAY.replace(day=1) - dt.timedelta(days=1)
    gone = f"WHERE received_at >= '{month.replace(day=1)}' AND received_at < '{month + dt.timedelta(days=1)}'"
    named = connection.execute(
        text(f"SELECT tableoid::regclass::text, count(*) FROM {PARTED} {gone} GROUP BY 1 ORDER BY 2 DESC LIMIT 1")
    ).one()
    connection.exec_driver_sql('TRUNCATE "case" CASCADE')
    deleted = seconds(lambda: connection.exec_driver_sql(f"DELETE FROM submission {gone}"))
    tidied = seconds(lambda: connection.exec_driver_sql("VACUUM submission"))
    dropped = seconds(lambda: connection.exec_driver_sql(f"DROP TABLE {named[0]}"))
    figures = {
        "rows": named[1],
        "deleted s": round(deleted, 3),
        "vacuum s": round(tidied, 3),
        "dropped s": round(dropped, 4),
    }
    return [Row(f"{what}: removing a month", "", figures=figures)]
