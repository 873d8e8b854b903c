"""The languages that the product speaks: codes, directions, names in their own script."""

import gettext
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent / "translations"


def N_(message: str) -> str:
    """Mark a text in data for translation; returns it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class Language:
    """One offered language: `code` as used in addresses and catalogues, `cldr` the locale for names and dates."""

    code: str
    own_name: str
    direction: str
    cldr: str

    @property
    def tag(self) -> str:
        """The BCP 47 tag for `lang` attributes: `ar-XB` for `ar_XB`."""
        return self.code.replace("_", "-")


ENGLISH = Language("en", "English", "ltr", "en")
# CLDR's own code for a right-to-left pseudo-language: it proves the machinery and is never offered to applicants.
PSEUDO = Language("ar_XB", "Pseudo (right to left)", "rtl", "en")

OFFERED: tuple[Language, ...] = (ENGLISH,)


def offered(*, pseudo: bool) -> tuple[Language, ...]:
    """The languages this process offers; the pseudo-language only where a setting asks for it."""
    return (*OFFERED, PSEUDO) if pseudo else OFFERED


def by_code(code: str, *, pseudo: bool) -> Language | None:
    """The offered language with this code, or None."""
    return next((one for one in offered(pseudo=pseudo) if one.code == code), None)


def negotiate(accepted: list[str], *, pseudo: bool) -> Language:
    """The best offered language for a browser's `Accept-Language` values, best first; English if none fits."""
    codes = [one.code for one in offered(pseudo=pseudo)]
    best = negotiate_locale([value.replace("-", "_") for value in accepted], codes)
    return by_code(best or "en", pseudo=pseudo) or ENGLISH


@lru_cache(maxsize=64)
def country_names(cldr: str) -> dict[str, str]:
    """Names of countries by ISO 3166 code in the locale `cldr`, from CLDR."""
    return {code: name for code, name in Locale.parse(cldr).territories.items() if len(code) == 2}


@lru_cache(maxsize=64)
def language_names(cldr: str) -> dict[str, str]:
    """Names of languages by code in the locale `cldr`, from CLDR."""
    return dict(Locale.parse(cldr).languages.items())


@lru_cache(maxsize=64)
def month_names(cldr: str) -> tuple[str, ...]:
    """The twelve month names of the locale `cldr`, January first."""
    months = Locale.parse(cldr).months["stand-alone"]["wide"]
    return tuple(months[number] for number in range(1, 13))


@lru_cache(maxsize=64)
def translations(code: str) -> gettext.NullTranslations:
    """The catalogue of a language, compiled from its `.po` file on first use; English texts are their own."""
    source = CATALOGUES / code / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=None))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
