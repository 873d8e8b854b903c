"""Where staff members are signed in, accounts that their owners locked, and passkeys."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff_member") as table:
        table.add_column(sa.Column("locked_by_owner_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("lock_link", sa.String(64), nullable=True))
        table.add_column(sa.Column("lock_link_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("passkey_challenge", sa.String(64), nullable=True))
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(16), nullable=False),
        sa.Column("system", sa.String(16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_staff_session_staff_id_staff_member"),
        sa.UniqueConstraint("handle", name="uq_staff_session_handle"),
    )
    op.create_index("ix_staff_session_staff", "staff_session", ["staff_id", "started_at"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_passkey_staff_id_staff_member"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_staff_id", "passkey", ["staff_id"])


def downgrade() -> None:
    op.drop_table("passkey")
    op.drop_table("staff_session")
    with op.batch_alter_table("staff_member") as table:
        table.drop_column("passkey_challenge")
        table.drop_column("lock_link_at")
        table.drop_column("lock_link")
        table.drop_column("locked_by_owner_at")
