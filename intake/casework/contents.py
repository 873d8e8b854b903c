"""What lies inside a case: the answers that were sent, and what the applicant added or changed later.

A submission never changes. Its amended answers are the sent ones with every later change applied in the order
in which they came; whoever judges or shows a case uses these.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Row, literal, null, select
from sqlalchemy.orm import Session

from .. import questionnaire
from ..incoming import Incoming, Kind
from ..questionnaire import AllOf, AnyOf, Condition, Has, Not, Questionnaire
from ..questionnaire import Kind as Asked
from ..questionnaire.reading import field_names
from ..sealing import CannotOpen
from ..unsealing import Keyring
from .models import Correction

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

CHANGES = (Kind.DATES, Kind.CONTACT)
# The steps about the case and its dates, and about contact, in every version; the question about ways of contact.
_DATE_STEPS = frozenset({"stage", "dates", "arrival"})
_CONTACT_STEP, _CONTACT_QUESTION = "contact", "contact_ways"
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, repr=False)
class Contents:
    """An opened submission: canonical answers, the original of what was typed, and when it was begun.

    `family` is the reference of a relative's request, when the person came from there.
    """

    answers: dict[str, Any]
    typed: Mapping[str, Mapping[str, Any]]
    started_at: dt.datetime | None
    family: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """One change: (old, new) by question key; None where there was or is no answer.

    `staff_id` and `reason` are set where staff corrected the answers; else the applicant changed them.
    """

    received_at: dt.datetime
    kind: Kind
    values: Mapping[str, tuple[Any, Any]]
    staff_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """One message from the applicant; `text` is None when it cannot be opened here."""

    id: uuid.UUID
    received_at: dt.datetime
    text: str | None
    locale: str


@dataclass(frozen=True, slots=True, repr=False)
class Whole:
    """All that the applicant told. `answers` and `typed` are amended; `original` are the answers as sent.

    `unread` are (received at, kind) of what came later and cannot be opened here, messages among them.
    """

    answers: dict[str, Any]
    typed: Mapping[str, Mapping[str, Any]]
    original: dict[str, Any]
    changes: tuple[Change, ...]
    messages: tuple[Message, ...]
    family: str | None
    started_at: dt.datetime | None
    unread: tuple[tuple[dt.datetime, str], ...]


_came_later = select(
    Incoming.id, Incoming.kind, Incoming.received_at, Incoming.envelope, null().label("staff_id")
).order_by(Incoming.received_at, Incoming.id)
_corrected = select(
    Correction.id,
    literal(Kind.DATES.value).label("kind"),
    Correction.at.label("received_at"),
    Correction.envelope,
    Correction.staff_id,
)


def open_contents(keyring: Keyring, submission_id: uuid.UUID, envelope: bytes) -> Contents:
    """Open the sealed answers of a submission. The caller has written the trace.

    Raises:
        CannotOpen: no key here opens it, or what lies inside is not what a form sends.
    """
    plain = keyring.open(envelope, table="submission", record_id=submission_id.bytes)
    try:
        held = json.loads(plain)
        started, family = held.get("started_at"), held.get("family")
        answers, typed = held["answers"], held.get("typed") or {}
        if not all(type(one) is dict for one in (answers, typed, *typed.values())):
            raise TypeError
        return Contents(
            answers=answers,
            typed=typed,
            started_at=dt.datetime.fromisoformat(started) if started else None,
            family=family if isinstance(family, str) else None,
        )
    except _MALFORMED:
        # The original error could quote an answer.
        raise CannotOpen from None


def open_whole(
    session: Session, keyring: Keyring, submission_id: uuid.UUID, form_version: int, envelope: bytes
) -> Whole:
    """Open a submission and all that came later, with the amended answers. The caller has written the trace.

    Raises:
        CannotOpen: as `open_contents`; something later that does not open is marked, and raises nothing.
        LookupError: there are changes, and this product does not know the form's version.
    """
    sent = open_contents(keyring, submission_id, envelope)
    later = [*session.execute(_came_later.where(Incoming.submission_id == submission_id))]
    later += session.execute(_corrected.where(Correction.case_id == submission_id))
    return _whole(keyring, sent, form_version, sorted(later, key=_moment))


def open_incoming(keyring: Keyring, incoming_id: uuid.UUID, kind: str, envelope: bytes) -> dict[str, Any]:
    """Open one thing that came later; its keys by kind are those of `incoming.send`.

    Raises:
        CannotOpen: no key here opens it, its kind is unknown, or what lies inside does not fit the kind.
    """
    plain = keyring.open(envelope, table="incoming", record_id=incoming_id.bytes)
    try:
        held, wanted = json.loads(plain), Kind(kind)
        if wanted is Kind.MESSAGE:
            return {"text": _text(held["text"]), "locale": _text(held.get("locale") or "")}
        if wanted in CHANGES:
            typed = dict(held.get("typed") or {})
            return {"answers": dict(held["answers"]), "removed": list(held.get("removed") or []), "typed": typed}
        return dict(held)
    except _MALFORMED:
        raise CannotOpen from None


def open_correction(keyring: Keyring, correction_id: uuid.UUID, envelope: bytes) -> dict[str, Any]:
    """Open what staff corrected: "answers", "removed", "typed" and "reason". Raises CannotOpen."""
    plain = keyring.open(envelope, table="correction", record_id=correction_id.bytes)
    try:
        held = json.loads(plain)
        return {
            "answers": dict(held["answers"]),
            "removed": list(held["removed"]),
            "typed": dict(held["typed"]),
            "reason": _text(held["reason"]),
        }
    except _MALFORMED:
        raise CannotOpen from None


@lru_cache(maxsize=32)
def changeable(form_version: int, kind: Kind) -> frozenset[str]:
    """The keys of the questions that a change of this kind may touch.

    Dates: the steps about the case and its dates, and the questions that decide whether a date is asked.
    Contact: the steps about contact.
    Raises LookupError for an unknown version.
    """
    form = questionnaire.get(form_version)
    if kind is Kind.DATES:
        about_dates = [one for step in form.steps if step.key in _DATE_STEPS for one in step.questions]
        dates = [one for step in form.steps for one in step.questions if one.kind is Asked.DATE]
        return frozenset(key for one in (*about_dates, *dates) for key in (one.key, *_looks_at(one.when)))
    if kind is Kind.CONTACT:
        return frozenset(
            question.key
            for step in form.steps
            for question in step.questions
            if step.key.startswith(_CONTACT_STEP) or any(one.key == _CONTACT_QUESTION for one in step.questions)
        )
    return frozenset()


def _whole(keyring: Keyring, sent: Contents, form_version: int, later: Sequence[AnyRow]) -> Whole:
    answers, typed = dict(sent.answers), {step: dict(fields) for step, fields in sent.typed.items()}
    changes, messages, unread = [], [], []
    for row in later:
        if row.kind in (Kind.WITHDRAW, Kind.ERASE):
            continue
        try:
            if row.staff_id is None:
                held = open_incoming(keyring, row.id, row.kind, row.envelope)
            else:
                held = open_correction(keyring, row.id, row.envelope)
        except CannotOpen:
            unread.append((row.received_at, row.kind))
            if row.kind == Kind.MESSAGE:
                messages.append(Message(row.id, row.received_at, None, ""))
            continue
        if row.kind == Kind.MESSAGE:
            messages.append(Message(row.id, row.received_at, held["text"], held["locale"]))
        else:
            kind = Kind(row.kind)
            changed = _amend(questionnaire.get(form_version), changeable(form_version, kind), answers, typed, held)
            changes.append(Change(row.received_at, kind, changed, row.staff_id, held.get("reason", "")))
    return Whole(
        answers=answers,
        typed=typed,
        original=sent.answers,
        changes=tuple(changes),
        messages=tuple(messages),
        family=sent.family,
        started_at=sent.started_at,
        unread=tuple(unread),
    )


def _amend(
    form: Questionnaire,
    allowed: frozenset[str],
    answers: dict[str, Any],
    typed: dict[str, dict[str, Any]],
    held: Mapping[str, Any],
) -> dict[str, tuple[Any, Any]]:
    """Apply one change to `answers` and `typed`; what it may not touch, or does not fit, is dropped."""
    before = dict(answers)
    for key in held["removed"]:
        if isinstance(key, str) and key in allowed:
            answers.pop(key, None)
    for key, value in held["answers"].items():
        if key in allowed and questionnaire.fits(form.question(key), value):
            answers[key] = value
    now_typed = dict(_flat(held["typed"]))
    changed = {}
    for step in form.steps:
        for question in step.questions:
            old, new = before.get(question.key), answers.get(question.key)
            if old == new:
                continue
            changed[question.key] = (old, new)
            fields = typed.setdefault(step.key, {})
            for name in field_names(question):
                fields[name] = now_typed.get(name, "")
    return changed


def _flat(typed: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Fields by name, also when they come by step as in a submission."""
    for name, value in typed.items():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield name, value


def _looks_at(condition: Condition | None) -> frozenset[str]:
    match condition:
        case Has(key, _):
            return frozenset({key})
        case AnyOf(conditions) | AllOf(conditions):
            return frozenset().union(*map(_looks_at, conditions))
        case Not(inner):
            return _looks_at(inner)
        case _:
            return frozenset()


def _moment(row: AnyRow) -> dt.datetime:
    moment: dt.datetime = row.received_at
    return moment


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
