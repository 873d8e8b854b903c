"""The keys: sealed rows may change for whom they are closed, how far that has come, and who holds the passphrase."""

import sqlalchemy as sa
from alembic import op

from intake.appendonly import guard_but, sealing_anew, unguard

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# What stays as it is while a row is sealed anew. Nothing but that changed these tables before either.
SEALED = {
    "submission_body": ("submission_id",),
    "incoming": ("id", "submission_id", "kind", "received_at"),
    "note": ("id", "case_id", "author_id", "written_at"),
    "correction": ("id", "case_id", "staff_id", "at"),
    "conflict_name": ("id", "kind", "added_at", "added_by"),
    "conflict_check": ("id", "case_id", "result", "at", "by_id"),
    "kept_text": ("id", "staff_id", "kept_at"),
}


def upgrade() -> None:
    op.create_table(
        "rewrap_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("left_over", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rewrap_run"),
    )
    op.create_table(
        "key_count",
        sa.Column("kid", sa.String(32), nullable=False),
        sa.Column("tally", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_key_count"),
    )
    op.create_table(
        "key_holder",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_key_holder"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_key_holder_staff_id_staff_member"),
    )
    dialect = op.get_context().dialect.name
    for table, columns in SEALED.items():
        for statement in guard_but(table, sealing_anew(columns, dialect), dialect):
            op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    for table in SEALED:
        for statement in unguard(table, ("UPDATE",), op.get_context().dialect.name):
            op.execute(sa.text(statement))
    op.drop_table("key_holder")
    op.drop_table("key_count")
    op.drop_table("rewrap_run")
