"""Templates as they are kept: the bundled ones until the organisation writes its own, each change a new version."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ... import audit
from ...locales import ENGLISH
from ..case import Staff, require
from .fields import check
from .model import LetterTemplate

_FOLDER: Final = Path(__file__).parent


class Conflict(Exception):
    """Somebody else saved a new version meanwhile; nothing was saved."""


@dataclass(frozen=True, slots=True)
class Template:
    """The newest text of a purpose in a language. Version 0 is the bundled one: nobody here has changed it."""

    purpose: str
    language: str
    text: str
    version: int = 0
    at: dt.datetime | None = None


@lru_cache(maxsize=32)
def bundled(language: str) -> Mapping[str, str]:
    """The bundled texts of a language by purpose; empty where there are none."""
    path = _FOLDER / f"{language}.toml"
    if not language.isidentifier() or not path.exists():
        return {}
    return {key: text.strip() for key, text in tomllib.loads(path.read_text("utf-8")).items()}


def newest(session: Session, purpose: str, language: str) -> Template | None:
    """The template that counts, or None when there is none in this language."""
    wanted = select(LetterTemplate).where(LetterTemplate.purpose == purpose, LetterTemplate.language == language)
    row = session.scalar(wanted.order_by(LetterTemplate.version.desc()).limit(1))
    if row is not None:
        return Template(purpose, language, row.text, row.version, row.at)
    text = bundled(language).get(purpose)
    return Template(purpose, language, text) if text is not None else None


def best(session: Session, purpose: str, language: str) -> Template:
    """The template in this language; where there is none, in English, as its `language` says."""
    found = newest(session, purpose, language) or newest(session, purpose, ENGLISH.code)
    return found or Template(purpose, ENGLISH.code, "")


def changed(session: Session, language: str) -> dict[str, tuple[int, dt.datetime]]:
    """(newest version, when) of each purpose that the organisation wrote itself in a language."""
    rows = session.execute(
        select(LetterTemplate.purpose, func.max(LetterTemplate.version), func.max(LetterTemplate.at))
        .where(LetterTemplate.language == language)
        .group_by(LetterTemplate.purpose)
    )
    return {purpose: (version, at) for purpose, version, at in rows}


def save(
    session: Session, staff: Staff, purpose: str, language: str, text: str, expected: int, now: dt.datetime
) -> Template:
    """Keep `text` as a new version after `expected`, the one that the person saw.

    Raises:
        NotAllowed.
        BadTemplate: see `fields.check`.
        Conflict: somebody saved another version meanwhile.
    """
    require(staff, "template:change")
    words = check(purpose, text)
    before = newest(session, purpose, language)
    if (before.version if before else 0) != expected:
        raise Conflict
    row = {"purpose": purpose, "language": language, "version": expected + 1, "at": now, "actor": staff.label}
    try:
        with session.begin_nested():
            session.execute(insert(LetterTemplate).values(row | {"text": words}))
    except IntegrityError:  # two people pressed the button at once
        raise Conflict from None
    audit.append(
        session,
        actor=staff.label,
        event=audit.Event.TEMPLATE_CHANGED,
        subject=f"template:{purpose}",
        details={"language": language, "count": expected + 1},
        now=now,
    )
    return Template(purpose, language, words, expected + 1, now)
