"""What the rules have to know about the organisation: the states that it serves, as of now."""

from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from .assessment import Policy
from .db import connection_of
from .organisation import OrganisationVersion, area_of
from .prepared import Prepared
from .settings import Settings

_table: Any = OrganisationVersion.__table__
_newest = Prepared(
    select(_table.c.said).where(_table.c.version == select(func.max(_table.c.version)).scalar_subquery())
)


def policy(session: Session | Connection, settings: Settings) -> Policy:
    """What the newest version says of the area, else the settings; cheap, because each form that is sent asks it.

    What a state outside means, a look by a person or a list of other places, stays a setting.
    """
    found = _newest.one(connection_of(session), {})
    area = area_of(found[0] if found else None, settings)
    return Policy(frozenset(area), settings.out_of_area_refers)
