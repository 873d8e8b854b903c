"""No secret lies in the repository: an offline scan for what keys, tokens and passwords look like."""

import math
import re
from collections import Counter

import pytest

from tests.house.test_repository import FILES, ROOT

# Put together from parts, so that this file does not hold what it looks for. The passwords of fictional addresses in
# the tests are three words.
KINDS = {
    "a private key": "-----BEGIN" + r" (?:[A-Z0-9]+ )*PRIVATE KEY",
    "a key of age": "AGE-" + r"SECRET-KEY-1[0-9A-Z]{20,}",
    "a cloud key": "AK" + r"IA[0-9A-Z]{16}|AS" + r"IA[0-9A-Z]{16}",
    "a token of a code host": "gh" + r"[pousr]_[A-Za-z0-9_-]{30,}|git" + r"hub_pat_[\w-]{20,}|gl" + r"pat-[\w-]{20,}",
    "a token of a chat": "xox" + r"[abeoprs]-[A-Za-z0-9-]{10,}",
    "a token of a payment or mail service": "_li" + r"ve_[A-Za-z0-9]{16,}|SG" + r"\.[\w-]{16,}\.[\w-]{16,}",
    "a token of a package index": "py" + r"pi-AgE[\w-]{20,}|npm" + r"_[A-Za-z0-9]{30,}",
    "a signed token": "ey" + r"J[\w-]{15,}\.ey" + r"J[\w-]{15,}\.[\w-]{15,}",
    "a password in an address": r"://[^\s/:@{}<>\"']+:(?!\*{3}|PASSWORD|(?:word|pass|hush)@)[^\s/:@{}<>\"']{3,}@",
}
HEXADECIMAL = re.compile(r"(?<![0-9a-f:])[0-9a-f]{64}(?![0-9a-f])")
NAMED = re.compile(r"""(?i)(?:secret|token|passw|api_?key|private)\w*["']?\s*[:=]\s*["']([A-Za-z0-9+/_=-]{20,})["']""")
# Digests of released questions and rules, and of packages: public on purpose.
DIGESTS = re.compile(r"sha256|digest|sha-256", re.IGNORECASE)
READABLE = [path for path in FILES if path.suffix not in {".png", ".woff2", ".ico", ".b64", ".lock"}]


def bits(text: str) -> float:
    """Entropy of a text, in bits a character: words have up to about 3.5, random base64 more than 4."""
    counts = Counter(text).values()
    return -sum(one / len(text) * math.log2(one / len(text)) for one in counts)


COMPILED = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}


def found_in(text: str, name: str = "") -> list[str]:
    """What looks like a secret in `text`, by kind and line; the secret itself is never repeated."""
    found = [(hit.start(), kind) for kind, pattern in COMPILED.items() for hit in pattern.finditer(text)]
    if not name.endswith(".po"):
        found += [(hit.start(), "a random value") for hit in NAMED.finditer(text) if bits(hit[1]) > 4.0]
        if not DIGESTS.search(text):
            found += [(hit.start(), "the hexadecimal of a secret") for hit in HEXADECIMAL.finditer(text)]
    return [f"{name}:{text.count(chr(10), 0, at) + 1}: {kind}" for at, kind in found]


def test_no_file_holds_a_secret():
    found = []
    for path in READABLE:
        found += found_in(path.read_text("utf-8", errors="replace"), str(path.relative_to(ROOT)))
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN" + " EC PRIVATE KEY-----",
        "AK" + "IA" + "ABCDEFGH12345678",
        "gh" + "p_" + "a1" * 18,
        "postgresql://owner:" + "hunter2x" + "@db.example.org/intake",
        "key = " + "0f" * 32,
        "API_KEY = '" + "q7Zt0cVb3xWm9LpKf2Rj8Hs5" + "'",
        "xox" + "b-" + "1234567890-abcdef",
    ],
)
def test_the_scan_finds_what_it_looks_for_and_does_not_repeat_it(line):
    [one, *_] = found_in(line, "somewhere")
    assert one.startswith("somewhere:1: ") and line[12:] not in one
