"""How the time of a target grows with its input: twice the text may take a little more than twice as long."""

import contextlib
import time

from tests.fuzz.targets import Target

# Twice the input in the square of the time would be four.
MOST = 3.2
# Shorter than this, chance decides, in seconds of the processor.
WORTH = 0.02


def growth(target: Target) -> float:
    """The worst ratio of the time for a seed repeated to `grown` bytes to that for half of it; 0 if all are quick."""
    worst = 0.0
    pieces = [one for one in target.seeds if one] + [b"<", b"<a", b"[", b"*_", b"> ", b" ", b"&#", b"(", b"\n", b"-"]
    for piece in pieces if target.grown else []:
        long = (piece * (target.grown // len(piece) + 1))[: target.grown]
        takes = _seconds(target, long)
        if takes > WORTH:
            worst = max(worst, takes / max(_seconds(target, long[: target.grown // 2]), 1e-9))
    return worst


def _seconds(target: Target, data: bytes) -> float:
    """The least of two times; what the target refuses or asserts is not of interest here."""
    times = []
    for _ in range(2):
        began = time.process_time()
        with contextlib.suppress(AssertionError):
            target.check(data)
        times.append(time.process_time() - began)
    return min(times)
