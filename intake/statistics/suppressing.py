"""Small numbers are hidden, and so many others with them that nobody can work them out by subtraction. Pure.

A number from 1 to 9 is hidden (shared practice of US grant reports; the figure stands in the organisation's rules as
well). Whoever knows the total can subtract what is shown: the rest is the sum of what is hidden. So further numbers
are hidden, the smallest first, until that sum leaves each hidden number open by at least ten; where this cannot be
had, the whole table is hidden. A zero is shown: it speaks of nobody. Steps of a way have a rule of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEAST: Final = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table by its code; None is hidden."""

    code: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers that add up to `total`, with what has to be hidden hidden. `total` None means: too few to show any."""

    cells: tuple[Cell, ...]
    total: int | None

    @property
    def hidden(self) -> int:
        """How many of its numbers are hidden."""
        return sum(cell.number is None for cell in self.cells)


def protect(counts: Sequence[tuple[str, int]], *, sums: bool = True) -> Table:
    """The table of these (code, number), in their order.

    With `sums` the numbers are parts of a total that people may know. Without, one person may count under several
    codes: nothing adds up, and only what is small is hidden.
    """
    total = sum(number for _code, number in counts)
    small = {code for code, number in counts if 0 < number < LEAST}
    if not sums:
        return Table(_cells(counts, small), None)
    if 0 < total < LEAST:
        return Table(_cells(counts, {code for code, _number in counts}), None)
    hidden = _with_company(counts, small) if small else small
    return Table(_cells(counts, hidden), total)


def apart(counts: Sequence[tuple[str, int]]) -> Table:
    """The table of these (code, number), which are steps one after another and no parts of a total.

    The difference of two steps is how many people stopped between them: a small number as well. So a step is shown
    when it is nothing or at least ten, and as much as each step shown before it or at least ten away from it. What
    is hidden is then near to a number that is shown, above or below, or small itself: nine others are possible.
    """
    shown: list[int] = []
    hidden: set[str] = set()
    for code, number in counts:
        if all(abs(number - other) not in range(1, LEAST) for other in (0, *shown)):
            shown.append(number)
        else:
            hidden.add(code)
    return Table(_cells(counts, hidden), None)


def _with_company(counts: Sequence[tuple[str, int]], small: set[str]) -> set[str]:
    hidden = set(small)
    others = sorted((number, code) for code, number in counts if number >= LEAST)
    while not _is_open(counts, hidden):
        if not others:
            return {code for code, _number in counts}
        hidden.add(others.pop(0)[1])
    return hidden


def _is_open(counts: Sequence[tuple[str, int]], hidden: set[str]) -> bool:
    """Whether each hidden number could be at least ten different ones, for all that the rest tells.

    A hidden number is at least 1, so with k of them that sum up to s each lies between 1 and s - k + 1.
    """
    some = sum(number for code, number in counts if code in hidden)
    return len(hidden) > 1 and some - len(hidden) + 1 >= LEAST


def _cells(counts: Sequence[tuple[str, int]], hidden: set[str]) -> tuple[Cell, ...]:
    return tuple(Cell(code, None if code in hidden else number) for code, number in counts)
