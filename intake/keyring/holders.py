"""Who holds the passphrase: what admins say of themselves. With fewer than two, one accident locks everybody out."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .. import audit
from ..accounts import PERMISSIONS, StaffMember
from .records import KeyHolder

PERMISSION: Final = "keys:manage"
ENOUGH: Final = 2


def listed(session: Session) -> Sequence[tuple[StaffMember, dt.datetime]]:
    """The active admins who hold it and since when, by name. Who left or lost the role does not count."""
    roles = [role for role, held in PERMISSIONS.items() if PERMISSION in held]
    wanted = (
        select(StaffMember, KeyHolder.since)
        .join(KeyHolder, KeyHolder.staff_id == StaffMember.id)
        .where(StaffMember.active, StaffMember.role.in_(roles))
        .order_by(StaffMember.name, StaffMember.id)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def hold(session: Session, member: StaffMember, now: dt.datetime) -> bool:
    """Write down that this person holds the passphrase; False when that is known already."""
    if session.get(KeyHolder, member.id) is not None:
        return False
    session.add(KeyHolder(staff_id=member.id, since=now))
    session.flush()
    _trace(session, member, audit.Event.KEYS_HELD, now)
    return True


def let_go(session: Session, member: StaffMember, now: dt.datetime) -> bool:
    """Write down that this person does not hold it any more; False when nobody said so."""
    row = session.get(KeyHolder, member.id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    _trace(session, member, audit.Event.KEYS_LET_GO, now)
    return True


def forget_all(session: Session) -> None:
    """There is a new passphrase: nobody is known to hold it yet."""
    session.execute(delete(KeyHolder).execution_options(synchronize_session=False))


def _trace(session: Session, member: StaffMember, event: audit.Event, now: dt.datetime) -> None:
    audit.append(session, actor=member.label, event=event, subject="keys", now=now)
