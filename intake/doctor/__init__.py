"""The doctor: everything that must be in order before and while people rely on an installation, each with a way out."""

import datetime as dt
from collections.abc import Iterator

from ..settings import Settings
from . import database, desk, keeping, keyring, machine, places, trail
from .findings import Finding, Level, ok

__all__ = ["Finding", "Level", "examine", "look"]


def look(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """The short form, before serving: what has to be right, in the order in which things build on each other."""
    yield ok("settings", "The settings make sense.")
    yield from places.files(settings)
    yield from places.keys(settings)
    yield from database.standing(settings)
    yield from desk.left_over(settings)
    yield from keeping.mail(settings, tried=False)
    yield from keeping.limits(settings, tried=True)
    if database.is_current(settings):
        yield from keeping.figures(settings, now.astimezone(settings.timezone).date())


def examine(settings: Settings, now: dt.datetime, *, full: bool = False, offline: bool = False) -> Iterator[Finding]:
    """Everything. `full`: also the whole audit trail and every page of SQLite; `offline`: no mail server is asked."""
    today = now.astimezone(settings.timezone).date()
    yield ok("settings", "The settings make sense.")
    yield from machine.look(settings)
    yield from places.files(settings)
    yield from places.keys(settings)
    yield from keeping.backups(settings, now)
    yield from keeping.mail(settings, tried=not offline)
    yield from keeping.limits(settings, tried=not offline)
    yield from keeping.alarms(settings)
    yield from database.standing(settings)
    if database.is_current(settings):
        yield from database.engine_settings(settings, now, full=full)
        yield from desk.left_over(settings)
        yield from desk.at_work(settings, now)
        yield from trail.look(settings, now, full=full)
        yield from keeping.figures(settings, today)
        yield from keeping.places_to_send_people(settings, today)
        yield from keeping.retention(settings, now)
        yield from keyring.look(settings, now)
