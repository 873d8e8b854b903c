"""Places to send people: data with kind, states, claims and the day someone last checked each entry."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import JSON, Boolean, Date, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base
from .locales import N_

SHOWN = 6


class ReferralRow(Base):
    """One place. Applicants are shown it only while it is active and somebody has verified it."""

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


@dataclass(frozen=True, slots=True)
class Referral:
    """One place as a page shows it; `about` is marked for translation, `name` is not translated.

    `kind` is hotline, legal, low_cost, paid, government, fraud or abroad. `states` empty means everywhere.
    `codes` are claims and assessment codes that it serves; empty means everyone.
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


# Compiled from each organisation's own public pages; the source of the list is section 11 of the domain notes.
# An entry without a date has not been verified: staff see it, applicants never do.
CHECKED = dt.date(2026, 11, 1)
BUNDLED: tuple[Referral, ...] = (
    Referral(
        "trafficking-hotline",
        "hotline",
        "National Human Trafficking Hotline",
        N_("Call or text at any hour if someone controls you or makes you work. Text 233733."),
        phone="1-888-373-7888",
        codes=("trafficking", "SAFETY"),
        rank=1,
        last_verified=CHECKED,
    ),
    Referral(
        "domestic-violence-hotline",
        "hotline",
        "National Domestic Violence Hotline",
        N_("Call at any hour if someone in your family or home hurts you."),
        phone="1-800-799-7233",
        codes=("family_violence", "SAFETY"),
        rank=2,
    ),
    Referral(
        "tahirih",
        "legal",
        "Tahirih Justice Center",
        N_("Free legal help for people who were hurt because of their gender."),
        url="https://www.tahirih.org",
        codes=("family_violence", "trafficking"),
        rank=10,
        last_verified=CHECKED,
    ),
    Referral(
        "kind",
        "legal",
        "Kids in Need of Defense",
        N_("Free lawyers for children who are alone."),
        url="https://supportkind.org",
        codes=("child_alone", "MINOR", "MINOR_ALONE"),
        rank=11,
        last_verified=CHECKED,
    ),
    Referral(
        "orr-parent-line",
        "government",
        "ORR National Call Center",
        N_("A government phone line for children and parents who were separated at the border."),
        phone="1-800-203-7001",
        codes=("MINOR", "MINOR_ALONE"),
        rank=12,
        last_verified=CHECKED,
    ),
    Referral(
        "firrp",
        "legal",
        "Florence Immigrant & Refugee Rights Project",
        N_("Free legal help for people who are held in Arizona."),
        url="https://firrp.org",
        states=("AZ",),
        rank=15,
        last_verified=CHECKED,
    ),
    Referral(
        "amica",
        "legal",
        "Amica Center for Immigrant Rights",
        N_("Free legal help in Washington, Maryland and Virginia, also for people who are held."),
        url="https://amicacenter.org",
        states=("DC", "MD", "VA"),
        rank=15,
        last_verified=CHECKED,
    ),
    Referral(
        "nijc",
        "legal",
        "National Immigrant Justice Center",
        N_("Free and low-cost legal help near Chicago."),
        url="https://immigrantjustice.org",
        states=("IL", "IN", "WI"),
        rank=15,
        last_verified=CHECKED,
    ),
    Referral(
        "raices",
        "legal",
        "RAICES",
        N_("Free and low-cost legal help in Texas."),
        url="https://www.raicestexas.org",
        states=("TX",),
        rank=15,
        last_verified=CHECKED,
    ),
    Referral(
        "hias",
        "legal",
        "HIAS",
        N_("Legal help for refugees and asylum seekers in New York and Maryland."),
        url="https://hias.org",
        states=("NY", "MD"),
        rank=15,
        last_verified=CHECKED,
    ),
    Referral(
        "vaap",
        "legal",
        "Vermont Asylum Assistance Project",
        N_("Legal help for asylum seekers in Vermont."),
        url="https://www.vaapvt.org",
        states=("VT",),
        rank=15,
        last_verified=CHECKED,
    ),
    Referral(
        "new-americans-hotline",
        "legal",
        "New Americans Hotline",
        N_("Free information for immigrants in New York, in many languages."),
        phone="1-800-566-7636",
        states=("NY",),
        rank=16,
        last_verified=CHECKED,
    ),
    Referral(
        "immigration-equality",
        "legal",
        "Immigration Equality",
        N_("Free legal help for LGBTQ people and people with HIV."),
        url="https://immigrationequality.org",
        codes=("who_i_love", "gender"),
        rank=14,
        last_verified=CHECKED,
    ),
    Referral(
        "eoir-pro-bono",
        "low_cost",
        "List of pro bono legal service providers",
        N_("A list, for each state, of groups that may help for free. The immigration court keeps it."),
        url="https://www.justice.gov/eoir/list-pro-bono-legal-service-providers",
        rank=20,
        last_verified=CHECKED,
    ),
    Referral(
        "immi",
        "low_cost",
        "Immi",
        N_("Free information about immigration law, in English and Spanish."),
        url="https://www.immi.org",
        rank=21,
        last_verified=CHECKED,
    ),
    Referral(
        "asap",
        "low_cost",
        "Asylum Seeker Advocacy Project",
        N_("Information and community for people who ask for asylum."),
        url="https://asaptogether.org",
        codes=("afraid",),
        rank=22,
        last_verified=CHECKED,
    ),
    Referral(
        "court-line",
        "government",
        "Immigration court case line",
        N_("Hear the date of your next hearing. The government runs this line. You need your A-number."),
        phone="1-800-898-7180",
        codes=("U02", "U20", "U04", "U05", "U06", "U07"),
        rank=13,
        last_verified=CHECKED,
    ),
    Referral(
        "ftc-fraud",
        "fraud",
        "Federal Trade Commission",
        N_("Tell the government about someone who took money and is not a real lawyer."),
        phone="1-877-382-4357",
        codes=("REP_NOTARIO",),
        rank=9,
        last_verified=CHECKED,
    ),
    Referral(
        "aila",
        "paid",
        "AILA lawyer search",
        N_("Find an immigration lawyer whom you pay."),
        url="https://ailalawyer.com",
        codes=("AFF_YES", "REP_ACTIVE"),
        rank=8,
    ),
    Referral(
        "unhcr",
        "abroad",
        "UNHCR Help",
        N_("The refugee agency of the United Nations, for people who are not in the United States."),
        url="https://help.unhcr.org",
        codes=("LOC_ABROAD",),
        rank=3,
    ),
)


def load_bundled(session: Session) -> int:
    """Put the bundled entries in place of earlier ones with the same key; returns how many there are."""
    session.execute(delete(ReferralRow).where(ReferralRow.key.in_([one.key for one in BUNDLED])))
    session.add_all(
        ReferralRow(
            key=one.key,
            kind=one.kind,
            name=one.name,
            about=one.about,
            url=one.url,
            phone=one.phone,
            states=list(one.states),
            codes=list(one.codes),
            rank=one.rank,
            last_verified=one.last_verified,
            active=one.last_verified is not None,
        )
        for one in BUNDLED
    )
    return len(BUNDLED)


_shown = (
    select(ReferralRow)
    .where(ReferralRow.active.is_(True), ReferralRow.last_verified.is_not(None))
    .order_by(ReferralRow.rank, ReferralRow.key)
)


def listed(session: Session) -> list[Referral]:
    """Every place that applicants may be shown, best first."""
    return [
        Referral(
            row.key,
            row.kind,
            row.name,
            row.about,
            row.url,
            row.phone,
            tuple(row.states),
            tuple(row.codes),
            row.rank,
            row.last_verified,
        )
        for row in session.scalars(_shown)
    ]


def choose(places: Iterable[Referral], codes: Collection[str], state: str | None) -> list[Referral]:
    """At most six places for a person with these claims and assessment codes, hotlines first; never none.

    A place for one state is shown only to people in that state; one for certain codes only to people with one.
    """
    fitting = [
        place
        for place in places
        if (not place.states or state in place.states) and (not place.codes or set(place.codes) & set(codes))
    ]
    return sorted(fitting, key=lambda place: (place.kind != "hotline", place.rank, place.key))[:SHOWN]
