"""Who helps in the demonstration: partners that take cases, and a case that is lent to an interpreter for today."""

import datetime as dt
from typing import Final

from sqlalchemy import Engine, select

from ..accounts import StaffMember
from ..casework import checks, lending, partners
from ..casework.models import Case
from ..db import transaction

HOURS: Final = 8
PARTNERS: Final = (
    {
        "name": "Lighthouse Clinic (fictional)",
        "kind": "clinic",
        "takes": "Families with a hearing in New York within six months",
        "contact": "+1 202 555 0156, ask for the intake desk",
    },
    {
        "name": "Two Rivers Law (fictional)",
        "kind": "pro_bono",
        "takes": "People held in Texas, without a fee",
        "contact": "intake@example.org",
    },
)


def add(engine: Engine, now: dt.datetime) -> None:
    """Add the partners, and lend the newest case that a caseworker holds to the first interpreter."""
    with transaction(engine) as session:
        for one in PARTNERS:
            partners.save(session, None, one, active=True, actor="cli", now=now)
        reads = select(StaffMember).where(StaffMember.role == "interpreter").order_by(StaffMember.id)
        interpreter = session.scalars(reads).first()
        held = (
            select(Case)
            .where(
                Case.is_open,
                Case.owner_id.is_not(None),
                Case.conflict != checks.POSSIBLE,
                Case.conflict != checks.CONFLICT,
            )
            .order_by(Case.received_at.desc())
        )
        case = session.scalars(held.limit(1)).first()
        if interpreter is not None and case is not None and case.owner_id is not None:
            owner = session.get_one(StaffMember, case.owner_id)
            lending.lend(session, case, owner, interpreter.id, list(lending.GROUPS)[:2], HOURS, now)
