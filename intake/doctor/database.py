"""The database: reachable, in the right form, set up to lose nothing, and its roles as they should be."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from .. import grants, migrating
from ..settings import Settings
from .findings import Finding, hint, ok, reading, soon, wrong

OLDEST_POSTGRES = 13
DRIFT_SECONDS = 5
LARGE_LOG = 200 * 2**20
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_GRANT = re.compile(r"([A-Z]+)( \([^)]*\))?")


def standing(settings: Settings) -> Iterator[Finding]:
    """Whether it answers and has the tables of this version."""
    try:
        found, newest = migrating.current(settings.database_url), migrating.newest()
    except migrating.MigrationError as error:
        yield wrong("database", str(error))
        return
    if found != newest:
        yield wrong("database", "The database is not up to date: run `python -m intake db upgrade`.")
        return
    yield ok("database", f"The database is up to date ({found}).")


def is_current(settings: Settings) -> bool:
    """Whether what needs the tables can be looked at."""
    try:
        return migrating.is_current(settings.database_url)
    except migrating.MigrationError:
        return False


def engine_settings(settings: Settings, now: dt.datetime, *, full: bool) -> Iterator[Finding]:
    """How the database writes, its clock, and its roles. `full`: SQLite reads each of its pages."""
    with reading(settings) as session:
        if session.get_bind().dialect.name == "sqlite":
            yield from _sqlite(session, settings, full=full)
        else:
            yield from _postgres(session)
            yield from _clock(session, now)
            yield from _roles(session, settings)


def _sqlite(session: Session, settings: Settings, *, full: bool) -> Iterator[Finding]:
    found = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
    durable = (found["journal_mode"], found["synchronous"]) == ("wal", 2)
    held = session.execute(text("PRAGMA foreign_keys")).scalar() == 1
    if durable and held:
        yield ok("database", "SQLite writes through its log and waits for the disk; rows may not point at nothing.")
    else:
        yield wrong("database", "SQLite does not wait for the disk here: is the data folder on a network drive?")
    log = Path(str(make_url(settings.database_url).database) + "-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        yield soon("database", f"The log of SQLite has {log.stat().st_size // 2**20} MB: is the desk running?")
    if full:
        sound = session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        dangling = len(session.execute(text("PRAGMA foreign_key_check")).all())
        if sound and not dangling:
            yield ok("database", "Every page of the database is sound.")
        else:
            yield wrong("database", "The database is damaged: stop everything, keep the files, restore a backup.")


def _postgres(session: Session) -> Iterator[Finding]:
    version = int(session.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    if version < OLDEST_POSTGRES:
        yield wrong("database", f"PostgreSQL {version} is too old: use {OLDEST_POSTGRES} or newer.")
    else:
        yield ok("database", f"PostgreSQL {version} answers.")
    off = [name for name in _DURABLE if session.execute(text(f"SHOW {name}")).scalar_one() == "off"]
    for name in off:
        yield wrong("database", f"PostgreSQL may lose what was sent: set {name} to on.")
    if not off:
        yield ok("database", "PostgreSQL waits for the disk before it says that something is kept.")
    if session.execute(text("SHOW server_encoding")).scalar_one() != "UTF8":
        yield wrong("database", "The database does not store UTF-8: names in other scripts would be lost.")


def _clock(session: Session, now: dt.datetime) -> Iterator[Finding]:
    there = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs((there - dt.datetime.now(dt.UTC)).total_seconds())
    if apart > DRIFT_SECONDS:
        yield soon("clock", f"The clock of the database is {apart:.0f} seconds from this one: set both right.")
    else:
        yield ok("clock", "The clock of the database and this one agree.")


def _roles(session: Session, settings: Settings) -> Iterator[Finding]:
    staff, public = (make_url(url).username for url in (settings.database_url, settings.public_database_url))
    me = str(session.execute(text("SELECT current_user")).scalar_one())
    if public is None or public == staff:
        yield soon("roles", "Both doors use one database role: make two with `python -m intake db grants`.")
        return
    for role, allowed in ((public, grants.PUBLIC), (me, grants.STAFF)):
        yield from _role(session, role, allowed)


def _role(session: Session, role: str, allowed: Mapping[str, str]) -> Iterator[Finding]:
    flags = " OR ".join(grants.ADMINISTERS)
    known = session.execute(
        text(f"SELECT {flags} FROM pg_roles WHERE rolname = :role"),  # noqa: S608 -- our own names
        {"role": role},
    ).scalar()
    if known is None:
        yield wrong("roles", f"The role {role} is not there: run `python -m intake db grants`.")
        return
    if known:
        yield hint("roles", f"The role {role} may administer the server: its rights cannot be compared.")
        return
    rows = session.execute(
        text(
            "SELECT t.tablename AS name, p.word AS word, "
            "has_table_privilege(:role, quote_ident(t.schemaname) || '.' || quote_ident(t.tablename), p.word) AS held "
            "FROM pg_tables t, unnest(CAST(:words AS text[])) AS p(word) "
            "WHERE t.schemaname = current_schema()"
        ),
        {"role": role, "words": list(_PRIVILEGES)},
    )
    more, less = set(), set()
    for row in rows:
        expected = _expected(allowed.get(row.name, ""))
        if row.held and row.word not in expected:
            more.add(row.name)
        elif not row.held and row.word in expected:
            less.add(row.name)
    for names, word in ((more, "more"), (less, "less")):
        if names:
            listed = ", ".join(sorted(names))
            yield wrong("roles", f"The role {role} may do {word} than it should ({listed}): run `db grants` again.")
    if not more and not less:
        yield ok("roles", f"The role {role} may do what it should on each table, and no more.")


def _expected(granted: str) -> set[str]:
    """The privileges on a whole table; those on columns alone are not among them."""
    return {word for word, columns in _GRANT.findall(granted) if not columns}
