"""Asking for files and preparing them, as the pages and the desk do."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from intake import exports
from intake.accounts import StaffMember
from intake.casework.filters import Filters
from intake.db import transaction
from intake.exports import Choice, Format, asking, jobs
from intake.exports.asking import Order
from intake.exports.jobs import ExportJob
from intake.exports.pieces import Reader
from intake.exports.preparing import Bench
from tests import people

LATER = people.NOW + dt.timedelta(days=3)


class Clock:
    """The time; it moves only when a test says so."""

    def __init__(self) -> None:
        self.now = LATER

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_by(self, time: dt.timedelta) -> None:
        self.now += time


def asked(
    engine: Engine,
    by: StaffMember,
    profile: str = "queue",
    *,
    form: Format = Format.CSV,
    filters: Filters = Filters(),  # noqa: B008 -- frozen
    second: bool = False,
    now: dt.datetime = LATER,
) -> ExportJob:
    """A file that was asked for, with as many cases as there are."""
    choice, wanted = Choice.of(exports.named(profile)), exports.Wanted(filters, by.id, now.date())
    with transaction(engine) as session:
        order = Order(choice, form, wanted, "Report to a funder", exports.count(session, choice, wanted))
        return asking.ask(session, by, order, second=second, now=now)


def queued(
    engine: Engine, keys: Any, job: ExportJob, by: StaffMember, now: dt.datetime = LATER, alone: int = 50
) -> None:
    """The desk may begin with it."""
    with transaction(engine) as session:
        found = jobs.load(session, by, job.id)
        asking.queue(session, found, by, keys.recipients, alone=alone, zone=dt.UTC, now=now)


def now_of(engine: Engine, job: ExportJob) -> ExportJob:
    """The row as it stands."""
    with transaction(engine.execution_options(reads=True)) as session:
        return session.get_one(ExportJob, job.id)


def bench(engine: Engine, keys: Any, settings: Any, clock: Callable[[], dt.datetime]) -> Bench:
    """A desk that does nothing else. Days are counted in UTC."""
    return Bench(engine, keys.keyring, replace(settings, timezone=dt.UTC), clock)


def prepared(engine: Engine, keys: Any, settings: Any, clock: Callable[[], dt.datetime]) -> None:
    """Let a desk do all that waits."""
    desk = bench(engine, keys, settings, clock)
    while desk.work():
        pass


def fetched(engine: Engine, keys: Any, settings: Any, job: ExportJob, by: StaffMember, now: dt.datetime) -> bytes:
    """The whole file, as the one who asked downloads it."""
    with transaction(engine) as session:
        found = jobs.load(session, by, job.id)
        reader: Reader = jobs.opened(found, keys.keyring, settings.prepared, now)
        jobs.fetched(session, found, by, rest=False, now=now)
    return reader.read()
