"""What the organisation says of itself: name, phones, hours, languages; each change is a new version."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import phonenumbers
from sqlalchemy import JSON, Integer, String, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, UTCDateTime
from .locales import N_
from .questionnaire import choices
from .settings import Settings
from .targets import SUGGESTED, read_states, read_targets
from .typed import Mistyped, clean_text, parse_email, parse_number, parse_phone
from .workdays import MONDAY_TO_FRIDAY, Calendar, Closed, read_days

ZONES: Final[Mapping[str, str]] = {
    "America/New_York": N_("Eastern time"),
    "America/Chicago": N_("Central time"),
    "America/Denver": N_("Mountain time"),
    "America/Phoenix": N_("Arizona time"),
    "America/Los_Angeles": N_("Pacific time"),
    "America/Anchorage": N_("Alaska time"),
    "Pacific/Honolulu": N_("Hawaii time"),
    "America/Puerto_Rico": N_("Atlantic time"),
}
MOST_PHONES = 8
LONGEST_PROMISE = 120
_LENGTHS: Final[Mapping[str, int]] = {"name": 120, "about": 600, "hours": 200}
_LABEL_CHARACTERS = 60
# The desk measures each hour: an older figure means that it stands still, and says nothing about now.
FRESH = dt.timedelta(days=7)
HALF, MOST, LONGER = "first_contact_half", "first_contact_most", "first_contact_longer"


class OrganisationVersion(Base):
    """One version of what the organisation says of itself; the newest counts."""

    __tablename__ = "organisation_version"

    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)


class Measured(Base):
    """A figure that the desk measures and everybody may read, such as the days until first contact.

    Its sign of life and the alarms that it told are among them: they say nothing of anybody.
    """

    __tablename__ = "measured"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int | None] = mapped_column(Integer)
    measured_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Conflict(Exception):
    """Somebody else saved a new version meanwhile; nothing was saved."""


class Invalid(ValueError):
    """What was typed cannot be kept. `problems` has a sentence for staff by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("What was typed about the organisation cannot be kept.")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of the organisation: what it is for, and the number as E.164."""

    label: str
    number: str

    @property
    def shown(self) -> str:
        """The number with its groups, as people read it."""
        parsed = phonenumbers.parse(self.number)
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the organisation says of itself. `version` 0 means that nobody has said anything yet.

    `zone` is a key of `ZONES` or empty, `languages` are codes, `promise_days` working days until first contact.
    `days` are the days of the week on which it works (0 is Monday); `federal`: closed on federal holidays as well.
    `service_area` holds state codes, empty for everywhere; before anybody said so, those of the settings. `targets` are
    working days until the first contact by level, see `targets`. `partners` come from the settings, always: the
    consent names those.
    """

    name: str
    about: str = ""
    phones: tuple[Phone, ...] = ()
    email: str = ""
    hours: str = ""
    zone: str = ""
    languages: tuple[str, ...] = ()
    promise_days: int | None = None
    days: tuple[int, ...] = tuple(sorted(MONDAY_TO_FRIDAY))
    closed: tuple[Closed, ...] = ()
    federal: bool = True
    service_area: tuple[str, ...] = ()
    targets: tuple[int, ...] = SUGGESTED
    partners: tuple[str, ...] = ()
    version: int = 0

    @property
    def calendar(self) -> Calendar:
        """The days on which the organisation works, to count with."""
        return Calendar(frozenset(self.days), frozenset(one.day for one in self.closed), self.federal)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Working days until the first contact: half of the people, most people (8 of 10), a bound, the promise.

    None means not known. `longer` is set when more than half of the people wait longer than that.
    """

    half: int | None = None
    most: int | None = None
    longer: int | None = None
    promise: int | None = None


_newest = select(OrganisationVersion).order_by(OrganisationVersion.version.desc()).limit(1)


def current(session: Session, settings: Settings) -> Organisation:
    """The newest version, or the defaults from the settings."""
    row = session.scalar(_newest)
    area = area_of(row.said if row else None, settings)
    if row is None:
        zone = settings.timezone.key if settings.timezone.key in ZONES else ""
        return Organisation(name=settings.organisation, zone=zone, service_area=area, partners=settings.partners)
    said = row.said
    return Organisation(
        name=said["name"],
        about=said["about"],
        phones=tuple(Phone(label, number) for label, number in said["phones"]),
        email=said["email"],
        hours=said["hours"],
        zone=said["zone"],
        languages=tuple(said["languages"]),
        promise_days=said["promise_days"],
        # Versions from before the organisation could say so have none of these.
        days=tuple(said.get("days", sorted(MONDAY_TO_FRIDAY))),
        closed=tuple(Closed(dt.date.fromisoformat(day), name) for day, name in said.get("closed", ())),
        federal=said.get("federal", True),
        service_area=area,
        targets=tuple(said.get("targets", SUGGESTED)),
        partners=settings.partners,
        version=row.version,
    )


def area_of(said: Mapping[str, Any] | None, settings: Settings) -> tuple[str, ...]:
    """The states of a version as it is stored, or of the settings where it, or no version, says anything of them."""
    found = (said or {}).get("service_area")
    return tuple(sorted(settings.service_area if found is None else found))


def save(session: Session, said: Organisation, actor: str, now: dt.datetime, expected_version: int) -> Organisation:
    """Keep `said` as a new version after `expected_version`, the one that the person saw; returns it.

    Raises:
        Conflict: somebody saved another version meanwhile.
    """
    newest = session.scalar(_newest)
    if (newest.version if newest else 0) != expected_version:
        raise Conflict
    content = {
        "name": said.name,
        "about": said.about,
        "phones": [[phone.label, phone.number] for phone in said.phones],
        "email": said.email,
        "hours": said.hours,
        "zone": said.zone,
        "languages": list(said.languages),
        "promise_days": said.promise_days,
        "days": list(said.days),
        "closed": [[one.day.isoformat(), one.name] for one in said.closed],
        "federal": said.federal,
        "service_area": list(said.service_area),
        "targets": list(said.targets),
    }
    row = {"version": expected_version + 1, "at": now, "actor": actor, "said": content}
    try:
        with session.begin_nested():
            session.execute(insert(OrganisationVersion).values(row))
    except IntegrityError:  # two people pressed the button at once
        raise Conflict from None
    return replace(said, version=expected_version + 1)


def read(
    typed: Mapping[str, str],
    languages: Sequence[str],
    days: Sequence[str] | None = None,
    states: Sequence[str] = (),
) -> Organisation:
    """What staff typed, checked. `typed` has name, about, phones, email, hours, zone and promise_days as text.

    `phones` has one line for each phone: what it is for, a colon, the number. `closed` has one line for each day:
    a date such as 2026-12-24, then its name. `on_holidays` is set when the organisation works on federal holidays.
    `days` are the numbers of the days of the week, None for the usual ones; `states` the codes of the service area.
    For `target_1` and so on see `targets.read_targets`. Raises Invalid.
    """
    problems: dict[str, str] = {}
    texts = {key: clean_text(typed.get(key, ""), multiline=key == "about") for key in _LENGTHS}
    for key, longest in _LENGTHS.items():
        if len(texts[key]) > longest:
            problems[key] = N_("This text is too long.")
    if not texts["name"]:
        problems["name"] = N_("Write the name of the organisation.")
    zone = typed.get("zone", "")
    if zone and zone not in ZONES:
        problems["zone"] = N_("Choose a time zone from the list.")
    known = {code for code, _name in choices.LANGUAGES}
    if not set(languages) <= known:
        problems["languages"] = N_("Choose languages from the list.")
    phones = _phones(typed.get("phones", ""), problems)
    email = _email(typed.get("email", ""), problems)
    promise = _promise(typed.get("promise_days", ""), problems)
    closed, week = read_days(typed.get("closed", ""), days, problems)
    area, targets = read_states(states, problems), read_targets(typed, problems)
    if problems:
        raise Invalid(problems)
    chosen = tuple(code for code, _name in choices.LANGUAGES if code in set(languages))
    return Organisation(
        name=texts["name"],
        about=texts["about"],
        hours=texts["hours"],
        phones=phones,
        email=email,
        zone=zone,
        languages=chosen,
        promise_days=promise,
        days=week,
        closed=closed,
        federal=not typed.get("on_holidays", ""),
        service_area=tuple(sorted(area)),
        targets=targets,
    )


def waiting(session: Session, promise: int | None, now: dt.datetime) -> Waiting:
    """What is known of the time until first contact, from what the desk measured within the last days."""
    rows = session.execute(select(Measured).where(Measured.key.in_((HALF, MOST, LONGER)))).scalars()
    fresh = {row.key: row.value for row in rows if now - row.measured_at <= FRESH}
    return Waiting(fresh.get(HALF), fresh.get(MOST), fresh.get(LONGER), promise)


def keep_measured(session: Session, figures: Mapping[str, int | None], now: dt.datetime) -> None:
    """Write figures in place of the earlier ones of the same keys."""
    for key, value in figures.items():
        session.merge(Measured(key=key, value=value, measured_at=now))
    session.flush()


def _phones(text: str, problems: dict[str, str]) -> tuple[Phone, ...]:
    lines = [line for line in clean_text(text, multiline=True).splitlines() if line]
    found = []
    for line in lines:
        label, _colon, number = line.rpartition(":")
        try:
            found.append(Phone(label.strip()[:_LABEL_CHARACTERS], parse_phone(number)))
        except Mistyped:
            problems["phones"] = N_("A phone number on one of the lines cannot be read. Write: Office: 202-555-0123")
    if len(lines) > MOST_PHONES:
        problems["phones"] = N_("There are too many phones. Use at most eight.")
    return tuple(found)


def _email(text: str, problems: dict[str, str]) -> str:
    if not text.strip():
        return ""
    try:
        return parse_email(text)
    except Mistyped:
        problems["email"] = N_("Write an e-mail address such as help@example.org.")
        return ""


def _promise(text: str, problems: dict[str, str]) -> int | None:
    if not text.strip():
        return None
    try:
        return parse_number(text, 1, LONGEST_PROMISE)
    except Mistyped:
        problems["promise_days"] = N_("Write a whole number of working days from 1 to 120, or nothing.")
        return None
