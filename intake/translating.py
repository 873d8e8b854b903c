"""Catalogues as reviewers work on them: a spreadsheet out and in, and every catalogue kept up with the texts."""

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from . import catalogues
from .locales import CATALOGUES, ENGLISH, MESSAGES, PLANNED, STAFF, Language

COLUMNS = ("name", "where", "english", "form", "translation")


class SpreadsheetError(ValueError):
    """A spreadsheet that cannot be read in; the message is one sentence that says where."""


def name_of(english: str) -> str:
    """A name that a text keeps as long as its English stays: for recordings of it, one file a text and language."""
    return hashlib.sha256(english.encode()).hexdigest()[:12]


def path_of(language: Language, domain: str = MESSAGES) -> Path:
    """Where the catalogue of a language lies."""
    return CATALOGUES / language.code / "LC_MESSAGES" / f"{domain}.po"


def read(language: Language, domain: str = MESSAGES) -> Catalog:
    """The catalogue of a language as it is; an empty one where there is none yet."""
    path = path_of(language, domain)
    if not path.exists():
        return Catalog(locale=language.code, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language.code)


def current(language: Language, source: Catalog | None = None, domain: str = MESSAGES) -> Catalog:
    """The texts of today with the translations of this language; a text that is new or changed has none yet."""
    old = {_key(message): message.string for message in read(language, domain) if message.id and not message.fuzzy}
    fresh = Catalog(locale=language.code, fuzzy=False)
    for message in catalogues.extract(domain) if source is None else source:
        if message.id:
            fresh.add(message.id, old.get(_key(message), _nothing(message, fresh)), locations=message.locations)
    return fresh


def write(language: Language, catalog: Catalog, domain: str = MESSAGES) -> Path:
    """Write a catalogue; returns its path."""
    path = path_of(language, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(catalogues.po_text(catalog), "utf-8", newline="\n")
    return path


def bring_up_to_date() -> list[Path]:
    """Give every catalogue that is here the texts of today; returns the paths."""
    paths = []
    for domain in (MESSAGES, STAFF):
        source = catalogues.extract(domain)
        here = [one for one in PLANNED if one is not ENGLISH and path_of(one, domain).exists()]
        paths += [write(one, current(one, source, domain), domain) for one in here]
    return paths


def missing(catalog: Catalog) -> list[str]:
    """The English texts that have no whole translation."""
    return [_english(message)[0] for message in catalog if message.id and not all(_said(message))]


def spreadsheet(language: Language, domain: str = MESSAGES) -> str:
    """All texts of a language as CSV for a reviewer: one row for each text, one for each plural form of a text."""
    out = io.StringIO()
    # The mark at the start tells spreadsheet programs that this is UTF-8.
    out.write("\ufeff")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for message in current(language, domain=domain):
        if message.id:
            where = " ".join(dict.fromkeys(file for file, _line in message.locations))
            english, said = _english(message), _said(message)
            for form, text in enumerate(said):
                rows.writerow(
                    [
                        name_of(english[0]),
                        where,
                        english[min(form, len(english) - 1)],
                        form if len(said) > 1 else "",
                        text,
                    ]
                )
    return out.getvalue()


def take(language: Language, text: str, domain: str = MESSAGES) -> Catalog:
    """The catalogue that a reviewer's CSV gives: what it says replaces what was said.

    Raises:
        SpreadsheetError: no table of ours, a text that is not ours, or a translation that would break a page.
    """
    found = current(language, domain=domain)
    said: dict[str, dict[int, str]] = {}
    for number, (english, form, translation) in enumerate(_rows(text), 2):
        if not form.isdecimal() and form:
            raise SpreadsheetError(f"Row {number}: “form” is a number or empty.")
        said.setdefault(english, {})[int(form or 0)] = translation.strip()
    for message in found:
        if message.id:
            _replace(message, said)
    known = {text for message in found if message.id for text in _english(message)}
    strange = [english for english in said if english not in known]
    if strange:
        raise SpreadsheetError(f"A text that is not (or no longer) ours: “{strange[0][:60]}”.")
    faults = catalogues.faults(found)
    if faults:
        raise SpreadsheetError(faults[0])
    return found


def _rows(text: str) -> Iterator[tuple[str, str, str]]:
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    needed = ("english", "form", "translation")
    if not set(needed) <= set(table.fieldnames or ()):
        raise SpreadsheetError(f"The first row names the columns {', '.join(needed)}.")
    for row in table:
        yield row["english"] or "", row["form"] or "", row["translation"] or ""


def _replace(message: Message, said: dict[str, dict[int, str]]) -> None:
    english = _english(message)
    if isinstance(message.id, str):
        message.string = said.get(english[0], {}).get(0, message.string)
        return
    forms = list(_said(message))
    for form in range(len(forms)):
        forms[form] = said.get(english[min(form, 1)], {}).get(form, forms[form])
    message.string = tuple(forms)


def _key(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _english(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _said(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _nothing(message: Message, catalog: Catalog) -> Any:
    return "" if isinstance(message.id, str) else ("",) * catalog.num_plurals
