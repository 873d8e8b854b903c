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
# So many blocks are opened here: starting processes takes about a second, which a few thousand rows do not.
HERE = 4
MOST_PROCESSES = 4


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

    The first few are opened here, the rest in `processes` (one for each processor, at most four; below two: all here).
    A process gets the keys through its own pipe from this one, never by its arguments, environment or a file, and ends
    with it. Memory: a few blocks for each process. Close the iterator to stop.
    """
    count = min(os.cpu_count() or 1, MOST_PROCESSES) if processes is None else processes
    work, source = Work(columns, form, keyring), iter(blocks)
    for number, lines in enumerate(source, 1):
        yield work(lines)
        if count >= 2 and number == HERE:
            break
    else:
        return
    yield from _elsewhere(source, columns, form, keyring, count)


def _elsewhere(
    source: Iterator[list[Line]], columns: tuple[Column, ...], form: Format, keyring: Keyring, count: int
) -> Generator[Block, None, None]:
    # A fresh interpreter each: a copy of this one would hold locks that other threads have taken.
    pool = ProcessPoolExecutor(
        count,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(columns, form, keyring.seeds()),
    )
    waiting: deque[Future[Block]] = deque()
    try:
        for lines in source:
            waiting.append(pool.submit(_do, lines))
            if len(waiting) > 2 * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_here: list[Work] = []


def _begin(columns: tuple[Column, ...], form: Format, seeds: tuple[tuple[bytes, str], ...]) -> None:
    """Make a process ready. It ends when the one that started it is gone."""
    memory.keep()
    _here.append(Work(columns, form, Keyring([PrivateKey(seed, Purpose(purpose)) for seed, purpose in seeds])))
    parent: Any = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _do(lines: list[Line]) -> Block:
    return _here[0](lines)
