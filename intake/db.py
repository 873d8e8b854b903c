"""The database: one declarative base, aware UTC times, and engines that lose nothing."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from .bounds import COMMAND, Bounds

BUSY_SECONDS = 15


class UTCDateTime(TypeDecorator[dt.datetime]):
    """Aware UTC in and out on both databases; SQLite gives times back naive, and a naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """Base of every table; the naming convention keeps migrations the same on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def make_engine(url: str, bounds: Bounds = COMMAND) -> Engine:
    """An engine for SQLite (WAL, durable, one writer at a time) or PostgreSQL within `bounds`.

    An address of PostgreSQL may name several hosts, of which one at a time can write:
    `postgresql+psycopg://intake@/intake?host=a,b&target_session_attrs=read-write`. After a failover the connections
    that were open are found dead when they are next used, and new ones go to the host that writes now. So it is where a
    host lives on but only reads: its connections are given up when it first refuses to write.

    `engine.execution_options(reads=True)` gives the same engine for transactions that only read: they do not
    take SQLite's write lock.
    """
    parsed = make_url(url)
    # hide_parameters: an error message must never carry what a person typed.
    if parsed.get_backend_name() != "sqlite":
        cluster = create_engine(
            url,
            pool_pre_ping=True,
            pool_size=bounds.pool,
            max_overflow=bounds.overflow,
            hide_parameters=True,
            connect_args=postgres_options(parsed, bounds),
        )
        event.listen(cluster, "handle_error", _leave_a_host_that_only_reads)
        return cluster
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def only_reads(error: BaseException) -> bool:
    """Whether a host of PostgreSQL refused to write because it only reads at this moment (SQLSTATE 25006)."""
    return getattr(error, "sqlstate", None) == "25006"


def _leave_a_host_that_only_reads(context: ExceptionContext) -> None:
    # Its connections are alive: without this they would go back to the pool, and be refused again and again.
    if only_reads(context.original_exception):
        context.is_disconnect = True


def postgres_options(url: URL, bounds: Bounds) -> dict[str, str]:
    """What libpq is told for a connection within `bounds`; what stands in the address itself goes first."""
    asked = url.query.get("options", "")
    limits = {
        "statement_timeout": bounds.statement,
        "lock_timeout": bounds.lock,
        "idle_in_transaction_session_timeout": bounds.idle,
    }
    # Of two that name the same, PostgreSQL takes the later one.
    options = [*(f"-c {name}={seconds}s" for name, seconds in limits.items() if seconds), str(asked)]
    made = {"options": " ".join(options).strip()} if any(options) else {}
    # A host that vanished without a word is given up after half a minute, not after the two hours of the kernel.
    ours = {
        "connect_timeout": bounds.connect,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
    }
    return made | {name: str(value) for name, value in ours.items() if name not in url.query}


def _sqlite_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself: _sqlite_begin chooses the kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # The desk moves the WAL into the file off the request path; this bound (80 MB) is for when it is down.
    cursor.execute("PRAGMA wal_autocheckpoint=20000")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later loses updates under load; IMMEDIATE does not.
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def takes_its_time(session: Session) -> None:
    """Let this transaction go on as long as a reader takes its rows: a slow line must not cut off a file."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions on `engine`; nothing expires on commit, because pages are rendered after it."""
    return sessionmaker(engine, expire_on_commit=False)


def connection_of(session: Session | Connection) -> Connection:
    """The connection of a session: for one plain statement a session's work for entities costs more than the statement.

    What the session holds unwritten is written first.
    """
    if isinstance(session, Connection):
        return session
    session.flush()
    return session.connection()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session of its own that commits at the end of the block and rolls back on any error."""
    with session_factory(engine)() as session, session.begin():
        yield session
