"""Holds and closing codes, roles that see lent cases alone, actions for many cases, and partners."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE = "role IN ('caseworker', 'admin')"
AFTER = "role IN ('caseworker', 'screener', 'admin', 'volunteer', 'interpreter')"
NAME = "ck_staff_member_role"
# The first migration named the rule twice over.
FIRST_NAME = "ck_staff_member_ck_staff_member_role"


def _roles(rule: str, old: str, new: str) -> None:
    with op.batch_alter_table("staff_member") as table:
        table.drop_constraint(op.f(old), type_="check")
        table.create_check_constraint(op.f(new), rule)


def upgrade() -> None:
    _roles(AFTER, FIRST_NAME, NAME)
    op.add_column("case", sa.Column("held_from", sa.String(24), nullable=True))
    op.add_column("case", sa.Column("closing_code", sa.String(12), nullable=True))
    op.create_table(
        "closing_code",
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("lsc", sa.String(1), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_closing_code"),
    )
    op.create_table(
        "lent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("lent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_lent_case_id_case"),
        sa.ForeignKeyConstraint(["member_id"], ["staff_member.id"], name="fk_lent_member_id_staff_member"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name="fk_lent_by_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_lent"),
    )
    op.create_index("ix_lent_case_id", "lent", ["case_id"])
    op.create_index("ix_lent_member", "lent", ["member_id", "until"])
    op.create_table(
        "bulk_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(12), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_bulk_run_staff_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_run"),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("takes", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partner"),
    )
    op.create_table(
        "partner_referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("consent", sa.String(8), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=False),
        sa.Column("heard_by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(12), nullable=True),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_partner_referral_case_id_case"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_partner_referral_partner_id_partner"),
        sa.ForeignKeyConstraint(
            ["heard_by_id"], ["staff_member.id"], name="fk_partner_referral_heard_by_id_staff_member"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name="fk_partner_referral_by_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_partner_referral"),
    )
    op.create_index("ix_partner_referral_case_id", "partner_referral", ["case_id"])


def downgrade() -> None:
    for table in ("partner_referral", "partner", "bulk_run", "lent", "closing_code"):
        op.drop_table(table)
    op.drop_column("case", "closing_code")
    op.drop_column("case", "held_from")
    # A role that is not known any more would get in the way: its people may do nothing until somebody says what.
    op.execute("UPDATE staff_member SET role = 'caseworker', active = false WHERE role NOT IN ('caseworker', 'admin')")
    _roles(BEFORE, NAME, FIRST_NAME)
