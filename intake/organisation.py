"""What the organisation says of itself: name, phones, hours, languages; each change is a new version."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from .db import Base, UTCDateTime


class OrganisationVersion(Base):
    """One version of what the organisation says of itself; the newest counts."""

    __tablename__ = "organisation_version"

    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)


class Measured(Base):
    """A figure that the desk measures and everybody may read, such as the days until first contact."""

    __tablename__ = "measured"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int | None] = mapped_column(Integer)
    measured_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
