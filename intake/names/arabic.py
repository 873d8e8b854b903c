"""Sounds of words in Arabic letters: Arabic, Persian, Dari, Pashto, Urdu and Kurdish keyboards."""

from typing import Final

from .sounds import SILENT_END, Sound

# Letters are those that `plain.bare_word` leaves. What one letter may be heard as differs between the languages.
_SOUNDS: Final[dict[str, Sound]] = {
    **dict.fromkeys("بپ", ("b",)),
    **dict.fromkeys("تطټٹدډڈ", ("t",)),
    "ث": ("s", "t"),
    **dict.fromkeys("ذضظ", ("s", "t")),
    **dict.fromkeys("سصزڅ", ("s",)),
    "ځ": ("s", "j"),
    **dict.fromkeys("شچ", ("x",)),
    "ښ": ("x", "h"),
    "ږ": ("g", "j"),
    "ژ": ("j",),
    "ج": ("j", "g"),
    "ح": ("h",),
    "خ": ("h", "k"),
    **dict.fromkeys("رړڑڕ", ("r",)),
    **dict.fromkeys("لڵ", ("l",)),
    "م": ("m",),
    **dict.fromkeys("نڼں", ("n",)),
    "ڤ": ("b",),
    "ف": ("f",),
    "ق": ("k", "g"),
    "ک": ("k",),
    "غ": ("g", "k"),
    **dict.fromkeys("گګڭ", ("g",)),
}
# The last is the short vowel of Kurdish keyboards.
_VOWELS: Final = frozenset("اعیە")


def of_arabic(word: str) -> list[Sound]:
    """The sounds of a bare word; vowels that are not written are not there."""
    sounds: list[Sound] = []
    for at, mark in enumerate(word):
        first, last = at == 0, at == len(word) - 1
        before, after = word[at - 1 : at] if at else "", word[at + 1 : at + 2]
        if mark == "و":
            # At the start a consonant; after alef at the start a vowel; elsewhere either.
            if first:
                sounds.append(("b",))
            elif (before == "ا" and at == 1) or last or not (before in _VOWELS or after in _VOWELS):
                sounds.append(("u",))
            else:
                sounds.append(("b", ""))
        elif mark == "ی" and first:
            sounds.append(("y",))
        elif mark in _VOWELS:
            if not (sounds and sounds[-1][0] in "aiu"):
                sounds.append(("i" if mark == "ی" else "a",))
        elif mark == "ه":
            sounds.append(SILENT_END if last else ("h",))
        elif mark in _SOUNDS and not (mark == before == "ل"):
            # Two of the same letter have a vowel between them that is not written, except in the name of God.
            sounds.append(_SOUNDS[mark])
    return sounds
