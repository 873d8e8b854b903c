"""All tables of the first version.

Index and constraint names follow the naming convention of `intake.db`.
"""

import sqlalchemy as sa
from alembic import op

from intake.appendonly import guard, unguard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Both databases refuse to change what these tables hold.
GUARDED = (
    ("audit_event", ("UPDATE", "DELETE", "TRUNCATE")),
    ("submission", ("UPDATE",)),
)


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_subject", "audit_event", ["subject"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("find_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.UniqueConstraint("find_id", name="uq_draft_find_id"),
    )
    op.create_index("ix_draft_expires_at", "draft", ["expires_at"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("find_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
    )
    op.create_index("ix_letter_find_id", "letter", ["find_id"], unique=False)
    op.create_table(
        "referral",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("last_verified", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_referral"),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.String(length=240), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
        sa.UniqueConstraint("slug", name="uq_release_slug"),
    )
    op.create_index("ix_release_published_on_release_slug", "release", ["published_on", "slug"], unique=False)
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=16), nullable=True),
        sa.Column("tf_totp_secret", sa.Text(), nullable=True),
        sa.Column("tf_last_counter", sa.BigInteger(), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("failed_tries", sa.SmallInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('caseworker', 'admin')", name="ck_staff_member_role"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_member"),
        sa.UniqueConstraint("email", name="uq_staff_member_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_staff_member_fs_uniquifier"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=11), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("form_version", sa.SmallInteger(), nullable=False),
        sa.Column("rules_version", sa.SmallInteger(), nullable=False),
        sa.Column("find_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("applicant_key", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("reference", name="uq_submission_reference"),
    )
    op.create_table(
        "arrival",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_arrival_submission_id_submission"),
        sa.PrimaryKeyConstraint("submission_id", name="pk_arrival"),
    )
    op.create_index("ix_arrival_received_at", "arrival", ["received_at"], unique=False)
    op.create_table(
        "case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=11), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("prio", sa.Integer(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_code", sa.String(length=24), nullable=True),
        sa.Column("reassess_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("form_version", sa.SmallInteger(), nullable=False),
        sa.Column("rules_version", sa.SmallInteger(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=True),
        sa.Column("place_kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=True),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("age_band", sa.String(length=8), nullable=True),
        sa.Column("income_band", sa.String(length=12), nullable=True),
        sa.Column("safe_contact", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["submission.id"], name="fk_case_id_submission"),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_member.id"], name="fk_case_owner_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
        sa.UniqueConstraint("reference", name="uq_case_reference"),
    )
    op.create_index("ix_case_language", "case", ["language", "is_open", "prio", "received_at", "id"], unique=False)
    op.create_index(
        "ix_case_nobody",
        "case",
        ["is_open", "prio", "received_at", "id"],
        unique=False,
        postgresql_where=sa.text("owner_id IS NULL"),
        sqlite_where=sa.text("owner_id IS NULL"),
    )
    op.create_index("ix_case_open", "case", ["is_open", "prio", "received_at", "id"], unique=False)
    op.create_index("ix_case_owner", "case", ["owner_id", "is_open", "prio", "received_at", "id"], unique=False)
    op.create_index("ix_case_reassess", "case", ["is_open", "reassess_on"], unique=False)
    op.create_index("ix_case_state", "case", ["state", "is_open", "prio", "received_at", "id"], unique=False)
    op.create_index("ix_case_status", "case", ["status", "prio", "received_at", "id"], unique=False)
    op.create_table(
        "set_aside",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_set_aside_submission_id_submission"),
        sa.PrimaryKeyConstraint("submission_id", name="pk_set_aside"),
    )
    op.create_table(
        "submission_body",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_submission_body_submission_id_submission"
        ),
        sa.PrimaryKeyConstraint("submission_id", name="pk_submission_body"),
    )
    op.create_table(
        "case_claim",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("claim", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_claim_case_id_case"),
        sa.PrimaryKeyConstraint("case_id", "claim", name="pk_case_claim"),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff_member.id"], name="fk_note_author_id_staff_member"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_note_case_id_case"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_case_id", "note", ["case_id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["staff_member.id"], name="fk_case_event_actor_id_staff_member"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_event_case_id_case"),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="fk_case_event_note_id_note"),
        sa.PrimaryKeyConstraint("id", name="pk_case_event"),
    )
    op.create_index("ix_case_event_case_id", "case_event", ["case_id"], unique=False)

    for table, verbs in GUARDED:
        for statement in guard(table, verbs, op.get_context().dialect.name):
            op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    dialect = op.get_context().dialect.name
    for table, verbs in GUARDED:
        for statement in unguard(table, verbs, dialect):
            op.execute(sa.text(statement))
    op.drop_table("case_event")
    op.drop_table("note")
    op.drop_table("case_claim")
    op.drop_table("submission_body")
    op.drop_table("set_aside")
    op.drop_table("case")
    op.drop_table("arrival")
    op.drop_table("submission")
    op.drop_table("staff_member")
    op.drop_table("release")
    op.drop_table("referral")
    op.drop_table("letter")
    op.drop_table("draft")
    op.drop_table("audit_event")
    if dialect == "postgresql":
        op.execute(sa.text("DROP FUNCTION intake_refuse_change()"))
