"""How many envelopes each key still closes. Counting reads the head of every envelope: on demand and once a day."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.orm import Session

from ..db import session_factory, transaction
from ..sealing import MAX_RECIPIENTS
from .records import KeyCount
from .sealed import PLACES, Place, count_of, kid_of


def tallies(session: Session) -> dict[str, int]:
    """Key id -> how many envelopes name it among their recipients, over all tables. Nothing is opened."""
    found: Counter[str] = Counter()
    for place in PLACES:
        found.update(_of_one(session, place))
    return dict(found)


def count(engine: Engine, now: dt.datetime) -> dict[str, int]:
    """Count, and keep the result for the page and the doctor. Reading is done outside SQLite's write lock."""
    with session_factory(engine.execution_options(reads=True))() as session:
        found = tallies(session)
    with transaction(engine) as session:
        keep(session, found, now)
    return found


def keep(session: Session, found: Mapping[str, int], now: dt.datetime) -> None:
    """Let `found` be the last count."""
    session.execute(delete(KeyCount))
    if found:
        session.execute(insert(KeyCount), [{"kid": kid, "tally": n, "counted_at": now} for kid, n in found.items()])


def kept(session: Session) -> tuple[dict[str, int], dt.datetime | None]:
    """The last count and when it was made; nothing and None before the first."""
    rows = session.scalars(select(KeyCount)).all()
    return {row.kid: row.tally for row in rows}, max((row.counted_at for row in rows), default=None)


def _of_one(session: Session, place: Place) -> Counter[str]:
    sizes = session.scalars(select(count_of(place)).where(place.envelope.is_not(None)).distinct())
    most = max((size[0] for size in sizes if size and size[0] <= MAX_RECIPIENTS), default=0)
    found: Counter[str] = Counter()
    if not most:
        return found
    heads = (
        select(count_of(place).label("size"), *(kid_of(place, n).label(f"kid{n}") for n in range(most)))
        .where(place.envelope.is_not(None))
        .subquery()
    )
    for size, *kids, number in session.execute(select(*heads.c, func.count()).group_by(*heads.c)):
        for kid in kids[: size[0] if size and size[0] <= most else 0]:
            found[kid.hex()] += number
    return found
