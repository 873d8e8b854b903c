"""Logs by allow-list: what a process writes holds no answer, no name, no address, no exception's text."""

import json
import logging
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType

from .settings import Log

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
        words = record.getMessage() if _is_ours(record) else _where(record)
        if record.exc_info and record.exc_info[0] is not None:
            words = f"{words} {described(record.exc_info[0], record.exc_info[2])}"
        return f"{_moment(record)} {self.process} {' '.join(words.split())}"


class AllowListJson(AllowList):
    """The same in JSON, one object a line: `time`, `process`, `level`, `logger`, then `event` or `place`, and `error`.

    `event` is a sentence of ours. `error` is an exception as its type and its places in the code.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line for `record`, ASCII alone: no character of another script or of control reaches what reads it."""
        said = {"time": _moment(record), "process": self.process, "level": record.levelname.lower()}
        said["logger"] = record.name
        if _is_ours(record):
            said["event"] = " ".join(record.getMessage().split())
        else:
            said["place"] = _place(record)
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = described(record.exc_info[0], record.exc_info[2])
        return json.dumps(said)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(OURS + ".")


def _moment(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))


def _place(record: logging.LogRecord) -> str:
    return f"{Path(record.pathname).name}:{record.lineno}"


def _where(record: logging.LogRecord) -> str:
    return f"{record.levelname.lower()} {record.name} {_place(record)}"


def described(kind: type[BaseException], trace: TracebackType | None) -> str:
    """An exception as its type and code places, innermost last; its message may quote an answer."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(trace)]
    ours = [(path, line) for path, line in frames if f"/{OURS}/" in path][-4:]
    places = dict.fromkeys([*ours, *frames[-1:]])
    return " ".join([kind.__name__, *(f"{Path(path).name}:{line}" for path, line in places)])


def configure(process: str, form: Log = "text") -> logging.Logger:
    """Send everything this process logs through the allow-list to stderr, in this form; returns our own logger.

    Uncaught exceptions, in any thread, take the same way.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AllowListJson(process) if form == "json" else AllowList(process))
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
