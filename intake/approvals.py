"""What one admin asks for and another must allow: two people for what no one should be able to do alone."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ForeignKey, Integer, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from . import audit
from .accounts import StaffMember, holding
from .db import Base, UTCDateTime
from .locales import N_

# A request that nobody decides on, or an approval that nobody uses, ends after this.
LASTS: Final = dt.timedelta(days=7)
SHOWN_FOR: Final = dt.timedelta(days=30)
REASON_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of what needs two people: how pages name it, and which permission the second one must hold."""

    name: str
    permission: str


KINDS: Final[Mapping[str, Kind]] = {
    "export": Kind(N_("Export with identities"), "export:identified"),
    "disposal": Kind(N_("Removing cases whose time is over"), "retention:dispose"),
    "second_factor": Kind(N_("New second factor for a person"), "staff:manage"),
}


class Approval(Base):
    """One request. `subject` is a label such as `staff:3` or `export:12`, `count` how many records it is about.

    `decision` is None until a second person decides, then "granted" or "refused"; `used_at` is when the thing was
    done: an approval serves once.
    """

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    count: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(REASON_CHARACTERS))
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    asked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    decision: Mapped[str | None] = mapped_column(String(8))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    def state(self, now: dt.datetime) -> str:
        """One of "waiting", "granted", "refused", "used", "expired"."""
        if self.used_at is not None:
            return "used"
        if self.decision == "refused":
            return "refused"
        if self.expires_at <= now:
            return "expired"
        return self.decision or "waiting"


class NotApproved(Exception):
    """There is no approval that could be used: none was given, it was used, or its time is over."""


class CannotDecide(Exception):
    """This person cannot decide on this request; `why` is a sentence for staff."""

    def __init__(self, why: str) -> None:
        super().__init__("This request cannot be decided on so.")
        self.why = why


OWN: Final = N_("This is your own request. Somebody else has to decide.")
OVER: Final = N_("This request does not wait for a decision any more.")
NOT_YOURS: Final = N_("You may not decide on requests of this kind.")


def read_reason(typed: str) -> str:
    """The reason in one line. Raises ValueError when it is empty or too long."""
    words = " ".join(typed.split())
    if not words or len(words) > REASON_CHARACTERS:
        raise ValueError("A request needs a reason of 1 to 500 characters.")
    return words


def ask(
    session: Session, kind: str, subject: str, by: StaffMember, *, count: int, reason: str, now: dt.datetime
) -> Approval:
    """Ask that a second person allows this; an undecided request of the same person about the same is replaced.

    Raises KeyError for a kind that is not in `KINDS`, ValueError when the reason is empty or too long.
    """
    said, words = KINDS[kind], read_reason(reason)
    session.execute(
        update(Approval)
        .where(Approval.kind == kind, Approval.subject == subject, Approval.decision.is_(None))
        .where(Approval.asked_by == by.id, Approval.expires_at > now)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
    found = Approval(
        kind=kind,
        subject=subject,
        count=count,
        reason=words,
        asked_by=by.id,
        asked_at=now,
        expires_at=now + LASTS,
    )
    session.add(found)
    session.flush()
    details: dict[str, audit.Detail] = {"scope": said.permission, "count": count}
    audit.append(session, actor=by.label, event=audit.Event.APPROVAL_ASKED, subject=subject, details=details, now=now)
    return found


def decide(session: Session, approval_id: int, by: StaffMember, *, grant: bool, now: dt.datetime) -> Approval:
    """Allow or refuse; the first decision counts. Raises CannotDecide."""
    found = session.scalar(select(Approval).where(Approval.id == approval_id).with_for_update())
    if found is None or found.kind not in KINDS or not by.may(KINDS[found.kind].permission):
        raise CannotDecide(NOT_YOURS)
    # Nobody allows what is done to their own account either.
    if by.id == found.asked_by or found.subject == by.label:
        raise CannotDecide(OWN)
    if found.state(now) != "waiting":
        raise CannotDecide(OVER)
    found.decision, found.decided_by, found.decided_at = ("granted" if grant else "refused"), by.id, now
    session.flush()
    event = audit.Event.APPROVAL_GRANTED if grant else audit.Event.APPROVAL_REFUSED
    details: dict[str, audit.Detail] = {"scope": KINDS[found.kind].permission, "count": found.count}
    audit.append(session, actor=by.label, event=event, subject=found.subject, details=details, now=now)
    return found


def use(session: Session, kind: str, subject: str, by: StaffMember, now: dt.datetime) -> Approval:
    """Spend the approval that `by` was given for this, exactly once; whoever asked is the one who may use it.

    Raises NotApproved.
    """
    given = (
        select(Approval)
        .where(Approval.kind == kind, Approval.subject == subject, Approval.asked_by == by.id)
        .where(Approval.decision == "granted", Approval.used_at.is_(None), Approval.expires_at > now)
        .order_by(Approval.id.desc())
        .limit(1)
        .with_for_update()
    )
    found = session.scalar(given)
    if found is None:
        raise NotApproved
    # Who decided may have left or lost the permission since: then it takes another person.
    decider = session.get_one(StaffMember, found.decided_by)
    if not decider.may(KINDS[kind].permission):
        raise NotApproved
    found.used_at = now
    session.flush()
    return found


def listed(session: Session, person: StaffMember, now: dt.datetime) -> list[Approval]:
    """Requests of the last 30 days of the kinds that `person` may decide on, the newest first, at most 200."""
    kinds = [kind for kind, one in KINDS.items() if person.may(one.permission)]
    recent = select(Approval).where(Approval.kind.in_(kinds), Approval.asked_at > now - SHOWN_FOR)
    return list(session.scalars(recent.order_by(Approval.id.desc()).limit(200)))


def waiting_for(session: Session, person: StaffMember, now: dt.datetime) -> int:
    """How many requests wait for a decision that `person` may make; at most 200 are counted."""
    return sum(
        one.state(now) == "waiting" and one.asked_by != person.id and one.subject != person.label
        for one in listed(session, person, now)
    )


def deciders(session: Session, kind: str, asked_by: int) -> Sequence[StaffMember]:
    """Who could decide on such a request of this person: nobody means that it cannot be done at all."""
    return [one for one in holding(session, KINDS[kind].permission) if one.id != asked_by]


def of_subjects(session: Session, kind: str, subjects: Sequence[str]) -> dict[str, Approval]:
    """The newest request about each of these, by subject."""
    wanted = select(Approval).where(Approval.kind == kind, Approval.subject.in_(subjects))
    return {one.subject: one for one in session.scalars(wanted.order_by(Approval.id))}


def latest(session: Session, kind: str, subject: str) -> Approval | None:
    """The newest request about this, whatever became of it."""
    wanted = select(Approval).where(Approval.kind == kind, Approval.subject == subject)
    return session.scalar(wanted.order_by(Approval.id.desc()).limit(1))
