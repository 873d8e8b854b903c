"""Closing codes: the organisation's own list of how cases end, with the funder's code beside it where there is one."""

import datetime as dt
import re
from typing import Final

from sqlalchemy import Boolean, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .. import audit
from ..db import Base
from ..locales import N_
from .statuses import BadMove, Kind, Move

# Source: Legal Services Corporation, Case Service Report Handbook (2017): case closing categories.
LSC: Final = ("A", "B", "F", "G", "H", "I", "K", "L")
LABEL_CHARACTERS: Final = 120
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,11}")
_FIELD = "closing_code"


class ClosingCode(Base):
    """One code of the list. A code is never removed, because cases carry it: it is taken out of use."""

    __tablename__ = "closing_code"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    label: Mapped[str] = mapped_column(String(LABEL_CHARACTERS))
    lsc: Mapped[str | None] = mapped_column(String(1))
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class BadCode(ValueError):
    """The code cannot be saved as typed: `problems` has a sentence for staff by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("The closing code cannot be saved as typed.")
        self.problems = problems


def everyone(session: Session) -> list[ClosingCode]:
    """The whole list by code, also what is out of use."""
    return list(session.scalars(select(ClosingCode).order_by(ClosingCode.code)))


def in_use(session: Session) -> list[ClosingCode]:
    """The codes that may be chosen, by code; none when the organisation keeps no list."""
    return list(session.scalars(select(ClosingCode).where(ClosingCode.active).order_by(ClosingCode.code)))


def save(
    session: Session, code: str, label: str, lsc: str, *, active: bool, is_new: bool, actor: str, now: dt.datetime
) -> None:
    """Add a code (`is_new`), or say something else of one that is there. `lsc` is empty for none.

    Raises BadCode.
    """
    key, words = code.strip().upper(), " ".join(label.split())
    row = session.get(ClosingCode, key) if _CODE.fullmatch(key) else None
    problems = {}
    if not _CODE.fullmatch(key):
        problems["code"] = N_("A code has at most twelve letters from A to Z, digits and hyphens.")
    elif is_new and row is not None:
        problems["code"] = N_("This code is in the list already.")
    elif not is_new and row is None:
        problems["code"] = N_("This code is not in the list.")
    if not words or len(words) > LABEL_CHARACTERS:
        problems["label"] = N_("Say what the code means, in at most 120 characters.")
    if lsc and lsc not in LSC:
        problems["lsc"] = N_("Choose a code from the list.")
    if problems:
        raise BadCode(problems)
    row = row or ClosingCode(code=key)
    row.label, row.lsc, row.active = words, lsc or None, active
    session.add(row)
    session.flush()
    said = {"changed": ["added" if is_new else "said"], "state": "on" if active else "off"}
    event = audit.Event.CLOSING_CODE_CHANGED
    audit.append(session, actor=actor, event=event, subject=f"closing-code:{key}", details=said, now=now)


def check(session: Session, before: str | None, move: Move, code: str | None) -> str | None:
    """The code that the case carries after `move`; `before` is the one that it carries now.

    A case that ends needs a code where the organisation keeps a list, once: another end may leave it as it is. A case
    that goes on has none. Raises statuses.BadMove.
    """
    if not move.asks_code:
        return before if move.kind is Kind.END else None
    if code:
        row = session.get(ClosingCode, code) if _CODE.fullmatch(code) else None
        if row is None or not row.active:
            raise BadMove(N_("This closing code is not in the list."), _FIELD)
        return row.code
    if before is None and in_use(session):
        raise BadMove(N_("Choose a closing code: the case ends."), _FIELD)
    return before
