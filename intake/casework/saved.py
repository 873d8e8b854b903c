"""Saved searches: filters of the queue under a name, for oneself or shared with everybody."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update
from sqlalchemy.orm import Session

from ..accounts import StaffMember
from ..locales import N_
from ..typed import clean_text
from .case import NotFound, Staff, require
from .filters import Filters
from .models import CaseEvent, SavedSearch
from .orders import CHOICES

NAME_CHARACTERS = 60
MOST_OF_ONE = 20
MOST_LISTED = 30


class BadSearch(ValueError):
    """The search cannot be kept; a sentence for staff."""


class Changed(Exception):
    """The search was changed meanwhile, in another window; nothing was saved."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be kept: a name, the filters with their order, whether others see it, whether new cases are mailed."""

    name: str
    query: Mapping[str, str]
    shared: bool = False
    alert: bool = False


def read(typed: Mapping[str, str]) -> Wanted:
    """What was typed, and the filters in it, checked by the allow-list of the queue. Raises BadSearch."""
    name = clean_text(typed.get("name", ""))
    if not name:
        raise BadSearch(N_("Give the search a name."))
    if len(name) > NAME_CHARACTERS:
        raise BadSearch(N_("The name is too long. Use at most 60 characters."))
    query = query_of(typed)
    if not query:
        raise BadSearch(N_("Choose at least one filter first."))
    return Wanted(name, query, typed.get("shared") == "1", typed.get("alert") == "1")


def query_of(given: Mapping[str, str]) -> dict[str, str]:
    """The filters and the order in `given`, and nothing else."""
    order = given.get("sort", "")
    return Filters.from_query(given).to_query() | ({"sort": order} if order in CHOICES else {})


def keep(session: Session, staff: Staff, wanted: Wanted, now: dt.datetime) -> SavedSearch:
    """A new saved search of `staff`. An alert tells of cases that are admitted from now on. Raises BadSearch."""
    require(staff, "case:read")
    mine = select(func.count()).select_from(SavedSearch).where(SavedSearch.owner_id == staff.id)
    if session.scalars(mine).one() >= MOST_OF_ONE:
        raise BadSearch(N_("You have 20 saved searches. Remove one first."))
    made = SavedSearch(
        owner_id=staff.id,
        name=wanted.name,
        query=dict(wanted.query),
        shared=wanted.shared,
        alert=wanted.alert,
        version=1,
        created_at=now,
        seen_event=last_event(session),
    )
    session.add(made)
    session.flush()
    return made


def load(session: Session, staff: Staff, key: str) -> SavedSearch:
    """A search of one's own; those of others look as if they were not there. Raises NotFound."""
    number = int(key) if key.isascii() and key.isdigit() and len(key) <= 9 else 0
    found = session.get(SavedSearch, number)
    if found is None or found.owner_id != staff.id:
        raise NotFound("There is no such search.")
    return found


def change(session: Session, search: SavedSearch, wanted: Wanted, version: int) -> None:
    """Replace what is kept. `version` is that of the page the person saw. Raises Changed."""
    values: dict[str, Any] = {
        "name": wanted.name,
        "query": dict(wanted.query),
        "shared": wanted.shared,
        "alert": wanted.alert,
        "version": version + 1,
    }
    if wanted.alert and not search.alert:
        values["seen_event"] = last_event(session)
    kept = update(SavedSearch).where(SavedSearch.id == search.id, SavedSearch.version == version)
    done = session.execute(kept.values(values).execution_options(synchronize_session=False))
    session.refresh(search)
    if done.rowcount == 0:  # type: ignore[attr-defined]
        raise Changed


def remove(session: Session, search: SavedSearch) -> None:
    """Forget the search."""
    gone = delete(SavedSearch).where(SavedSearch.id == search.id)
    session.execute(gone.execution_options(synchronize_session=False))


def listed(session: Session, staff: Staff) -> list[Row[*tuple[Any, ...]]]:
    """Searches of one's own, then those that others share: rows of the columns, with `owner_name`. At most 30."""
    mine = SavedSearch.owner_id == staff.id
    columns = (SavedSearch.id, SavedSearch.name, SavedSearch.query, SavedSearch.shared, SavedSearch.alert)
    wanted = (
        select(*columns, SavedSearch.owner_id, StaffMember.name.label("owner_name"))
        .join(StaffMember, StaffMember.id == SavedSearch.owner_id)
        .where(or_(mine, SavedSearch.shared))
        .order_by(mine.desc(), SavedSearch.name, SavedSearch.id)
        .limit(MOST_LISTED)
    )
    return list(session.execute(wanted).all())


def last_event(session: Session) -> int:
    """The number of the newest line of any timeline; 0 before there is one."""
    return session.scalar(select(CaseEvent.id).order_by(CaseEvent.id.desc()).limit(1)) or 0
