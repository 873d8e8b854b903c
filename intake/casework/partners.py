"""Partners: who they are, and referring a person to one with consent that is written down, and what came of it."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Boolean, Date, ForeignKey, LargeBinary, Row, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .. import audit, questionnaire
from ..accounts import StaffMember
from ..db import Base, UTCDateTime
from ..locales import N_
from ..publickeys import PublicKey
from ..sealing import CannotOpen, seal
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from .case import Erased, Staff, require, require_open, touch
from .case import record as record_event
from .contents import open_whole
from .models import Case
from .statuses import Status

TABLE: Final = "partner_referral"
SHARING: Final = "consent_share"
FORM, PHONE = "form", "phone"
TAKEN, DECLINED, NO_ANSWER = "taken", "declined", "no_answer"
OUTCOMES: Final = (TAKEN, DECLINED, NO_ANSWER)
KINDS: Final = ("legal", "pro_bono", "clinic", "social", "medical", "shelter", "other")
LONGEST: Final[Mapping[str, int]] = {"name": 120, "takes": 1000, "contact": 500}
NOTE_CHARACTERS: Final = 2_000


class Partner(Base):
    """A group or a lawyer to whom cases are referred. `takes` and `contact` are for staff alone."""

    __tablename__ = "partner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    takes: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class PartnerReferral(Base):
    """One case referred to one partner: by which consent, when, and what came of it.

    `consent` is "form" for the answer in the form and "phone" for a consent given later, which `heard_by_id` heard on
    `consent_on`. `envelope` is the sealed note of staff.
    """

    __tablename__ = "partner_referral"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    consent: Mapped[str] = mapped_column(String(8))
    consent_on: Mapped[dt.date] = mapped_column(Date)
    heard_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    follow_up_on: Mapped[dt.date | None] = mapped_column(Date)
    outcome: Mapped[str | None] = mapped_column(String(12))
    outcome_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary)


class NoReferral(LookupError):
    """This case has no such referral."""


class BadPartner(ValueError):
    """A partner or a referral cannot be saved as typed: `problems` has a sentence for staff by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("This cannot be saved as typed.")
        self.problems = problems


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """What is asked for: the partner, by which consent, and when to ask the partner again.

    `heard_by` and `heard_on` matter for a consent by phone alone; `named` are the partners that the form names, to whom
    alone the answer in the form can mean consent.
    """

    partner_id: int
    consent: str
    heard_by: int
    heard_on: dt.date | None
    follow_up_on: dt.date | None
    note: str
    named: Sequence[str] = ()


def everyone(session: Session) -> list[Partner]:
    """All partners by name, also those that take nobody now."""
    return list(session.scalars(select(Partner).order_by(Partner.name, Partner.id)))


def save(
    session: Session, row: Partner | None, typed: Mapping[str, str], *, active: bool, actor: str, now: dt.datetime
) -> Partner:
    """Add a partner (`row` is None) or change one; `typed` has name, kind, takes and contact. Raises BadPartner."""
    said = {name: "\n".join(text.strip() for text in typed[name].splitlines()).strip() for name in typed}
    said["name"] = " ".join(said["name"].split())
    problems = {}
    if not said["name"]:
        problems["name"] = N_("Type the name of the partner.")
    if said["kind"] not in KINDS:
        problems["kind"] = N_("Choose what kind of partner it is.")
    for name, most in LONGEST.items():
        if len(said[name]) > most:
            problems[name] = N_("This is too long.")
    if problems:
        raise BadPartner(problems)
    made = row or Partner()
    for name, text in said.items():
        setattr(made, name, text)
    made.active = active
    session.add(made)
    session.flush()
    told = {"changed": ["said" if row else "added"], "state": "on" if active else "off"}
    event = audit.Event.PARTNER_CHANGED
    audit.append(session, actor=actor, event=event, subject=f"partner:{made.id}", details=told, now=now)
    return made


def agreed(session: Session, keyring: Keyring, case: Case) -> bool:
    """Whether the person allowed sharing with partners in the form.

    The answers are opened in memory for this one, and shown to nobody. Raises sealing.CannotOpen.
    """
    envelope = session.scalar(select(SubmissionBody.envelope).where(SubmissionBody.submission_id == case.id))
    if envelope is None:
        raise CannotOpen
    whole = open_whole(session, keyring, case.id, case.form_version, envelope)
    return is_agreed(questionnaire.live(questionnaire.get(case.form_version), whole.answers))


def is_agreed(answers: Mapping[str, Any]) -> bool:
    """Whether live answers allow sharing with partners."""
    return answers.get(SHARING) == "yes"


def refer(
    session: Session,
    keyring: Keyring,
    case: Case,
    staff: Staff,
    wanted: Wanted,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    today: dt.date,
) -> uuid.UUID:
    """Refer the person to a partner. Without a recorded consent nothing is written.

    Raises NotAllowed, Erased, BadPartner.
    """
    require(staff, "partner:refer")
    require_open(case, staff)
    if case.erased_at is not None:
        raise Erased
    problems = _problems(session, keyring, case, wanted, today)
    if problems:
        raise BadPartner(problems)
    touch(session, case, now)
    made = uuid.uuid4()
    by_phone = wanted.consent == PHONE
    row = PartnerReferral(
        id=made,
        case_id=case.id,
        partner_id=wanted.partner_id,
        consent=wanted.consent,
        consent_on=wanted.heard_on if by_phone else case.received_at.date(),
        heard_by_id=wanted.heard_by if by_phone else None,
        at=now,
        by_id=staff.id,
        follow_up_on=wanted.follow_up_on,
        envelope=_sealed(made, wanted.note, recipients),
    )
    session.add(row)
    session.flush()
    said = {"partner": wanted.partner_id, "consent": wanted.consent}
    record_event(session, case, staff, audit.Event.PARTNER_REFERRED, said, now)
    return made


def answer(
    session: Session,
    case: Case,
    staff: Staff,
    referral_id: uuid.UUID,
    outcome: str,
    follow_up_on: dt.date | None,
    now: dt.datetime,
) -> None:
    """Write down what the partner said, and when to ask again where there is no answer yet.

    Raises NotAllowed, Erased, NoReferral, BadPartner.
    """
    require(staff, "partner:refer")
    require_open(case, staff)
    touch(session, case, now)
    mine = select(PartnerReferral).where(PartnerReferral.id == referral_id, PartnerReferral.case_id == case.id)
    row = session.scalar(mine.with_for_update())
    if row is None:
        raise NoReferral("There is no such referral.")
    if outcome not in OUTCOMES:
        raise BadPartner({"outcome": N_("Choose what the partner said.")})
    row.outcome, row.outcome_at = outcome, now
    row.follow_up_on = follow_up_on if outcome == NO_ANSWER else None
    session.flush()
    said = {"partner": row.partner_id, "state": outcome}
    record_event(session, case, staff, audit.Event.PARTNER_ANSWERED, said, now)


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Referrals of a case, newest first: the row `PartnerReferral`, `name` of the partner, `heard_by`."""
    return session.execute(
        select(PartnerReferral, Partner.name.label("name"), StaffMember.name.label("heard_by"))
        .join(Partner, Partner.id == PartnerReferral.partner_id)
        .outerjoin(StaffMember, StaffMember.id == PartnerReferral.heard_by_id)
        .where(PartnerReferral.case_id == case_id)
        .order_by(PartnerReferral.at.desc(), PartnerReferral.id)
    ).all()


def open_note(keyring: Keyring, row: PartnerReferral) -> str | None:
    """The note of a referral; empty for none, None when no key here opens it."""
    if row.envelope is None:
        return ""
    try:
        return keyring.open(row.envelope, table=TABLE, record_id=row.id.bytes).decode()
    except (CannotOpen, UnicodeDecodeError):
        return None


def _sealed(made: uuid.UUID, note: str, recipients: Sequence[PublicKey]) -> bytes | None:
    words = note.strip()
    return seal(words.encode(), table=TABLE, record_id=made.bytes, recipients=recipients) if words else None


def _problems(session: Session, keyring: Keyring, case: Case, wanted: Wanted, today: dt.date) -> dict[str, str]:
    problems = {}
    partner = session.get(Partner, wanted.partner_id)
    if partner is None or not partner.active:
        problems["partner"] = N_("Choose a partner from the list.")
    if len(wanted.note.strip()) > NOTE_CHARACTERS:
        problems["note"] = N_("The note is too long. Use at most 2,000 characters.")
    if case.status == Status.WITHDRAWN:
        # Who takes the request back takes back what they agreed to with it.
        problems["consent"] = N_("The person withdrew the request: nobody is referred any more.")
    elif wanted.consent == FORM:
        problems |= _of_form(session, keyring, case, partner, wanted.named)
    elif wanted.consent == PHONE:
        problems |= _of_phone(session, case, wanted, today)
    else:
        problems["consent"] = N_("Say how the person agreed. Without consent nobody is referred.")
    return problems


def _of_form(
    session: Session, keyring: Keyring, case: Case, partner: Partner | None, named: Sequence[str]
) -> dict[str, str]:
    if partner is not None and partner.name.casefold() not in {name.casefold() for name in named}:
        return {
            "consent": N_("The form does not name this partner, so nobody agreed to it there. Ask the person first.")
        }
    try:
        given = agreed(session, keyring, case)
    except CannotOpen:
        return {"consent": N_("The keys here do not open the answers, so the consent cannot be checked.")}
    return {} if given else {"consent": N_("The person did not agree to this in the form. Ask them first.")}


def _of_phone(session: Session, case: Case, wanted: Wanted, today: dt.date) -> dict[str, str]:
    problems = {}
    hearer = session.get(StaffMember, wanted.heard_by)
    if hearer is None or not hearer.may("case:read"):
        problems["heard_by"] = N_("Choose who heard the consent.")
    if wanted.heard_on is None or not case.received_at.date() - _A_DAY <= wanted.heard_on <= today:
        problems["heard_on"] = N_("Type the day on which the person agreed: not before the request, not after today.")
    return problems


# The day of the request in UTC can be one later than that of the office.
_A_DAY: Final = dt.timedelta(days=1)
