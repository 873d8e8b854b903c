"""Names of several words that are written as one, or the other way round: Abd al-Rahman, Nouredine, Habibullah."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from .irregular import FAITH, GOD, PARTICLES, SERVANT
from .plain import Word, script_of

_LONGEST_JOINED: Final = 40
# Abdurrahman, Abdelaziz, Abdirahman; not Abdullah, which is heard as one word anyway.
_SERVANT_OF: Final = re.compile(r"(?:abd|абд)[aeiouаеиоу]{0,2}(?P<rest>[^aeiouаеиоу].{3,})")
_ARTICLE: Final = re.compile(r"(?:[lл]|([rsnzdtрснздт])(?=\1))")
_FAITH: Final = re.compile(r"(?P<base>.{3,}?)[aeouаеоу]{1,2}[lд]?[dд]{1,2}(?:[iyeaиіея]{1,2}|ии)[nн]e?")
_GOD: Final = re.compile(r"(?P<base>.{3,}?)[aeouаеоу][lл]{1,2}(?:ah?|o|а|о)")

Skeletons = Callable[[Word], list[str]]


def joined(given: Sequence[Word]) -> Iterator[tuple[Sequence[int], Word]]:
    """Neighbours as one word, with their places: two words, and particles with the word after them.

    In Arabic letters also the word without its article.
    """
    for first in range(len(given) - 1):
        last = first + 1
        while last < len(given) - 1 and given[last].bare in PARTICLES:
            last += 1
        run = given[first : last + 1]
        one = Word("".join(word.bare for word in run), "".join(word.spelled for word in run))
        if len({script_of(word.bare) for word in run}) == 1 and len(one.bare) <= _LONGEST_JOINED:
            yield range(first, last + 1), one
    for place, word in enumerate(given):
        rest = _without_article(word)
        if rest is not None:
            yield (place,), rest


def canonical(given: Sequence[Word], skeletons: Skeletons) -> Iterator[tuple[Sequence[int], list[str]]]:
    """One form for a compound however it is divided, with the places of its words."""
    for place, word in enumerate(given):
        next_ = next((one for one in range(place + 1, len(given)) if given[one].bare not in PARTICLES), place)
        both, after = (place, next_), given[next_]
        if word.bare in SERVANT:
            if next_ != place:
                yield both, [f"abt+{one}" for rest in _rests(after) for one in skeletons(rest)]
            continue
        for rest in _servant_of(word):
            yield (place,), [form for one in skeletons(rest) for form in (f"abt+{one}", one)]
        if next_ != place:
            for apart, ending in ((FAITH, "tn"), (GOD, "al")):
                if after.bare in apart:
                    yield both, [f"{one}+{ending}" for one in skeletons(word)]
        for pattern, written, ending in ((_FAITH, "الدین", "tn"), (_GOD, "الله", "al")):
            found = pattern.fullmatch(word.bare)
            base = found["base"] if found else word.bare.removesuffix(written)
            if base != word.bare and len(base) > 1:
                yield (place,), [f"{one}+{ending}" for one in skeletons(_plain(base))]


def _servant_of(word: Word) -> Iterator[Word]:
    if word.bare.startswith("عبدال") and len(word.bare) > 7:
        yield _plain(word.bare[5:])
        return
    found = _SERVANT_OF.fullmatch(word.bare)
    if found is not None:
        yield from _rests(_plain(found["rest"]))


def _rests(word: Word) -> Iterator[Word]:
    """What the servant serves, without the article where one is joined to it."""
    yield word
    found = _ARTICLE.match(word.bare)
    if found is not None and len(word.bare) > 4:
        yield _plain(word.bare[found.end() :])
    elif word.bare.startswith("ال") and len(word.bare) > 4:
        yield _plain(word.bare[2:])


def _without_article(word: Word) -> Word | None:
    """Alhassan without Al, Elsayed without El, and the same in Arabic letters."""
    if word.bare.startswith(("al", "el")) and len(word.bare) > 5 and word.bare[2] not in "aeiou":
        return _plain(word.bare[2:])
    if word.bare.startswith("ال") and len(word.bare) > 4:
        return _plain(word.bare[2:])
    return None


def _plain(bare: str) -> Word:
    return Word(bare, bare)
