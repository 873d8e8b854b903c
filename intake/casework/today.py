"""What one staff member should see first today: six short lists, each a page of the queue read from one index."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from .filters import LATE, ME, NOBODY, Filters
from .queue import Page, page
from .statuses import Status

SOON = "7"
COUNT_UP_TO = 50
# Each list is the queue under these filters: the page and its link to the queue cannot differ.
LISTS = {
    "late": (Filters(owner=ME, due=LATE),),
    "due": (Filters(owner=ME, due=SOON),),
    "critical": (Filters(status=Status.NEW.value, level=1),),
    "reply": (Filters(owner=ME, reply=True), Filters(owner=NOBODY, reply=True)),
    "follow_up": (Filters(follow_up=True),),
    "unassigned": (Filters(owner=NOBODY),),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One of several filters of a list, and the first cases under it."""

    filters: Filters
    page: Page


def lists(session: Session, me: int, day: dt.date, zone: dt.tzinfo) -> dict[str, tuple[Part, ...]]:
    """The first `COUNT_UP_TO` cases of each of `LISTS`: one statement for each, whose cost does not grow with cases."""
    return {
        name: tuple(
            Part(filters, page(session, filters, size=COUNT_UP_TO, me=me, today=day, zone=zone)) for filters in several
        )
        for name, several in LISTS.items()
    }
