"""Coming back: what applicants send later, erasing, marks; referrals, releases and the organisation in pages."""

import sqlalchemy as sa
from alembic import op

from intake.appendonly import guard, guard_but, unguard

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As in `intake.submissions` when this migration was released.
ERASING = (
    "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.id = OLD.id AND NEW.reference = OLD.reference "
    "AND NEW.received_at = OLD.received_at AND NEW.form_version = OLD.form_version "
    "AND NEW.rules_version = OLD.rules_version AND length(NEW.find_id) = 0 AND length(NEW.applicant_key) = 0 "
    "AND CAST(NEW.codes AS TEXT) = '[]' AND CAST(NEW.marks AS TEXT) = '[]' AND NEW.due_on IS NULL "
    "AND NEW.source IS NULL"
)
COLUMNS = {
    "submission": (
        lambda: sa.Column("marks", sa.JSON(), server_default="[]", nullable=False),
        lambda: sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
    ),
    "case": (
        lambda: sa.Column("marks", sa.JSON(), server_default="[]", nullable=False),
        lambda: sa.Column("opened_count", sa.Integer(), server_default="0", nullable=False),
        lambda: sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        lambda: sa.Column("unanswered_since", sa.DateTime(timezone=True), nullable=True),
        lambda: sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
    ),
    "referral": (
        lambda: sa.Column("languages", sa.JSON(), server_default="[]", nullable=False),
        lambda: sa.Column("audience", sa.JSON(), server_default="[]", nullable=False),
    ),
    "release": (
        lambda: sa.Column("state", sa.String(length=12), server_default="published", nullable=False),
        lambda: sa.Column("story", sa.String(length=120), nullable=True),
        lambda: sa.Column("guid", sa.String(length=64), nullable=True),
    ),
}


def _run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(sa.text(statement.replace(":", r"\:")))


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    _run(unguard("submission", ("UPDATE",), dialect))
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column())
    op.create_index("ix_release_story", "release", ["story"], unique=False)
    with op.batch_alter_table("release") as batch:
        batch.create_unique_constraint("uq_release_guid", ["guid"])
    op.create_table(
        "incoming",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_incoming_submission_id_submission"),
        sa.PrimaryKeyConstraint("id", name="pk_incoming"),
    )
    op.create_index("ix_incoming_submission_id", "incoming", ["submission_id"], unique=False)
    op.create_table(
        "incoming_arrival",
        sa.Column("incoming_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incoming_id"], ["incoming.id"], name="fk_incoming_arrival_incoming_id_incoming"),
        sa.PrimaryKeyConstraint("incoming_id", name="pk_incoming_arrival"),
    )
    op.create_index("ix_incoming_arrival_received_at", "incoming_arrival", ["received_at"], unique=False)
    op.create_table(
        "visit_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "place", "source", name="pk_visit_count"),
    )
    op.create_table(
        "organisation_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_organisation_version"),
    )
    op.create_table(
        "measured",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_measured"),
    )
    _run(guard_but("submission", ERASING, dialect))


def downgrade() -> None:
    dialect = op.get_context().dialect.name
    _run(unguard("submission", ("UPDATE",), dialect))
    for table in ("measured", "organisation_version", "visit_count", "incoming_arrival", "incoming"):
        op.drop_table(table)
    with op.batch_alter_table("release") as batch:
        batch.drop_constraint("uq_release_guid", type_="unique")
    op.drop_index("ix_release_story", "release")
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column().name)
    _run(guard("submission", ("UPDATE",), dialect))
