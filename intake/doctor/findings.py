"""What the doctor says: one sentence for each thing, and how bad it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NamedTuple

from sqlalchemy.orm import Session

from ..db import make_engine, session_factory
from ..settings import Settings


class Level(IntEnum):
    """How bad a finding is: in order, a hint that stops nobody, something to do soon, something to do now."""

    OK = 0
    HINT = 1
    SOON = 2
    NOW = 3


class Finding(NamedTuple):
    """One thing that was looked at. `area`: a word for programs, such as `keys`; `sentence` says what to do."""

    level: Level
    area: str
    sentence: str


def ok(area: str, sentence: str) -> Finding:
    """All is well here."""
    return Finding(Level.OK, area, sentence)


def hint(area: str, sentence: str) -> Finding:
    """Good to know."""
    return Finding(Level.HINT, area, sentence)


def soon(area: str, sentence: str) -> Finding:
    """To be done in the next days."""
    return Finding(Level.SOON, area, sentence)


def wrong(area: str, sentence: str) -> Finding:
    """To be done before people rely on it."""
    return Finding(Level.NOW, area, sentence)


@contextmanager
def reading(settings: Settings) -> Iterator[Session]:
    """A session that only reads, on an engine of its own."""
    engine = make_engine(settings.database_url)
    try:
        with session_factory(engine.execution_options(reads=True))() as session:
            yield session
    finally:
        engine.dispose()
