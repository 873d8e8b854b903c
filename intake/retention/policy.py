"""The policy: by stage, after how many days and how. Each change is a new version that stays."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import JSON, Integer, String, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from .. import audit
from ..db import Base, UTCDateTime
from ..locales import N_
from ..typed import Mistyped, parse_number
from .stages import STAGES, Method

# Someone who is told "no" must have time to come back, and no typing error may put a file in reach at once.
SHORTEST: Final = 7
LONGEST: Final = 100 * 365


class RetentionVersion(Base):
    """One version of the policy; the newest counts. `rules` is {stage: {"days": number or null, "method": code}}."""

    __tablename__ = "retention_version"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class Rule:
    """After how many days since the last change, and how. None as `days`: never."""

    days: int | None
    method: Method


@dataclass(frozen=True, slots=True)
class Policy:
    """What is kept how long, by stage. `version` 0 is what the product begins with."""

    version: int = 0
    rules: Mapping[str, Rule] = field(
        default_factory=lambda: {code: Rule(one.days, one.method) for code, one in STAGES.items()}
    )


class Conflict(Exception):
    """Somebody else saved a new version meanwhile; nothing was saved."""


class Invalid(ValueError):
    """What was typed cannot be kept. `problems` has a sentence for staff by field, such as "days_closed"."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("This policy cannot be kept.")
        self.problems = problems


def current(session: Session) -> Policy:
    """The newest version; for a stage that it does not know, what the product begins with."""
    newest = select(RetentionVersion).order_by(RetentionVersion.version.desc()).limit(1)
    row = session.scalar(newest)
    first = Policy()
    if row is None:
        return first
    said = {code: Rule(one["days"], Method(one["method"])) for code, one in row.rules.items() if code in STAGES}
    return Policy(row.version, {**first.rules, **said})


def read(typed: Mapping[str, str]) -> dict[str, Rule]:
    """The rules out of what was typed: `days_<stage>`, empty for never, and `method_<stage>`. Raises Invalid."""
    rules, problems = {}, {}
    for code in STAGES:
        days, method = typed.get(f"days_{code}", "").strip(), typed.get(f"method_{code}", "")
        try:
            number = parse_number(days, SHORTEST, LONGEST) if days else None
        except Mistyped:
            problems[f"days_{code}"] = N_("Write a number of days from 7 to 36500, or leave it empty for never.")
            continue
        if method not in set(Method):
            problems[f"method_{code}"] = N_("Choose one of the list.")
            continue
        rules[code] = Rule(number, Method(method))
    if problems:
        raise Invalid(problems)
    return rules


def save(session: Session, rules: Mapping[str, Rule], *, after: int, actor: str, now: dt.datetime) -> Policy:
    """Save `rules` as the version that follows `after`, which the person saw. Raises Conflict."""
    before = current(session)
    if before.version != after:
        raise Conflict
    written = {code: {"days": one.days, "method": one.method.value} for code, one in rules.items()}
    try:
        with session.begin_nested():
            session.execute(insert(RetentionVersion).values(version=after + 1, at=now, actor=actor, rules=written))
    except IntegrityError:
        raise Conflict from None
    changed = sorted(code for code, one in rules.items() if before.rules.get(code) != one)
    audit.append(
        session,
        actor=actor,
        event=audit.Event.RETENTION_CHANGED,
        subject="retention",
        details={"changed": changed, "count": after + 1},
        now=now,
    )
    return Policy(after + 1, dict(rules))
