"""How a migration runs: one transaction on both databases, one migration at a time."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, create_engine, event, pool, text
from sqlalchemy.engine import make_url

from intake import (
    accounts,
    approvals,
    audit,
    drafts,
    incoming,
    kepttext,
    letters,
    organisation,
    outbox,
    passkeys,
    referrals,
    releases,
    sessions,
    staffing,
    submissions,
    trail,
    verifying,
    visits,
)
from intake.bounds import COMMAND
from intake.casework import bulk, calendar, checks, closing, lent, lettertemplates, models, partners
from intake.db import Base, UTCDateTime, make_engine, postgres_options
from intake.exports import jobs
from intake.keyring import records
from intake.retention import carrying, disposing, policy

# Importing a module puts its tables into the metadata; the names make plain that all of them are meant.
TABLES_OF = (
    accounts,
    approvals,
    audit,
    bulk,
    closing,
    calendar,
    carrying,
    checks,
    disposing,
    drafts,
    incoming,
    jobs,
    kepttext,
    lent,
    letters,
    lettertemplates,
    models,
    organisation,
    outbox,
    partners,
    passkeys,
    policy,
    records,
    referrals,
    releases,
    sessions,
    staffing,
    submissions,
    trail,
    verifying,
    visits,
)
# Any fixed number: two processes that upgrade one PostgreSQL database at once wait for each other.
LOCK = 7_151_129_002
# A change that waits for a table makes everybody wait who comes after it: it waits this long, and then makes way.
PATIENCE = "2s"


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """A migration must not depend on the product's own types: it says what they are on the database."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run what was asked for on `connection`, which the caller closes."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        connection.execute(text(f"SET lock_timeout = '{PATIENCE}'"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def engine_for(url: str) -> Engine:
    """An engine for one migration; on SQLite it may rebuild tables that others refer to."""
    if make_url(url).get_backend_name() == "postgresql":
        return create_engine(url, poolclass=pool.NullPool, connect_args=postgres_options(make_url(url), COMMAND))
    engine = make_engine(url)

    @event.listens_for(engine, "connect")
    def without_foreign_keys(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=OFF")

    return engine


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database, not as a script.")
_engine = engine_for(context.config.attributes["url"])
try:
    with _engine.connect() as _connection:
        migrate(_connection)
finally:
    _engine.dispose()
