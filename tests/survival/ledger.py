"""What people were told, written down and on the disk before they go on: the measure of what must not be lost."""

import json
import os
import threading
from pathlib import Path
from typing import Any


class Ledger:
    """Lines in a file. `pressed` stands there before a send, `sent` after the receipt was read, `kept` after the page
    with the return code, `mailed` after a mail was queued.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def write(self, what: str, **facts: Any) -> None:
        """Add a line; it is on the disk when this returns."""
        line = json.dumps({"what": what, **facts}, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            os.write(self._handle, line)
            os.fsync(self._handle)

    def of(self, what: str) -> list[dict[str, Any]]:
        """All lines of a kind, read from the disk."""
        lines = (json.loads(line) for line in self.path.read_text("utf-8").splitlines())
        return [line for line in lines if line["what"] == what]

    def close(self) -> None:
        """Nothing is written any more."""
        os.close(self._handle)
