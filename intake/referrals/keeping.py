"""The table of places: filled from the bundled ones without touching what staff changed, read for the pages."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .bundled import BUNDLED
from .model import Referral, ReferralRow

_shown = (
    select(ReferralRow)
    .where(ReferralRow.active.is_(True), ReferralRow.last_verified.is_not(None))
    .order_by(ReferralRow.rank, ReferralRow.key)
)


def load_bundled(session: Session) -> int:
    """Add the bundled places and renew those that nobody here has changed; returns how many are bundled.

    A place that staff changed, checked or took off the pages stays as they left it.
    """
    there = {row.key: row for row in session.scalars(select(ReferralRow))}
    for one in BUNDLED:
        row = there.get(one.key)
        if row is None:
            session.add(ReferralRow(key=one.key, version=1, **columns_of(one)))
        elif row.edited_at is None:
            for name, value in columns_of(one).items():
                setattr(row, name, value)
    session.flush()
    return len(BUNDLED)


def columns_of(one: Referral) -> dict[str, Any]:
    """The columns of a bundled place; it is shown as soon as somebody has verified it."""
    return {
        "kind": one.kind,
        "name": one.name,
        "about": one.about,
        "url": one.url,
        "phone": one.phone,
        "states": list(one.states),
        "codes": list(one.codes),
        "languages": list(one.languages),
        "audience": list(one.audience),
        "rank": one.rank,
        "last_verified": one.last_verified,
        "active": one.last_verified is not None,
    }


def listed(session: Session) -> list[Referral]:
    """Every place that applicants may be shown, by rank: active, and verified by somebody.

    A table that shows nothing would end in "we cannot help": then the bundled places for everyone stand in, but
    none that staff took off the pages.
    """
    rows = [shown(row) for row in session.scalars(_shown)]
    if rows:
        return rows
    known = set(session.scalars(select(ReferralRow.key)))
    return [one for one in BUNDLED if _is_for_everyone(one) and one.key not in known]


def shown(row: ReferralRow) -> Referral:
    """One row as pages show it."""
    return Referral(
        key=row.key,
        kind=row.kind,
        name=row.name,
        about=row.about,
        url=row.url,
        phone=row.phone,
        states=tuple(row.states),
        codes=tuple(row.codes),
        rank=row.rank,
        last_verified=row.last_verified,
        languages=tuple(row.languages),
        audience=tuple(row.audience),
    )


def _is_for_everyone(one: Referral) -> bool:
    return one.last_verified is not None and not (one.states or one.codes or one.audience)
