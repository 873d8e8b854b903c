"""What one door answers: how many requests of a coarse kind, how they ended, how long they took, and how many sends.

No address, no id and no language is kept, only the kind of page. Counted in memory, from the start of the process.
"""

import bisect
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from .metrics import Family, Sample, in_tens
from .settings import Door

BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NOWHERE: Final = "none"
_PROBES: Final = {"healthz": "probe", "readyz": "probe", "static": "static"}
# The part of a door (its blueprint, else its endpoint) -> the kind of page. What is not here is of the last kind.
KINDS: Final[Mapping[Door, Mapping[str, str]]] = {
    "public": _PROBES
    | dict.fromkeys(("apply", "family"), "form")
    | dict.fromkeys(("mine", "back", "ending"), "return"),
    "staff": _PROBES
    | dict.fromkeys(("security", "passkeys", "invitations", "locking"), "sign_in")
    | dict.fromkeys(("exports", "exportjobs", "numbers"), "export"),
}
OTHERS: Final[Mapping[Door, str]] = {"public": "page", "staff": "work"}


class Traffic:
    """The counts of one door; safe to use from all of its threads."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, str]] = Counter()
        self._times: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self._sends = 0

    def kind_of(self, part: str | None) -> str:
        """The kind of page of a blueprint or an endpoint; None is an address that is not there."""
        return NOWHERE if part is None else KINDS[self._door].get(part, OTHERS[self._door])

    def answered(self, part: str | None, status: int, seconds: float, *, sent: bool = False) -> None:
        """Count one answer. `sent`: with it a form was taken in for good."""
        kind, place = self.kind_of(part), bisect.bisect_left(BOUNDS, seconds)
        with self._lock:
            self._answers[kind, f"{status // 100}xx"] += 1
            self._times.setdefault(kind, [0] * (len(BOUNDS) + 1))[place] += 1
            # In whole microseconds: a sum of many small fractions drifts.
            self._seconds[kind] += round(seconds * 1_000_000)
            self._sends += sent

    def families(self) -> Iterator[Family]:
        """The counts so far, those of people in full tens. Failures of our own are exact: the first one matters."""
        with self._lock:
            answers, seconds, sends = dict(self._answers), dict(self._seconds), self._sends
            times = {kind: list(counts) for kind, counts in self._times.items()}
        yield Family(
            "intake_requests_total",
            "counter",
            "Requests by door, kind of page and class of the answer; in full tens, but 5xx exact.",
            tuple(
                Sample(number if of == "5xx" else in_tens(number), {"door": self._door, "kind": kind, "class": of})
                for (kind, of), number in sorted(answers.items())
            ),
        )
        samples = [one for kind in sorted(times) for one in self._histogram(kind, times[kind], seconds[kind])]
        about = "Time until an answer is made, by door and kind of page; counts in full tens."
        yield Family("intake_request_seconds", "histogram", about, tuple(samples))
        if self._door == "public":
            total = Sample(in_tens(sends), {})
            yield Family("intake_sends_total", "counter", "Forms taken in for good; in full tens.", (total,))

    def _histogram(self, kind: str, counts: list[int], microseconds: int) -> Iterator[Sample]:
        labels, below = {"door": self._door, "kind": kind}, 0
        for bound, number in zip((*(f"{one:g}" for one in BOUNDS), "+Inf"), counts, strict=True):
            below += number
            yield Sample(in_tens(below), labels | {"le": bound}, "_bucket")
        shown = in_tens(below)
        # The sum is that of the shown share: an exact one would tell how long the last request took.
        yield Sample(microseconds / 1_000_000 * shown / below, labels, "_sum")
        yield Sample(shown, labels, "_count")
