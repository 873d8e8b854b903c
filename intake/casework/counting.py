"""How many cases several sets of filters find, in one statement that counts no further than it says."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, func, literal, literal_column, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from .filters import Filters, condition, values_of
from .models import Case
from .orders import Plan, plan
from .queue import Count, asked_of

COUNT_UP_TO = 50
# So many cases are held against filters that no index begins with.
LOOK_THROUGH = 1000


def count_each(
    session: Session, wanted: Mapping[int, Filters], *, me: int, today: dt.date, zone: dt.tzinfo
) -> dict[int, Count]:
    """How many cases each of the filters finds: up to 50, and with "more" where counting or looking stopped early."""
    parts = [_counted(key, filters, me, today, zone) for key, filters in wanted.items()]
    if not parts:
        return {}
    rows = session.execute(union_all(*parts)).all()
    return {row.key: Count(min(row.number, COUNT_UP_TO), row.number > COUNT_UP_TO or bool(row.early)) for row in rows}


def _counted(key: int, filters: Filters, me: int, today: dt.date, zone: dt.tzinfo) -> Select[*tuple[Any, ...]]:
    values = values_of(filters, me=me, today=today, zone=zone)

    def said(name: str, kind: TypeEngine[Any]) -> Any:
        # Several filters stand in one statement: each has its own values there, not names.
        return values[name] if name == "statuses" else literal(values[name], kind)

    how = plan(filters)
    fit = union_all(*(_some(how, branch, said) for branch in how.branches)).subquery()
    early: Any = literal(0, Integer())
    if how.rest:
        ends = [select(_window(how, branch, said).subquery().c.id).offset(LOOK_THROUGH - 1) for branch in how.branches]
        early = union_all(*(select(one.subquery().c.id) for one in ends)).subquery()
        early = select(func.count()).select_from(early).scalar_subquery()
    number = select(func.count()).select_from(fit).scalar_subquery()
    return select(literal(key, Integer()).label("key"), number.label("number"), early.label("early"))


def _some(how: Plan, branch: tuple[str, ...], said: Any) -> Select[*tuple[Any, ...]]:
    bound: ColumnElement[Any] = literal_column(str(COUNT_UP_TO + 1))
    if not how.rest:
        few = select(Case.id).where(*(condition(name, Case, said) for name in branch)).limit(bound)
    else:
        looked = _window(how, branch, said).subquery()
        few = select(looked.c.id).where(*(condition(name, looked.c, said) for name in how.rest)).limit(bound)
    return select(few.subquery().c.id)


def _window(how: Plan, branch: tuple[str, ...], said: Any) -> Select[*tuple[Any, ...]]:
    chosen = select(*asked_of(how)).where(*(condition(name, Case, said) for name in branch))
    return chosen.limit(literal_column(str(LOOK_THROUGH)))
