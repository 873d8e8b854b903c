"""The facts of a case as the database writes them into a row: text and whole numbers, the same from both engines.

The database makes the text, so that a file without identities goes from its cursor to the reader as it is.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Integer, String, Text, case, cast, extract, func, literal_column, not_

from ..accounts import StaffMember
from ..casework.models import Case
from ..casework.statuses import Status

# Makes the expression for SQLite (True) or PostgreSQL (False).
Fact: TypeAlias = Callable[[bool], ColumnElement[Any]]

# What a person got in the end, by the status of the case, in the words that funders ask for.
SERVICE_LEVELS: Final = {
    Status.ACCEPTED: "representation",
    Status.PLACED: "placed_with_partner",
    Status.LIMITED_SCOPE: "limited_scope",
    Status.ADVICE_GIVEN: "advice",
    Status.REFERRED: "referral",
    Status.DECLINED: "none",
    Status.UNABLE_TO_REACH: "none",
    Status.WITHDRAWN: "none",
    Status.CLOSED: "closed",
}
_DAY_SECONDS = 86_400


def _plain(column: Any) -> Fact:
    return lambda lite: column


def _day(column: Any) -> Fact:
    """A date, or the day in UTC of a moment, in ISO 8601."""
    return lambda lite: _cut(column, 10) if lite else func.to_char(_utc(column), _said("YYYY-MM-DD"))


def _moment(column: Any) -> Fact:
    """A moment in UTC to the second, such as 2026-11-02T15:00:00Z."""

    def made(lite: bool) -> ColumnElement[Any]:
        if lite:
            return func.replace(_cut(column, 19), _said(" "), _said("T")).op("||")(_said("Z"))
        return func.to_char(_utc(column), _said('YYYY-MM-DD"T"HH24:MI:SS"Z"'))

    return made


def _month(lite: bool) -> ColumnElement[Any]:
    return _cut(Case.received_at, 7) if lite else func.to_char(_utc(Case.received_at), _said("YYYY-MM"))


def _list(column: Any) -> Fact:
    """A list of codes, stored as JSON text, with "; " between them."""

    def made(lite: bool) -> ColumnElement[Any]:
        if lite:
            # No code holds a bracket or a quotation mark.
            return func.replace(func.trim(_raw(column), _said('[]"')), _said('", "'), _said("; "))
        said = cast(column, Text)
        # What lies between the brackets and the outer quotation marks; an empty list has neither.
        inner = func.substr(said, _number(3), func.length(said) - _number(4))
        parts = func.replace(inner, _said('", "'), _said("; "))
        return case((func.length(said) > _number(4), parts), else_=_said(""))

    return made


def _yes_no(condition: Any) -> Fact:
    return lambda lite: case((condition, _said("yes")), (not_(condition), _said("no")))


def _days_to_contact(lite: bool) -> ColumnElement[Any]:
    """Whole days from the request to the first contact, to the second."""
    seconds = _seconds(Case.contacted_at, lite) - _seconds(Case.received_at, lite)
    # Both engines cut whole numbers off towards zero, and nobody is called before they wrote.
    days = seconds.self_group().op("/")(literal_column(str(_DAY_SECONDS)))
    return case((Case.contacted_at.is_not(None), days))


def _service_level(lite: bool) -> ColumnElement[Any]:
    told = ((Case.status == _said(status), _said(level)) for status, level in SERVICE_LEVELS.items())
    return case(*told, else_=_said("pending"))


def _seconds(column: Any, lite: bool) -> ColumnElement[Any]:
    if lite:
        return cast(func.strftime(_said("%s"), _raw(column)), Integer)
    return cast(extract("epoch", func.date_trunc(_said("second"), column)), BigInteger)


def _said(text: str) -> ColumnElement[Any]:
    """A text of ours in the statement itself: `COPY` takes no parameters from the outside."""
    return literal_column(f"'{text}'", String())


def _number(number: int) -> ColumnElement[Any]:
    return literal_column(str(number), Integer())


def _cut(column: Any, length: int) -> ColumnElement[Any]:
    return func.substr(_raw(column), _number(1), _number(length))


def _raw(column: Any) -> ColumnElement[Any]:
    """The column as it is stored: as a moment, its text would be read again."""
    return literal_column(f'"case".{column.key}', String())


def _utc(column: Any) -> Any:
    kind = column.type.impl if hasattr(column.type, "impl") else column.type
    return func.timezone(_said("UTC"), column) if getattr(kind, "timezone", False) else column


FACTS: Final[dict[str, Fact]] = {
    "reference": _plain(Case.reference),
    "received_month": _month,
    "received_on": _day(Case.received_at),
    "received_at": _moment(Case.received_at),
    "contacted_at": _moment(Case.contacted_at),
    "days_to_contact": _days_to_contact,
    "status": _plain(Case.status),
    "reason": _plain(Case.reason),
    "closing_code": _plain(Case.closing_code),
    "service_level": _service_level,
    "disposition": lambda lite: case((Case.is_open, _said("open")), else_=_said("closed")),
    "owner": _plain(StaffMember.name),
    "level": _plain(Case.level),
    "due_on": _day(Case.due_on),
    "due_code": _plain(Case.due_code),
    "outcome": _plain(Case.outcome),
    "codes": _list(Case.codes),
    "tags": _list(Case.tags),
    "claims": _list(Case.claims),
    "stages": _list(Case.stages),
    "place_kind": _plain(Case.place_kind),
    "held": _yes_no(Case.place_kind == _said("held")),
    "state": _plain(Case.state),
    "age_band": _plain(Case.age_band),
    "income_band": _plain(Case.income_band),
    "language": _plain(Case.language),
    "interpreter": _yes_no(Case.interpreter),
    "page_language": _plain(Case.locale),
    "form_version": _plain(Case.form_version),
    "rules_version": _plain(Case.rules_version),
    "conflict": _plain(Case.conflict),
}
