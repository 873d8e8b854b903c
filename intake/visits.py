"""How often a page was seen, as totals of a day: no cookie, no address, nobody."""

import datetime as dt

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from .db import Base


class VisitCount(Base):
    """Visits of one place on one day from one source; `source` is "" for people who came by themselves."""

    __tablename__ = "visit_count"

    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
