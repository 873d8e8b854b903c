"""What letters are for: the status to which each belongs, and what it must hold. Data only; keys are permanent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ...locales import N_
from ..statuses import Status


@dataclass(frozen=True, slots=True)
class Purpose:
    """One kind of letter. `status` is the status in which it is offered first; `needs` are fields it must hold."""

    label: str
    status: Status | None = None
    needs: tuple[str, ...] = ()


# Who is turned away is told each known date, and where else to go: always.
_LEAVING = ("deadlines", "referrals")

PURPOSES: Final[Mapping[str, Purpose]] = {
    "general_reply": Purpose(N_("Reply to a message")),
    "first_contact": Purpose(N_("We want to talk with the person"), Status.CONTACTING),
    "no_answer": Purpose(N_("No answer after several tries"), Status.UNABLE_TO_REACH),
    "interview_set": Purpose(N_("Interview is set"), Status.INTERVIEW_SET),
    "need_document": Purpose(N_("A document is needed")),
    "accepted": Purpose(N_("We take the case"), Status.ACCEPTED),
    "limited_help": Purpose(N_("We help with one part"), Status.LIMITED_SCOPE),
    "advice_given": Purpose(N_("Advice was given"), Status.ADVICE_GIVEN),
    "referred": Purpose(N_("Referred to other places"), Status.REFERRED, _LEAVING),
    "declined": Purpose(N_("We cannot take the case"), Status.DECLINED, _LEAVING),
    "closed": Purpose(N_("The request is closed"), Status.CLOSED),
}
GENERAL: Final = "general_reply"


def for_status(status: str) -> str:
    """The purpose that fits a case of this status best."""
    return next((key for key, one in PURPOSES.items() if one.status == status), GENERAL)
