"""Which cases are wanted: the filters that the queue and the exports share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, bindparam, exists, not_

from .models import PER_LEVEL, Case, CaseClaim
from .statuses import STATUSES

ME, NOBODY = "me", "nobody"
LEVELS = (1, 2, 3)

_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; None means "any". `owner` is a staff member's id, `"me"` or `"nobody"`.

    Without `closed` only open cases are shown, with it only closed ones; a `status` says which by itself.
    """

    status: str | None = None
    level: int | None = None
    owner: str | None = None
    language: str | None = None
    claim: str | None = None
    state: str | None = None
    closed: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in a query string; what makes no sense is left out."""
        given = {
            name: value
            for name in ("status", "owner", "language", "claim", "state")
            if _CODE.fullmatch(value := query.get(name, "").strip())
        }
        if given.get("status") not in STATUSES:
            given.pop("status", None)
        owner = given.get("owner", "")
        if owner not in (ME, NOBODY) and not (owner.isascii() and owner.isdigit() and len(owner) <= 9):
            given.pop("owner", None)
        level = query.get("level", "").strip()
        return cls(
            **given,
            level=int(level) if level in {str(one) for one in LEVELS} else None,
            closed=query.get("closed", "") in ("1", "yes", "on"),
        )

    def to_query(self) -> dict[str, str]:
        """The filters as query parameters: `from_query` gives them back."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: "1" if value is True else str(value) for name, value in given.items() if value}


def values_of(filters: Filters, *, me: int | None = None) -> dict[str, Any]:
    """The values that `conditions` wants bound for these filters."""
    values: dict[str, Any] = {
        name: value
        for name in ("status", "language", "claim", "state")
        if (value := getattr(filters, name)) is not None
    }
    if filters.level is not None:
        values["level_from"] = filters.level * PER_LEVEL
        values["level_to"] = (filters.level + 1) * PER_LEVEL
    if filters.owner == ME:
        values["owner"] = me
    elif filters.owner is not None and filters.owner != NOBODY:
        values["owner"] = int(filters.owner)
    return values


def shape_of(filters: Filters) -> frozenset[str]:
    """Which kinds of filters are set, without their values: one statement serves one shape."""
    shape = {field.name for field in fields(filters) if getattr(filters, field.name)}
    return frozenset(shape - {"owner"} | {NOBODY} if filters.owner == NOBODY else shape)


def conditions(shape: frozenset[str]) -> list[ColumnElement[bool]]:
    """The conditions of a filter shape, with a bound parameter for each value."""
    chosen: list[ColumnElement[bool]] = []
    if "status" in shape:
        chosen.append(Case.status == bindparam("status", type_=String))
    else:
        # Without a parameter, so that the planners know from the start that an index fits.
        chosen.append(not_(Case.is_open) if "closed" in shape else and_(Case.is_open))
    if "level" in shape:
        chosen.append(Case.prio >= bindparam("level_from", type_=Integer))
        chosen.append(Case.prio < bindparam("level_to", type_=Integer))
    if NOBODY in shape:
        chosen.append(Case.owner_id.is_(None))
    if "owner" in shape:
        chosen.append(Case.owner_id == bindparam("owner", type_=Integer))
    if "language" in shape:
        chosen.append(Case.language == bindparam("language", type_=String))
    if "state" in shape:
        chosen.append(Case.state == bindparam("state", type_=String))
    if "claim" in shape:
        named = CaseClaim.claim == bindparam("claim", type_=String)
        chosen.append(exists().where(CaseClaim.case_id == Case.id, named))
    return chosen
