"""The catalogue of public texts: extracted from data and templates, and the pseudo-language made from it."""

import re
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from .locales import CATALOGUES, PSEUDO
from .staticfiles import find_folder

PACKAGE = Path(__file__).parent
KEYWORDS: dict[str, Any] = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
# The staff side speaks English for now; its texts are not asked of translators of the public side.
STAFF_ONLY = ("staff/**", "casework/**", "cli/**", "demo/**", "exports/**", "translations/**")

_KEPT = re.compile(r"(%\([a-z_]+\)[sd]|https?://\S+|[0-9][0-9-]*)")
_ACCENTED = str.maketrans("aceinouyACEINOUY", "áçéîñóúýÁÇÉÎÑÓÚÝ")
# A strong right-to-left letter at each end makes the browser's bidi algorithm work on every text.
_OPEN, _CLOSE = "⟦ع ", " ع⟧"


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
    """`text` as the right-to-left pseudo-language shows it: accented, longer, with every placeholder kept."""
    parts = _KEPT.split(text)
    # Even places are words, odd ones are what must stay as it is.
    said = "".join(part.translate(_ACCENTED) if place % 2 == 0 else part for place, part in enumerate(parts))
    return f"{_OPEN}{said}{'~' * max(1, len(text) * 2 // 5 // 2)}{_CLOSE}"


def pseudo_catalog() -> Catalog:
    """The catalogue of the pseudo-language."""
    catalog = Catalog(fuzzy=False)
    for message in extract():
        if not message.id:
            continue
        said = pseudo(message.id) if isinstance(message.id, str) else tuple(pseudo(one) for one in message.id)
        catalog.add(message.id, said, locations=message.locations)
    return catalog


def write_pseudo() -> Path:
    """Write the catalogue of the pseudo-language; returns its path."""
    path = CATALOGUES / PSEUDO.code / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        write_po(out, pseudo_catalog(), omit_header=True, include_lineno=False, width=0)
    return path
