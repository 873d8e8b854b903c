"""The statuses of a case, the reasons beside them, and which status may follow which: data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..locales import N_


class Status(StrEnum):
    """Where a case stands. Codes are permanent."""

    NEW = "new"
    CONFLICT_HOLD = "conflict_hold"
    TRIAGE = "triage"
    CONTACTING = "contacting"
    UNABLE_TO_REACH = "unable_to_reach"
    INTERVIEW_SET = "interview_set"
    MERIT_REVIEW = "merit_review"
    ACCEPTED = "accepted"
    LIMITED_SCOPE = "limited_scope"
    PLACED = "placed"
    ADVICE_GIVEN = "advice_given"
    REFERRED = "referred"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    CLOSED = "closed"


class Why(StrEnum):
    """Why a case came to its status. Codes are permanent."""

    CONFLICT = "conflict"
    CAPACITY = "capacity"
    NO_PROTECTION_CLAIM = "no_protection_claim"
    HAS_COUNSEL = "has_counsel"
    OVER_INCOME = "over_income"
    OUT_OF_AREA = "out_of_area"
    LATE_CONTACT = "late_contact"
    WITHDREW = "withdrew"
    NO_RESPONSE = "no_response"


@dataclass(frozen=True, slots=True)
class Rule:
    """One status: its label, whether work on the case goes on, what may follow, which reasons fit it.

    `needs_reason` means that a change to this status is refused without one of `reasons`.
    """

    label: str
    is_open: bool
    next: tuple[Status, ...]
    reasons: tuple[Why, ...] = ()
    needs_reason: bool = False


_S, _W = Status, Why
_ENDS = (_S.ADVICE_GIVEN, _S.REFERRED, _S.DECLINED, _S.WITHDRAWN, _S.DUPLICATE)
_NO = (
    _W.CONFLICT,
    _W.CAPACITY,
    _W.NO_PROTECTION_CLAIM,
    _W.HAS_COUNSEL,
    _W.OVER_INCOME,
    _W.OUT_OF_AREA,
    _W.LATE_CONTACT,
)
_REOPENED = (_S.CLOSED, _S.TRIAGE)

STATUSES: Mapping[str, Rule] = {
    _S.NEW: Rule(N_("New"), True, (_S.TRIAGE, _S.CONFLICT_HOLD, _S.CONTACTING, _S.WITHDRAWN, _S.DUPLICATE)),
    _S.CONFLICT_HOLD: Rule(
        N_("On hold: conflict check"), True, (_S.TRIAGE, _S.REFERRED, _S.DECLINED, _S.WITHDRAWN, _S.DUPLICATE)
    ),
    _S.TRIAGE: Rule(N_("Triage"), True, (_S.CONTACTING, _S.CONFLICT_HOLD, _S.INTERVIEW_SET, _S.MERIT_REVIEW, *_ENDS)),
    _S.CONTACTING: Rule(
        N_("Contacting"),
        True,
        (_S.INTERVIEW_SET, _S.UNABLE_TO_REACH, _S.TRIAGE, _S.CONFLICT_HOLD, _S.MERIT_REVIEW, *_ENDS),
    ),
    _S.UNABLE_TO_REACH: Rule(
        N_("Unable to reach"), True, (_S.CONTACTING, _S.INTERVIEW_SET, _S.CLOSED, _S.WITHDRAWN, _S.DUPLICATE)
    ),
    _S.INTERVIEW_SET: Rule(
        N_("Interview set"),
        True,
        (_S.MERIT_REVIEW, _S.CONTACTING, _S.UNABLE_TO_REACH, _S.CONFLICT_HOLD, *_ENDS),
    ),
    _S.MERIT_REVIEW: Rule(
        N_("Merit review"),
        True,
        (
            _S.ACCEPTED,
            _S.LIMITED_SCOPE,
            _S.PLACED,
            _S.CONTACTING,
            _S.INTERVIEW_SET,
            _S.CONFLICT_HOLD,
            *_ENDS,
        ),
    ),
    _S.ACCEPTED: Rule(N_("Accepted"), True, (_S.LIMITED_SCOPE, _S.PLACED, _S.CONFLICT_HOLD, _S.WITHDRAWN, _S.CLOSED)),
    _S.LIMITED_SCOPE: Rule(
        N_("Limited help"), True, (_S.ACCEPTED, _S.PLACED, _S.CONFLICT_HOLD, _S.WITHDRAWN, _S.CLOSED)
    ),
    _S.PLACED: Rule(N_("Placed with a partner"), False, (_S.CLOSED, _S.MERIT_REVIEW)),
    _S.ADVICE_GIVEN: Rule(N_("Advice given"), False, _REOPENED),
    _S.REFERRED: Rule(N_("Referred"), False, _REOPENED, _NO, needs_reason=True),
    _S.DECLINED: Rule(N_("Declined"), False, _REOPENED, _NO, needs_reason=True),
    _S.WITHDRAWN: Rule(N_("Withdrawn"), False, _REOPENED, (_W.WITHDREW, _W.HAS_COUNSEL), needs_reason=True),
    _S.DUPLICATE: Rule(N_("Duplicate"), False, _REOPENED),
    _S.CLOSED: Rule(N_("Closed"), False, (_S.TRIAGE,), tuple(_W)),
}

REASONS: Mapping[str, str] = {
    _W.CONFLICT: N_("Conflict of interest"),
    _W.CAPACITY: N_("We have no capacity"),
    _W.NO_PROTECTION_CLAIM: N_("No protection claim"),
    _W.HAS_COUNSEL: N_("Has a lawyer"),
    _W.OVER_INCOME: N_("Income is over the limit"),
    _W.OUT_OF_AREA: N_("Outside our area"),
    _W.LATE_CONTACT: N_("Contact came too late"),
    _W.WITHDREW: N_("The person withdrew"),
    _W.NO_RESPONSE: N_("No response"),
}


class BadMove(ValueError):
    """This status cannot follow, or the reason is missing or does not fit; a sentence for staff."""


def moves(status: str) -> tuple[Status, ...]:
    """The statuses that may follow `status`; none for an unknown one."""
    rule = STATUSES.get(status)
    return rule.next if rule else ()


def reasons(status: str) -> tuple[Why, ...]:
    """The reasons that fit a change to `status`."""
    rule = STATUSES.get(status)
    return rule.reasons if rule else ()


def needs_reason(status: str) -> bool:
    """Whether a change to `status` is refused without a reason."""
    rule = STATUSES.get(status)
    return rule is not None and rule.needs_reason


def is_open(status: str) -> bool:
    """Whether work on a case of this status goes on, so that the queue shows it."""
    rule = STATUSES.get(status)
    return rule is not None and rule.is_open


def check_move(current: str, status: str, reason: str | None) -> tuple[Status, Why | None]:
    """The checked status and reason of a change from `current`. Raises BadMove."""
    if status not in moves(current):
        raise BadMove(N_("This status cannot follow the present one."))
    if not reason:
        if needs_reason(status):
            raise BadMove(N_("Choose a reason for this status."))
        return Status(status), None
    if reason not in reasons(status):
        raise BadMove(N_("This reason does not fit the status."))
    return Status(status), Why(reason)
