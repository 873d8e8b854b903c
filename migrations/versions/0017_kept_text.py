"""What staff typed when their session's time was over."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_kept_text_staff_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_kept_text"),
        sa.UniqueConstraint("staff_id", name="uq_kept_text_staff_id"),
    )
    op.create_index("ix_kept_text_kept_at", "kept_text", ["kept_at"])


def downgrade() -> None:
    op.drop_table("kept_text")
