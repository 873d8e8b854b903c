"""The list of names with which every case is compared: admins keep it, its names and notes are sealed."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.orm import Session

from .. import audit
from ..db import transaction
from ..locales import N_
from ..publickeys import PublicKey
from ..sealing import seal
from ..unsealing import Keyring
from . import comparing
from .case import Staff, require
from .checks import (
    LISTED,
    ConflictMatch,
    ConflictName,
    ConflictToken,
    one_at_a_time,
)
from .conflicts import AGAINST, TOKENS_AT_ONCE, Listed, Match, forget_tokens, hold, keep_tokens, open_listed
from .models import Case
from .tokenlookup import in_chunks

KINDS: Final[Mapping[str, str]] = {
    "client": N_("Client"),
    "opposing": N_("Opposing person"),
    "staff_family": N_("Family of staff"),
    "other": N_("Somebody else"),
}
NAME_CHARACTERS: Final = 200
NOTE_CHARACTERS: Final = 1_000
NAMES_SHOWN: Final = 500
MOST_HELD: Final = 100
_PLAIN: Final[dict[str, Any]] = {"synchronize_session": False}


class BadName(ValueError):
    """What was typed cannot go on the list; `field` says where, the message is a sentence for staff."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def listed(session: Session, keyring: Keyring, staff: Staff) -> list[Listed]:
    """The names of the list, the latest first, at most 500. Call it after the trace of `trace_reading`."""
    require(staff, "conflict:change")
    rows = session.scalars(select(ConflictName).order_by(ConflictName.added_at.desc()).limit(NAMES_SHOWN)).all()
    return [open_listed(keyring, row) for row in rows]


def trace_reading(engine: Engine, staff: Staff, now: dt.datetime) -> None:
    """Write that the list is read, and commit it: without the trace nothing is opened. Raises NotAllowed."""
    require(staff, "conflict:change")
    with transaction(engine) as session:
        event, number = audit.Event.CONFLICT_NAMES_READ, session.scalar(select(func.count()).select_from(ConflictName))
        audit.append(
            session, actor=staff.label, event=event, subject="conflict-names", details={"count": number}, now=now
        )


def add(
    session: Session,
    key: bytes,
    staff: Staff,
    typed: Mapping[str, str],
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> int:
    """Put a name on the list and hold open cases with such a name, at most 100; returns how many.

    `typed` has kind, name, born (a year or nothing) and note. Raises NotAllowed, BadName.
    """
    require(staff, "conflict:change")
    said = _checked(typed)
    one_at_a_time(session)
    name_id = uuid.uuid4()
    sealed = {name: said[name] for name in ("name", "born", "note")}
    envelope = seal(json.dumps(sealed).encode(), table="conflict_name", record_id=name_id.bytes, recipients=recipients)
    made = {"id": name_id, "kind": said["kind"], "added_at": now, "added_by": staff.id, "envelope": envelope}
    session.execute(insert(ConflictName).values(made))
    tokens = comparing.name_tokens(key, [said["name"]])
    keep_tokens(session, name_id, {LISTED: tokens})
    held = _hold_all(session, name_id, tokens, now)
    _trace_change(session, staff, "added", now)
    return held


def remove(session: Session, staff: Staff, name_id: uuid.UUID, now: dt.datetime) -> bool:
    """Take a name off the list; False when it is not there. What was decided about cases stays. Raises NotAllowed."""
    require(staff, "conflict:change")
    gone = delete(ConflictName).where(ConflictName.id == name_id)
    if session.execute(gone.execution_options(**_PLAIN)).rowcount == 0:  # type: ignore[attr-defined]
        return False
    forget_tokens(session, name_id)
    matches = delete(ConflictMatch).where(ConflictMatch.holder_id == name_id)
    session.execute(matches.execution_options(**_PLAIN))
    _trace_change(session, staff, "removed", now)
    return True


def _hold_all(session: Session, name_id: uuid.UUID, tokens: frozenset[bytes], now: dt.datetime) -> int:
    found: dict[uuid.UUID, set[str]] = {}
    for chunk in in_chunks(sorted(tokens), TOKENS_AT_ONCE):
        holders = (
            select(ConflictToken.holder_id, ConflictToken.side)
            .join(Case, Case.id == ConflictToken.holder_id)
            .where(ConflictToken.token.in_(chunk), ConflictToken.side.in_(AGAINST), Case.is_open)
            .distinct()
            .limit(MOST_HELD)
        )
        for row in session.execute(holders):
            found.setdefault(row.holder_id, set()).add(row.side)
    for case in session.scalars(select(Case).where(Case.id.in_(found)).order_by(Case.id).with_for_update()):
        hold(session, case, [Match(name_id, side, LISTED) for side in sorted(found[case.id])], now)
    return len(found)


def _checked(typed: Mapping[str, str]) -> dict[str, str]:
    said = {name: " ".join(typed.get(name, "").replace("\0", "").split()) for name in ("kind", "name", "born", "note")}
    if said["kind"] not in KINDS:
        raise BadName(N_("Choose what the person is to us."), "kind")
    if not comparing.together(said["name"]):
        raise BadName(N_("Write the name of the person."), "name")
    if len(said["name"]) > NAME_CHARACTERS:
        raise BadName(N_("The name is too long. Use at most 200 characters."), "name")
    if said["born"] and not (len(said["born"]) == 4 and comparing.years(said["born"])):
        raise BadName(N_("Write the year with four digits, or leave it empty."), "born")
    if len(said["note"]) > NOTE_CHARACTERS:
        raise BadName(N_("The note is too long. Use at most 1,000 characters."), "note")
    return said


def _trace_change(session: Session, staff: Staff, method: str, now: dt.datetime) -> None:
    event, said = audit.Event.CONFLICT_NAMES_CHANGED, {"method": method}
    session.flush()
    audit.append(session, actor=staff.label, event=event, subject="conflict-names", details=said, now=now)
