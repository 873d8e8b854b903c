"""The languages that the product speaks: codes, directions, names in their own script."""

import gettext
import io
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_STAND_ALONE = frozenset({"ru", "uk"})
CATALOGUES = Path(__file__).parent / "translations"
# The two domains of texts: what applicants read, and what only staff read.
MESSAGES, STAFF = "messages", "staff"


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

# In the order in which they are offered: by how many people in immigration court speak them (EOIR, FY2023), then by
# how little else there is for those who read them.
PLANNED: tuple[Language, ...] = (
    ENGLISH,
    Language("es", "Español", "ltr", "es"),
    Language("ht", "Kreyòl ayisyen", "ltr", "ht"),
    Language("pt_BR", "Português", "ltr", "pt_BR"),
    Language("fr", "Français", "ltr", "fr"),
    Language("zh_Hans", "简体中文", "ltr", "zh_Hans"),
    Language("ru", "Русский", "ltr", "ru"),
    Language("ar", "العربية", "rtl", "ar"),
    Language("fa", "فارسی", "rtl", "fa"),
    Language("fa_AF", "دری", "rtl", "fa_AF"),
    Language("ps", "پښتو", "rtl", "ps"),
    Language("pa", "ਪੰਜਾਬੀ", "ltr", "pa"),
    Language("uk", "Українська", "ltr", "uk"),
    Language("tr", "Türkçe", "ltr", "tr"),
    Language("so", "Soomaali", "ltr", "so"),
    Language("ti", "ትግርኛ", "ltr", "ti"),
    Language("am", "አማርኛ", "ltr", "am"),
    Language("sw", "Kiswahili", "ltr", "sw"),
    Language("ku", "Kurdî (Kurmancî)", "ltr", "ku"),
    Language("vi", "Tiếng Việt", "ltr", "vi"),
)
# A language is offered as soon as its catalogue is here; the tests let in none that is not whole.
OFFERED = tuple(one for one in PLANNED if one is ENGLISH or (CATALOGUES / one.code).is_dir())

# The languages of the staff side.
FOR_STAFF = tuple(one for one in PLANNED if one is ENGLISH or (CATALOGUES / one.code / "LC_MESSAGES/staff.po").exists())

# What browsers ask for under other names. Traditional characters get simplified ones, and a sentence that says so.
_ALIASES = {
    "prs": "fa_AF",
    "pt": "pt_BR",
    "pt_pt": "pt_BR",
    "zh": "zh_Hans",
    "zh_cn": "zh_Hans",
    "zh_sg": "zh_Hans",
    "zh_tw": "zh_Hans",
    "zh_hk": "zh_Hans",
    "zh_mo": "zh_Hans",
    "zh_hant": "zh_Hans",
    "kmr": "ku",
    "pa_arab": "",  # another script, which readers of Gurmukhi do not share
    "pa_pk": "",
}
_TRADITIONAL = re.compile(r"zh[-_](?:hant|tw|hk|mo)\b", re.IGNORECASE)
# In the writing of those who asked, so that they know what to expect.
NO_TRADITIONAL = "本網站目前只有簡體中文。"


def offered(*, pseudo: bool) -> tuple[Language, ...]:
    """The languages this process offers; the pseudo-language only where a setting asks for it."""
    return (*OFFERED, PSEUDO) if pseudo else OFFERED


def by_code(code: str, *, pseudo: bool) -> Language | None:
    """The offered language with this code, or None."""
    return next((one for one in offered(pseudo=pseudo) if one.code == code), None)


def negotiate(accepted: list[str], *, pseudo: bool, among: tuple[Language, ...] = OFFERED) -> Language:
    """The best language `among` those offered for a browser's `Accept-Language` values, best first; else English."""
    by_key = {one.code.lower(): one for one in ((*among, PSEUDO) if pseudo else among)}
    for value in accepted:
        parts = value.replace("-", "_").lower().split("_")
        # "zh_hant_tw", then "zh_hant", then "zh": the longest that means something decides.
        for end in range(len(parts), 0, -1):
            key = "_".join(parts[:end])
            if key in _ALIASES or key in by_key:
                found = by_key.get(_ALIASES.get(key, key).lower())
                if found is not None:
                    return found
                break
    return ENGLISH


def wants_traditional(accepted: list[str]) -> bool:
    """Whether a browser that is led to Chinese asked for traditional characters first."""
    chinese = next((value for value in accepted if value.lower().startswith("zh")), "")
    return _TRADITIONAL.match(chinese) is not None


@dataclass(frozen=True, slots=True)
class Review:
    """Who checked a translation, and when; both empty until a qualified person has read all of it."""

    reviewed_by: str
    reviewed_on: str

    @property
    def done(self) -> bool:
        """Whether a qualified person has checked it."""
        return bool(self.reviewed_by and self.reviewed_on)


@lru_cache(maxsize=64)
def review(code: str) -> Review:
    """What `about.toml` beside a catalogue says of its review; English is the source and needs none."""
    path = CATALOGUES / code / "about.toml"
    if not path.exists():
        return Review("the source", "always")
    about = tomllib.loads(path.read_text("utf-8"))
    return Review(str(about.get("reviewed_by", "")), str(about.get("reviewed_on", "")))


@lru_cache(maxsize=64)
def country_names(cldr: str) -> dict[str, str]:
    """Names of countries by ISO 3166 code in the locale `cldr`: from CLDR, or our own where CLDR has none."""
    known = {code: name for code, name in Locale.parse(cldr).territories.items() if len(code) == 2}
    return {**known, **_own_names(cldr).get("countries", {})}


@lru_cache(maxsize=64)
def language_names(cldr: str) -> dict[str, str]:
    """Names of languages by code in the locale `cldr`, from CLDR."""
    return dict(Locale.parse(cldr).languages.items())


@lru_cache(maxsize=64)
def month_names(cldr: str) -> tuple[str, ...]:
    """The twelve month names of the locale `cldr`, January first."""
    own = _own_names(cldr).get("months")
    if own:
        return tuple(own)
    # Babel resolves "stand-alone" of a locale that has none to that of the locale loaded before, which may be any
    # other: only the languages whose names differ when they stand alone may ask for it.
    context = "stand-alone" if cldr in _STAND_ALONE else "format"
    months = Locale.parse(cldr).months[context]["wide"]
    return tuple(months[number] for number in range(1, 13))


def has_own_months(cldr: str) -> bool:
    """Whether the names of months are ours: CLDR's patterns for dates do not fit them then."""
    return "months" in _own_names(cldr)


@lru_cache(maxsize=64)
def _own_names(cldr: str) -> dict[str, Any]:
    """Our own names of countries and months, for languages in which CLDR has those of another."""
    path = CATALOGUES / cldr / "names.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


# Where readers expect digits of their own in sentences and dates. Codes, phones, references and what is typed keep
# the digits that all papers and telephones have.
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_DIGITS = {"fa": _PERSIAN, "fa_AF": _PERSIAN}


def in_digits_of(code: str, said: object) -> str:
    """`said`, a number or a date in words, with the digits that readers of the language `code` expect."""
    return str(said).translate(_DIGITS.get(code, {}))


@lru_cache(maxsize=64)
def translations(code: str, domain: str = MESSAGES) -> gettext.NullTranslations:
    """The catalogue of a language, compiled from its `.po` file on first use; English texts are their own.

    Staff also read what applicants read: what is not in their domain is looked for in the other.
    """
    source = CATALOGUES / code / "LC_MESSAGES" / f"{domain}.po"
    found = gettext.NullTranslations()
    if source.exists():
        compiled = io.BytesIO()
        with source.open("rb") as file:
            write_mo(compiled, read_po(file, locale=None))
        compiled.seek(0)
        found = gettext.GNUTranslations(compiled)
    if domain != MESSAGES:
        found.add_fallback(translations(code))
    return found
