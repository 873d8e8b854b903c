"""The notice that there is news: by which ways it may go to this person, and putting it into the outbox.

A way that the person did not mark as safe is not there at all. What decides is what the person says now, at the moment
of queueing, whatever a page showed before.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit, notices, outbox, questionnaire
from ..locales import N_
from ..publickeys import PublicKey
from ..sealing import CannotOpen
from ..settings import Mail
from ..submissions import SubmissionBody
from ..unsealing import Keyring
from .case import Staff, record, require, require_open
from .contents import open_whole
from .models import Case

EMAIL, TEXT = "email", "text"
WAYS: Final[Mapping[str, str]] = {EMAIL: N_("By e-mail"), TEXT: N_("By text message")}
# What has to be among the ways of contact before the rest is looked at.
_MARKED: Final[Mapping[str, str]] = {EMAIL: "email", TEXT: "phone"}
KIND: Final = "notice"


class UnsafeWay(ValueError):
    """The person did not mark this way as safe, or mail is off; a sentence for staff."""


@dataclass(frozen=True, slots=True, repr=False)
class Reach:
    """How a notice may reach one person: way -> address, and whether it may say who we are."""

    addresses: Mapping[str, str]
    may_name_us: bool


def reach(live: Mapping[str, object], mail: Mail | None) -> Reach:
    """The safe ways of a person by live answers (see `questionnaire.live`). Pure.

    E-mail where it is marked as safe. A text message only to a phone that may be called, where a message may be left,
    that is the person's own or whose people know, and that nobody watches or took away. Nothing at all to a person who
    does not know of the request.
    """
    marked = live.get("contact_ways")
    ways = set(marked) if isinstance(marked, list) else set()
    found: dict[str, str] = {}
    if mail is None or live.get("person_knows") in {"no", "cannot_ask"}:
        return Reach(found, False)
    email, phone = str(live.get("email") or ""), str(live.get("phone") or "")
    if "email" in ways and email:
        found[EMAIL] = email
    if mail.texts and "phone" in ways and phone and _takes_texts(live):
        found[TEXT] = mail.texts.replace("{number}", phone.removeprefix("+"))
    others_know = live.get("phone_owner_safe") in {None, "yes"}
    return Reach(found, live.get("say_name") == "yes" and others_know)


def possible(case: Case, mail: Mail | None) -> list[str]:
    """The ways that may be safe by the coarse facts alone, without opening anything."""
    if mail is None:
        return []
    return [way for way, marked in _MARKED.items() if marked in case.safe_contact and (way != TEXT or mail.texts)]


def queue(
    session: Session,
    keyring: Keyring,
    case: Case,
    staff: Staff,
    way: str,
    *,
    mail: Mail | None,
    our_name: str,
    once: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    """Put a notice into the outbox, in the language in which the person read the form. `once` names what it is about.

    The answers are opened for the address alone, and nobody is shown them; the trace is written before, in the same
    transaction. Raises NotAllowed, UnsafeWay.
    """
    require(staff, "letter:write")
    require_open(case, staff)
    record(session, case, staff, audit.Event.NOTICE_QUEUED, {"method": way if way in WAYS else ""}, now)
    found = reach(_live(session, keyring, case), mail)
    if way not in found.addresses:
        raise UnsafeWay(N_("The person did not mark this way as safe. Nothing was sent. Choose another way or none."))
    subject, text = notices.news(case.locale, our_name if found.may_name_us else "")
    outbox.put(
        session,
        kind=KIND,
        to=found.addresses[way],
        subject=subject,
        text=text,
        recipients=recipients,
        now=now,
        once=once,
        case_id=case.id,
    )


def _live(session: Session, keyring: Keyring, case: Case) -> dict[str, Any]:
    body = select(SubmissionBody.envelope).where(SubmissionBody.submission_id == case.id)
    envelope = session.scalars(body).one_or_none()
    try:
        if envelope is None:
            raise CannotOpen
        whole = open_whole(session, keyring, case.id, case.form_version, envelope)
    except CannotOpen:
        raise UnsafeWay(N_("The keys of this process do not open the answers, so nobody knows a safe way.")) from None
    return dict(questionnaire.live(questionnaire.get(case.form_version), whole.answers))


def _takes_texts(live: Mapping[str, object]) -> bool:
    own = live.get("whose_phone") == "mine" or live.get("phone_owner_safe") == "yes"
    out_of_reach = live.get("place_kind") == "held" or live.get("device") == "watched"
    return own and live.get("voicemail") == "yes" and not out_of_reach
