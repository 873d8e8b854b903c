"""The judge of the survival runs: each thing that must not happen is done by hand, and it says so."""

import datetime as dt
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake import audit, serving
from intake.db import Base, transaction
from intake.public.app import create_app
from intake.publickeys import read_public_keys
from tests import people
from tests.conftest import COMPILED, PASSPHRASE
from tests.journeys.system import free_port
from tests.mail.smtp import Server
from tests.public.walking import ROSA
from tests.survival.breaking import Posting
from tests.survival.house import House
from tests.survival.load import NAME, STOPS, Load, Phone
from tests.survival.verdict import judge


@pytest.fixture
def told(tmp_path: Path, keys) -> Iterator[tuple[House, Server]]:
    """A house whose people are told: one that hers was sent, one that his draft is kept; judged once, in order."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "keys").symlink_to(keys.folder)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    with Server() as server:
        environ = {
            "INTAKE_DATA": str(data),
            "INTAKE_DATABASE_URL": f"sqlite:///{data / 'intake.db'}",
            "INTAKE_PASSPHRASE_FILE": str(tmp_path / "passphrase"),
            "INTAKE_SMTP": server.address,
            "INTAKE_SMTP_SECURITY": "none",
            "INTAKE_MAIL_FROM": "office@example.org",
        }
        house = House("sqlite", tmp_path, data, (), environ, is_small=True)
        Base.metadata.create_all(house.engine)
        app = create_app(house.settings, house.engine)
        app.jinja_env.bytecode_cache = COMPILED
        port = free_port()
        door = serving.make_server(app, house.settings, port)
        threading.Thread(target=door.run, daemon=True).start()
        doors = (f"http://localhost:{port}",)
        load = Load(doors, house.ledger, 0)
        for number in (1, STOPS):
            load.journey(Phone(doors, number), number)
        door.task_dispatcher.shutdown()
        door.close()
        posting = Posting(house)
        posting.start()
        posting.stop()
        (data.parent / "log of door").write_text("listening\n")
        yield house, server
        house.close()


def statement(*sql: str) -> Callable[[House, Server], None]:
    """What somebody with the file in hand can do: no trigger, no foreign key keeps them from it."""

    def run(house: House, _server: Server) -> None:
        line = sqlite3.connect(house.data / "intake.db")
        for (name,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            line.execute(f'DROP TRIGGER "{name}"')
        for one in sql:
            assert line.execute(one).rowcount == 1, one
        line.commit()
        line.close()

    return run


def spoilt(table: str, column: str, where: str = "true") -> Callable[[House, Server], None]:
    """One byte in the middle is another."""
    changed = f"CAST(substr({column}, 1, 150) || x'00ff' || substr({column}, 153) AS BLOB)"
    return statement(f"UPDATE {table} SET {column} = {changed} WHERE {where}")


def admitted_once_more(house: House, _server: Server) -> None:
    """An event that is rightly in the chain, but tells of what had been done already."""
    (line,) = house.ledger.of("sent")
    with transaction(house.engine) as session:
        now, details = dt.datetime.now(dt.UTC), {"rules_version": 1}
        audit.append(
            session, actor="desk", event=audit.Event.CASE_ADMITTED, subject=line["reference"], details=details, now=now
        )


def sent_once_more(house: House, _server: Server) -> None:
    """The same answers under another reference, as if a press had counted twice."""
    to = read_public_keys(house.settings.keys / "public.json").recipients()
    people.send(house.engine, None, ROSA | {"call_name": f"{NAME} 1"}, recipients=to)


def came_again(_house: House, server: Server) -> None:
    """A mail comes although no desk was killed in the middle of it."""
    server.mails.append(server.mails[0])


def said(words: str) -> Callable[[House, Server], None]:
    """A process wrote this into its log."""

    def write(house: House, _server: Server) -> None:
        (house.data.parent / "log of door").write_text(words)

    return write


OF_A_RECEIPT = "kind = 'receipt'"
ANOTHER_RECEIPT = (
    "INSERT INTO letter SELECT '00000000000000000000000000000001', find_id, kind, envelope, written_at"
    f" FROM letter WHERE {OF_A_RECEIPT}"
)
END_OF_THE_TRAIL = "DELETE FROM audit_event WHERE seq = (SELECT max(seq) FROM audit_event)"
# Judged together, because none of a group hides another: what is done by hand, and what the judge says of it.
BY_HAND: list[dict[str, Callable[[House, Server], None]]] = [
    {
        "submissions do not open": spoilt("submission_body", "envelope"),
        "has not exactly one receipt": statement(ANOTHER_RECEIPT),
        "drafts do not go on": statement("DELETE FROM draft"),
        "was changed": statement("UPDATE audit_event SET actor = 'nobody' WHERE seq = 1"),
        "mails were lost without a word": statement("DELETE FROM outbox"),
        "what a person typed": said(f"about {NAME} 1"),
    },
    {
        "are not there exactly once": statement("DELETE FROM submission_body", "DELETE FROM submission"),
        "is missing": statement("DELETE FROM audit_event WHERE seq = 1"),
        "a mail came more often": came_again,
        "a traceback": said("Traceback (most recent call last):"),
    },
    {
        "are not there exactly once": statement("UPDATE submission SET reference = 'AAAAA-AAAAA'"),
        "return codes do not open their receipt": spoilt("letter", "envelope", OF_A_RECEIPT),
        "drafts do not go on": spoilt("draft", "body"),
        "did not become a case": statement('DELETE FROM "case"'),
        "before the anchor": statement(END_OF_THE_TRAIL),
        "mails were lost without a word": lambda _house, server: server.mails.clear(),
    },
    {
        "has not exactly one receipt": statement(f"DELETE FROM letter WHERE {OF_A_RECEIPT}"),
        "were admitted 3 times": admitted_once_more,
        "what one person sent is there twice": sent_once_more,
    },
]


def test_the_judge_sees_everything_that_can_be_lost_or_come_twice(told):
    house, server = told
    well = judge(house, server, codes=1)
    assert well.wrong == [] and well.figures["acknowledged"] == 1 and well.figures["drafts"] == "1/1"
    with transaction(house.engine) as session:
        told_of = {
            "actor": "desk",
            "event": audit.Event.STAFF_SIGNED_IN,
            "subject": "desk",
            "now": dt.datetime.now(dt.UTC),
        }
        audit.append(session, details={}, **told_of)
        seq, head = audit.anchor(session)
    house.ledger.write("anchor", seq=seq, hash=head)
    file, copy = house.data / "intake.db", house.folder / "copy.db"
    with sqlite3.connect(file) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    mails, unseen = list(server.mails), []
    for group in BY_HAND:
        for do in group.values():
            do(house, server)
        # Trying a code is slow by design: only where one is meant to fail.
        codes = any(sentence.startswith(("drafts", "return codes")) for sentence in group)
        wrong = judge(house, server, codes=int(codes)).wrong
        unseen += [(sentence, wrong) for sentence in group if not any(sentence in one for one in wrong)]
        house.engine.dispose()
        for beside in ("", "-wal", "-shm"):
            Path(f"{file}{beside}").unlink(missing_ok=True)
        shutil.copy(copy, file)
        server.mails[:] = mails
        (house.data.parent / "log of door").write_text("listening\n")
    assert unseen == []
