"""The parts of a name and their forms: words, sounds, slips, words joined, words paired."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from . import arabic, compounds, irregular, scripts, sounds
from .plain import Word, bare_word, script_of, words

# Grows when one name gets other forms than before: what was made from older forms has to be made anew.
VERSION: Final = 1

# A form's weight by its kind. Two words that sound alike outweigh one that is the same. A pair is two words that are
# heard together: it weighs what each of them weighs.
WEIGHTS: Final[Mapping[str, int]] = {"word": 14, "fold": 13, "sound": 11, "slip": 7, "pair": 11, "light": 1}

_MOST_PAIRED: Final = 6
_PAIRED_WAYS: Final = 3
_SHORTEST_SLIP: Final = 4
_SLIPS_IN: Final = 12
_SHORTEST_SKELETON: Final = 2


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """What one name is compared by: one word, words joined, or a word out of a joined one.

    `forms` are (kind, text) pairs, where kinds are those of `WEIGHTS`; `light` parts tell little: "al", "bin".
    `words` says which words of the name it speaks for, from 0: all those that were joined, without light ones.
    """

    words: tuple[int, ...]
    light: bool
    forms: tuple[tuple[str, str], ...]


def forms(name: str) -> dict[str, int]:
    """All forms of `name` with their weights, in no meaning order. Empty for what holds no letter.

    Bounded: twelve words of forty letters. Two spellings of one name share at least a `sound`; names that
    differ in one letter share a `slip`; two words heard together share a `pair`, whatever stands between them.
    """
    found: dict[str, int] = {}
    for part in parts(name):
        for kind, text in part.forms:
            form = f"{kind}:{text}"
            found[form] = max(found.get(form, 0), WEIGHTS["light" if part.light else kind])
    return found


def parts(name: str) -> list[Part]:
    """The parts of `name`: each word, neighbours joined, compounds, and the pairs of words."""
    given = words(name)
    made = [_part_of(place, word) for place, word in enumerate(given)]
    heavy = {part.words for part in made if not part.light}
    singles = list(made)
    for places, joined in compounds.joined(given):
        made.append(Part(_among(heavy, places), False, tuple(_sound_forms(_sounds(joined)))))
    for places, skeletons in compounds.canonical(given, _skeletons):
        made.append(Part(_among(heavy, places), False, tuple(("sound", one) for one in skeletons)))
    made += _pairs(singles)
    return [part for part in made if part.forms]


def _among(heavy: Collection[tuple[int, ...]], places: Iterable[int]) -> tuple[int, ...]:
    return tuple(place for place in places if (place,) in heavy)


def _part_of(place: int, word: Word) -> Part:
    if word.bare in irregular.PARTICLES or word.bare in irregular.SERVANT:
        return Part((place,), True, (("word", word.bare),))
    heard = _sounds(word)
    same = irregular.IRREGULAR.get(_in_latin(word).bare)
    known = [("sound", f"={same}")] if same else []
    slips = [("slip", one) for one in _slips(word, heard)]
    return Part((place,), False, (("word", word.bare), *known, *_sound_forms(heard), *slips))


def _sound_forms(heard: Sequence[sounds.Sound]) -> Iterator[tuple[str, str]]:
    if heard:
        yield "fold", sounds.fold(heard)
    yield from (("sound", one) for one in _long_enough(sounds.skeletons(heard)))


def _pairs(singles: Sequence[Part]) -> Iterator[Part]:
    """Two words heard together: common names are few only where they meet."""
    heard = [(part.words, [text for kind, text in part.forms if kind == "sound"]) for part in singles]
    ways = [(word, one[:_PAIRED_WAYS]) for word, one in heard if one][:_MOST_PAIRED]
    for (first, ones), (second, others) in combinations(ways, 2):
        pairs = ["+".join(sorted((one, other))) for one in ones for other in others]
        yield Part((*first, *second), False, tuple(("pair", pair) for pair in pairs))


def _slips(word: Word, heard: Sequence[sounds.Sound]) -> list[str]:
    """The folded word and the word with one letter left out: of two words one slip apart, one is shared."""
    # Every letter counts here, also those that may not be heard; Arabic letters are compared as they are.
    every = "".join(sound[0] or sound[-1] for sound in heard)
    whole = word.bare if script_of(word.bare) == "arabic" else every or word.bare
    if len(whole) < _SHORTEST_SLIP:
        return []
    head, rest = whole[:_SLIPS_IN], whole[_SLIPS_IN:]
    return list(dict.fromkeys([whole, *(head[:at] + head[at + 1 :] + rest for at in range(len(head)))]))


def _skeletons(word: Word) -> list[str]:
    return _long_enough(sounds.skeletons(_sounds(word)))


def _long_enough(skeletons: Sequence[str]) -> list[str]:
    return [one for one in skeletons if len(one) >= _SHORTEST_SKELETON]


def _sounds(word: Word) -> list[sounds.Sound]:
    if script_of(word.bare) == "arabic":
        return arabic.of_arabic(word.bare)
    latin = _in_latin(word)
    return sounds.of_latin(latin.spelled) if script_of(latin.bare) == "latin" else []


def _in_latin(word: Word) -> Word:
    match script_of(word.bare):
        case "cyrillic":
            letters = scripts.from_cyrillic(word.spelled)
        case "ethiopic":
            letters = scripts.from_ethiopic(word.bare)
        case _:
            return word
    return Word(bare_word(letters), letters)
