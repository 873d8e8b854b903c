"""What the figures were measured on, so that two results can be told apart."""

import datetime as dt
import importlib.metadata
import os
import platform
import re
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.rounds import Rounds, interleaved, median, quarters
from tests.postgres import find_programs

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("flask", "flask-wtf", "sqlalchemy", "psycopg", "cryptography", "waitress", "xlsxwriter")


def facts() -> dict[str, Any]:
    """Processor, memory, versions, the day, the state of the source, and the kind of disk that was written to."""
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "commit": _said("git", "rev-parse", "--short=10", "HEAD"),
        "changed": bool(_said("git", "status", "--porcelain")),
        "processor": _found(r"model name\s*:\s*(.+)", "/proc/cpuinfo") or platform.machine(),
        "cores": os.cpu_count(),
        "memory_mib": int(_found(r"MemTotal:\s+(\d+)", "/proc/meminfo") or 0) // 1024,
        "system": f"{platform.system()} {platform.release()}",
        "disk": _disk(tempfile.gettempdir()),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgres": _postgres(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "load": load(),
    }


def load() -> float:
    """Processes that wanted a core in the last minute."""
    return round(os.getloadavg()[0], 2)


def floor(size: int = 4608, rounds: int = 5, times: int = 100) -> dict[str, Any]:
    """What `fdatasync` of one write of `size` bytes takes here, in milliseconds: no durable insert is faster."""
    with tempfile.NamedTemporaryFile() as file:
        data, number = os.urandom(size), file.fileno()

        def one() -> None:
            os.write(number, data)
            os.fdatasync(number)

        spent: Rounds = interleaved({"fdatasync": one}, rounds, times)["fdatasync"]
    return {"bytes": size, "ms": round(median(spent) * 1000, 4), "raw_s": quarters(spent)}


def _said(*words: str) -> str:
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _found(pattern: str, path: str) -> str:
    place = Path(path)
    found = re.search(pattern, place.read_text("utf-8", "replace")) if place.exists() else None
    return found[1].strip() if found else ""


def _postgres() -> str:
    programs = find_programs()
    return _said(str(programs / "postgres"), "--version").removeprefix("postgres (PostgreSQL) ") if programs else ""


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _disk(folder: str) -> str:
    """The file system below `folder`: on one in memory nothing is ever durable, and sends say nothing."""
    return _said("stat", "--file-system", "--format=%T", folder)
