"""The audit trail: its end, or all of it, what the desk's own rounds found, and whether it lies in the future."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from .. import trail as rounds
from ..settings import Settings
from .findings import Finding, hint, ok, reading, soon, wrong

QUICK = 1_000
AHEAD = dt.timedelta(minutes=2)
_KEEP = "Keep all as it is, and compare with the anchors that were kept elsewhere."


def look(settings: Settings, now: dt.datetime, *, full: bool) -> Iterator[Finding]:
    """The last thousand events, or with `full` every one; then what the desk found on its rounds."""
    with reading(settings) as session:
        last, _digest = audit.anchor(session)
        before = _before(session, 0 if full else max(0, last - QUICK))
        verdict = audit.verify_part(session, before, None)[0]
        at = session.scalar(select(audit.AuditEvent.at).where(audit.AuditEvent.seq == last))
        state = rounds.state(session)
    if not verdict.ok:
        yield wrong("audit", f"The audit trail is not whole: {verdict.sentence} {_KEEP}")
    elif before[0] == 0:
        yield ok("audit", f"All {verdict.count} events of the audit trail are whole and in order.")
    else:
        yield ok("audit", f"The last {verdict.count} events of the audit trail are whole and in order (all: --full).")
    if at is not None and at > now + AHEAD:
        yield wrong("clock", "The last event of the audit trail lies in the future: a clock was or is wrong.")
    yield from _rounds(state, now)
    if not settings.anchor_to or settings.mail is None:
        told = "keep one elsewhere (`python -m intake audit anchor`), it alone shows a missing end"
        yield hint("audit", f"No anchor of the audit trail goes out by mail: {told}.")


def _before(session: Session, seq: int) -> tuple[int, str]:
    """The event after which to begin. Is it missing, the check begins at the first one and finds that."""
    digest = session.scalar(select(audit.AuditEvent.hash).where(audit.AuditEvent.seq == seq)) if seq else None
    return (seq, digest) if digest else (0, audit.GENESIS)


def _rounds(state: rounds.TrailCheck | None, now: dt.datetime) -> Iterator[Finding]:
    if state is None or (state.whole_at is None and state.bad_seq is None):
        yield hint("audit", "The desk has not been through the whole audit trail yet.")
    elif state.bad_seq is not None:
        yield wrong("audit", f"The desk found the audit trail not whole: {state.sentence} {_KEEP}")
    elif state.whole_at is not None and now - state.whole_at > rounds.CHECK_WITHIN:
        yield soon(
            "audit", f"The desk last went through the whole audit trail on {state.whole_at.date()}: is it running?"
        )
    else:
        yield ok("audit", "The desk went through the whole audit trail of late and found it whole.")
