"""What the database keeps about the keys: how far sealing anew has come, what each key closes, who can unlock them."""

import datetime as dt

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UTCDateTime


class RewrapRun(Base):
    """One sealing anew of everything, towards the desk key `kid`. A run that was cut off is taken up again.

    `done` of `total` envelopes are sealed anew; `left_over` could not be opened by any key at hand.
    """

    __tablename__ = "rewrap_run"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kid: Mapped[str] = mapped_column(String(32))
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    moved_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer)
    left_over: Mapped[int] = mapped_column(Integer, default=0)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class KeyCount(Base):
    """How many envelopes a key closed when they were last counted. Counting reads every envelope, so it is kept."""

    __tablename__ = "key_count"

    kid: Mapped[str] = mapped_column(String(32), primary_key=True)
    tally: Mapped[int] = mapped_column(Integer)
    counted_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class KeyHolder(Base):
    """A staff member who says that they hold the passphrase. Nobody else can know it, so it is a record by hand."""

    __tablename__ = "key_holder"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), primary_key=True, autoincrement=False)
    since: Mapped[dt.datetime] = mapped_column(UTCDateTime)
