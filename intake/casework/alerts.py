"""Alerts: one e-mail an hour at most for a saved search, when new cases fit it; it says how many, never who."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Engine, func, literal_column, or_, select
from sqlalchemy.orm import Session

from .. import locales, outbox
from ..accounts import StaffMember
from ..db import transaction
from ..locales import N_
from ..publickeys import PublicKey
from .filters import Filters, conditions, shape_of, values_of
from .models import Case, CaseEvent, SavedSearch

KIND: Final = "saved_search"
EVERY: Final = dt.timedelta(hours=1)
COUNT_UP_TO: Final = 100
# What another desk is admitting at this moment may still come in under an earlier number.
SETTLED: Final = dt.timedelta(minutes=1)
SUBJECT: Final = N_("New requests")
TEXT: Final = N_(
    "New requests fit your saved search “%(name)s”. How many: %(count)s.\n\n"
    "Sign in to see them. This message names nobody, and a reply to it reaches nobody."
)


def alert_due(
    engine: Engine, recipients: Sequence[PublicKey], *, now: dt.datetime, today: dt.date, zone: dt.tzinfo
) -> int:
    """Queue a mail for each saved search with an alert that new cases fit; returns how many mails."""
    due = or_(SavedSearch.alerted_at.is_(None), SavedSearch.alerted_at <= now - EVERY)
    with transaction(engine.execution_options(reads=True)) as session:
        last = _last_settled(session, now)
        fresh = select(SavedSearch.id).where(SavedSearch.alert, due, SavedSearch.seen_event < last)
        waiting = list(session.scalars(fresh.order_by(SavedSearch.id)))
    told = 0
    for number in waiting:
        with transaction(engine) as session:
            claim = select(SavedSearch).where(SavedSearch.id == number, SavedSearch.alert, due)
            search = session.scalar(claim.with_for_update(skip_locked=True))
            if search is not None:
                told += _alert(session, search, last, recipients, now, today, zone)
    return told


def _alert(
    session: Session,
    search: SavedSearch,
    last: int,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
    today: dt.date,
    zone: dt.tzinfo,
) -> bool:
    after, search.seen_event = search.seen_event, max(search.seen_event, last)
    person = session.get_one(StaffMember, search.owner_id)
    count = _new(session, search, after, last, today, zone) if person.may("case:read") else 0
    if not count:
        return False
    search.alerted_at = now
    speak = locales.translations(person.language or locales.ENGLISH.code, locales.STAFF).gettext
    number = f"{COUNT_UP_TO}+" if count > COUNT_UP_TO else str(count)
    return outbox.put(
        session,
        kind=KIND,
        to=person.email,
        subject=speak(SUBJECT),
        text=speak(TEXT) % {"name": search.name, "count": number},
        recipients=recipients,
        now=now,
        once=f"{KIND}:{search.id}:{last}",
    )


def _new(session: Session, search: SavedSearch, after: int, last: int, today: dt.date, zone: dt.tzinfo) -> int:
    """How many cases that were admitted after one line of the timelines, up to another, fit; stops past 100."""
    filters = Filters.from_query(search.query)
    admitted = select(CaseEvent.case_id).where(
        CaseEvent.id > after, CaseEvent.id <= last, CaseEvent.event == "case:admitted"
    )
    fit = select(Case.id).where(Case.id.in_(admitted), *conditions(shape_of(filters)))
    some = fit.limit(literal_column(str(COUNT_UP_TO + 1))).subquery()
    values = values_of(filters, me=search.owner_id, today=today, zone=zone)
    return session.execute(select(func.count()).select_from(some), values).scalar_one()


def _last_settled(session: Session, now: dt.datetime) -> int:
    settled = select(CaseEvent.id).where(CaseEvent.at <= now - SETTLED).order_by(CaseEvent.id.desc()).limit(1)
    return session.scalar(settled) or 0
