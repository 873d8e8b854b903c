"""How often a page was seen, as totals of a day: no cookie, no address, nobody."""

import atexit
import datetime as dt
import hashlib
import logging
import threading
import weakref
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Integer, Select, String, case, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from .db import Base
from .releaseparser import is_slug
from .releases import Release

# Places that are no release, and the sources that are too many to tell apart. No slug begins with a dot.
LIST: Final = ".list"
FORM: Final = ".form"
EMBED: Final = ".embed"
OTHER: Final = ".other"
_STEP: Final = ".step-"

LONGEST_SOURCE = 40
MOST_SOURCES = 200
FLUSH_SECONDS = 30.0
FLUSH_COUNTS = 500
# What a process keeps while the database is away; later sources are counted together.
MOST_KEPT = 5_000

logger = logging.getLogger(__name__)

_Key = tuple[dt.date, str, str]


class VisitCount(Base):
    """Visits of one place on one day from one source; `source` is "" for people who came by themselves.

    Steps of the form are places as well: their day is the first of the quarter.
    """

    __tablename__ = "visit_count"

    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)


def source_key(source: str | None) -> str:
    """A source as it is counted: "" for none or for what is no slug; a long slug is cut and marked with its hash."""
    if not source or not is_slug(source):
        return ""
    if len(source) <= LONGEST_SOURCE:
        return source
    return f"{source[:31].rstrip('-')}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"


class Counter:
    """Visits of this process, in memory until they are written: after 30 seconds, after 500, and at the end.

    `sessions` makes sessions that may write. A database that is away loses nothing and breaks no page.
    """

    def __init__(
        self, sessions: sessionmaker[Session], timezone: ZoneInfo, clock: Callable[[], dt.datetime] | None = None
    ) -> None:
        self._sessions = sessions
        self._timezone = timezone
        self._clock = clock or _utc_now
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._counts: Tally[_Key] = Tally()
        self._since = 0
        self._timer: threading.Timer | None = None
        flush = weakref.WeakMethod(self.flush)
        atexit.register(_flush, flush)

    def saw(self, place: str, source: str | None = None) -> None:
        """Count one visit of `place`: LIST, FORM, EMBED, or the slug of a release that is there."""
        self._add((self._today(), place, source_key(source)))

    def finished(self, step: str) -> None:
        """Count that a step of the form, by its key, was filled in for the first time in one draft.

        It counts under the first day of the quarter, and from no source: on a quiet day, the steps of a day could be
        those of one person.
        """
        self._add((first_of_quarter(self._today()), _STEP + step, ""))

    def _today(self) -> dt.date:
        return self._clock().astimezone(self._timezone).date()

    def _add(self, key: _Key) -> None:
        with self._lock:
            if key not in self._counts and len(self._counts) >= MOST_KEPT:
                key = (key[0], key[1], OTHER)
            self._counts[key] += 1
            self._since += 1
            if self._since % FLUSH_COUNTS == 0:
                self._arm(0)
            elif self._timer is None:
                self._arm(FLUSH_SECONDS)

    def flush(self) -> bool:
        """Write what was counted, in a transaction of its own; False when the database is away."""
        with self._writing:
            with self._lock:
                counts, self._counts, self._since = self._counts, Tally(), 0
                if self._timer is not None:
                    self._timer.cancel()
                    self._timer = None
            if not counts:
                return True
            try:
                with self._sessions.begin() as session:
                    record(session, counts)
            except SQLAlchemyError as error:
                with self._lock:
                    self._counts.update(counts)
                logger.warning("visits are kept in memory: %s", type(error).__name__)
                return False
            return True

    def _arm(self, seconds: float) -> None:
        # Weak: a timer must not keep alive an app that nobody uses any more. The next visit starts a new one.
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, _flush, (weakref.WeakMethod(self.flush),))
        self._timer.daemon = True
        self._timer.start()


def record(session: Session, counts: Mapping[_Key, int]) -> None:
    """Add `counts` to the totals. Of one day, 200 sources that are no release of ours are kept apart, then OTHER."""
    known = {source for source in {key[2] for key in counts} if source}
    named = _ours(session, known)
    kept: dict[dt.date, set[str]] = {}
    totals: Tally[_Key] = Tally()
    for (day, place, source), count in counts.items():
        if day not in kept:
            kept[day] = set(session.scalars(select(VisitCount.source).distinct().where(VisitCount.day == day)))
        if source and source not in named and source not in kept[day]:
            if len(kept[day]) < MOST_SOURCES:
                kept[day].add(source)
            else:
                source = OTHER
        totals[(day, place, source)] += count
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # One order for everyone: two processes that write at once never wait for each other in a circle.
    for (day, place, source), count in sorted(totals.items()):
        row = make(VisitCount).values(day=day, place=place, source=source, count=count)
        more = VisitCount.count + row.excluded["count"]
        session.execute(row.on_conflict_do_update(index_elements=["day", "place", "source"], set_={"count": more}))


def by_place(
    session: Session, today: dt.date, places: Iterable[str], spans: Sequence[int] = (7, 30, 90)
) -> dict[str, tuple[int, ...]]:
    """Visits of each of `places` in the last `spans` days, today included; a place that nobody saw is left out."""
    rows = session.execute(_totals(VisitCount.place, today, spans).where(VisitCount.place.in_(list(places))))
    return {row[0]: tuple(int(count) for count in row[1:]) for row in rows}


def by_source(
    session: Session, today: dt.date, place: str, spans: Sequence[int] = (7, 30, 90), most: int = 50
) -> list[tuple[str, tuple[int, ...]]]:
    """The `most` sources that led to `place`, the busiest first, each with its visits in the last `spans` days."""
    query = _totals(VisitCount.source, today, spans).where(VisitCount.place == place)
    rows = session.execute(query.order_by(func.sum(VisitCount.count).desc(), VisitCount.source).limit(most))
    return [(row[0], tuple(int(count) for count in row[1:])) for row in rows]


def steps(session: Session, first: dt.date) -> dict[str, int]:
    """How many drafts had each step filled in, by its key, in the quarter that begins on `first`."""
    query = select(VisitCount.place, func.sum(VisitCount.count)).where(
        VisitCount.day == first, VisitCount.place.startswith(_STEP, autoescape=True)
    )
    return {place.removeprefix(_STEP): int(count) for place, count in session.execute(query.group_by(VisitCount.place))}


def first_of_quarter(day: dt.date) -> dt.date:
    """The first day of the quarter of a year in which `day` lies."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _totals(column: Mapped[str], today: dt.date, spans: Sequence[int]) -> Select[*tuple[Any, ...]]:
    first = [today - dt.timedelta(days=span - 1) for span in spans]
    sums: list[Any] = [func.sum(case((VisitCount.day >= day, VisitCount.count), else_=0)) for day in first]
    columns: list[Any] = [column, *sums]
    return select(*columns).where(VisitCount.day >= min(first), VisitCount.day <= today).group_by(column)


def _ours(session: Session, sources: set[str]) -> set[str]:
    """Which of `sources` name a release: those are always kept apart."""
    found = set(session.scalars(select(Release.slug).where(Release.slug.in_(sources)))) if sources else set()
    for one in sources - found:
        if len(one) > LONGEST_SOURCE - 9 and one[-9] == "-":
            slugs = select(Release.slug).where(Release.slug.startswith(one[:-9], autoescape=True)).limit(50)
            if any(source_key(slug) == one for slug in session.scalars(slugs)):
                found.add(one)
    return found


def _flush(method: "weakref.WeakMethod[Callable[[], bool]]") -> None:
    flush = method()
    if flush is not None:
        flush()


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
