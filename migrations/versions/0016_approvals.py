"""Requests that a second person has to allow."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(8), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["staff_member.id"], name="fk_approval_asked_by_staff_member"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_member.id"], name="fk_approval_decided_by_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
    )
    for column in ("subject", "asked_at"):
        op.create_index(f"ix_approval_{column}", "approval", [column])


def downgrade() -> None:
    op.drop_table("approval")
