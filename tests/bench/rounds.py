"""Interleaved rounds: both sides in turn, medians of all, and how far the rounds lie apart."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

# Above this share between the quarters, a figure is not quoted.
NOISY = 0.25
# Seconds or milliseconds of each run, round by round.
Rounds: TypeAlias = list[list[float]]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: `value` is judged by the goal of that key, `spread` is relative (between the quarters of the rounds).

    `figures` are facts beside it; `raw` holds for each side the median and quartiles of every round.
    """

    what: str
    goal: str = ""
    value: float | None = None
    spread: float | None = None
    figures: Mapping[str, float | int | str] = field(default_factory=dict)
    raw: Mapping[str, Sequence[Sequence[float]]] = field(default_factory=dict)

    @property
    def noisy(self) -> bool:
        """Whether the rounds lie too far apart to quote it."""
        return self.spread is not None and self.spread > NOISY

    def kept(self) -> dict[str, Any]:
        """As it is kept in a file."""
        return asdict(self) | {"noisy": self.noisy}


def interleaved(
    works: Mapping[str, Callable[[], Any]], rounds: int, times: int = 1, warm: int = 1
) -> dict[str, Rounds]:
    """Each piece of work `times` times in turn, `rounds` times over, in seconds; `warm` rounds before do not count."""
    spent: dict[str, Rounds] = {name: [] for name in works}
    for number in range(rounds + warm):
        for name, work in works.items():
            took = [seconds(work) for _ in range(times)]
            if number >= warm:
                spent[name].append(took)
    return spent


def seconds(work: Callable[[], Any]) -> float:
    """How long one run takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(rounds: Rounds) -> float:
    """Of all runs."""
    return statistics.median(one for some in rounds for one in some)


def p99(rounds: Rounds) -> float:
    """The 99th percentile of all runs; of very few, their worst."""
    every = [one for some in rounds for one in some]
    return statistics.quantiles(every, n=100, method="inclusive")[98] if len(every) > 1 else every[0]


def quarters(rounds: Rounds) -> list[list[float]]:
    """Lower quartile, median and upper quartile of each round."""
    return [statistics.quantiles(some, n=4, method="inclusive") if len(some) > 1 else some * 3 for some in rounds]


def spread_of(values: Sequence[float]) -> float | None:
    """How far the quarters of these lie apart, as a share of their median; None for fewer than two."""
    if len(values) < 2:
        return None
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return round((high - low) / middle, 3) if middle else 0.0


def ratio(
    what: str, goal: str, over: tuple[str, Rounds], under: tuple[str, Rounds], *, tail: bool = False, unit: str = "s"
) -> Row:
    """`over` divided by `under`, each a name and its rounds of the same run; with `tail` their 99th percentiles.

    The spread is that of the ratio from round to round: what slows both sides at once does not count.
    """
    middle = p99 if tail else median
    value = middle(over[1]) / middle(under[1])
    each = [middle([one]) / middle([other]) for one, other in zip(over[1], under[1], strict=True)]
    figures = {f"{name} {unit}": _short(middle(rounds)) for name, rounds in (over, under)}
    raw = {name: quarters(rounds) for name, rounds in (over, under)}
    return Row(what, goal, round(value, 3), spread_of(each), figures, raw)


def _short(value: float) -> float:
    return float(f"{value:.4g}")
