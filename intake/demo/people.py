"""Sixty fictional people: names, languages and situations made from a fixed seed and the present day. Pure."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from .situations import SITUATIONS, Days, Situation

SEED: Final = 20260113
COUNT: Final = 60


@dataclass(frozen=True, slots=True)
class Origin:
    """A country, a language spoken there, and given and family names as people there write them."""

    country: str
    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]


# Common names only, put together by chance: nobody is meant.
ORIGINS: Final = (
    Origin("GT", "es", ("Marta", "José", "Elena", "Luis"), ("Ajú", "Morales", "Xol")),
    Origin("HN", "es", ("Karla", "Darwin", "Suyapa"), ("Mejía", "Zelaya", "Funes")),
    Origin("VE", "es", ("Yusmary", "Andrés", "Gabriela"), ("Rondón", "Peña", "Salas")),
    Origin("SV", "es", ("Wendy", "Óscar", "Rosa"), ("Menjívar", "Guardado")),
    Origin("HT", "ht", ("Widline", "Jean-Robert", "Mirlande"), ("Pierre", "Désir", "Estimé")),
    Origin("BR", "pt", ("Thaís", "Rafael"), ("Nogueira", "Prado")),
    Origin("CN", "zh", ("伟", "秀英"), ("王", "李")),
    Origin("RU", "ru", ("Ирина", "Алексей"), ("Соколова", "Лебедев")),
    Origin("SY", "ar", ("ليلى", "عمر"), ("الحلبي", "درويش")),
    Origin("AF", "fa_AF", ("فرشته", "نعیم"), ("رحیمی", "نوری")),
    Origin("IR", "fa", ("نرگس", "بهرام"), ("کاویانی", "صدر")),
    Origin("ET", "am", ("ሰላም", "ዳዊት"), ("ታደሰ", "በቀለ")),
    Origin("CM", "fr", ("Brigitte", "Emmanuel"), ("Ngassa", "Tchoua")),
    Origin("IN", "pa", ("ਗੁਰਪ੍ਰੀਤ", "ਹਰਜੀਤ"), ("ਸਿੰਘ", "ਕੌਰ")),
    Origin("GT", "other:Mam", ("Juana", "Santos"), ("Pérez", "Ramírez")),
    Origin("UA", "uk", ("Оксана", "Тарас"), ("Коваль", "Бондар")),
    Origin("TR", "tr", ("Zeynep", "Baran"), ("Yıldız", "Aslan")),
)
PLACES: Final = (
    ("NY", "Buffalo", "716"),
    ("NJ", "Newark", "973"),
    ("TX", "Houston", "713"),
    ("CA", "Fresno", "559"),
    ("FL", "Miami", "305"),
    ("MD", "Silver Spring", "301"),
    ("VA", "Harrisonburg", "540"),
    ("MA", "Lawrence", "978"),
)
ZONES: Final = {"TX": "central", "CA": "pacific"}
INCOME: Final = ("none", "to_1000", "to_1000", "to_2000", "to_3000", "rather_not")


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """One fictional request: when it was sent, the answers, and the situation that they show."""

    received_at: dt.datetime
    answers: Mapping[str, Any]
    situation: str


def people(now: dt.datetime, count: int = COUNT) -> Iterator[Person]:
    """`count` fictional people as of `now` (aware), the same ones for the same day, oldest request first."""
    random = Random(SEED)  # noqa: S311 -- a demonstration that repeats itself, not a secret
    made = [_person(random, number, now) for number in range(count)]
    yield from sorted(made, key=_when)


def _when(person: Person) -> dt.datetime:
    return person.received_at


def _person(random: Random, number: int, now: dt.datetime) -> Person:
    situation = SITUATIONS[number % len(SITUATIONS)]
    youngest, oldest = situation.waiting
    ago = dt.timedelta(days=random.randint(youngest, oldest), minutes=random.randint(20, 600))
    base = _everyone(random, number, now.date())
    return Person(now - ago, _merged(base, situation, now.date()), situation.name)


def _everyone(random: Random, number: int, today: dt.date) -> dict[str, Any]:
    """The answers of a person of whom nothing special is known."""
    origin = ORIGINS[number % len(ORIGINS)]
    state, city, area = PLACES[random.randrange(len(PLACES))]
    born = dt.date(today.year - random.randint(22, 58), random.randint(1, 12), random.randint(1, 28))
    name = f"{random.choice(origin.given)} {random.choice(origin.family)}"
    return {
        "consent_start": "yes",
        "device": random.choice(("mine", "mine", "shared", "unsure")),
        "for_whom": "me",
        "representation": random.choice(("no", "no", "no", "past")),
        "affordability": "no",
        "household_size": random.randint(1, 6),
        "income_band": random.choice(INCOME),
        "claims": ["afraid"],
        "danger_now": "no",
        "why_hurt": random.choice((["gangs"], ["politics", "government"], ["religion"], ["family"], ["not_say"])),
        "place_kind": "us",
        "state": state,
        "city": city,
        "stage": ["none"],
        "missed_hearing": "no",
        "arrival": f"{today.year - random.randint(3, 6)}-{random.randint(1, 12):02}",
        "prior_removal": "no",
        "call_name": name,
        "birth": f"{born:%Y-%m}" if random.random() < 0.6 else f"{born:%Y-%m-%d}",
        "nationality": [origin.country],
        "family_help": random.choice(([], ["spouse", "children"], ["children"])),
        "language": origin.language,
        "interpreter": random.choice(("yes", "yes", "no")),
        "contact_ways": random.choice((["phone"], ["whatsapp"], ["phone", "whatsapp"], ["signal"])),
        # 555-0100 to 555-0199 are kept free for fiction in every area of the North American plan.
        "phone": f"+1{area}55501{random.randrange(100):02}",
        "whose_phone": random.choice(("mine", "mine", "shared")),
        "voicemail": random.choice(("yes", "no")),
        "say_name": random.choice(("yes", "no", "no")),
        "good_times": random.choice((["evening"], ["morning", "afternoon"], ["weekend"])),
        "time_zone": ZONES.get(state, "eastern"),
        "consent_conflict": "yes",
    } | ({"consent_share": "yes"} if random.random() < 0.5 else {})


def _merged(base: dict[str, Any], situation: Situation, today: dt.date) -> dict[str, Any]:
    """The base with the situation laid over it; an answer that is None or empty was not given."""
    laid = {key: _dated(value, today) for key, value in situation.answers.items()}
    return {key: value for key, value in (base | laid).items() if value not in (None, [])}


def _dated(value: object, today: dt.date) -> object:
    if not isinstance(value, Days):
        return value
    day = today + dt.timedelta(days=value.from_today)
    return f"{day:%Y-%m}" if value.month_only else day.isoformat()
