"""What staff typed about a place, checked: one function, and a sentence for each field that cannot be kept."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import phonenumbers

from ..locales import N_
from ..questionnaire import choices
from ..typed import Mistyped, clean_text, parse_number, parse_phone, trimmed
from .model import AUDIENCES, CLAIMS, KINDS

LONGEST: Final[Mapping[str, int]] = {"name": 120, "about": 400, "url": 200}
RANKS: Final = (1, 99)
# Short numbers that every phone in the US can call.
_SHORT = frozenset({"211", "311", "911", "988"})
_HOST = re.compile(r"(?=.{4,253}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "states": choices.STATE_CODES,
    "codes": frozenset(CLAIMS),
    "languages": frozenset(code for code, _name in choices.LANGUAGES),
    "audience": frozenset(AUDIENCES),
}


class Invalid(ValueError):
    """What was typed about a place cannot be kept. `problems` has a sentence for staff by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("What was typed about the place cannot be kept.")
        self.problems = problems


def read(typed: Mapping[str, str], chosen: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The columns of a place, from texts (kind, name, about, url, phone, rank) and lists (states, codes...).

    Raises Invalid.
    """
    problems: dict[str, str] = {}
    columns: dict[str, Any] = {key: clean_text(typed.get(key, "")) for key in LONGEST}
    for key, longest in LONGEST.items():
        if len(columns[key]) > longest:
            problems[key] = N_("This text is too long.")
    if not columns["name"]:
        problems["name"] = N_("Write the name of the place.")
    if not columns["about"]:
        problems["about"] = N_("Write one or two plain sentences that say what the place does.")
    columns["kind"] = typed.get("kind", "")
    if columns["kind"] not in KINDS:
        problems["kind"] = N_("Choose a kind from the list.")
    columns["url"] = _address(columns["url"], problems)
    columns["phone"] = _phone(typed.get("phone", ""), problems)
    if not columns["url"] and not columns["phone"] and not problems.keys() & {"url", "phone"}:
        problems["phone"] = N_("Write a web address or a phone number: people need a way to get there.")
    columns["rank"] = _rank(typed.get("rank", ""), problems)
    for key, known in _KNOWN.items():
        columns[key] = sorted(set(chosen.get(key, ())))
        if not set(columns[key]) <= known:
            problems[key] = N_("Choose from the list.")
    if problems:
        raise Invalid(problems)
    return columns


def _address(text: str, problems: dict[str, str]) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc) is not None and text.isascii()
    except ValueError:
        fits = False
    if not fits or " " in text:
        problems.setdefault("url", N_("Write a web address that starts with https:// or http://"))
    return text


def _phone(text: str, problems: dict[str, str]) -> str | None:
    plain = trimmed(text)
    if not plain or plain in _SHORT:
        return plain or None
    try:
        number = phonenumbers.parse(parse_phone(text))
    except Mistyped:
        problems["phone"] = N_(
            "This phone number cannot be read. Write it as 1-800-898-7180, or with + and the country."
        )
        return None
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return re.sub(r"[ ()]+", "-", shown.removeprefix("+")) if number.country_code == 1 else shown


def _rank(text: str, problems: dict[str, str]) -> int:
    try:
        return parse_number(text, *RANKS) if text.strip() else 50
    except Mistyped:
        problems["rank"] = N_("Write a whole number from 1 to 99. Low numbers come first.")
        return 50
