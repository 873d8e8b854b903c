"""Tokens: what lets a sealed case be found again, and tells nothing to whom the key is missing.

A token is a hash under a key that only the staff side has, of one form of a name (`names.forms`), a phone number,
an e-mail address or an A-number. The kind goes into the hash: one text gives other tokens as a name and as an
address. Without the key no guess can be confirmed, however many names are tried.

What equality of tokens still shows, to whom holds the database alone: that two cases share a form (not which),
how many cases share it, and about how many words a name has. Who knows besides that among the cases of one
language one name is by far the most frequent can suspect it behind the most frequent token there. Whoever holds
the database and the key can try names; whoever holds the key alone has nothing.
"""

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .. import names
from ..settings import Settings, secret
from ..typed import Mistyped, digits, parse_a_number, parse_email, parse_phone

TOKEN_BYTES: Final = 12

# What the applicant calls themselves weighs more than whom they name beside them.
OWN: Final = 3
_OWN_NAMES: Final = ("call_name", "other_names", "documents_name")
_OTHER_NAMES: Final = ("helper_name",)
# One field for a name and how to reach the person, as they like it.
_MIXED: Final = ("helper_contact", "contact_person", "young_contact")
NAME_QUESTIONS: Final = (*_OWN_NAMES, *_OTHER_NAMES, *_MIXED)

# By kind; the last digits are for numbers that were written down without their country.
EXACT_WEIGHTS: Final[Mapping[str, int]] = {"a_number": 30, "phone": 30, "email": 30, "phone_end": 10}
EXACT_KINDS: Final = ("a_number", "phone", "email")
_END_DIGITS: Final = 7
_MOST_TOKENS: Final = 400
_ADDRESS: Final = re.compile(r"[^\s,;:<>()\"]{1,64}@[^\s,;:<>()\"]{3,190}")
_NUMBER: Final = re.compile(r"\+?[0-9][0-9\s\-‐-―−.()/·]{5,30}[0-9]")


@dataclass(frozen=True, slots=True, repr=False)
class Held:
    """What one text holds: the exact things by kind, and the words that are left."""

    exact: tuple[tuple[str, str], ...]
    words: str


def key_of(settings: Settings) -> bytes:
    """The key of all tokens, 32 bytes, made on first use; the staff door and every desk need the same one."""
    return bytes.fromhex(secret(settings.secrets / "search.key"))


def token(key: bytes, kind: str, text: str) -> bytes:
    """The token of one text of one kind."""
    said = b"intake/search/v1\0" + kind.encode() + b"\0" + text.encode("utf-8", "surrogatepass")
    return hmac.digest(key, said, "sha256")[:TOKEN_BYTES]


def stamp(key: bytes) -> int:
    """Which forms under which key: a positive number for `Case.indexed`. Another one means: index it anew."""
    return int.from_bytes(token(key, "stamp", str(names.VERSION))[:4], "big") % (2**31 - 1) + 1


def name_token(key: bytes, form: str) -> bytes:
    """The token of one form out of `names.forms`."""
    return token(key, "name", form)


def tokens(key: bytes, answers: Mapping[str, Any]) -> dict[bytes, int]:
    """All tokens of one case with their weights, from its live answers. At most 400.

    Names: how the person wants to be called, other names, the name on papers, three times as heavy as the helper,
    the trusted person and the adult of a child. Not the person to whom nobody may speak: a search is no way to
    them. Numbers and addresses: the applicant's own, and those of the people beside them.
    """
    found: dict[bytes, int] = {}
    for kind, text, times in _exact(answers):
        _heavier(found, token(key, kind, text), EXACT_WEIGHTS[kind] * times)
    for text, times in _names(answers):
        for form, weight in names.forms(text).items():
            _heavier(found, name_token(key, form), weight * times)
    return dict(list(found.items())[:_MOST_TOKENS])


def exact_tokens(key: bytes, answers: Mapping[str, Any]) -> dict[bytes, str]:
    """The tokens of the applicant's own A-number, phone and e-mail address, with their kind. See `EXACT_KINDS`."""
    return {
        token(key, kind, text): kind for kind, text, times in _exact(answers) if times == OWN and kind in EXACT_KINDS
    }


def held_in(text: str) -> Held:
    """The e-mail addresses, phone numbers and A-numbers in `text`, typed in any script, and the rest of it."""
    rest, exact = digits(text), []
    for pattern, kinds in ((_ADDRESS, ("email",)), (_NUMBER, ("phone", "a_number"))):
        for found in pattern.findall(rest):
            exact += [pair for kind in kinds for pair in _as_kind(kind, found)]
        rest = pattern.sub(" ", rest)
    return Held(tuple(dict.fromkeys(exact)), rest)


def _as_kind(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """What `text` is as an exact thing of this kind; nothing when it is none."""
    try:
        match kind:
            case "email":
                yield kind, parse_email(text).casefold()
            case "a_number":
                yield kind, parse_a_number(text)
            case "phone":
                bare = "".join(mark for mark in text if mark.isdecimal())
                if len(bare) >= _END_DIGITS:
                    yield "phone_end", bare[-_END_DIGITS:]
                yield kind, parse_phone(text)
    except Mistyped:
        return


def _exact(answers: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    for kind in EXACT_KINDS:
        for found, text in _as_kind(kind, _text(answers, kind)):
            yield found, text, OWN
    for key in _MIXED:
        for kind, text in held_in(_text(answers, key)).exact:
            if kind != "a_number":
                yield kind, text, 1


def _names(answers: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    yield from ((_text(answers, key), OWN) for key in _OWN_NAMES)
    yield from ((_text(answers, key), 1) for key in _OTHER_NAMES)
    yield from ((held_in(_text(answers, key)).words, 1) for key in _MIXED)


def _text(answers: Mapping[str, Any], key: str) -> str:
    value = answers.get(key)
    return value if isinstance(value, str) else ""


def _heavier(found: dict[bytes, int], one: bytes, weight: int) -> None:
    found[one] = max(found.get(one, 0), weight)
