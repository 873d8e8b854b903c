"""The statuses of a case, which move leads from one to another, who may make it, and the reasons beside it: data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..locales import N_

CHANGE, DECIDE = "case:change", "case:decide"


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


# The first of these that a case reaches is the organisation's answer to the request, whatever follows.
DECISIONS: Final = frozenset(
    {
        Status.ACCEPTED,
        Status.LIMITED_SCOPE,
        Status.PLACED,
        Status.ADVICE_GIVEN,
        Status.REFERRED,
        Status.DECLINED,
    }
)


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
    NEW_FACTS = "new_facts"
    CAME_BACK = "came_back"
    CAPACITY_AGAIN = "capacity_again"
    PARTNER_DECLINED = "partner_declined"
    MISTAKE = "mistake"


class Kind(StrEnum):
    """What a move is: work goes on, a hold begins or ends, the case ends, an ended case is taken up again."""

    ON = "on"
    HOLD = "hold"
    RELEASE = "release"
    END = "end"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Rule:
    """One status: its label, whether work on the case goes on, what may follow, which reasons fit it.

    `needs_reason` means that a change to this status is refused without one of `reasons`. `permission` is what the
    person needs who makes the change. `asks_code` means that the organisation's closing code is asked for.
    `reopens_for` are the reasons for which an ended case of this status is taken up again.
    """

    label: str
    is_open: bool
    next: tuple[Status, ...]
    reasons: tuple[Why, ...] = ()
    needs_reason: bool = False
    permission: str = CHANGE
    asks_code: bool = False
    reopens_for: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One way from a status to the next: what it is, who may make it, what must be said with it."""

    status: Status
    kind: Kind
    permission: str
    reasons: tuple[Why, ...]
    needs_reason: bool
    asks_code: bool


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
_CLOSES = (*_NO, _W.WITHDREW, _W.NO_RESPONSE)
_AGAIN = (_W.NEW_FACTS, _W.CAME_BACK, _W.CAPACITY_AGAIN, _W.PARTNER_DECLINED, _W.MISTAKE)
# Who withdrew decided so: only they can wish to come back, unless a colleague wrote it down by mistake.
_AGAIN_WITHDRAWN = (_W.CAME_BACK, _W.MISTAKE)
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
    _S.ACCEPTED: Rule(
        N_("Accepted"),
        True,
        (_S.LIMITED_SCOPE, _S.PLACED, _S.CONFLICT_HOLD, _S.WITHDRAWN, _S.CLOSED),
        permission=DECIDE,
    ),
    _S.LIMITED_SCOPE: Rule(
        N_("Limited help"),
        True,
        (_S.ACCEPTED, _S.PLACED, _S.CONFLICT_HOLD, _S.WITHDRAWN, _S.CLOSED),
        permission=DECIDE,
    ),
    _S.PLACED: Rule(
        N_("Placed with a partner"),
        False,
        (_S.CLOSED, _S.MERIT_REVIEW),
        permission=DECIDE,
        asks_code=True,
        reopens_for=_AGAIN,
    ),
    _S.ADVICE_GIVEN: Rule(N_("Advice given"), False, _REOPENED, asks_code=True, reopens_for=_AGAIN),
    _S.REFERRED: Rule(N_("Referred"), False, _REOPENED, _NO, needs_reason=True, asks_code=True, reopens_for=_AGAIN),
    _S.DECLINED: Rule(
        N_("Declined"),
        False,
        _REOPENED,
        _NO,
        needs_reason=True,
        permission=DECIDE,
        asks_code=True,
        reopens_for=_AGAIN,
    ),
    _S.WITHDRAWN: Rule(
        N_("Withdrawn"),
        False,
        _REOPENED,
        (_W.WITHDREW, _W.HAS_COUNSEL),
        needs_reason=True,
        asks_code=True,
        reopens_for=_AGAIN_WITHDRAWN,
    ),
    # Nothing was done for the person under a second request: it counts nowhere, so no code is asked for.
    _S.DUPLICATE: Rule(N_("Duplicate"), False, _REOPENED, reopens_for=(_W.NEW_FACTS, _W.MISTAKE)),
    _S.CLOSED: Rule(N_("Closed"), False, (_S.TRIAGE,), _CLOSES, permission=DECIDE, asks_code=True, reopens_for=_AGAIN),
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
    _W.NEW_FACTS: N_("There are new facts"),
    _W.CAME_BACK: N_("The person came back"),
    _W.CAPACITY_AGAIN: N_("We have capacity again"),
    _W.PARTNER_DECLINED: N_("The partner cannot help"),
    _W.MISTAKE: N_("It was ended by mistake"),
}


class BadMove(ValueError):
    """This status cannot follow, or what must be said with it is missing or does not fit; a sentence for staff.

    `field` is what has to be changed: "status", "reason" or "closing_code".
    """

    def __init__(self, sentence: str, field: str = "status") -> None:
        super().__init__(sentence)
        self.field = field


def moves(status: str, held_from: str | None = None) -> tuple[Status, ...]:
    """The statuses that may follow `status`; none for an unknown one.

    `held_from` is the status in which the case was put on hold: it may go back there.
    """
    return tuple(move.status for move in ways(status, held_from))


def ways(status: str, held_from: str | None = None) -> tuple[Move, ...]:
    """The moves that are possible from `status`, whoever makes them; `held_from` as in `moves`."""
    rule = STATUSES.get(status)
    if rule is None:
        return ()
    following = rule.next
    if status == _S.CONFLICT_HOLD and held_from and _can_be_held(held_from) and held_from not in following:
        following = (Status(held_from), *following)
    return tuple(_move(Status(status), rule, wanted) for wanted in following)


def is_open(status: str) -> bool:
    """Whether work on a case of this status goes on, so that the queue shows it."""
    rule = STATUSES.get(status)
    return rule is not None and rule.is_open


def check_move(current: str, status: str, reason: str | None, held_from: str | None = None) -> Move:
    """The checked move of a change from `current`; `held_from` as in `moves`. Raises BadMove."""
    move = next((one for one in ways(current, held_from) if one.status == status), None)
    if move is None:
        raise BadMove(N_("This status cannot follow the present one."))
    if not reason:
        if move.kind is Kind.REOPEN:
            raise BadMove(N_("Say why the case is opened again."), "reason")
        if move.needs_reason:
            raise BadMove(N_("Choose a reason for this status."), "reason")
    elif reason not in move.reasons:
        raise BadMove(N_("This reason does not fit the status."), "reason")
    return move


def _can_be_held(status: str) -> bool:
    rule = STATUSES.get(status)
    # A case that was held as new has been read by now: it goes on in triage.
    return rule is not None and rule.is_open and status != _S.NEW and _S.CONFLICT_HOLD in rule.next


def _move(current: Status, rule: Rule, wanted: Status) -> Move:
    target = STATUSES[wanted]
    kind = _kind(current, rule, wanted, target)
    if kind is Kind.REOPEN:
        # Taking a decision back is a decision.
        permission = DECIDE if DECIDE in (rule.permission, target.permission) else CHANGE
        return Move(wanted, kind, permission, rule.reopens_for, True, False)
    # A hold that ends brings the case back to what was decided before.
    permission = CHANGE if kind is Kind.RELEASE else target.permission
    return Move(wanted, kind, permission, target.reasons, target.needs_reason, target.asks_code)


def _kind(current: Status, rule: Rule, wanted: Status, target: Rule) -> Kind:
    if not target.is_open:
        return Kind.END
    if not rule.is_open:
        return Kind.REOPEN
    if wanted is _S.CONFLICT_HOLD:
        return Kind.HOLD
    return Kind.RELEASE if current is _S.CONFLICT_HOLD else Kind.ON
