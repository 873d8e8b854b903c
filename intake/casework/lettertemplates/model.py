"""The table of templates: versions are added and never changed, the newest counts. It holds nothing about a person."""

import datetime as dt

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, UTCDateTime


class LetterTemplate(Base):
    """One version of a template in one language."""

    __tablename__ = "letter_template"

    purpose: Mapped[str] = mapped_column(String(24), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
