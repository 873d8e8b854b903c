"""The mails that wait to be sent, opened as the desk opens them."""

import json

from sqlalchemy import select

from intake.db import transaction
from intake.outbox import TABLE, Outbox


def mails(engine, keys, *, kind: str = "") -> list[dict[str, str]]:
    """What waits, oldest first: `to`, `subject` and `text` of each mail, of one kind if that is named."""
    with transaction(engine) as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.created_at, Outbox.id)).all()
    return [
        json.loads(keys.keyring.open(row.envelope, table=TABLE, record_id=row.id.bytes))
        for row in rows
        if not kind or row.kind == kind
    ]
