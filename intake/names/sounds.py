"""How a name sounds, coarsely: classes of consonants, with the ways in which one letter may be heard.

A sound is one of: a vowel "a", "i" or "u", or a tuple of consonants of which the first is the most likely; an
empty one may not be heard at all. The classes merge what offices write differently for one and the same name
(d and t, s and z, b, p and v); they are made for names from the languages this product is offered in.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Final, TypeAlias

from .plain import bare_word

Sound: TypeAlias = tuple[str, ...]

VOWELS: Final = frozenset("aiu")
# Fatimah is Fatima; but Shah ends in what is heard.
SILENT_END: Final[Sound] = ("", "h")
MOST_SKELETONS: Final = 8

_FIXED: Final[dict[str, Sound]] = {
    "shch": ("x",),
    "dzh": ("j",),
    "tch": ("x",),
    "sch": ("x",),
    "sh": ("x",),
    "cz": ("x", "s"),
    "sz": ("x", "s"),
    "kh": ("h", "k"),
    "gh": ("g", "k"),
    "dh": ("t", "s"),
    "th": ("t", "s"),
    "ph": ("b", "f"),
    "zh": ("j",),
    "dj": ("j",),
    "ts": ("s",),
    "tz": ("s",),
    "ck": ("k",),
    "gn": ("n",),
    "ny": ("n",),
    "qu": ("k",),
    "ch": ("x", "k"),
    "b": ("b",),
    "d": ("t",),
    "f": ("f",),
    "ĝ": ("g", "h"),
    "k": ("k",),
    "l": ("l",),
    "m": ("m",),
    "n": ("n",),
    "p": ("b",),
    "q": ("k", "g"),
    "r": ("r",),
    "s": ("s",),
    "t": ("t",),
    "z": ("s",),
    "ş": ("x", "s"),
    "ș": ("x", "s"),
    "š": ("x", "s"),
    "ç": ("x", "s"),
    "č": ("x", "k", "s"),
    "ć": ("x", "k", "s"),
    "ž": ("j", "s"),
    "ğ": ("g", ""),
}
_G: Final[Sound] = ("g", "h", "j")
_LETTERS: Final = "|".join(sorted(_FIXED, key=len, reverse=True))
_NEXT: Final = re.compile(rf"(?P<fixed>{_LETTERS})|(?P<vowels>[aeiouy]+)|(?P<other>[a-z])")


def of_latin(spelled: str) -> list[Sound]:
    """The sounds of a word in small Latin letters. Marks count where they change a consonant: s and ş."""
    letters = re.sub(r"([^aeiouy])\1+", r"\1", "".join(one if one in _FIXED else bare_word(one) for one in spelled))
    sounds: list[Sound] = []
    at = 0
    while at < len(letters):
        found = _NEXT.match(letters, at)
        if found is None:
            at += 1
            continue
        step = found.end()
        if found["fixed"] == "ch" and letters[step : step + 1] not in {"", *"aeiouyh"}:
            sounds.append(("k", "h"))
        elif found["fixed"]:
            sounds.append(_FIXED[found["fixed"]])
        elif found["vowels"]:
            sounds += _vowels(found["vowels"], initial=at == 0, last=step == len(letters))
        else:
            sounds += _by_place(found["other"], letters, at)
        at = step
    return sounds


def fold(sounds: Sequence[Sound]) -> str:
    """The most likely sounds with their vowels: close spellings are equal or differ by one letter."""
    return "".join(sound[0] for sound in sounds)


def skeletons(sounds: Sequence[Sound]) -> list[str]:
    """The consonants in the ways in which they may be heard, the most likely first; a vowel counts at the start.

    At most eight: from the most likely, then those that differ from it in one place, then in two.
    """
    heard = [sound for sound in sounds if sound[0] not in VOWELS]
    start = "a" if sounds and sounds[0][0] in VOWELS else ""
    made: dict[str, None] = {}
    for ways in _ways(heard):
        made.setdefault(start + "".join(ways))
        if len(made) == MOST_SKELETONS:
            break
    return list(made)


def _ways(heard: Sequence[Sound]) -> Iterator[list[str]]:
    usual = [sound[0] for sound in heard]
    yield usual
    open_ = [place for place, sound in enumerate(heard) if len(sound) > 1]
    for size in (1, 2):
        for places in combinations(open_, size):
            for other in product(*(heard[place][1:] for place in places)):
                way = list(usual)
                for place, sound in zip(places, other, strict=True):
                    way[place] = sound
                yield way


def _vowels(run: str, *, initial: bool, last: bool) -> list[Sound]:
    if initial and run[0] in "yi" and len(run) > 1 and run[1] != "y":
        # Yusuf, Iusuf; Yevgeny and Evgeny.
        start = ("y", "a") if run[1] in "ei" else ("y",)
        return [start, (_vowel(run[1:]),)]
    if initial and run == "y":
        return [("a",)]
    if initial and run.startswith("ou") and len(run) > 2:
        # Oualid is Walid.
        return [("b",), (_vowel(run[2:]),)]
    return [(_vowel(run),)]


def _vowel(run: str) -> str:
    if "i" in run or "y" in run or "ee" in run:
        return "i"
    return "u" if "o" in run or "u" in run else "a"


def _by_place(letter: str, letters: str, at: int) -> list[Sound]:
    """The letters that are heard by what stands around them: c, f, g, h, j, v, w, x."""
    before, after = letters[at - 1 : at] if at else "", letters[at + 1 : at + 2]
    soft = after != "" and after in "eiy"
    match letter:
        case "c":
            if not after:
                return [("k", "x", "s")]
            return [("s", "j", "x") if soft else ("k", "j") if not before and after in "au" else ("k",)]
        case "f":
            return [("f",) if after else ("f", "b")]
        case "g":
            return [("g", "h", "j", "y") if soft and not before else ("g", "b") if _is_w(letters, at) else _G]
        case "h":
            if not after:
                return [SILENT_END]
            if not before:
                return [("h", "b", "a") if _is_w(letters, at) else ("h", "a")]
            return [("h",) if after in "aeiouy" and before not in "nlj" else ("h", "")]
        case "j":
            return [("j", "") if before else ("j", "y", "a")]
        case "v" | "w":
            return [("b", "") if before and after else ("b",)]
        case "x":
            return [("ks", "h", "j") if before else ("j", "s", "x", "h")]
    return []


def _is_w(letters: str, at: int) -> bool:
    """Spanish gua and hua at the start: Gualter and Walter, Guaman and Huaman."""
    return at == 0 and letters[1:2] == "u" and letters[2:3] != "" and letters[2] in "ae"
