"""How long what ended is kept: policy, legal holds, lists to remove, and what remains."""

import sqlalchemy as sa
from alembic import op

from intake.appendonly import guard_but, unguard

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# As in `intake.submissions` when this migration was released.
REMOVING = "OLD.erased_at IS NOT NULL"
PARTIAL = (
    ("ix_case_ended", "case", ["status", "updated_at", "id"], "erased_at IS NULL"),
    ("ix_case_legal_hold", "case", ["legal_hold"], "legal_hold IS NOT NULL"),
    ("ix_submission_erased", "submission", ["erased_at"], "erased_at IS NOT NULL"),
)


def upgrade() -> None:
    op.add_column("case", sa.Column("legal_hold", sa.String(16), nullable=True))
    for name, table, columns, where in PARTIAL:
        condition = sa.text(where)
        op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)
    op.create_table(
        "retention_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_retention_version"),
    )
    op.create_table(
        "disposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["staff_member.id"], name="fk_disposal_asked_by_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_disposal"),
    )
    op.create_index("ix_disposal_state", "disposal", ["state"])
    op.create_table(
        "disposal_case",
        sa.Column("disposal_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(24), nullable=False),
        sa.Column("method", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(["disposal_id"], ["disposal.id"], name="fk_disposal_case_disposal_id_disposal"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_disposal_case_case_id_case"),
        sa.PrimaryKeyConstraint("disposal_id", "case_id", name="pk_disposal_case"),
    )
    op.create_index("ix_disposal_case_case_id", "disposal_case", ["case_id"])
    op.create_table(
        "removed",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "status", name="pk_removed"),
    )
    for statement in guard_but("submission", REMOVING, op.get_bind().dialect.name, "DELETE"):
        op.execute(statement)


def downgrade() -> None:
    for statement in unguard("submission", ("DELETE",), op.get_bind().dialect.name):
        op.execute(statement)
    for table in ("removed", "disposal_case", "disposal", "retention_version"):
        op.drop_table(table)
    for name, table, _columns, _where in reversed(PARTIAL):
        op.drop_index(name, table)
    op.drop_column("case", "legal_hold")
