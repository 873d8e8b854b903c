"""When a case first came to a decision; checks of places and of figures of law."""

import sqlalchemy as sa
from alembic import op

from intake.appendonly import guard, unguard

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_STATUS = {"sqlite": "json_extract(details, '$.status')", "postgresql": "details ->> 'status'"}
_FIRST = """
UPDATE "case" SET decided_at = (
    SELECT min(at) FROM case_event
    WHERE case_id = "case".id AND event = 'case:status-changed' AND {status}
    IN ('accepted', 'limited_scope', 'placed', 'advice_given', 'referred', 'declined')
) WHERE status <> 'new'
"""
_VERBS = ("UPDATE", "DELETE", "TRUNCATE")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.add_column("case", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_FIRST.format(status=_STATUS[dialect]))
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("found", sa.String(8), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verification"),
    )
    op.create_index("ix_verification_subject", "verification", ["subject", "id"])
    for statement in guard("verification", _VERBS, dialect):
        op.execute(statement)


def downgrade() -> None:
    for statement in unguard("verification", _VERBS, op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("verification")
    op.drop_column("case", "decided_at")
