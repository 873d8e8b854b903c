"""The recovery key as four lines on paper, each with a check, so that a mistake in typing is found at its line."""

import hashlib
import re

from .publickeys import Purpose
from .sealing import SEED_BYTES, PrivateKey

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
_LOOKALIKES = str.maketrans("ILO", "110")
_LINES, _LINE_BYTES, _CHECK_BYTES, _LINE_SYMBOLS = 4, SEED_BYTES // 4, 2, 16


class BadRecoveryText(ValueError):
    """The recovery key was typed wrongly. `line`: the first wrong line, 1 to 4; None for missing lines."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line


def recovery_text(private: PrivateKey) -> str:
    """The key for paper: four numbered lines of four groups; each line carries its own check."""
    lines = []
    for number in range(1, _LINES + 1):
        part = private.secret_seed()[(number - 1) * _LINE_BYTES : number * _LINE_BYTES]
        value = int.from_bytes(part + _check(number, part))
        symbols = "".join(_SYMBOLS[value >> shift & 31] for shift in range(75, -1, -5))
        lines.append(f"{number}:  " + "  ".join(symbols[at : at + 4] for at in range(0, _LINE_SYMBOLS, 4)))
    return "\n".join(lines)


def from_recovery_text(text: str) -> PrivateKey:
    """The recovery key typed from paper: any case, spaces and dashes; I and L read as 1, O as 0.

    Raises BadRecoveryText, which names the first wrong line and never repeats what was typed.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) != _LINES:
        raise BadRecoveryText("The recovery key has four lines. Type all four.")
    return PrivateKey(b"".join(_line(n, line) for n, line in enumerate(lines, 1)), Purpose.RECOVERY)


def _line(number: int, line: str) -> bytes:
    typed = re.sub(rf"^\s*{number}\s*[:.)]", "", line)
    symbols = re.sub(r"[\s\-.]", "", typed).upper().translate(_LOOKALIKES)
    if len(symbols) != _LINE_SYMBOLS:
        raise BadRecoveryText(f"Line {number} needs {_LINE_SYMBOLS} letters and digits.", number)
    if not set(symbols) <= set(_SYMBOLS):
        raise BadRecoveryText(f"Line {number} has a character that no recovery key has.", number)
    value = 0
    for symbol in symbols:
        value = value << 5 | _SYMBOLS.index(symbol)
    whole = value.to_bytes(_LINE_BYTES + _CHECK_BYTES)
    if whole[_LINE_BYTES:] != _check(number, whole[:_LINE_BYTES]):
        raise BadRecoveryText(f"Line {number} is not right. Compare it with the paper.", number)
    return whole[:_LINE_BYTES]


def _check(number: int, part: bytes) -> bytes:
    # The number takes part, so that two lines in the wrong order are noticed.
    return hashlib.sha256(b"intake/recovery-line/v1" + bytes((number,)) + part).digest()[:_CHECK_BYTES]
