"""Which licence an installed package says it has, as SPDX writes it, from what its own metadata tells."""

import re
from importlib.metadata import Distribution

# Classifiers and loose words, as SPDX names them. "BSD" alone leaves open which one; all of them may be used.
_BY_WORDS = {
    "MIT License": "MIT",
    "MIT": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Zope Public License": "ZPL-2.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "BSD-2-Clause": "BSD-2-Clause",
    "Apache-2.0": "Apache-2.0",
}
# Metadata without a word on it; read from the file LICENSE of the package.
_READ_BY_US = {"axe-playwright-python": "MIT"}
# Licences under which this product, and what it is tested with, may be used and passed on. LGPL and MPL bind changes
# to the library itself, which we make none of; hypothesis and its kind are in no shipped product.
ALLOWED = {
    *("MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "ISC", "Zlib", "CC0-1.0", "PSF-2.0"),
    *("Unlicense", "ZPL-2.1", "MPL-2.0", "LGPL-3.0-only"),
}


def plain(name: str) -> str:
    """A package's name as the index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(package: Distribution) -> str:
    """The SPDX expression of an installed package; "" where its metadata says nothing that we know."""
    told = package.metadata
    if expression := told.get("License-Expression"):
        return str(expression)
    classifiers = [one.rpartition("::")[2].strip() for one in told.get_all("Classifier") or [] if "License ::" in one]
    for words in (*classifiers, told.get("License") or ""):
        if words in _BY_WORDS:
            return _BY_WORDS[words]
    return _READ_BY_US.get(plain(told["Name"]), "")


def parts_of(expression: str) -> list[str]:
    """The licences in an expression of SPDX."""
    return [one for one in re.split(r"[\s()]+|\bAND\b|\bOR\b", expression) if one]
