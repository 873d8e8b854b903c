"""Two thousand fictional people with three spellings each, put together from parts of real names.

The spellings are those that passports, courts, newspapers and the people themselves use; they were written down
from knowledge, part by part, and are not derived from the rules that have to find them. The rules were improved with
what they missed here; `unseen` is for measuring. In a row: spellings in Latin letters, then after the bar those in the
language's own letters. Compounds have their blanks as "_".
"""

import random
from dataclasses import dataclass

from tests.names import spellings_east as east
from tests.names import spellings_west as west
from tests.names.unseen import FIRST, LAST

GROUPS = {
    "arabic": (east.ARABIC_FIRST, east.ARABIC_LAST, 400),
    "persian": (east.PERSIAN_FIRST, east.PERSIAN_LAST, 240),
    "pashto": (east.PASHTO_FIRST, east.PASHTO_LAST, 120),
    "russian": (west.RUSSIAN_FIRST, west.RUSSIAN_LAST, 160),
    "ukrainian": (west.UKRAINIAN_FIRST, west.UKRAINIAN_LAST, 140),
    "amharic": (east.AMHARIC_FIRST, east.AMHARIC_LAST, 160),
    "tigrinya": (east.TIGRINYA_FIRST, east.TIGRINYA_LAST, 120),
    "spanish": (west.SPANISH_FIRST, west.SPANISH_LAST, 200),
    "portuguese": (west.PORTUGUESE_FIRST, west.PORTUGUESE_LAST, 90),
    "french": (west.FRENCH_FIRST, west.FRENCH_LAST, 120),
    "vietnamese": (west.VIETNAMESE_FIRST, west.VIETNAMESE_LAST, 80),
    "turkish": (west.TURKISH_FIRST, west.TURKISH_LAST, 100),
    "kurdish": (east.KURDISH_FIRST, east.KURDISH_LAST, 70),
}


@dataclass(frozen=True)
class Person:
    """One fictional person: the language of the name, and three spellings of it, in no order of merit."""

    language: str
    spellings: tuple[str, str, str]


def people(seed: int = 20) -> list[Person]:
    """Two thousand people. No two share first and last name; many share one of them."""
    return _made(GROUPS, seed)


def unseen(seed: int = 21) -> list[Person]:
    """Four hundred more, from names that nobody looked at while the rules were made."""
    return _made({"unseen": (FIRST, LAST, 400)}, seed)


def _made(groups: dict[str, tuple[str, str, int]], seed: int) -> list[Person]:
    random_ = random.Random(seed)  # noqa: S311 -- which fictional people there are
    made = []
    for language, (first, last, count) in groups.items():
        firsts, lasts = _rows(first), _rows(last)
        pairs = [(one, other) for one in firsts for other in lasts]
        for one, other in random_.sample(pairs, count):
            made.append(Person(language, _three(random_, one, other)))
    return made


def _rows(text: str) -> list[tuple[list[str], list[str]]]:
    made = []
    for line in text.strip().splitlines():
        latin, own = line.split("|")
        made.append(([one.replace("_", " ") for one in latin.split()], [one.replace("_", " ") for one in own.split()]))
    return made


def _three(random_: random.Random, first, last) -> tuple[str, str, str]:
    """Three spellings: for names with letters of their own one in those and two in Latin letters, else three in Latin.

    No part is written twice the same way where it has three spellings; one of the three turns the order around.
    """
    firsts, lasts = (random_.sample(part[0], min(3, len(part[0]))) for part in (first, last))
    spelled = [f"{firsts[place % len(firsts)]} {lasts[place % len(lasts)]}" for place in range(3)]
    turned = random_.randrange(3)
    spelled[turned] = f"{lasts[turned % len(lasts)]} {firsts[turned % len(firsts)]}"
    if first[1] and last[1]:
        spelled[random_.randrange(3)] = f"{random_.choice(first[1])} {random_.choice(last[1])}"
    one, two, three = random_.sample(spelled, 3)
    return one, two, three
