"""Requests of one person find each other; names are checked for conflicts of interest before answers are read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case") as table:
        table.add_column(sa.Column("duplicate_of", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("pairs", sa.SmallInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("conflict", sa.String(10), server_default="unchecked", nullable=False))
        table.add_column(sa.Column("conflict_checked_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("compared", sa.Integer(), server_default="0", nullable=True))
        table.create_foreign_key("fk_case_duplicate_of_case", "case", ["duplicate_of"], ["id"])
        table.create_index("ix_case_duplicate_of", ["duplicate_of"])
        table.create_index("ix_case_compared", ["compared"])
    # Of an erased case there is nothing to compare.
    op.execute('UPDATE "case" SET compared = NULL WHERE erased_at IS NOT NULL')
    with op.batch_alter_table("staff_member") as table:
        table.add_column(sa.Column("may_also", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "case_pair",
        sa.Column("a_id", sa.Uuid(), nullable=False),
        sa.Column("b_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["a_id"], ["case.id"], name="fk_case_pair_a_id_case"),
        sa.ForeignKeyConstraint(["b_id"], ["case.id"], name="fk_case_pair_b_id_case"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_member.id"], name="fk_case_pair_decided_by_staff_member"),
        sa.PrimaryKeyConstraint("a_id", "b_id", name="pk_case_pair"),
    )
    op.create_index("ix_case_pair_b_id", "case_pair", ["b_id"])
    op.create_index("ix_case_pair_state", "case_pair", ["state", "found_at", "a_id", "b_id"])
    op.create_table(
        "pair_token",
        sa.Column("token", sa.LargeBinary(12), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_pair_token_case_id_case"),
        sa.PrimaryKeyConstraint("token", "case_id", name="pk_pair_token"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pair_token_case_id", "pair_token", ["case_id"])
    op.create_table(
        "conflict_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["staff_member.id"], name="fk_conflict_name_added_by_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_name"),
    )
    op.create_index("ix_conflict_name_added_at", "conflict_name", ["added_at"])
    op.create_table(
        "conflict_token",
        sa.Column("token", sa.LargeBinary(12), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("token", "side", "holder_id", name="pk_conflict_token"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_conflict_token_holder_id", "conflict_token", ["holder_id"])
    op.create_table(
        "conflict_match",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("mine", sa.String(10), nullable=False),
        sa.Column("theirs", sa.String(10), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_conflict_match_case_id_case"),
        sa.PrimaryKeyConstraint("case_id", "holder_id", "mine", "theirs", name="pk_conflict_match"),
    )
    op.create_index("ix_conflict_match_holder_id", "conflict_match", ["holder_id"])
    op.create_table(
        "conflict_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_conflict_check_case_id_case"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name="fk_conflict_check_by_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_check"),
    )
    op.create_index("ix_conflict_check_case_id", "conflict_check", ["case_id"])


def downgrade() -> None:
    for name in ("conflict_check", "conflict_match", "conflict_token", "conflict_name", "pair_token", "case_pair"):
        op.drop_table(name)
    with op.batch_alter_table("staff_member") as table:
        table.drop_column("may_also")
    with op.batch_alter_table("case") as table:
        table.drop_index("ix_case_compared")
        table.drop_index("ix_case_duplicate_of")
        table.drop_constraint("fk_case_duplicate_of_case", type_="foreignkey")
        for name in ("compared", "conflict_checked_at", "conflict", "pairs", "duplicate_of"):
            table.drop_column(name)
