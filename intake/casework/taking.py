"""A form that staff fill in for somebody: on the phone, from paper, or side by side.

It is a draft like any other, under a return code of its own. For a day the code's root is kept, sealed to the
organisation's keys, so that the staff member who began can go on; after that only the code opens the draft.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from .. import audit, drafts, letters, submissions
from ..accounts import StaffMember
from ..assessment import Assessment
from ..drafts import Draft, DraftRow
from ..locales import N_
from ..publickeys import PublicKey
from ..returncode import CodeKeys, derive, new_code, parse_code, root_of
from ..sealing import CannotOpen, seal
from ..unsealing import Keyring
from .case import NotFound, require
from .models import TakenIntake

PERMISSION: Final = "intake:take"
# How long a form can be taken up again without its code, and how long its code can be shown after it was sent.
OPEN_FOR: Final = dt.timedelta(hours=24)
SHOWN_FOR: Final = dt.timedelta(hours=2)
_MOST_LISTED: Final = 20
_TABLE: Final = "taken_intake"


class Way(StrEnum):
    """How the answers came to staff. The code is also the mark of the submission; codes are permanent."""

    PHONE = "phone"
    PAPER = "paper"
    IN_PERSON = "in_person"


class UnknownCode(LookupError):
    """Nothing that can be filled in lies under this return code; a sentence for staff."""

    def __init__(self) -> None:
        super().__init__(
            N_("Nothing to fill in lies under this code. Check each digit. A form that was sent is a case by now.")
        )


class NoPepper(RuntimeError):
    """The secret that return codes are made with is not on this machine; a sentence for staff."""

    def __init__(self) -> None:
        super().__init__(
            N_("Return codes cannot be made here. Ask an administrator to put pepper.key of the public side here.")
        )


@dataclass(frozen=True, slots=True, repr=False)
class Held:
    """One form in the hands of staff, for one request. `draft` is None when it was sent, removed, or expired."""

    row: TakenIntake
    keys: CodeKeys
    draft: Draft | None


def pepper(file: Path) -> bytes:
    """The secret of return codes in `file`, which the public door made. Raises NoPepper: a new one fits no door."""
    try:
        return bytes.fromhex(file.read_text("ascii").strip())
    except (OSError, ValueError):
        raise NoPepper from None


def begin(
    session: Session,
    staff: StaffMember,
    way: Way,
    language: str,
    *,
    pepper: bytes,
    form_version: int,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> uuid.UUID:
    """A new, empty form under a fresh return code; returns its id. Raises NotAllowed."""
    require(staff, PERMISSION)
    code = new_code()
    root = root_of(code, pepper)
    draft = drafts.start(session, code, derive(root), form_version=form_version, now=now, source=None)
    _hold(session, staff, draft.id, root, way, language, recipients, now)
    return draft.id


def take_up(
    session: Session,
    staff: StaffMember,
    typed: str,
    way: Way,
    language: str,
    *,
    pepper: bytes,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> uuid.UUID:
    """Go on with a form by the return code as `typed`, whoever began it; leaves a trace. Returns its id.

    Raises NotAllowed, BadCode, UnknownCode.
    """
    require(staff, PERMISSION)
    root = root_of(parse_code(typed), pepper)
    draft = drafts.load(session, derive(root), now, lock=True)
    if draft is None:
        raise UnknownCode
    held = session.get(TakenIntake, draft.id)
    if held is not None:
        session.delete(held)
        session.flush()
    _hold(session, staff, draft.id, root, way, language, recipients, now)
    _trace(session, staff, audit.Event.INTAKE_TAKEN_UP, draft.id, way, now)
    return draft.id


def load(
    session: Session, keyring: Keyring, staff: StaffMember, draft_id: uuid.UUID, now: dt.datetime, *, lock: bool = False
) -> Held:
    """One's own form of the last day. With `lock`, others who want its draft wait until this transaction ends.

    Raises NotFound: unknown, somebody else's, too old, or sealed to a key that is not here. All look the same.
    """
    row = session.get(TakenIntake, draft_id) if staff.may(PERMISSION) else None
    if row is None or row.staff_id != staff.id or not _is_fresh(row, now):
        raise NotFound("There is no such form.")
    try:
        keys = derive(keyring.open(row.envelope, table=_TABLE, record_id=row.draft_id.bytes))
    except CannotOpen:
        raise NotFound("There is no such form.") from None
    draft = drafts.load(session, keys, now, lock=lock) if row.sent_at is None else None
    return Held(row, keys, draft)


def unfinished(session: Session, staff: StaffMember, now: dt.datetime) -> Sequence[TakenIntake]:
    """The forms that a person began within a day and that nobody sent, the latest first; at most twenty."""
    # Named columns: the staff role may not read all of a draft.
    alive = exists(DraftRow.id).where(DraftRow.id == TakenIntake.draft_id, DraftRow.expires_at > now)
    mine = select(TakenIntake).where(
        TakenIntake.staff_id == staff.id,
        TakenIntake.sent_at.is_(None),
        TakenIntake.started_at > now - OPEN_FOR,
        alive,
    )
    return session.scalars(mine.order_by(TakenIntake.started_at.desc()).limit(_MOST_LISTED)).all()


def send(
    session: Session,
    staff: StaffMember,
    held: Held,
    draft: Draft,
    judged: Assessment,
    *,
    answers: dict[str, Any],
    locale: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    """Send the form as the public door does, marked with the way it came. Raises NotAllowed."""
    require(staff, PERMISSION)
    draft.extra["marks"] = [held.row.way]
    submissions.submit(session, draft, judged, answers=answers, locale=locale, recipients=recipients, now=now)
    held.row.sent_at = now
    _trace(session, staff, audit.Event.INTAKE_TAKEN, draft.id, held.row.way, now)


def receipt(session: Session, held: Held) -> dict[str, Any] | None:
    """What the person keeps of a form that was sent: reference and code among it. None before it is sent."""
    return letters.receipt(session, held.keys) if held.row.sent_at is not None else None


def discard(session: Session, held: Held) -> None:
    """The person does not want to go on: nothing of the form is kept."""
    if held.draft is not None:
        drafts.discard(session, held.draft.id)
    session.delete(held.row)


def let_go(session: Session, held: Held) -> None:
    """The person has the code: this side forgets it."""
    session.delete(held.row)


def purge(session: Session, now: dt.datetime) -> None:
    """Forget the codes of forms whose time here is over."""
    over = or_(TakenIntake.started_at <= now - OPEN_FOR, TakenIntake.sent_at <= now - SHOWN_FOR)
    session.execute(delete(TakenIntake).where(over).execution_options(synchronize_session=False))


def _hold(
    session: Session,
    staff: StaffMember,
    draft_id: uuid.UUID,
    root: bytes,
    way: Way,
    language: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    session.add(
        TakenIntake(
            draft_id=draft_id,
            staff_id=staff.id,
            way=way.value,
            language=language,
            started_at=now,
            envelope=seal(root, table=_TABLE, record_id=draft_id.bytes, recipients=recipients),
        )
    )
    session.flush()


def _is_fresh(row: TakenIntake, now: dt.datetime) -> bool:
    return now - row.started_at < OPEN_FOR and (row.sent_at is None or now - row.sent_at < SHOWN_FOR)


def _trace(
    session: Session, staff: StaffMember, event: audit.Event, draft_id: uuid.UUID, way: str, now: dt.datetime
) -> None:
    session.flush()
    subject = submissions.reference_of(draft_id)
    audit.append(session, actor=staff.label, event=event, subject=subject, details={"way": str(way)}, now=now)
