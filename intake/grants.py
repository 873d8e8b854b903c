"""What each PostgreSQL role may do: the public door adds what people send, and reads what everybody may."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, Engine, text

ADMINISTERS: Final = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")

ALL: Final = "SELECT, INSERT, UPDATE, DELETE"
# A table without a line here is closed to the role.
PUBLIC: Final[Mapping[str, str]] = {
    "submission": "INSERT",
    "submission_body": "INSERT",
    "arrival": "INSERT",
    "incoming": "INSERT",
    "incoming_arrival": "INSERT",
    "draft": ALL,
    "letter": "SELECT, INSERT",
    "release": "SELECT",
    "referral": "SELECT",
    "organisation_version": "SELECT",
    "measured": "SELECT",
    "visit_count": "SELECT, INSERT, UPDATE",
    "alembic_version": "SELECT",
}
STAFF: Final[Mapping[str, str]] = {
    # Staff add what they fill in for a caller. Erasing empties what could tell of a person, and what is empty is
    # removed later; triggers refuse every other change.
    "submission": "SELECT, INSERT, DELETE, "
    "UPDATE (find_id, applicant_key, locale, outcome, level, due_on, codes, source, marks, erased_at)",
    # An envelope may be closed to other keys; a trigger refuses every other change of it.
    "submission_body": "SELECT, INSERT, UPDATE (envelope), DELETE",
    # SELECT ... FOR UPDATE SKIP LOCKED asks for UPDATE; a submission that cannot be opened is marked here.
    "arrival": "SELECT, INSERT, UPDATE, DELETE",
    "incoming": "SELECT, UPDATE (envelope), DELETE",
    "incoming_arrival": "SELECT, UPDATE, DELETE",
    # The desk removes drafts whose time is over. Staff fill in one for a caller: without its return code none opens.
    "draft": "SELECT (id, find_id, body, expires_at), INSERT, UPDATE (body, expires_at), DELETE",
    "letter": ALL,
    "organisation_version": "SELECT, INSERT",
    "measured": ALL,
    "visit_count": "SELECT, DELETE",
    "release": ALL,
    "referral": ALL,
    "alembic_version": "SELECT",
    "audit_event": "SELECT, INSERT",
    "set_aside": ALL,
    "case": ALL,
    # Erasing empties the lines of a case; they go with the empty case.
    "case_event": "SELECT, INSERT, UPDATE (note_id, details), DELETE",
    "note": "SELECT, INSERT, UPDATE (replaces, envelope), DELETE",
    "search_token": "SELECT, INSERT, DELETE",
    # A code stays, because cases carry it.
    "closing_code": "SELECT, INSERT, UPDATE",
    "lent": ALL,
    "bulk_run": "SELECT, INSERT",
    "partner": "SELECT, INSERT, UPDATE",
    "partner_referral": ALL,
    "saved_search": ALL,
    "case_pair": ALL,
    "pair_token": "SELECT, INSERT, DELETE",
    "conflict_name": "SELECT, INSERT, UPDATE (envelope), DELETE",
    "conflict_token": "SELECT, INSERT, DELETE",
    "conflict_match": "SELECT, INSERT, DELETE",
    "conflict_check": "SELECT, INSERT, UPDATE (envelope), DELETE",
    "staff_member": ALL,
    "approval": "SELECT, INSERT, UPDATE",
    "export_job": ALL,
    "trail_check": "SELECT, INSERT, UPDATE",
    "invitation": "SELECT, INSERT, UPDATE (ended_at)",
    "kept_text": "SELECT, INSERT, UPDATE (envelope), DELETE",
    "taken_intake": ALL,
    "calendar_feed": "SELECT, INSERT, UPDATE (last_read_at, revoked_at)",
    "staff_session": ALL,
    "passkey": ALL,
    "outbox": ALL,
    "correction": "SELECT, INSERT, UPDATE (envelope), DELETE",
    "rewrap_run": "SELECT, INSERT, UPDATE",
    "key_count": ALL,
    "key_holder": ALL,
    "contact_attempt": "SELECT, INSERT, DELETE",
    "case_document": ALL,
    "family_link": ALL,
    "letter_template": "SELECT, INSERT",
    "retention_version": "SELECT, INSERT",
    "disposal": "SELECT, INSERT, UPDATE (state, skipped, tally, started_at, ended_at)",
    "disposal_case": "SELECT, INSERT, DELETE",
    "removed": "SELECT, INSERT, UPDATE (number)",
    "verification": "SELECT, INSERT",
}


class GrantError(ValueError):
    """The roles cannot be set up as asked; the message is one clear sentence."""


def apply(engine: Engine, public_role: str, staff_role: str) -> list[str]:
    """Give both roles exactly what the tables above say, in one transaction; returns what was done.

    A missing role is created with LOGIN and without a password. Everything that the role held before on the
    tables and sequences of the schema is taken away first, so running it again repairs drift.

    Raises:
        GrantError: not PostgreSQL, a name that is no plain name, or a role that could get around its grants.
    """
    if engine.dialect.name != "postgresql":
        raise GrantError("Roles and grants exist on PostgreSQL only; this database is SQLite.")
    if public_role == staff_role:
        raise GrantError("The public role and the staff role must be two different roles.")
    for name in (public_role, staff_role):
        if _NAME.fullmatch(name) is None:
            raise GrantError("A role name has small letters, digits and underscores, such as intake_public.")
    with engine.begin() as connection:
        tables = _names(connection, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        if "submission" not in tables:
            raise GrantError("The database has no tables yet: run `python -m intake db upgrade` first.")
        done = []
        for role, allowed in ((public_role, PUBLIC), (staff_role, STAFF)):
            done += _create(connection, role)
            _refuse_powerful(connection, role)
            done += _grant(connection, role, allowed, tables)
        _sequences(connection, staff_role)
    return done


def _create(connection: Connection, role: str) -> list[str]:
    known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first()
    if known is not None:
        return []
    connection.execute(text(f'CREATE ROLE "{role}" LOGIN'))
    return [f"{role}: created"]


def _refuse_powerful(connection: Connection, role: str) -> None:
    flags = " OR ".join(ADMINISTERS)
    powerful = connection.execute(
        text(f"SELECT 1 FROM pg_roles WHERE rolname = :role AND ({flags})"),  # noqa: S608 -- our own names
        {"role": role},
    ).first()
    if powerful is not None:
        raise GrantError(f"The role {role} may administer the server; use a plain role.")
    member = connection.execute(
        text("SELECT 1 FROM pg_auth_members JOIN pg_roles r ON r.oid = member WHERE r.rolname = :role"),
        {"role": role},
    ).first()
    if member is not None:
        raise GrantError(f"The role {role} is a member of another role and would inherit its rights.")
    owner = connection.execute(
        text("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tableowner = :role"),
        {"role": role},
    ).first()
    if owner is not None:
        raise GrantError(f"The role {role} owns tables; the owner of the tables must be a third role.")


def _grant(connection: Connection, role: str, allowed: Mapping[str, str], tables: Iterable[str]) -> list[str]:
    schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        connection.execute(text(f'REVOKE ALL ON ALL {kind} IN SCHEMA "{schema}" FROM "{role}"'))
        if kind != "FUNCTIONS":
            connection.execute(text(f'REVOKE ALL ON ALL {kind} IN SCHEMA "{schema}" FROM PUBLIC'))
    connection.execute(text(f'REVOKE ALL ON SCHEMA "{schema}" FROM "{role}"'))
    connection.execute(text(f'REVOKE CREATE ON SCHEMA "{schema}" FROM PUBLIC'))
    connection.execute(text(f'GRANT USAGE ON SCHEMA "{schema}" TO "{role}"'))
    done = []
    for table in sorted(tables):
        if table in allowed:
            connection.execute(text(f'GRANT {allowed[table]} ON "{table}" TO "{role}"'))
            done.append(f"{role}: {allowed[table]} on {table}")
    return done


def _sequences(connection: Connection, role: str) -> None:
    names = _names(connection, "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
    for name in names:
        connection.execute(text(f'GRANT USAGE ON SEQUENCE "{name}" TO "{role}"'))


def _names(connection: Connection, query: str) -> set[str]:
    return set(connection.execute(text(query)).scalars())
