"""Countries and languages by the names people write, in any of the offered languages or the country's own.

Writing is compared without case, accents, spaces and signs. A name that is not known gets suggestions; nothing is
ever taken for a name that it only looks like.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from intake.locales import ENGLISH, OFFERED, country_names, language_names, translations
from intake.questionnaire import choices

LONGEST = 100
_CLOSE = 0.8
_MOST_SUGGESTIONS = 3
_DATA = Path(__file__).parent / "names.toml"
# One letter, two keyboards: Arabic and Persian.
_SAME = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ھ": "ه", "ہ": "ه", "ı": "i", "ł": "l", "ø": "o"})


def folded(text: str) -> str:
    """`text` as names are compared: letters and digits only, without case and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_SAME)
    plain = "".join(mark for mark in plain if mark.isalnum() or unicodedata.category(mark) == "Mc")
    return unicodedata.normalize("NFC", plain)


def countries_named(text: str) -> frozenset[str]:
    """The codes of the countries that `text` names, or is the code of: none, one, or several if it is unclear."""
    if text in choices.COUNTRY_CODES:
        return frozenset({text})
    return _countries().get(_key(text), frozenset())


def languages_named(text: str) -> frozenset[str]:
    """The codes of the listed languages that `text` names, or is the code of."""
    if text in choices.LANGUAGE_CODES:
        return frozenset({text})
    return _languages().get(_key(text), frozenset())


def countries_like(text: str) -> tuple[str, ...]:
    """Codes of countries that `text` may mean: a name with a slip, or one of several. At most three."""
    return _like(text, _countries())


def languages_like(text: str) -> tuple[str, ...]:
    """Codes of listed languages that `text` may mean, best first, at most three."""
    return _like(text, _languages())


def _like(text: str, index: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    key = _key(text)
    if key in index:
        return tuple(sorted(index[key]))[:_MOST_SUGGESTIONS]
    if len(key) < 3:
        return ()
    letters = sorted(key)
    swapped = [name for name in index if len(name) == len(key) and sorted(name) == letters]
    near = swapped + get_close_matches(key, index, n=2 * _MOST_SUGGESTIONS, cutoff=_CLOSE)
    return tuple(dict.fromkeys(code for name in near for code in sorted(index[name])))[:_MOST_SUGGESTIONS]


def _key(text: str) -> str:
    key = folded(text[: 2 * LONGEST])
    return key.removeprefix("the") if text[:4].casefold() == "the " else key


@lru_cache(maxsize=1)
def _countries() -> dict[str, frozenset[str]]:
    data = _data()
    return _index(
        (
            *((name, code) for code, names in data["own"].items() for name in names),
            *((name, code) for code, names in data["aliases"].items() for name in names),
            *((name, code) for name, codes in data["unclear"].items() for code in codes),
            *_said_by_cldr(),
        )
    )


def _said_by_cldr() -> Iterator[tuple[str, str]]:
    for language in (ENGLISH, *OFFERED):
        names = country_names(language.cldr)
        for code in choices.COUNTRIES:
            if code in names:
                yield names[code], code
                yield names[code].replace("&", "and").replace("St.", "Saint"), code
        yield translations(language.code).gettext(choices.STATELESS_NAME), choices.STATELESS


@lru_cache(maxsize=1)
def _languages() -> dict[str, frozenset[str]]:
    return _index(
        (
            *((part, code) for code, label in choices.LANGUAGES for part in (label, *re.split(r"[·()]", label))),
            *((name, code) for code, names in _data()["languages"].items() for name in names),
            *(
                (names[code], code)
                for names in (language_names(language.cldr) for language in (ENGLISH, *OFFERED))
                for code in sorted(choices.LANGUAGE_CODES)
                if code in names
            ),
        )
    )


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        key = _key(name)
        if key:
            found.setdefault(key, set()).add(code)
    return {key: frozenset(codes) for key, codes in found.items()}


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, list[str]]]:
    with _DATA.open("rb") as file:
        return tomllib.load(file)
