"""One place to send people, as the table keeps it and as pages show it, and the codes that say whom it serves."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import JSON, Boolean, Date, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UTCDateTime
from ..questionnaire import choices

KINDS: Final = ("hotline", "legal", "low_cost", "paid", "government", "fraud", "abroad")
# The claims of the form; a place that names some of them is for people with one of these.
CLAIMS: Final = (
    "afraid",
    "crime_victim",
    "trafficking",
    "family_violence",
    "child_alone",
    "temporary_ending",
    "family_join",
)


# Whom a place may be meant for, by the claims, reasons and assessment codes that such a person has.
AUDIENCES: Final[Mapping[str, frozenset[str]]] = {
    "children": frozenset({"child_alone", "MINOR", "MINOR_ALONE"}),
    "detained": frozenset({"DETAINED"}),
    "lgbtq": frozenset({"who_i_love", "gender"}),
    "unsafe": frozenset({"SAFETY"}),
    "paying": frozenset({"AFF_YES", "REP_ACTIVE"}),
    "defrauded": frozenset({"REP_NOTARIO"}),
    "in_court": frozenset({"U02", "U04", "U05", "U06", "U07", "U20"}),
    "abroad": frozenset({"LOC_ABROAD"}),
}


class ReferralRow(Base):
    """One place. Applicants are shown it only while it is active and somebody has verified it.

    `edited_at` and `edited_by` are set once staff changed it: from then on it is theirs, and a new version of
    the product leaves it alone. `version` grows with each change by staff.
    """

    __tablename__ = "referral"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    states: Mapped[list[str]] = mapped_column(JSON)
    codes: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    audience: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    rank: Mapped[int] = mapped_column()
    last_verified: Mapped[dt.date | None] = mapped_column(Date)
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    edited_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    edited_by: Mapped[str | None] = mapped_column(String(80))


@dataclass(frozen=True, slots=True)
class Referral:
    """One place as a page shows it; `about` is marked for translation, `name` is not translated.

    `kind` is one of `KINDS`. `states` empty means everywhere, `languages` empty means that nobody wrote down which.
    `codes` are claims and `audience` keys of `AUDIENCES`: with neither, it is for everyone; with some, for people
    who have at least one of them.
    """

    key: str
    kind: str
    name: str
    about: str
    url: str | None = None
    phone: str | None = None
    states: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    rank: int = 50
    last_verified: dt.date | None = None
    languages: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages that are spoken there, each in its own name."""
        return tuple(_OWN_NAMES.get(code, code) for code in self.languages)

    @property
    def host(self) -> str:
        """The web address as people read it aloud: without what every address begins with."""
        return (self.url or "").partition("://")[2].removeprefix("www.").rstrip("/")


_OWN_NAMES = dict(choices.LANGUAGES)
