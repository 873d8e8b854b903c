"""Logs by allow-list: what a process writes holds no answer, no name, no address, no exception's text."""

import logging
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType

OURS = "intake"


class AllowList(logging.Formatter):
    """One line for each record: our own messages as they are, of anything else only where it happened.

    A message or an exception of a library may quote what a person typed, so neither is ever written: the line
    names the logger, the type of the exception and the places in the code.
    """

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        """The line for `record`, without a line break inside."""
        known = record.name == OURS or record.name.startswith(OURS + ".")
        words = record.getMessage() if known else _where(record)
        if record.exc_info and record.exc_info[0] is not None:
            words = f"{words} {described(record.exc_info[0], record.exc_info[2])}"
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return f"{moment} {self.process} {' '.join(words.split())}"


def _where(record: logging.LogRecord) -> str:
    return f"{record.levelname.lower()} {record.name} {Path(record.pathname).name}:{record.lineno}"


def described(kind: type[BaseException], trace: TracebackType | None) -> str:
    """An exception as its type and code places, innermost last; its message may quote an answer."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(trace)]
    ours = [(path, line) for path, line in frames if f"/{OURS}/" in path][-4:]
    places = dict.fromkeys([*ours, *frames[-1:]])
    return " ".join([kind.__name__, *(f"{Path(path).name}:{line}" for path, line in places)])


def configure(process: str) -> logging.Logger:
    """Send everything this process logs through the allow-list to stderr; returns our own logger.

    Uncaught exceptions, in any thread, take the same way.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AllowList(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours = logging.getLogger(OURS)
    ours.setLevel(logging.INFO)
    logging.captureWarnings(True)
    # When a record cannot be written, logging itself would print it whole, with the exception that it tells of.
    logging.raiseExceptions = False

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, (KeyboardInterrupt, SystemExit)):
            ours.error("stopped by %s", described(kind, trace))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if not issubclass(args.exc_type, SystemExit):
            ours.error("a thread was stopped by %s", described(args.exc_type, args.exc_traceback))

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
    return ours
