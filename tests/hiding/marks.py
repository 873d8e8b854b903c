"""What a mark looks like in a file: as it is, in other codings, escaped for other languages, packed, turned round."""

import base64
import binascii
import contextlib
import gzip
import json
import quopri
import re
import unicodedata
import urllib.parse
import zlib
from collections.abc import Collection, Iterator
from email.header import Header
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import numpy as np

SHORTEST = 8
PIECE = 8 * 2**20
# Neighbouring pieces share so many bytes: more than the longest form of a mark.
SHARED = 1024
# Files up to here are also unpacked and decoded as wholes.
WHOLE = 4 * 2**20
_MOST_UNPACKED = 2**20
_BETWEEN = rb"(?:[ +._-]|\xc2\xa0)?"
_DIGITS = re.compile(rb"(?<![0-9])" + _BETWEEN.join([rb"[0-9]{4}"] * 4) + rb"(?![0-9])")
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*")


def forms(word: str) -> dict[str, bytes]:
    """Each way in which a word can lie in a file, by its name. Those with `base` in it keep their case."""
    found: dict[str, bytes] = {}
    for style, text in _styles(word).items():
        raw = text.encode()
        each: dict[str, bytes] = {
            "plain": raw,
            **{coding: text.encode(coding) for coding in ("utf-16-le", "utf-16-be")},
            "latin": text.encode("latin-1", "ignore") if len(text.encode("latin-1", "ignore")) == len(text) else raw,
            "hex": raw.hex().encode(),
            "percent": urllib.parse.quote(text, safe="").encode(),
            "percent of all": "".join(f"%{one:02x}" for one in raw).encode(),
            "quoted-printable": quopri.encodestring(raw),
            "quoted-printable of all": "".join(f"={one:02x}" for one in raw).encode(),
            "json": json.dumps(text)[1:-1].encode(),
            "json of all": "".join(f"\\u{ord(one):04x}" for one in text).encode(),
            "decimal entities": "".join(f"&#{ord(one)};" for one in text).encode(),
            "hexadecimal entities": "".join(f"&#x{ord(one):x};" for one in text).encode(),
            "python": repr(raw)[2:-1].encode(),
            "octal": "".join(f"\\{one:03o}" for one in raw).encode(),
            "backwards": text[::-1].encode(),
        }
        for shift in range(3):
            each[f"base64 at {shift}"] = base64.b64encode(b"x" * shift + raw)[4 if shift else 0 :].rstrip(b"=")[:-2]
        for shift in range(5):
            each[f"base32 at {shift}"] = base64.b32encode(b"x" * shift + raw)[8 if shift else 0 :].rstrip(b"=")[:-3]
        found |= {f"{style}, {name}": one for name, one in each.items()}
    return found


def _styles(word: str) -> dict[str, str]:
    """A word as it is, with its case turned round, and taken apart into letters and accents."""
    styles = {"as it is": word, "lower": word.lower(), "upper": word.upper(), "case turned": word.swapcase()}
    if not word.isascii():
        styles |= {f"{style}, apart": unicodedata.normalize("NFD", text) for style, text in list(styles.items())}
    return styles


class _Many:
    """Some hundreds of byte strings, all of at least eight bytes, looked for at once."""

    def __init__(self, strings: Collection[bytes]) -> None:
        self._by_head: dict[bytes, list[bytes]] = {}
        for one in strings:
            self._by_head.setdefault(one[:SHORTEST], []).append(one)
        # Four tables: which two bytes may stand at places 0, 2, 4 and 6 of any of them.
        self._tables = [np.zeros(65536, dtype=bool) for _ in range(0, SHORTEST, 2)]
        for head in self._by_head:
            for number, table in enumerate(self._tables):
                table[int.from_bytes(head[2 * number : 2 * number + 2], "little")] = True

    def is_in(self, data: bytes) -> bool:
        """Whether one of them lies in `data`."""
        if len(data) < SHORTEST:
            return False
        each = np.frombuffer(data, dtype=np.uint8)
        pairs = each[:-1] | (each[1:].astype(np.uint16) << 8)
        [at] = np.nonzero(self._tables[0][pairs[: len(data) - SHORTEST + 1]])
        for number, table in enumerate(self._tables[1:], 1):
            at = at[table[pairs[at + 2 * number]]]
        return any(
            data.startswith(one, place)
            for place in at.tolist()
            for one in self._by_head.get(data[place : place + SHORTEST], ())
        )


class Marks:
    """Words, and codes of sixteen digits, that are looked for together."""

    def __init__(self, words: Collection[str], codes: Collection[str] = ()) -> None:
        each = [(name, one) for word in words for name, one in forms(word).items() if len(one) >= SHORTEST]
        self._exact = _Many({one for name, one in each if "base" in name})
        self._lower = _Many({one.lower() for name, one in each if "base" not in name})
        self._codes = frozenset(re.sub(r"\D", "", code).encode() for code in codes)

    def are_in(self, data: bytes) -> bool:
        """Whether a mark lies in these bytes as they are."""
        if self._lower.is_in(data.lower()) or self._exact.is_in(data):
            return True
        return bool(self._codes) and (self._has_code(data) or self._has_code(data.replace(b"\0", b"")))

    def are_within(self, data: bytes) -> bool:
        """Whether a mark lies in these bytes, as they are, decoded or unpacked."""
        return self.are_in(data) or any(self.are_in(view) for view in _views(data))

    def are_in_file(self, path: Path) -> bool:
        """Whether a mark lies in a file, also across the pieces in which it is read. A file that is gone holds none."""
        before, number = b"", 0
        try:
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    held = before + piece
                    is_small = number == 0 and len(held) <= WHOLE
                    if self.are_within(held) if is_small else self.are_in(held):
                        return True
                    before, number = held[-SHARED:], number + 1
        except OSError:
            return False  # gone while we looked, or closed to everybody but root
        return False

    def _has_code(self, data: bytes) -> bool:
        return any(re.sub(rb"[^0-9]", b"", one[0]) in self._codes for one in _DIGITS.finditer(data))


def _views(data: bytes) -> Iterator[bytes]:
    """What these bytes say when they are decoded or unpacked, in each way that fits somewhere in them."""
    if b"%" in data:
        yield urllib.parse.unquote_to_bytes(data)
    if b"=" in data:
        yield quopri.decodestring(data)
    for found in _PACKED.finditer(data):
        unpacker = zlib.decompressobj(wbits=47)  # gzip or zlib, whichever it is
        try:
            yield unpacker.decompress(data[found.start() :], _MOST_UNPACKED)
        except zlib.error:
            continue
    with contextlib.suppress(brotli.error):
        yield brotli.decompress(data)
    for found in _BASE64.finditer(data):
        run = re.sub(rb"[\r\n]", b"", found[0]).translate(bytes.maketrans(b"-_", b"+/"))
        for shift in range(4):
            piece = run[shift : shift + (len(run) - shift) // 4 * 4]
            try:
                yield base64.b64decode(piece)
            except binascii.Error:
                continue
    if re.search(rb"(?:[0-9A-Fa-f]{2}){16,}", data):
        for run in re.finditer(rb"(?:[0-9A-Fa-f]{2}){16,}", data):
            yield bytes.fromhex(run[0].decode())


def controls(words: Collection[str], code: str) -> Iterator[tuple[str, bytes]]:
    """Files, by a name, in each of which a mark lies in another form: a search that misses one proves nothing."""
    around = b"\x00\x01something before it "
    for word in words:
        for name, one in forms(word).items():
            if len(one) >= SHORTEST:
                yield f"{word}: {name}", around + one + around
    said = f"<p>Your code is {code}.</p>".encode()
    for name, one in {
        "a code": said,
        "a code without its groups": said.replace(b" ", b""),
        "a code in UTF-16": said.decode().encode("utf-16"),
        "a code in base64": base64.b64encode(said),
        "a code in hexadecimal": said.hex().encode(),
        "a code in percents": "".join(f"%{one:02X}" for one in said).encode(),
        "a code in gzip": around + gzip.compress(said * 9) + around,
        "a code in zlib": around + zlib.compress(said * 9),
        "a code in brotli": brotli.compress(said * 9),
        "a word in gzip": gzip.compress(next(iter(words)).encode() * 50),
        "a word in brotli": brotli.compress(next(iter(words)).encode() * 50),
        "a word in a header of a mail": Header(f"For {next(iter(words))}", "utf-8").encode().encode(),
        "a word across two pieces": b" " * (PIECE - 4) + next(iter(words)).encode(),
    }.items():
        yield name, one
