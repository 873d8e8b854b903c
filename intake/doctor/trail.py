"""The audit trail: its end, or all of it, and whether it lies in the future."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select

from .. import audit
from ..settings import Settings
from .findings import Finding, hint, ok, reading, wrong

QUICK = 1_000
AHEAD = dt.timedelta(minutes=2)


def look(settings: Settings, now: dt.datetime, *, full: bool) -> Iterator[Finding]:
    """The last thousand events, or with `full` every one."""
    with reading(settings) as session:
        last, _hash = audit.anchor(session)
        since = 1 if full else max(1, last - QUICK + 1)
        verdict = audit.verify(session, since=since)
        at = session.scalar(select(audit.AuditEvent.at).where(audit.AuditEvent.seq == last))
    if not verdict.ok:
        told = "Keep all as it is, and compare with the anchors that were kept elsewhere."
        yield wrong("audit", f"The audit trail is not whole: {verdict.sentence} {told}")
    elif full or since == 1:
        yield ok("audit", f"All {verdict.count} events of the audit trail are whole and in order.")
    else:
        yield ok("audit", f"The last {verdict.count} events of the audit trail are whole and in order (all: --full).")
    if at is not None and at > now + AHEAD:
        yield wrong("clock", "The last event of the audit trail lies in the future: a clock was or is wrong.")
    if last:
        yield hint("audit", "Keep an anchor elsewhere (`python -m intake audit anchor`): it alone shows a missing end.")
