"""Follow-up dates, when the applicant last wrote, indexes for each order of the queue, saved searches."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_case_age": ("is_open", "received_at", "id"),
    "ix_case_level": ("is_open", "level", "received_at", "id"),
    "ix_case_incoming": ("is_open", "last_incoming_at", "id"),
    "ix_case_due": ("is_open", "due_on", "received_at", "id"),
    "ix_case_owner_age": ("owner_id", "is_open", "received_at", "id"),
    "ix_case_owner_level": ("owner_id", "is_open", "level", "received_at", "id"),
    "ix_case_owner_incoming": ("owner_id", "is_open", "last_incoming_at", "id"),
    "ix_case_owner_due": ("owner_id", "is_open", "due_on", "received_at", "id"),
}
PARTIAL = {
    "ix_case_reply": (("unanswered_since", "id"), "unanswered_since IS NOT NULL"),
    "ix_case_owner_reply": (("owner_id", "unanswered_since", "id"), "unanswered_since IS NOT NULL"),
    "ix_case_nobody_reply": (("unanswered_since", "id"), "unanswered_since IS NOT NULL AND owner_id IS NULL"),
    "ix_case_follow_up": (("follow_up_id", "follow_up_on", "id"), "follow_up_on IS NOT NULL"),
}
case = sa.table(
    "case",
    sa.column("received_at", sa.DateTime(timezone=True)),
    sa.column("last_incoming_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    with op.batch_alter_table("case") as table:
        table.add_column(sa.Column("last_incoming_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("follow_up_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("follow_up_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_case_follow_up_id_staff_member", "staff_member", ["follow_up_id"], ["id"])
    op.execute(sa.update(case).values(last_incoming_at=case.c.received_at))
    with op.batch_alter_table("case") as table:
        table.alter_column("last_incoming_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    for name, columns in INDEXES.items():
        op.create_index(name, "case", list(columns))
    for name, (columns, where) in PARTIAL.items():
        op.create_index(name, "case", list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("alert", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_event", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_member.id"], name="fk_saved_search_owner_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
    )
    for column in ("owner_id", "shared", "alert"):
        op.create_index(f"ix_saved_search_{column}", "saved_search", [column])


def downgrade() -> None:
    op.drop_table("saved_search")
    for name in (*PARTIAL, *INDEXES):
        op.drop_index(name, "case")
    with op.batch_alter_table("case") as table:
        table.drop_constraint("fk_case_follow_up_id_staff_member", type_="foreignkey")
        for column in ("follow_up_id", "follow_up_on", "last_incoming_at"):
            table.drop_column(column)
