"""What breaks: processes, databases, disks, locks, the mail server."""

import contextlib
import datetime as dt
import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from intake import audit, outbox
from intake.db import transaction
from intake.publickeys import read_public_keys
from tests.countingserver import PROGRAM, CountingServer
from tests.survival.house import House
from tests.survival.load import Load

# How conversations with the mail server go wrong; the empty ones go well.
PLANS = (
    *[""] * 8,
    *("rcpt 450", "mail 421", "data 451", "end 451", "greet 421"),
    *("drop mail", "drop half", "drop end", "drop end", "hang rcpt", "hang end"),
)
WAIT_SECONDS = 60.0


def kill_a_part(house: House, load: Load, chance: random.Random) -> None:
    """Kill one process at work at once; half of the time in the very moment in which somebody sends.

    What is still starting is left alone: who kills faster than a slow machine starts anything proves nothing.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while not (up := [part for part in house.parts.values() if part.is_at_work]) and time.monotonic() < deadline:
        time.sleep(0.1)
    part = chance.choice(up or list(house.parts.values()))
    if chance.random() < 0.5:
        load.pressing.clear()
        load.pressing.wait(2.0)
        time.sleep(chance.uniform(0.0, 0.06))
    part.kill()


def kill_postgres(house: House) -> None:
    """Kill the database at once, and start it again."""
    house.nodes[0].kill()
    time.sleep(0.5)
    house.nodes[0].start()


def fail_over(house: House) -> None:
    """Kill the primary at once and for good; the standby takes over."""
    house.nodes[0].kill()
    time.sleep(1.0)
    house.nodes[1].promote()


def lock(house: House, seconds: float) -> None:
    """Hold the database against everybody who writes."""
    if house.kind == "sqlite":
        with contextlib.closing(sqlite3.connect(house.data / "intake.db", timeout=10, isolation_level=None)) as line:
            line.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            line.execute("ROLLBACK")
        return
    engine = create_engine(house.settings.database_url.replace("intake_staff@", "postgres@"))
    with contextlib.suppress(DBAPIError), engine.begin() as connection:
        connection.execute(text("LOCK TABLE submission, draft IN ACCESS EXCLUSIVE MODE"))
        time.sleep(seconds)
    engine.dispose()


@contextlib.contextmanager
def counting_server() -> Iterator[CountingServer | None]:
    """A server on which doors count together; None where none is installed."""
    if PROGRAM is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="count-") as folder:
        server = CountingServer(Path(folder)).start()
        try:
            yield server
        finally:
            server.kill()


def break_counting(server: CountingServer, load: Load, chance: random.Random) -> None:
    """Take the server away in the moment in which somebody sends, dead or silent, for a while; then it is back."""
    is_killed = chance.random() < 0.5
    load.pressing.clear()
    load.pressing.wait(2.0)
    time.sleep(chance.uniform(0.0, 0.06))
    if is_killed:
        server.kill()
    else:
        server.hang()
    # Some times shorter and some longer than a door leaves it alone.
    time.sleep(chance.uniform(0.1, 8.0))
    if is_killed:
        server.start()
    else:
        server.go_on()


class Posting:
    """Queues one mail for each acknowledged reference, as the staff side does, while all the rest goes on."""

    def __init__(self, house: House) -> None:
        self._house, self._done = house, 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Queue what is left, and end."""
        self._ending.set()
        self._thread.join(60)

    def _go(self) -> None:
        to = list(read_public_keys(self._house.settings.keys / "public.json").recipients())
        last = False
        while not last:
            last = self._ending.is_set()
            for line in self._house.ledger.of("sent")[self._done :]:
                self._put(f"mail {line['reference']}", to)
                self._done += 1
            self._ending.wait(0.5)

    def _put(self, once: str, to: list) -> None:
        engine = self._house.engine
        while True:
            try:
                with transaction(engine) as session:
                    outbox.put(
                        session,
                        kind="notice",
                        to="a@example.org",
                        subject="News",
                        text=once,
                        recipients=to,
                        now=dt.datetime.now(dt.UTC),
                        once=once,
                    )
                    seq, head = audit.anchor(session)
            except DBAPIError:
                time.sleep(0.2)
            else:
                self._house.ledger.write("mailed", once=once)
                self._house.ledger.write("anchor", seq=seq, hash=head)
                return


def beside(work: Callable[[], object]) -> threading.Thread:
    """Do `work` while the rest goes on."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
