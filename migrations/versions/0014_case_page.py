"""What the case page keeps: contact attempts, corrections, papers, family, later wordings of notes."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0006"
branch_labels = None
depends_on = None


def _about_a_case(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=f"fk_{table}_case_id_case"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=f"fk_{table}_staff_id_staff_member"),
    ]


def upgrade() -> None:
    with op.batch_alter_table("note") as table:
        table.add_column(sa.Column("replaces", sa.Uuid(), nullable=True))
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        *_about_a_case("correction"),
    )
    op.create_index("ix_correction_case_id", "correction", ["case_id"])
    op.create_table(
        "contact_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_attempt"),
        *_about_a_case("contact_attempt"),
    )
    op.create_index("ix_contact_attempt_case_id", "contact_attempt", ["case_id"])
    op.create_table(
        "case_document",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind", name="pk_case_document"),
        *_about_a_case("case_document"),
    )
    op.create_table(
        "family_link",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("one_id", "other_id", name="pk_family_link"),
        sa.ForeignKeyConstraint(["one_id"], ["case.id"], name="fk_family_link_one_id_case"),
        sa.ForeignKeyConstraint(["other_id"], ["case.id"], name="fk_family_link_other_id_case"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_family_link_staff_id_staff_member"),
    )
    op.create_index("ix_family_link_other_id", "family_link", ["other_id"])


def downgrade() -> None:
    for name in ("family_link", "case_document", "contact_attempt", "correction"):
        op.drop_table(name)
    with op.batch_alter_table("note") as table:
        table.drop_column("replaces")
