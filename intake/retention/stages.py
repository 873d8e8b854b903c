"""The stages of which the policy speaks, and the two ways of removing: data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .. import drafts
from ..casework.statuses import Status
from ..locales import N_


class Method(StrEnum):
    """What removing does. Both take answers, names, messages, notes, letters and search marks with their keys."""

    ERASE = "erase"
    STRIP = "strip"


METHODS: Final[Mapping[str, str]] = {
    Method.ERASE: N_("Erase everything"),
    Method.STRIP: N_("Keep coarse facts"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """Ended cases of one status: what they are called, and the default of the policy in days after the last change."""

    label: str
    status: Status
    days: int
    method: Method


# Seven days and thirty days are the product's own promise for what was taken back and what was referred. The years are
# figures of ours, to begin with: how long a file must be kept is for the organisation and its lawyers to say.
STAGES: Final[Mapping[str, Stage]] = {
    "withdrawn": Stage(N_("Taken back by the person"), Status.WITHDRAWN, 7, Method.ERASE),
    "duplicate": Stage(N_("Second request of the same person"), Status.DUPLICATE, 30, Method.ERASE),
    "referred": Stage(N_("Referred"), Status.REFERRED, 30, Method.ERASE),
    "declined": Stage(N_("Declined"), Status.DECLINED, 365, Method.STRIP),
    "advice_given": Stage(N_("Advice given"), Status.ADVICE_GIVEN, 5 * 365, Method.STRIP),
    "placed": Stage(N_("Placed with a partner"), Status.PLACED, 5 * 365, Method.STRIP),
    "closed": Stage(N_("Closed"), Status.CLOSED, 5 * 365, Method.STRIP),
}
# Not sent: the form promises it to the person, so no policy can change it.
DRAFT_DAYS: Final = drafts.LIFETIME.days
