"""What is lent: the cases that a volunteer or an interpreter may see a part of, for at most ten hours."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Row, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ..accounts import StaffMember
from ..db import Base, UTCDateTime
from .models import Case
from .statuses import Status


class Lent(Base):
    """One case lent to one person: `fields` are the groups of answers that they may see, until `until`."""

    __tablename__ = "lent"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    fields: Mapped[list[str]] = mapped_column(JSON)
    lent_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    until: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_lent_member", "member_id", "until"),)


def alive(session: Session, member_id: int, now: dt.datetime, case_id: uuid.UUID | None = None) -> list[Lent]:
    """What is lent to a person at `now`, what ends first first; of one case, where `case_id` is given.

    What was lent of a person who has withdrawn since is lent no more.
    """
    wanted = (
        select(Lent)
        .join(Case, Case.id == Lent.case_id)
        .where(Lent.member_id == member_id, Lent.until > now, Lent.ended_at.is_(None))
        .where(Case.status != Status.WITHDRAWN.value)
    )
    if case_id is not None:
        wanted = wanted.where(Lent.case_id == case_id)
    return list(session.scalars(wanted.order_by(Lent.until, Lent.id)))


def of_case(session: Session, case_id: uuid.UUID, now: dt.datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """To whom a case is lent at `now`: rows of id, fields, until, name."""
    return session.execute(
        select(Lent.id, Lent.fields, Lent.until, StaffMember.name)
        .join(StaffMember, StaffMember.id == Lent.member_id)
        .where(Lent.case_id == case_id, Lent.until > now, Lent.ended_at.is_(None))
        .order_by(Lent.until, Lent.id)
    ).all()
