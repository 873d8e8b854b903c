"""Lists to choose from, made once for each language: countries, languages, and the months of four calendars."""

import re
from functools import lru_cache

from markupsafe import Markup

from .. import calendarnames, web
from ..calendars import Calendar
from ..locales import Language, country_names, month_names
from ..questionnaire import choices
from ..questionnaire.model import Kind
from ..questionnaire.naming import folded
from ..typeddates import GREGORIAN

Named = tuple[tuple[str, str], ...]

# The language of the list that readers of a page most likely speak, where its code is another one.
_SPOKEN = {"zh_Hans": "zh", "pt_BR": "pt", "ku": "kmr"}
_MONTH = re.compile(r"(?:(?:sh|is|et)-)?1?[0-9]|sh|is|et|us", re.ASCII)
_OPTION = Markup("<option>{}</option>\n")
_CHOICE = Markup('<option value="{}"{}>{}</option>\n')
_GROUP = Markup('<optgroup label="{}">\n{}</optgroup>\n')
_SELECTED = Markup(" selected")


def named(kind: Kind, language: Language) -> Named:
    """(code, name) of every country or language that may be picked, in the order of the list."""
    if kind is Kind.LANGUAGE:
        return _languages(language.code)
    return _countries(language.cldr, web.gettext(choices.STATELESS_NAME))


def listed(kind: Kind, language: Language) -> Markup:
    """The names of `named` as the options of a list that helps with writing."""
    return _listed(named(kind, language))


def months(language: Language, chosen: str, *, others: bool) -> Markup:
    """The months as options, `chosen` selected; with `others`, groups for the other calendars follow."""
    return _months(language, chosen if _MONTH.fullmatch(chosen) else "", others)


@lru_cache(maxsize=64)
def _countries(cldr: str, stateless: str) -> Named:
    """Sorted by letters without their accents: close to what readers expect, but not each language's own order."""
    names = country_names(cldr)
    rest = sorted(((code, names.get(code, code)) for code in choices.COUNTRIES), key=lambda one: folded(one[1]))
    return (*rest, (choices.STATELESS, stateless))


@lru_cache(maxsize=64)
def _languages(code: str) -> Named:
    """The language of the page first, then the most used ones, as in `choices`."""
    own = _SPOKEN.get(code, code)
    return tuple(sorted(choices.LANGUAGES, key=lambda one: one[0] != own))


@lru_cache(maxsize=64)
def _listed(names: Named) -> Markup:
    return Markup("").join(_OPTION.format(name) for _code, name in names)


@lru_cache(maxsize=2048)
def _months(language: Language, chosen: str, others: bool) -> Markup:
    usual = [(str(number), name) for number, name in enumerate(month_names(language.cldr), 1)]
    if not others:
        return _choices(usual, chosen)
    only_year = web.gettext("Only the year")
    if Calendar.ETHIOPIAN in calendarnames.own_of(language.code):
        usual.append((GREGORIAN, only_year))
    made = [_GROUP.format(web.gettext("US calendar"), _choices(usual, chosen))]
    for calendar in calendarnames.offered(language.code):
        names = enumerate(calendarnames.months(calendar, language.code), 1)
        group = [*((f"{calendar}-{number}", f"{number} {name}") for number, name in names), (calendar.value, only_year)]
        made.append(_GROUP.format(web.gettext(calendarnames.NAMES[calendar]), _choices(group, chosen)))
    return Markup("").join(made)


def _choices(pairs: list[tuple[str, str]], chosen: str) -> Markup:
    return Markup("").join(_CHOICE.format(code, _SELECTED if code == chosen else "", name) for code, name in pairs)
