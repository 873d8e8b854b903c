"""Cases can be found by name, number and address through keyed tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case") as table:
        table.add_column(sa.Column("indexed", sa.Integer(), server_default="0", nullable=True))
        table.create_index("ix_case_indexed", ["indexed"])
    # Of an erased case there is nothing to find.
    op.execute('UPDATE "case" SET indexed = NULL WHERE erased_at IS NOT NULL')
    op.create_table(
        "search_token",
        sa.Column("token", sa.LargeBinary(12), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_search_token_case_id_case"),
        sa.PrimaryKeyConstraint("token", "case_id", name="pk_search_token"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_token_case_id", "search_token", ["case_id"])


def downgrade() -> None:
    op.drop_table("search_token")
    with op.batch_alter_table("case") as table:
        table.drop_index("ix_case_indexed")
        table.drop_column("indexed")
