"""Figures in the text format of Prometheus, version 0.0.4, and the rule by which they tell nothing of one person.

Whatever people cause is published in full tens: neither a figure nor the difference of two tells of one of them.
Numbers of this machine, such as free bytes, are exact.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
# As in the numbers of the office: from one to nine is never shown.
LEAST: Final = 10
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Sample:
    """One line. `suffix` is empty, or `_bucket`, `_sum`, `_count` of a histogram."""

    value: float
    labels: Mapping[str, str]
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """All lines of one name, which begins with `intake_` and ends with its unit."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    about: str
    samples: tuple[Sample, ...]


def gauge(name: str, about: str, value: float | None, **labels: str) -> Family:
    """One number that goes up and down; none at all where there is nothing to say."""
    return Family(name, "gauge", about, () if value is None else (Sample(value, labels),))


def in_tens(count: int) -> int:
    """A count that only grows, in full tens: nobody sees which request made it grow."""
    return count - count % LEAST


def few_hidden(count: int) -> float:
    """A count of what is there now: none, unknown (NaN) from one to nine, else in full tens."""
    return math.nan if 0 < count < LEAST else in_tens(count)


def exposition(families: Iterable[Family]) -> str:
    """The text; a family without samples is left out."""
    lines: list[str] = []
    for family in families:
        if family.samples:
            lines += (f"# HELP {family.name} {family.about}", f"# TYPE {family.name} {family.kind}")
            lines += (_line(family.name, sample) for sample in family.samples)
    return "\n".join(lines) + "\n"


def _line(name: str, sample: Sample) -> str:
    labels = ",".join(f'{key}="{text.translate(_ESCAPES)}"' for key, text in sample.labels.items())
    value = "NaN" if math.isnan(sample.value) else f"{sample.value:.12g}"
    return f"{name}{sample.suffix}{{{labels}}} {value}" if labels else f"{name}{sample.suffix} {value}"
