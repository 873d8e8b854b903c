"""Cyrillic and Ethiopic letters in Latin ones, as passports and offices write them. Sources: ICAO Doc 9303 part 3,
BGN/PCGN tables; where they differ, the letters that more people use.
"""

from collections.abc import Mapping
from typing import Final

# The letter that is g in Russian and h in Ukrainian gets a mark of its own, see `sounds`.
_CYRILLIC: Final[Mapping[str, str]] = {
    **dict(zip("абвгдезиіклмнопрстуфыэ", "abvĝdeziiklmnoprstufye", strict=True)),
    **{"ё": "yo", "ж": "zh", "й": "y", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": ""},
    **{"ю": "yu", "я": "ya", "є": "ye", "ї": "yi", "ґ": "g", "ў": "u"},
    # Tajik, Kazakh, Kyrgyz, Uzbek, Tatar; Serbian and Macedonian.
    **{"қ": "q", "ғ": "gh", "ҳ": "h", "ҷ": "j", "ӯ": "u", "ӣ": "i", "ә": "a", "ө": "o", "ү": "u", "ұ": "u"},
    **{"ң": "n", "һ": "h", "җ": "j", "ђ": "dj", "ј": "y", "љ": "l", "њ": "n", "ћ": "ch", "џ": "dj", "ѓ": "g"},
}
# The first of each row of eight: a consonant. The order of vowels in a row is the same for every consonant.
_CONSONANTS: Final = "h l h m s r s sh q q q q b v t ch h h n ny ' k k kh kh w ' z zh y d d j g g g t ch p ts ts f p"
_ROWS: Final = tuple(_CONSONANTS.split())
_VOWELS: Final = ("e", "u", "i", "a", "e", "", "o", "wa")
_FIRST: Final = 0x1200
_GUTTURALS: Final = frozenset({0x1200, 0x1210, 0x1280, 0x12A0, 0x12D0})


def from_cyrillic(word: str) -> str:
    """A bare Cyrillic word in Latin letters."""
    return "".join(_CYRILLIC.get(mark, "") for mark in word)


def from_ethiopic(word: str) -> str:
    """A bare Ethiopic word in Latin letters: each sign is a consonant with its vowel, the sixth order has none.

    Between two of the same consonant a vowel is heard: Mekonnen.
    """
    heard = [_syllable(ord(mark)) for mark in word]
    after = [*heard[1:], ""]
    pairs = zip(heard, after, strict=True)
    return "".join(one + "e" if one and following.startswith(one) else one for one, following in pairs)


def _syllable(code: int) -> str:
    row, order = divmod(code - _FIRST, 8)
    if not 0 <= row < len(_ROWS):
        return ""
    first = code - order
    consonant = _ROWS[row].strip("'")
    if first in _GUTTURALS and order == 0:
        return consonant + "a"
    if not consonant and order == 5:
        # A bare vowel sign of the sixth order begins words such as Eyob.
        return "e"
    return consonant + _VOWELS[order]
