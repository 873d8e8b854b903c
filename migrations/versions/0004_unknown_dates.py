"""Cases without a known date no longer rank last within their level, but as a week after they came in."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PER_LEVEL, LAST = 1_000_000, 999_999
WEEK = dt.timedelta(days=7)
case = sa.table(
    "case",
    sa.column("id", sa.Uuid()),
    sa.column("level", sa.SmallInteger()),
    sa.column("prio", sa.Integer()),
    sa.column("due_on", sa.Date()),
    sa.column("received_at", sa.DateTime(timezone=True)),
)
_undated = sa.select(case.c.id, case.c.level, case.c.received_at).where(case.c.due_on.is_(None))
_rank = sa.update(case).where(case.c.id == sa.bindparam("this")).values(prio=sa.bindparam("rank"))


def upgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(_undated).all():
        rank = row.level * PER_LEVEL + (row.received_at + WEEK).date().toordinal()
        connection.execute(_rank, {"this": row.id, "rank": rank})


def downgrade() -> None:
    op.execute(
        sa.update(case)
        .where(case.c.due_on.is_(None))
        .values(prio=sa.cast(case.c.level, sa.Integer()) * PER_LEVEL + LAST)
    )
