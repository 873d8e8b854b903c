"""Answers as people type them, turned into canonical values: digits of any script, phones, A-numbers,
plain text. Dates are in
`typeddates`.

Every parser raises `Mistyped` with a stable `reason`; neither the reason nor the exception holds what was
typed.
"""

import re
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_LONGEST_DIGITS = 40
_A_NUMBER = re.compile(r"[AaАаΑα]?([0-9]{7,9})")
_SEPARATORS = re.compile(r"[\s\-‐-―−.#/()·_]+")
_KEPT_FORMAT = {"\u200c", "\u200d"}  # zero-width joiners carry meaning in Persian and Indic scripts
_BLANK_CATEGORIES = frozenset({"Cf", "Zs", "Zl", "Zp", "Mn"})


class Mistyped(ValueError):
    """What was typed has no canonical value. `reason` is a stable code that holds nothing of the text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def digits(text: str) -> str:
    """`text` with the decimal digits of every script (Arabic, Persian, Devanagari...) as ASCII digits.

    Number signs that are not positional decimal digits, such as Ethiopic numerals, stay as they are.
    """
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(mark, mark)) for mark in text)


def clean_text(text: str, *, multiline: bool = False) -> str:
    """`text` in NFC without control characters, invisible direction changes or surplus spaces.

    With `multiline`, line ends stay (as "\\n") and at most one empty line stands between two lines.
    Text that shows nothing at all becomes "".
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = unicodedata.normalize("NFC", "".join(map(_plain_mark, text)))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    if multiline:
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    else:
        text = " ".join(line for line in lines if line)
    if all(mark == "\n" or unicodedata.category(mark) in _BLANK_CATEGORIES for mark in text):
        return ""
    return text


def parse_number(text: str, lowest: int, highest: int) -> int:
    """A whole number between `lowest` and `highest`, both included. Reasons: `number`, `range`."""
    plain = trimmed(text)
    if not re.fullmatch(r"[0-9]+", plain):
        raise Mistyped("number")
    if len(plain) > _LONGEST_DIGITS or not lowest <= int(plain) <= highest:
        raise Mistyped("range")
    return int(plain)


def parse_a_number(text: str) -> str:
    """Nine digits of an A-number typed with or without A, spaces and dashes; 7-9 digits, padded. Reason:
    `a_number`.

    The letter may come from a Cyrillic or Greek keyboard.
    """
    found = _A_NUMBER.fullmatch(_compact(text))
    if found is None:
        raise Mistyped("a_number")
    return found.group(1).zfill(9)


def show_a_number(number: str) -> str:
    """Nine digits as the government prints them: `A012-345-678`."""
    return f"A{number[:3]}-{number[3:6]}-{number[6:]}"


def mask_a_number(number: str) -> str:
    """Nine digits with all but the last three hidden: `A•••-•••-678`."""
    return f"A•••-•••-{number[6:]}"


def parse_phone(text: str, region: str = "US") -> str:
    """E.164 of a phone number; without a leading + it is read as one of `region`. Reasons: `phone`,
    `extension`.
    """
    compact = trimmed(text)
    if len(compact) > _LONGEST_DIGITS or re.search(r"[^\W\d_]{5,}", compact):
        raise Mistyped("phone")
    if re.match(r"00[1-9]", compact):
        compact = "+" + compact[2:]
    try:
        number = phonenumbers.parse(compact, region)
    except phonenumbers.NumberParseException:
        raise Mistyped("phone") from None
    if number.extension:
        raise Mistyped("extension")
    if not (phonenumbers.is_possible_number(number) and phonenumbers.is_valid_number(number)):
        raise Mistyped("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parse_email(text: str) -> str:
    """The normalised e-mail address; nothing is looked up on the network. Reason: `email`."""
    try:
        return validate_email(_visible(text).strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Mistyped("email") from None


def _plain_mark(mark: str) -> str:
    """One character as clean text keeps it; direction overrides could make a page read as something else."""
    if mark == "\n" or mark in _KEPT_FORMAT:
        return mark
    category = unicodedata.category(mark)
    if category == "Cc":
        return " " if mark.isspace() else ""
    return "" if category in {"Cf", "Cs"} or _is_noncharacter(ord(mark)) else mark


def _is_noncharacter(code: int) -> bool:
    """Unicode, 23.7: never a character, and HTML cannot hold it."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _visible(text: str) -> str:
    """Full-width letters and signs made plain, and everything invisible removed."""
    return "".join(map(_plain_mark, unicodedata.normalize("NFKC", text)))


def trimmed(text: str) -> str:
    """`text` as a field of digits means it: plain marks, ASCII digits, no space around it."""
    return digits(_visible(text)).strip()


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", trimmed(text))
