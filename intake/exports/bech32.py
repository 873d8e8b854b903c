"""The text form of an age recipient: Bech32 as in BIP 173, with the prefix "age" and 32 bytes inside."""

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_LETTERS = 6


def decode(text: str, prefix: str) -> bytes:
    """The bytes in a Bech32 text that has this prefix, in letters of one case.

    Raises ValueError for any other text. A slip of the keyboard in up to four letters is always found.
    """
    low = text.lower()
    head, mark, tail = low.rpartition("1")
    if text not in (low, text.upper()) or not mark or head != prefix or len(tail) < _CHECK_LETTERS:
        raise ValueError("not this kind of Bech32 text")
    if any(letter not in _VALUES for letter in tail):
        raise ValueError("a letter that Bech32 does not have")
    values = [_VALUES[letter] for letter in tail]
    spread = [ord(letter) >> 5 for letter in head] + [0] + [ord(letter) & 31 for letter in head]
    if _checksum(spread + values) != 1:
        raise ValueError("the check letters do not fit")
    return _to_bytes(values[:-_CHECK_LETTERS])


def _checksum(values: list[int]) -> int:
    found = 1
    for value in values:
        top = found >> 25
        found = (found & 0x1FFFFFF) << 5 ^ value
        for number, part in enumerate(_GENERATOR):
            found ^= part if top >> number & 1 else 0
    return found


def _to_bytes(values: list[int]) -> bytes:
    """Groups of five bits as bytes; what is left over must be fewer than five bits, all zero."""
    held, bits, out = 0, 0, bytearray()
    for value in values:
        held, bits = held << 5 | value, bits + 5
        if bits >= 8:
            bits -= 8
            out.append(held >> bits & 0xFF)
            held &= (1 << bits) - 1
    if bits >= 5 or held:
        raise ValueError("bits are left over")
    return bytes(out)
