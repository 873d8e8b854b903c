"""Where plaintext could hide: people with marked names, all forms of their marks, and every place to look for them."""

import base64
import os
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from intake.casework.models import Case
from intake.db import make_engine, transaction
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import PASSPHRASE, System
from tests.public.walking import ROSA

# In every text that these people write; nothing else in the world is called so.
MARK = "Qzvarkand"
PHONES = ("2025550161", "2025550162")
PEOPLE = [
    ROSA
    | {
        "call_name": f"{MARK} Number {phone[-1]}",
        "contact_ways": ["phone", "email"],
        "phone": f"+1{phone}",
        "email": f"{MARK.lower()}{phone[-1]}@example.org",
        "anything_else": f"They look for {MARK}.",
    }
    for phone in PHONES
]
PARTS = ("public", "staff", "worker")
PIECE = 8 * 2**20


class Keeping(PlainBrowser):
    """A browser that remembers what every answer allowed caches to do."""

    def __init__(self, door: str, **headers: str) -> None:
        super().__init__(door, **headers)
        self.kept: dict[str, str] = {}

    def _open(self, request):
        answer = super()._open(request)
        self.kept[request.full_url] = answer.headers.get("Cache-Control", "")
        return answer


def needles(codes: list[str]) -> list[bytes]:
    """All forms in which a mark could lie in a file."""
    words = [MARK, *PHONES, *codes, PASSPHRASE]
    found = [
        form.encode(coding) for word in words for form in {word, word.lower()} for coding in ("ascii", "utf-16-le")
    ]
    found += [word.encode().hex().encode() for word in words]
    # In base64 a word looks in three ways, after how many bytes stand before it; the ends depend on neighbours.
    for word in words:
        found += [base64.b64encode(b"x" * shift + word.encode())[4 if shift else 0 : -4] for shift in range(3)]
    return [one for one in found if len(one) >= 8]


def holds(path: Path, sought: list[bytes]) -> bool:
    """Whether one of these byte strings lies in a file, also across the pieces in which it is read."""
    before = b""
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                held = before + piece
                if any(one in held for one in sought):
                    return True
                before = held[-200:]
    except (FileNotFoundError, PermissionError, ProcessLookupError, OSError):
        return False  # Gone while we looked, or closed to everybody but root.
    return False


def places(system: System) -> list[Path]:
    """Every file that the product wrote or holds open, what the system tells of its processes, and the database."""
    folder, since = system.log.parent, (system.log.parent / "passphrase").stat().st_mtime
    found = [one for one in folder.rglob("*") if one.is_file() and one.parent.name != "exported"]
    url = make_url(system.settings.database_url)
    if url.get_backend_name() == "postgresql":
        cluster = Path(str(url.query["host"]))
        found += [one for one in cluster.rglob("*") if one.is_file()]
        assert any(one.parent.name == "pg_wal" for one in found)
    with os.scandir(tempfile.gettempdir()) as entries:
        found += [Path(one.path) for one in entries if one.is_file() and one.stat().st_mtime >= since]
    for pid in [system.supervisor.pid, *(system.process(part) for part in PARTS)]:
        found += [Path(f"/proc/{pid}/environ")]
        if os.access(f"/proc/{pid}/fd", os.R_OK):
            # By number: a file that was removed and is still open is found too.
            found += [one for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_file()]
    return [*found, *Path("/proc").glob("[0-9]*/cmdline")]


def wait_for(url: str, count: int) -> None:
    """Wait until the desk has made this many cases."""
    engine, found, deadline = make_engine(url), 0, time.monotonic() + 60
    while found < count and time.monotonic() < deadline:
        with transaction(engine.execution_options(reads=True)) as session:
            found = session.scalar(select(func.count()).select_from(Case)) or 0
        time.sleep(0.1)
    engine.dispose()
    assert found == count, "the desk did not admit everybody"
