"""Places that staff care for: who changed one and when, and a version against lost edits; cases by arrival."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = (
    lambda: sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    lambda: sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
    lambda: sa.Column("edited_by", sa.String(length=80), nullable=True),
)


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("referral", column())
    op.create_index("ix_case_received", "case", ["received_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_case_received", "case")
    for column in COLUMNS:
        op.drop_column("referral", column().name)
