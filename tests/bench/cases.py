"""Any number of cases, made by the database itself: nothing in them is ever opened. All of it is invented."""

import datetime as dt

from sqlalchemy import Engine, Index, text

from intake import accounts
from intake.casework.models import Case
from intake.casework.triage import CLAIM_BITS
from intake.db import Base, transaction
from intake.submissions import Submission

STAFF = 40
NOW = dt.datetime(2026, 11, 4, 15, tzinfo=dt.UTC)
TODAY = NOW.date()
_LANGUAGES = ("es", "es", "es", "ar", "ht", "fa_AF", "am", "ti", "uk", "fr")
_STATES = ("NY", "CA", "TX", "FL", "MA", "WY", "IL", "NJ", "VA", "GA")
_STATUSES = ("new", "triage", "contacting", "interview_set", "merit_review", "accepted", "closed", "declined")
_OPEN = 6
_CLAIMS = ("afraid", "afraid", "afraid", "crime_victim", "trafficking", "family_violence", "child_alone", "unsure")
# A number that looks random for each case, the same on both databases: no order of one column follows another's.
_MIX = "((i * 2654435761) % 4294967291)"


def fill(engine: Engine, count: int) -> None:
    """Make every table, `STAFF` people and `count` cases; a quarter is closed, and nobody has a tenth of them."""
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        for number in range(STAFF):
            accounts.create(
                session,
                email=f"bench{number}@example.org",
                name=f"Bench {number}",
                role="caseworker",
                password_hash="none",
                now=NOW,
            )
    lite = engine.dialect.name == "sqlite"
    indexes = _without_indexes(engine)
    with engine.connect() as connection:
        if lite:
            # A failure here throws the file away: nothing has to last.
            for setting in ("journal_mode=OFF", "synchronous=OFF", "secure_delete=OFF", "foreign_keys=OFF"):
                connection.connection.cursor().execute(f"PRAGMA {setting}").close()
            connection.connection.cursor().execute("PRAGMA cache_size=-400000").close()
        if lite:
            connection.exec_driver_sql(_SQLITE.format(count=count, mix=_MIX))
        else:
            connection.exec_driver_sql(_plain(_POSTGRES.format(count=count, mix=_MIX), lite))
        for table, columns in ((Submission, _SUBMISSION), (Case, _CASE)):
            names = ", ".join(columns)
            values = ", ".join(_said(said, lite) for said in columns.values())
            name = table.__tablename__
            connection.exec_driver_sql(
                _plain(f'INSERT INTO "{name}" ({names}) SELECT {values} FROM made ORDER BY m', lite)
            )
        connection.exec_driver_sql("DROP TABLE made")
        connection.commit()
        for index in indexes:
            index.create(connection)
        connection.commit()
    engine.dispose()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if lite else "VACUUM ANALYZE"))


def _without_indexes(engine: Engine) -> list[Index]:
    """Indexes are made afterwards: filling them row by row costs many times as much."""
    gone = [*Case.__table__.indexes, *Submission.__table__.indexes]
    for index in gone:
        index.drop(engine)
    return gone


def _chosen(values: tuple[str, ...] | tuple[int, ...], by: str, kind: str = "") -> str:
    said = (f"'{value}'{kind}" if isinstance(value, str) else str(value) for value in values)
    cases = " ".join(f"WHEN {number} THEN {value}" for number, value in enumerate(said))
    return f"CASE ({by}) % {len(values)} {cases} END"


def _plain(statement: str, lite: bool) -> str:
    """The driver of PostgreSQL takes a percent sign for the place of a value, unless there are two."""
    return statement if lite else statement.replace("%", "%%")


def _said(said: str, lite: bool) -> str:
    """The words of one engine for what they say differently."""
    for name, (for_lite, for_postgres) in _WORDS.items():
        said = said.replace(name, for_lite if lite else for_postgres)
    return said


_SQLITE = (
    "CREATE TEMP TABLE made AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
    "SELECT i, {mix} AS m, (i * 7919) % 1000003 AS k FROM n"
)
_POSTGRES = (
    "CREATE TEMP TABLE made AS SELECT i, {mix} AS m, (i * 7919) % 1000003 AS k "
    "FROM generate_series(1::bigint, {count}::bigint) AS i"
)
_WORDS = {
    "$ID": ("printf('%08x%024x', m, i)", "(lpad(to_hex(m), 8, '0') || lpad(to_hex(i), 24, '0'))::uuid"),
    "$REFERENCE": ("printf('B%010d', i)", "'B' || lpad(i::text, 10, '0')"),
    "$FIND": (
        "CAST(printf('%08x%08x', m, i) AS BLOB)",
        "decode(lpad(to_hex(m), 8, '0') || lpad(to_hex(i), 8, '0'), 'hex')",
    ),
    "$RECEIVED": (
        "strftime('%Y-%m-%d %H:%M:%f', '2026-11-04 15:00:00', '-' || (k * 31) || ' seconds') || '000'",
        "timestamptz '2026-11-04 15:00:00+00' - make_interval(secs => k * 31)",
    ),
    "$WROTE": (
        "strftime('%Y-%m-%d %H:%M:%f', '2026-11-04 15:00:00', '-' || (k * 7) || ' seconds') || '000'",
        "timestamptz '2026-11-04 15:00:00+00' - make_interval(secs => k * 7)",
    ),
    "$DUE": ("date('2026-11-04', ((m % 400) - 20) || ' days')", "date '2026-11-04' + ((m % 400) - 20)::int"),
    "$FOLLOW": ("date('2026-11-04', ((k % 60) - 10) || ' days')", "date '2026-11-04' + ((k % 60) - 10)::int"),
    "$DAYS": (
        "(julianday($DUE) - 1721424.5)",
        "($DUE - date '0001-01-01' + 1)",
    ),
    "$YES": ("1", "true"),
    "$NO": ("0", "false"),
    "$TEXT": ("", "::json"),
}
_WORDS["$DAYS"] = tuple(said.replace("$DUE", _WORDS["$DUE"][number]) for number, said in enumerate(_WORDS["$DAYS"]))
_BOTH = {
    "id": "$ID",
    "reference": "$REFERENCE",
    "received_at": "$RECEIVED",
    "locale": "'en'",
    "form_version": "1",
    "rules_version": "1",
    "outcome": _chosen(("likely", "review", "review", "refer"), "k / 11"),
    "level": "1 + m % 3",
    "due_on": "$DUE",
    "codes": "'[\"REP_NONE\"]'$TEXT",
    "marks": "'[]'$TEXT",
}
_SUBMISSION = _BOTH | {"find_id": "$FIND", "applicant_key": "$FIND"}
_STATUS = "m / 7"
_CASE = _BOTH | {
    "updated_at": "$RECEIVED",
    "version": "1",
    "status": _chosen(_STATUSES, _STATUS),
    "is_open": f"CASE WHEN ({_STATUS}) % {len(_STATUSES)} < {_OPEN} THEN $YES ELSE $NO END",
    "owner_id": f"CASE WHEN k % 10 = 0 THEN NULL ELSE 1 + m / 3 % {STAFF} END",
    "prio": "(1 + m % 3) * 1000000 + $DAYS",
    "due_code": "'U08'",
    "tags": "'[]'$TEXT",
    "language": _chosen(_LANGUAGES, "m / 13"),
    "interpreter": "CASE WHEN m / 17 % 3 = 0 THEN $YES ELSE $NO END",
    "place_kind": _chosen(("us", "us", "us", "us", "held", "border"), "k / 3"),
    "state": _chosen(_STATES, "k / 7"),
    "claims": _chosen(tuple(f'["{claim}"]' for claim in _CLAIMS), "k / 5", "$TEXT"),
    "claim_bits": _chosen(tuple(CLAIM_BITS[claim] for claim in _CLAIMS), "k / 5"),
    "stages": "'[\"court\"]'$TEXT",
    "age_band": "'21-39'",
    "income_band": "'none'",
    "safe_contact": "'[\"phone\"]'$TEXT",
    "unanswered_since": "CASE WHEN m / 19 % 50 = 0 THEN $WROTE END",
    "last_incoming_at": "$WROTE",
    "follow_up_on": "CASE WHEN m / 23 % 8 = 0 THEN $FOLLOW END",
    "follow_up_id": f"CASE WHEN m / 23 % 8 = 0 THEN 1 + m / 3 % {STAFF} END",
}
