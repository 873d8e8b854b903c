"""The catalogues of texts: extracted from data and templates, and the pseudo-language made from them.

There are two domains: `messages`, what applicants read, in every language; `staff`, what only staff read.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import generate_po

from . import assessment
from .assessment.days import PATTERNS
from .locales import CATALOGUES, MESSAGES, PSEUDO, STAFF
from .staticfiles import find_folder

PACKAGE = Path(__file__).parent
KEYWORDS: dict[str, Any] = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
# What only staff read; it is not asked of translators of the public side. Commands speak English.
STAFF_ONLY = (
    "staff/**",
    "casework/**",
    "exports/**",
    "retention/**",
    "statistics/**",
    "watching/**",
    "accounts.py",
    "approvals.py",
    "staffing.py",
    "workdays.py",
    "targets.py",
    "lawfigures.py",
    "passkeys.py",
)
_UNSAID = ("cli/**", "demo/**", "translations/**")
_TEMPLATES = {MESSAGES: ("shared/**.html", "public/**"), STAFF: ("staff/**.html",)}
_OPTIONS = {"**": {"silent": "false", "newstyle_gettext": "true", "trimmed": "true"}}

# A place in the law or on the web has the same name in every language.
_LAW = re.compile(r"\d+ (?:USC|CFR)\b|https://")
# The rules fill their texts as `str.format` does, everything else as `%` does.
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]+\}")
# Placeholders, web and email addresses, and whatever holds a digit: the same in every language.
_KEPT = re.compile(r"(%\([a-z_]+\)[sd]|\{[a-z_]+\}|https?://\S+|\S+@[\w.-]*\w|[+$]?\w*\d[\w,-]*)")
_ACCENTED = str.maketrans("aceinouyACEINOUY", "áçéîñóúýÁÇÉÎÑÓÚÝ")
# Letters of the Arabic alphabet in their old order: strong right-to-left letters, but no words.
_LETTERS = "ابجد هوز حطي كلمن سعفص قرشت "
_LONGER = 0.4
# The pseudo-language counts as Arabic does: zero, one, two, few, many, other (CLDR plural rules, ar).
_ONE_OF_SIX = 1


def extract(domain: str = MESSAGES) -> Catalog:
    """Every text of a domain, in a fixed order, with the files that hold it but no line numbers or dates.

    A text that applicants read as well stands in `messages` alone: staff read it there.
    """
    found = _found(domain)
    if domain == STAFF:
        for text, where in _of_the_rules():
            found.setdefault(text, set()).add(f"intake/assessment/{where}")
        for message in _found(MESSAGES):
            found.pop(message, None)
    catalog = Catalog(fuzzy=False)
    for message in sorted(found, key=str):
        if message:
            catalog.add(message, locations=[(file, 0) for file in sorted(found[message])])
    return catalog


def _of_the_rules() -> Iterator[tuple[str, str]]:
    """What the rules say, with where it stands: their sentences, days in words, and sources that are sentences."""
    for ruleset in assessment.released.values():
        for rule in (*ruleset.eligibility, *ruleset.urgency):
            yield from ((text, rule.code) for text in rule.texts.values())
        for figure in ruleset.figures.listed:
            told = (figure.cite, figure.source, figure.note, figure.unit)
            yield from ((text, "figures.toml") for text in told if text and not _LAW.match(text))
    yield from ((pattern, "days.py") for pattern in PATTERNS)


def _found(domain: str) -> dict[Any, set[str]]:
    found: dict[Any, set[str]] = {}
    code = [(pattern, "ignore") for pattern in _UNSAID]
    if domain == STAFF:
        code += [(pattern, "python") for pattern in STAFF_ONLY]
    else:
        code += [*((pattern, "ignore") for pattern in STAFF_ONLY), ("**.py", "python")]
    pages = [(pattern, "jinja2.ext:babel_extract") for pattern in _TEMPLATES[domain]]
    for folder, methods in ((PACKAGE, code), (find_folder("templates"), pages)):
        for file, _line, message, _comments, _context in extract_from_dir(folder, methods, _OPTIONS, KEYWORDS):
            found.setdefault(message, set()).add(f"{folder.name}/{Path(file).as_posix()}")
    return found


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


def write_pseudo(domain: str = MESSAGES) -> Path:
    """Write a catalogue of the pseudo-language; returns its path."""
    path = CATALOGUES / PSEUDO.code / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(po_text(pseudo_catalog(extract(domain))), "utf-8", newline="\n")
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
