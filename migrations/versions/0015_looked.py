"""Claims as bits of one number; the lists' indexes hold what further filters ask of a case."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0008"
branch_labels = None
depends_on = None

CLAIMS = (
    *("afraid", "crime_victim", "trafficking", "family_violence", "child_alone", "temporary_ending"),
    *("family_join", "unsure", "other"),
)
LOOKED = (
    *("is_open", "received_at", "status", "level", "owner_id", "language", "interpreter", "place_kind", "state"),
    *("outcome", "claim_bits", "due_on", "unanswered_since", "follow_up_on", "follow_up_id"),
)
WAITS = "unanswered_since IS NOT NULL"
INDEXES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "ix_case_open": (("is_open", "prio", "received_at", "id"), None),
    "ix_case_status": (("status", "prio", "received_at", "id"), None),
    "ix_case_owner": (("owner_id", "is_open", "prio", "received_at", "id"), None),
    "ix_case_nobody": (("is_open", "prio", "received_at", "id"), "owner_id IS NULL"),
    "ix_case_language": (("language", "is_open", "prio", "received_at", "id"), None),
    "ix_case_state": (("state", "is_open", "prio", "received_at", "id"), None),
    "ix_case_age": (("is_open", "received_at", "id"), None),
    "ix_case_level": (("is_open", "level", "received_at", "id"), None),
    "ix_case_incoming": (("is_open", "last_incoming_at", "id"), None),
    "ix_case_due": (("is_open", "due_on", "received_at", "id"), None),
    "ix_case_owner_age": (("owner_id", "is_open", "received_at", "id"), None),
    "ix_case_owner_level": (("owner_id", "is_open", "level", "received_at", "id"), None),
    "ix_case_owner_incoming": (("owner_id", "is_open", "last_incoming_at", "id"), None),
    "ix_case_owner_due": (("owner_id", "is_open", "due_on", "received_at", "id"), None),
    "ix_case_reply": (("unanswered_since", "id"), WAITS),
    "ix_case_owner_reply": (("owner_id", "unanswered_since", "id"), WAITS),
    "ix_case_nobody_reply": (("unanswered_since", "id"), f"{WAITS} AND owner_id IS NULL"),
    "ix_case_follow_up": (("follow_up_id", "follow_up_on", "id"), "follow_up_on IS NOT NULL"),
}
case = sa.table("case", sa.column("id", sa.Uuid()), sa.column("claims", sa.JSON()), sa.column("claim_bits", sa.Integer))
_BATCH = 1000


def upgrade() -> None:
    op.add_column("case", sa.Column("claim_bits", sa.Integer(), nullable=False, server_default="0"))
    bits = {code: 1 << number for number, code in enumerate(CLAIMS)}
    give = sa.update(case).where(case.c.id == sa.bindparam("key")).values(claim_bits=sa.bindparam("bits"))
    for rows in _batches():
        op.get_bind().execute(
            give, [{"key": row.id, "bits": sum({bits.get(claim, 0) for claim in row.claims})} for row in rows]
        )
    op.drop_index("ix_case_claim_claim", "case_claim", if_exists=True)
    op.drop_table("case_claim")
    for name, (columns, where) in INDEXES.items():
        op.drop_index(name, "case")
        _create(name, (*columns, *(column for column in LOOKED if column not in columns)), where)


def downgrade() -> None:
    for name, (columns, where) in INDEXES.items():
        op.drop_index(name, "case")
        _create(name, columns, where)
    op.create_table(
        "case_claim",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("claim", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_claim_case_id_case"),
        sa.PrimaryKeyConstraint("case_id", "claim", name="pk_case_claim"),
    )
    named = sa.table("case_claim", sa.column("case_id", sa.Uuid()), sa.column("claim", sa.String()))
    for rows in _batches():
        if found := [{"case_id": row.id, "claim": claim} for row in rows for claim in row.claims]:
            op.get_bind().execute(sa.insert(named), found)
    op.drop_column("case", "claim_bits")


def _create(name: str, columns: tuple[str, ...], where: str | None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, "case", list(columns), sqlite_where=condition, postgresql_where=condition)


def _batches() -> Iterator[list[Any]]:
    after = None
    while True:
        found = sa.select(case.c.id, case.c.claims).order_by(case.c.id).limit(_BATCH)
        rows = list(op.get_bind().execute(found if after is None else found.where(case.c.id > after)))
        if not rows:
            return
        yield rows
        after = rows[-1].id
