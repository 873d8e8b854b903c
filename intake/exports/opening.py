"""Opening many envelopes at once: blocks in order, in processes of their own once there are many."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

from .. import memory
from ..publickeys import Purpose
from ..sealing import PrivateKey
from ..unsealing import Keyring
from .formats import Block, Format, encoder
from .profiles import Column
from .rows import Layout, Line, row_of

# Rows in a block: the work of some tens of milliseconds.
BLOCK = 500
# So many blocks are opened here first: for fewer, a process that starts costs more than it gives.
HERE = 40
MOST_PROCESSES = 4
# Blocks that are ready, or being opened, and wait for one before them: some MiB.
MOST_WAITING = 24


class Work:
    """Lines of cases to the bytes of a block."""

    def __init__(self, columns: tuple[Column, ...], form: Format, keyring: Keyring) -> None:
        self._layout, self._encode, self._keyring = Layout.of(columns), encoder(form, columns), keyring

    def __call__(self, lines: list[Line]) -> Block:
        return Block(len(lines), self._encode([row_of(self._layout, line, self._keyring) for line in lines]))


def opened(
    blocks: Iterable[list[Line]],
    columns: tuple[Column, ...],
    form: Format,
    keyring: Keyring,
    processes: int | None = None,
) -> Generator[Block, None, None]:
    """The blocks as bytes of `form`, in their order, with their answers opened.

    The first few are opened here, the rest here and in further processes: `processes` in all, one for each processor,
    at most four. A process gets the keys through its own pipe from this one, never by its arguments, environment or a
    file, and ends with it. Memory: some blocks. Close the iterator to stop.
    """
    count = min(os.cpu_count() or 1, MOST_PROCESSES) if processes is None else processes
    work, source = Work(columns, form, keyring), iter(blocks)
    for number, lines in enumerate(source, 1):
        yield work(lines)
        if count >= 2 and number == HERE:
            break
    else:
        return
    yield from _together(source, work, columns, form, keyring, count - 1)


def _together(
    source: Iterator[list[Line]],
    work: Work,
    columns: tuple[Column, ...],
    form: Format,
    keyring: Keyring,
    others: int,
) -> Generator[Block, None, None]:
    """The blocks in their order, opened by `others` processes, and here whenever all of them have enough to do.

    So it is at first, while they start.
    """
    # A fresh interpreter each: a copy of this one would hold locks that other threads have taken.
    pool = ProcessPoolExecutor(
        others,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(columns, form, keyring.seeds()),
    )
    waiting: deque[Future[Block] | Block] = deque()
    try:
        for lines in source:
            theirs = sum(isinstance(one, Future) and not one.done() for one in waiting)
            waiting.append(pool.submit(_do, lines) if theirs < 2 * others else work(lines))
            # One that began early and is slow holds the others up: the file has an order, and memory an end.
            while waiting and (_is_ready(waiting[0]) or len(waiting) > MOST_WAITING):
                yield _block(waiting.popleft())
        while waiting:
            yield _block(waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _is_ready(one: "Future[Block] | Block") -> bool:
    return one.done() if isinstance(one, Future) else True


def _block(one: "Future[Block] | Block") -> Block:
    return one.result() if isinstance(one, Future) else one


_here: list[Work] = []


def _begin(columns: tuple[Column, ...], form: Format, seeds: tuple[tuple[bytes, str], ...]) -> None:
    """Make a process ready. It ends when the one that started it is gone."""
    memory.keep()
    _here.append(Work(columns, form, Keyring([PrivateKey(seed, Purpose(purpose)) for seed, purpose in seeds])))
    parent: Any = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _do(lines: list[Line]) -> Block:
    return _here[0](lines)
