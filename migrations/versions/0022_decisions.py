"""When a case first came to a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0019"
branch_labels = None
depends_on = None

_STATUS = {"sqlite": "json_extract(details, '$.status')", "postgresql": "details ->> 'status'"}
_FIRST = """
UPDATE "case" SET decided_at = (
    SELECT min(at) FROM case_event
    WHERE case_id = "case".id AND event = 'case:status-changed' AND {status}
    IN ('accepted', 'limited_scope', 'placed', 'advice_given', 'referred', 'declined')
) WHERE status <> 'new'
"""


def upgrade() -> None:
    op.add_column("case", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_FIRST.format(status=_STATUS[op.get_bind().dialect.name]))


def downgrade() -> None:
    op.drop_column("case", "decided_at")
