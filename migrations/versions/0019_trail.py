"""What the checks of the audit trail found; the trail by person and by kind."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trail_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_count", sa.Integer(), nullable=True),
        sa.Column("bad_seq", sa.Integer(), nullable=True),
        sa.Column("bad_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trail_check"),
    )
    op.create_index("ix_audit_event_actor", "audit_event", ["actor", "seq"])
    op.create_index("ix_audit_event_event", "audit_event", ["event", "seq"])


def downgrade() -> None:
    op.drop_index("ix_audit_event_event", "audit_event")
    op.drop_index("ix_audit_event_actor", "audit_event")
    op.drop_table("trail_check")
