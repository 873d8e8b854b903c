"""The keys change while people fill in the form: nobody notices, nothing is lost, no process is started again."""

import threading
import time
import urllib.error

from sqlalchemy import func, select

from intake.casework.models import Case, SetAside
from intake.db import make_engine, session_factory
from intake.keyring import counting
from intake.publickeys import Purpose, read_public_keys
from intake.submissions import Arrival, Submission
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import running
from tests.public.walking import ROSA, walk

PEOPLE = 2
ROUNDS = 1
DESK_SECONDS = 60.0


class Applicants(threading.Thread):
    """Somebody who sends one form after the other until told to stop; counts receipts and keeps what went wrong."""

    def __init__(self, door: str, number: int, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self._door, self._enough = door, enough
        self.sent, self.wrong, self.number = 0, [], number

    def run(self) -> None:
        while not self._enough.is_set() or not self.sent:
            try:
                # Each person comes through a proxy of their own, or the door would ask all of them to wait.
                address = f"10.{self.number}.{self.sent // 200}.{self.sent % 200 + 1}"
                page = walk(PlainBrowser(self._door, X_Forwarded_For=address), ROSA)
                assert page.status_code == 200 and 'class="code large"' in page.text
            except (AssertionError, urllib.error.URLError, OSError) as error:
                self.wrong.append(f"{type(error).__name__}: {error}"[:400])
                return
            self.sent += 1


def test_keys_change_under_open_doors_and_no_form_is_lost(tmp_path):
    # On PostgreSQL, where doors, desk and commands truly write at the same time; SQLite lets one after the other.
    with running("postgres", tmp_path, INTAKE_PROXIES="1") as system:
        pids = {part: system.process(part) for part in ("public", "staff", "worker")}
        first = read_public_keys(system.settings.keys / "public.json").recipients()
        enough = threading.Event()
        people = [Applicants(system.public, number, enough) for number in range(PEOPLE)]
        for one in people:
            one.start()
        for _ in range(ROUNDS):
            for words in (("rotate",), ("rewrap", "--at-a-time", "20")):
                said = system.command("keys", *words)
                assert said.returncode == 0, said.stderr
        enough.set()
        for one in people:
            one.join(120)
        log = system.log.read_text()
        assert not [wrong for one in people for wrong in one.wrong], log[-6000:]
        assert system.command("keys", "rewrap").returncode == 0
        sent = sum(one.sent for one in people)
        assert {part: system.process(part) for part in pids} == pids
        engine = make_engine(system.settings.database_url)
        deadline = time.monotonic() + DESK_SECONDS
        while waiting(engine) and time.monotonic() < deadline:
            time.sleep(0.2)
        with session_factory(engine.execution_options(reads=True))() as session:
            counts = [session.scalar(select(func.count()).select_from(one)) for one in (Submission, Case, SetAside)]
            tallies = counting.tallies(session)
        engine.dispose()
        # The desk, which was open all the time, opened every one.
        assert counts == [sent, sent, 0] and sent >= PEOPLE
        public = read_public_keys(system.settings.keys / "public.json")
        assert len(public.entries) == 2 + 2 * ROUNDS
        present = {key.kid for key in public.recipients()}
        assert set(tallies) == present and not present & {key.kid for key in first}
        for key in public.entries:
            if key.key.kid not in present and key.key.purpose is Purpose.DESK:
                assert system.command("keys", "retire", key.key.kid).returncode == 0
        assert "ERROR" not in log and "Traceback" not in log


def waiting(engine) -> int:
    with session_factory(engine.execution_options(reads=True))() as session:
        return session.scalar(select(func.count()).select_from(Arrival)) or 0
