"""Where plaintext could hide: people with marked names, all forms of their marks, and every place to look for them."""

import os
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from intake.casework.models import Case
from intake.db import make_engine, transaction
from tests.hiding.marks import Marks
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


class Keeping(PlainBrowser):
    """A browser that remembers what every answer allowed caches to do."""

    def __init__(self, door: str, **headers: str) -> None:
        super().__init__(door, **headers)
        self.kept: dict[str, str] = {}

    def _open(self, request):
        answer = super()._open(request)
        # One answer that may be kept is remembered, whatever comes after it.
        if self.kept.get(request.full_url, "no-store") == "no-store":
            self.kept[request.full_url] = answer.headers.get("Cache-Control", "")
        return answer


def marks(codes: list[str]) -> Marks:
    """What is looked for, in all its forms."""
    return Marks((MARK, *PHONES, PASSPHRASE), codes)


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
