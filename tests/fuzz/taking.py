"""Values out of bytes, so that a fuzzer that knows nothing but bytes can move each of them."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Taking:
    """Takes values from the front of some bytes; when they run out, zeros follow."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self, most: int) -> int:
        """A number from 0 to `most`, both included."""
        size = max(1, (most.bit_length() + 7) // 8)
        piece = self._data[self._at : self._at + size]
        self._at += size
        return int.from_bytes(piece) % (most + 1)

    def one_of(self, values: Sequence[T]) -> T:
        """One of `values`."""
        return values[self.number(len(values) - 1)]

    def some_of(self, values: Sequence[T], most: int) -> list[T]:
        """Up to `most` of `values`, the same one never twice."""
        return list(dict.fromkeys(self.one_of(values) for _ in range(self.number(most))))

    def text(self, most: int = 60) -> str:
        """Up to `most` bytes as text; what is no UTF-8 becomes halves of surrogate pairs, as odd as text can be."""
        size = self.number(most)
        piece = self._data[self._at : self._at + size]
        self._at += size
        return as_text(piece)

    @property
    def rest(self) -> bytes:
        """All that is left."""
        return self._data[self._at :]


def as_text(data: bytes) -> str:
    """Any bytes as text, each in one way."""
    return data.decode("utf-8", "surrogateescape")
