"""Where numbers and exports are read: on a standby of PostgreSQL if one is named and keeps up, else in the database.

What was erased must not leave in a file because a standby had not heard of it yet. One that is away, or whose last
change lies further back than a minute, is not asked; when nothing changes at all that may be a standby that keeps up,
and then the database has time to answer.
"""

import logging
from dataclasses import dataclass, field
from typing import Final, Self

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from .bounds import Part
from .db import make_engine
from .settings import Settings

log = logging.getLogger("intake.standby")

BEHIND_SECONDS: Final = 60
# A standby that has never replayed anything tells no time: it counts as far behind. What has taken over is never late.
_BEHIND = text(
    "SELECT CASE WHEN pg_is_in_recovery() THEN "
    "COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 1000000) ELSE 0 END"
)


@dataclass(slots=True)
class Standby:
    """The database of a process and, if there is one, its standby."""

    primary: Engine
    copy: Engine | None = None
    _said: bool = field(default=False, init=False)

    @classmethod
    def of(cls, settings: Settings, primary: Engine, part: Part) -> Self:
        """As the settings say."""
        url = settings.read_database_url
        return cls(primary, make_engine(url, settings.bounds.of(part)) if url else None)

    def engine(self) -> Engine:
        """Where to read at this moment. A standby that cannot be used is told of in the log, once."""
        if self.copy is None:
            return self.primary
        try:
            with self.copy.connect() as connection:
                keeps_up = float(connection.execute(_BEHIND).scalar_one()) <= BEHIND_SECONDS
        except (DBAPIError, PoolTimeout):
            keeps_up = False
        if not keeps_up and not self._said:
            log.warning("the standby is away or behind: numbers and exports are read from the database")
        self._said = not keeps_up
        return self.copy if keeps_up else self.primary

    def dispose(self) -> None:
        """Close the connections to the standby."""
        if self.copy is not None:
            self.copy.dispose()
