"""Who is served first when more requests come than a door can answer, and who is told to come later.

Requests wait in ranks. A rank is served only while nobody of a better one waits, and each rank has a longest wait: a
request that waited longer is *late*, and its application answers it in few words instead of doing the work.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from waitress.task import ThreadedTaskDispatcher, WSGITask

from .metrics import Family, Sample, few_hidden, in_tens

# Set in the environment of a late request.
LATE = "intake.late"
# Requests of one rank with a short wait: half the lines that a door has. The other half is for the better ranks.
MOST_WAITING = 1_000


class Queue:
    """The lines in which requests wait. Not safe by itself: the dispatcher holds its lock around each use.

    `rank_of` sorts a parsed request of waitress into a rank, 0 first. `seconds` is the longest wait of each rank;
    `names` are what the figures call them. The ranks from `bounded` on hold `MOST_WAITING` at most.
    """

    def __init__(
        self, rank_of: Callable[[Any], int], seconds: Sequence[float], names: Sequence[str], bounded: int
    ) -> None:
        self._rank_of = rank_of
        self._seconds = tuple(seconds)
        self._names = tuple(names)
        self._bounded = bounded
        self._lines: tuple[deque[tuple[float, Any]], ...] = tuple(deque() for _ in seconds)
        self._late = [0] * len(self._names)
        self._count = 0
        self._gave_way = False

    def __len__(self) -> int:
        return self._count

    def append(self, channel: Any) -> None:
        """Let the first request of a connection wait in its rank."""
        self._lines[self._rank_of(channel.requests[0])].append((time.monotonic(), channel))
        self._count += 1

    def popleft(self) -> Any:
        """The connection to serve next: a late one, else the first of the best rank."""
        self._count -= 1
        late = self._first_late()
        if late is not None:
            return late
        for line in self._lines:
            if line:
                return line.popleft()[1]
        raise IndexError("nobody waits")

    def _first_late(self) -> Any:
        """A connection whose request is late, marked so.

        Saying so costs little, but not nothing: while somebody of the best rank waits, it is every second one's turn.
        """
        self._gave_way = not self._gave_way
        if self._gave_way and self._lines[0]:
            return None
        now = time.monotonic()
        for rank in reversed(range(len(self._lines))):
            line = self._lines[rank]
            is_full = rank >= self._bounded and len(line) > MOST_WAITING
            if line and (is_full or now - line[0][0] > self._seconds[rank]):
                self._late[rank] += 1
                channel = line.popleft()[1]
                channel.requests[0].is_late = True
                return channel
        return None

    def families(self) -> Iterator[Family]:
        """How many wait, how many were told to come later, and the published limit."""
        named = list(zip(self._names, self._lines, self._late, self._seconds, strict=True))
        waiting = tuple(Sample(few_hidden(len(line)), {"rank": name}) for name, line, _, _ in named)
        yield Family("intake_waiting_requests", "gauge", "Requests that wait, by rank; few are hidden.", waiting)
        late = tuple(Sample(in_tens(count), {"rank": name}) for name, _, count, _ in named)
        yield Family("intake_late_total", "counter", "Requests told to come later, by rank; in full tens.", late)
        most = tuple(Sample(seconds, {"rank": name}) for name, _, _, seconds in named)
        yield Family("intake_waiting_limit_seconds", "gauge", "How long a request waits at most, by rank.", most)


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Waitress's own threads, served from a `Queue`. A line of people is no reason for a warning each."""

    def __init__(self, queue: Queue, threads: int) -> None:
        super().__init__()
        self.queue = queue
        self.set_thread_count(threads)

    def add_task(self, task: Any) -> None:
        """Let a connection wait for its turn."""
        lock: threading.Lock = self.lock
        with lock:
            self.queue.append(task)
            self.queue_cv.notify()


class Task(WSGITask):  # type: ignore[misc]
    """One request; whether it is late stands in its environment, and then its line is closed after the answer."""

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment of the request."""
        environ: dict[str, Any] = super().get_environment()
        if getattr(self.request, "is_late", False):
            environ[LATE] = True
            # Who is told to come later makes room for others until then.
            self.set_close_on_finish()
        return environ
