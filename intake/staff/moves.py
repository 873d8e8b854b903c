"""The form that moves a case on: only what this person may do, with the reasons and the closing codes that fit."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from ..accounts import StaffMember
from ..casework import closing
from ..casework.models import Case
from ..casework.moving import ways_of
from ..casework.statuses import REASONS, Kind, Move, Why
from ..locales import N_
from ..web import gettext
from . import present

# How a move reads in the list; the others by the name of the status alone.
KINDS: Final[Mapping[Kind, str]] = {
    Kind.RELEASE: N_("End the hold: %(status)s"),
    Kind.REOPEN: N_("Open again: %(status)s"),
}


def form_of(session: Session, person: StaffMember, *cases: Case) -> Mapping[str, Any]:
    """What the status form offers to `person`: `moves`, `reasons` in groups, and closing `codes`.

    For several cases, what is possible for at least one of them.
    """
    found = (move for case in cases for move in ways_of(case) if person.may(move.permission))
    mine = list(dict.fromkeys(found))
    return {
        "moves": list(dict.fromkeys((move.status.value, name_of(move)) for move in mine)),
        "reasons": reasons_of(mine),
        "codes": codes_of(session) if any(move.asks_code for move in mine) else [],
    }


def name_of(move: Move) -> str:
    """The name of a move in the list of the form."""
    status = present.status(move.status)
    return gettext(KINDS[move.kind]) % {"status": status} if move.kind in KINDS else status


def reasons_of(moves: Sequence[Move]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The reasons in groups, each headed by the names of the statuses that they fit."""
    groups: dict[tuple[Why, ...], list[str]] = {}
    for move in moves:
        if move.reasons:
            groups.setdefault(move.reasons, []).append(name_of(move))
    return [
        (", ".join(dict.fromkeys(names)), [(why.value, gettext(REASONS[why])) for why in reasons])
        for reasons, names in groups.items()
    ]


def codes_of(session: Session) -> list[tuple[str, str]]:
    """The organisation's closing codes that are in use, each with what it means."""
    return [(row.code, f"{row.code} · {row.label}") for row in closing.in_use(session)]
