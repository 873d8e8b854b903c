"""The catalogue of public texts: extracted from data and templates, and the pseudo-language made from it."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import generate_po

from .locales import CATALOGUES, PSEUDO
from .staticfiles import find_folder

PACKAGE = Path(__file__).parent
KEYWORDS: dict[str, Any] = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
# The staff side speaks English for now; its texts are not asked of translators of the public side.
STAFF_ONLY = ("staff/**", "casework/**", "cli/**", "demo/**", "exports/**", "accounts.py", "translations/**")

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]")
# Placeholders, web and email addresses, and whatever holds a digit: the same in every language.
_KEPT = re.compile(r"(%\([a-z_]+\)[sd]|https?://\S+|\S+@[\w.-]*\w|[+$]?\w*\d[\w,-]*)")
_ACCENTED = str.maketrans("aceinouyACEINOUY", "áçéîñóúýÁÇÉÎÑÓÚÝ")
# Letters of the Arabic alphabet in their old order: strong right-to-left letters, but no words.
_LETTERS = "ابجد هوز حطي كلمن سعفص قرشت "
_LONGER = 0.4
# The pseudo-language counts as Arabic does: zero, one, two, few, many, other (CLDR plural rules, ar).
_ONE_OF_SIX = 1


def extract() -> Catalog:
    """Every public text, in a fixed order, with the files that hold it but no line numbers or dates."""
    catalog = Catalog(fuzzy=False)
    found: dict[Any, set[str]] = {}
    templates = find_folder("templates")
    for folder, methods, skipped in (
        (PACKAGE, [("**.py", "python")], STAFF_ONLY),
        (templates, [("shared/**.html", "jinja2.ext:babel_extract"), ("public/**", "jinja2.ext:babel_extract")], ()),
    ):
        ignored = [(pattern, "ignore") for pattern in skipped]
        options = {"**": {"silent": "false", "newstyle_gettext": "true", "trimmed": "true"}}
        for file, _line, message, _comments, _context in extract_from_dir(
            folder, [*ignored, *methods], options, KEYWORDS
        ):
            found.setdefault(message, set()).add(f"{folder.name}/{Path(file).as_posix()}")
    for message in sorted(found, key=str):
        if message:
            catalog.add(message, locations=[(file, 0) for file in sorted(found[message])])
    return catalog


def pseudo(text: str) -> str:
    """`text` as the right-to-left pseudo-language shows it: accented, about 40 % longer, placeholders kept."""
    parts = _KEPT.split(text)
    # Even places are words, odd ones are what must stay as it is.
    said = "".join(part.translate(_ACCENTED) if place % 2 == 0 else part for place, part in enumerate(parts))
    wanted = max(2, round(len(text) * _LONGER) - len("[ ] "))
    more = (_LETTERS * (wanted // len(_LETTERS) + 1))[:wanted].strip()
    # Strong right-to-left letters at both ends: the browser has to sort out directions in every text.
    return f"[{more[0]} {said} {more[1:] or more[0]}]"


def pseudo_catalog(source: Catalog | None = None) -> Catalog:
    """The catalogue of the pseudo-language, with all six plural forms of Arabic; made from `extract()` or `source`."""
    catalog = Catalog(locale="ar", fuzzy=False)
    for message in extract() if source is None else source:
        if not message.id:
            continue
        if isinstance(message.id, str):
            said: str | tuple[str, ...] = pseudo(message.id)
        else:
            one, many = map(pseudo, message.id)
            said = tuple(one if form == _ONE_OF_SIX else many for form in range(catalog.num_plurals))
        catalog.add(message.id, said, locations=message.locations)
    return catalog


def faults(catalog: Catalog) -> list[str]:
    """What would break a page or its meaning, one sentence each: signs that pages read as code, placeholders.

    A text without a translation is no fault: people then read it in English.
    """
    found = []
    for message in catalog:
        if message.id:
            asked, said = _forms(message.id), [form for form in _forms(message.string) if form]
            found += [f"{reason}: {asked[0]!r}" for reason in _reasons(message, asked, said)]
    return found


def po_text(catalog: Catalog) -> str:
    """The catalogue as a `.po` file, with a header that never changes by itself."""
    header = {
        # Babel keeps the plural forms only of a locale that it knows: "ar" here, where the folder says ar_XB.
        "Language": str(catalog.locale),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalog.plural_forms,
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in header.items())
    entries = "".join(generate_po(catalog, omit_header=True, include_lineno=False, width=0))
    return f'msgid ""\nmsgstr ""\n{lines}\n{entries}'


def write_pseudo() -> Path:
    """Write the catalogue of the pseudo-language; returns its path."""
    path = CATALOGUES / PSEUDO.code / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(po_text(pseudo_catalog()), "utf-8", newline="\n")
    return path


def _forms(text: Any) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _reasons(message: Message, asked: list[str], said: list[str]) -> Iterable[str]:
    texts = [*asked, *said]
    if any("%" in PLACEHOLDER.sub("", text) for text in texts):
        yield "a percent sign that is no placeholder stops the page"
    if any(sign in text for text in texts for sign in "<>&"):
        yield "a page would read <, > or & as HTML"
    if any(not text.strip() or text != text.strip() for text in texts):
        yield "empty, or with blanks at an end"
    wanted = {name for text in asked for name in PLACEHOLDER.findall(text)}
    allowed_fewer = not isinstance(message.id, str)  # "one" and "two" are often words, without the number
    for text in said:
        used = set(PLACEHOLDER.findall(text))
        if used - wanted or (wanted - used and not allowed_fewer):
            yield "the placeholders differ"
            return
