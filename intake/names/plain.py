"""A name as words: one case, no marks, nothing invisible, and one letter where scripts have several for the same."""

import re
import unicodedata
from typing import Final, NamedTuple

LONGEST_NAME: Final = 400
LONGEST_WORD: Final = 40
MOST_WORDS: Final = 12

# Written apart in one keyboard and together in another; all of them part words.
_BETWEEN = re.compile(r"[\s\-‐-―−_/,;.·・‧•፡።،؛|()\[\]{}\"“”«»&+]+")
# Apostrophes, the Arabic sign for ayn in Latin, and the long mark of Arabic letters: they stand inside words.
_INSIDE = re.compile(r"['’‘ʼʻʿʾ`´ˈ·״׳ـ]")
# Letters that Unicode does not take apart.
_LETTERS: Final = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ə": "e",
        "ɛ": "e",
        "ɔ": "o",
        "ŋ": "n",
    }
)
# Arabic letters of Persian, Pashto, Urdu and Kurdish keyboards that mean the same in a name.
_ARABIC: Final = str.maketrans(
    {
        **dict.fromkeys("ٱآأإ", "ا"),
        **dict.fromkeys("ىيئےیېۍێې", "ی"),
        **dict.fromkeys("كڪ", "ک"),
        **dict.fromkeys("ةۀہھۃۂ", "ه"),
        **dict.fromkeys("ؤۆۇۈۋ", "و"),
        "ء": "",
    }
)


class Word(NamedTuple):
    """One word of a name. `bare` has no marks, and one letter for all its variants; `spelled` keeps the marks."""

    bare: str
    spelled: str


def words(name: str) -> list[Word]:
    """The words of `name` in small letters, without what shows nothing. At most twelve of at most forty letters."""
    pieces = (_INSIDE.sub("", piece)[:LONGEST_WORD] for piece in _BETWEEN.split(visible(name)))
    found = [Word(bare_word(piece)[:LONGEST_WORD], piece) for piece in pieces]
    return [word for word in found if word.bare][:MOST_WORDS]


def visible(name: str) -> str:
    """`name` in small letters with its marks, composed, without what shows nothing; at most 400 characters."""
    text = unicodedata.normalize("NFKC", name[:LONGEST_NAME])
    text = "".join(" " if mark.isspace() else mark for mark in text if unicodedata.category(mark) not in _UNSEEN)
    # Turkish capitals first: casefold makes of a dotted capital two marks.
    return unicodedata.normalize("NFC", text.replace("İ", "i").casefold())


def bare_word(word: str) -> str:
    """`word` without marks and signs: the form in which two spellings of one keyboard are equal."""
    # At the start of a Kurdish word, hamza is no letter but carries the vowel after it.
    text = unicodedata.normalize("NFKD", word.removeprefix("ئ"))
    kept = "".join(mark for mark in text if not unicodedata.combining(mark) or _carries(mark))
    kept = unicodedata.normalize("NFC", kept).translate(_LETTERS).translate(_ARABIC)
    return "".join(mark for mark in kept if mark.isalnum() or _carries(mark))


def script_of(word: str) -> str:
    """`latin`, `arabic`, `cyrillic`, `ethiopic`, or `other`: the script of the first letter."""
    for mark in word:
        for script, first, last in _BLOCKS:
            if first <= ord(mark) <= last:
                return script
    return "other"


def _carries(mark: str) -> bool:
    """Vowel signs of Indic scripts are combining marks too, and are letters of the word."""
    return "\u0900" <= mark <= "\u0dff"


# Tabs and line ends are control characters that part words; the others show nothing.
_UNSEEN: Final = frozenset({"Cf", "Cs", "Co", "Cn"})
_BLOCKS: Final = (
    ("latin", 0x41, 0x24F),
    ("latin", 0x1E00, 0x1EFF),
    ("arabic", 0x600, 0x77F),
    ("arabic", 0x8A0, 0x8FF),
    ("cyrillic", 0x400, 0x52F),
    ("ethiopic", 0x1200, 0x139F),
)
