"""Marked people send to a running product that is watched, mails, exports, is backed up and crashes; then we look."""

import contextlib
import os
import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

from sqlalchemy import func, select, text

from intake.casework.models import Case
from intake.db import make_engine, transaction
from tests.hiding import office
from tests.hiding.marks import Marks, controls
from tests.hiding.people import WORDS, People, person
from tests.house.hiding import PARTS, Keeping, places
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import System, free_port, running
from tests.mail.smtp import Server, Taken
from tests.public.walking import fields, token, walk

OPENED = 12
ADMIT_SECONDS = 600.0


@dataclass
class Search:
    """What was done, what was looked at, and where a mark was found that must not be there."""

    found: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def expect(self, is_so: bool, sentence: str) -> None:
        """Note a sentence unless it is so."""
        if not is_so:
            self.found.append(sentence)


def search(kind: str, folder: Path, people: int, threads: int) -> Search:
    """Run all of it on one kind of database, `sqlite` or `postgres`. `folder` is empty and of our own."""
    search, began, figures = Search(), time.monotonic(), free_port()
    with Server() as mail:
        more = {
            "INTAKE_SMTP": mail.address,
            "INTAKE_SMTP_SECURITY": "none",
            "INTAKE_MAIL_FROM": "office@example.org",
            "INTAKE_SMS_ADDRESS": "{number}@sms.example.org",
            "INTAKE_METRICS": f"127.0.0.1:{figures}",
            "INTAKE_LOG": "json" if kind == "postgres" else "text",
            "INTAKE_EXPORT_ALONE": "10000",
            "INTAKE_PROXIES": "1",
        }
        with running(kind, folder, **more) as system:
            crowd = People(system, people, threads)
            crowd.start()
            _crash(system, crowd, people)
            crowd.join()
            search.found += crowd.wrong
            search.figures["minutes of sending"] = (time.monotonic() - began) / 60
            _break_the_table(system, kind, search)
            count = _admitted(system, len(crowd.codes))
            search.expect(count >= len(crowd.codes), "the desk did not admit everybody")
            browsers = _staff(system, search)
            told = _commands(system, folder, kind)
            told |= _figures(figures)
            _wait_for_mail(mail, search)
            search.figures |= {"people": len(crowd.codes), "began anew": crowd.again, "cases": count}
            _caching(search, crowd.kept, browsers)
            _look(search, system, folder, crowd.codes, told, mail.mails)
            for part in PARTS:
                limits = Path(f"/proc/{system.process(part)}/limits").read_text()
                search.expect(bool(re.search(r"Max core file size +0 +0 ", limits)), f"{part} may write a core file")
    search.figures["minutes"] = (time.monotonic() - began) / 60
    return search


def _crash(system: System, crowd: People, people: int) -> None:
    """Kill each part in the middle of its work, the public door also with a signal that asks for a core file."""
    for share, (part, number) in enumerate(
        (("public", signal.SIGKILL), ("staff", signal.SIGABRT), ("worker", signal.SIGKILL), ("public", signal.SIGABRT)),
        1,
    ):
        deadline = time.monotonic() + 900
        while len(crowd.codes) < share * people // 6 and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(_process(system, part), number)


def _process(system: System, part: str) -> int:
    """The process of a part, also while the supervisor starts it anew."""
    for _ in range(300):
        with contextlib.suppress(AssertionError, FileNotFoundError):
            return system.process(part)
        time.sleep(0.1)
    raise AssertionError(f"{part} was not started again")


def _break_the_table(system: System, kind: str, search: Search) -> None:
    """A fault that nobody foresaw, with marks in the request that meets it: a table is gone for a moment."""
    url = system.settings.database_url.replace("intake_staff@", "postgres@")
    engine, browser = make_engine(url), PlainBrowser(system.public)
    page = walk(browser, person(3), until="contact")
    sent = {"csrf_token": token(page), "go": "on", **fields("contact", person(3))}

    def rename(one: str, other: str) -> None:
        with engine.connect() as connection:
            if kind == "sqlite":
                connection.execute(text("PRAGMA legacy_alter_table = on"))
            connection.execute(text(f"ALTER TABLE {one} RENAME TO {other}"))
            connection.commit()

    rename("draft", "draft_away")
    try:
        answer = browser.post("/en/apply/contact", sent)
    finally:
        rename("draft_away", "draft")
        engine.dispose()
    search.figures["status of a fault"] = answer.status_code
    search.expect(answer.status_code >= 500, "the fault was none: this search shows nothing of crash output")


def _admitted(system: System, count: int) -> int:
    engine, found, deadline = make_engine(system.settings.database_url), 0, time.monotonic() + ADMIT_SECONDS
    while found < count and time.monotonic() < deadline:
        with transaction(engine.execution_options(reads=True)) as session:
            found = session.scalar(select(func.count()).select_from(Case)) or 0
        time.sleep(0.5)
    engine.dispose()
    return found


def _staff(system: System, search: Search) -> list[Keeping]:
    worked, opened = office.work(system, OPENED)
    search.figures["opened"] = opened
    search.expect(opened > 0, "no case was opened: this search shows little")
    return [worked, office.export(system)]


def _commands(system: System, folder: Path, kind: str) -> dict[str, bytes]:
    """An export, backups, and what the commands say; by name."""
    for name in ("exported", "backups"):
        (folder / name).mkdir()
    purpose = ("--reason", "Looking for what lies where")
    commands = [("export", "--profile", "full", *purpose, "--to", str(folder / "exported" / "cases.csv")), ("doctor",)]
    commands += [("check",)]
    if kind == "sqlite":
        # On PostgreSQL a backup is for the owner of the tables; tests/backups takes it there.
        commands += [("backup", "keys"), ("backup", str(folder / "backups"), "--with-secrets")]
    told = {}
    for command in commands:
        said = system.command(*command)
        told[f"what {command[0]} says"] = (said.stdout + said.stderr).encode()
        assert command[0] in {"doctor", "check"} or said.returncode == 0, said.stderr[-300:]
    return told


def _figures(port: int) -> dict[str, bytes]:
    """What the three metrics ports tell."""
    told = {}
    for offset in range(3):
        with urllib.request.urlopen(f"http://127.0.0.1:{port + offset}/metrics", timeout=20) as answer:
            told[f"metrics {offset}"] = answer.read()
    assert all(b"intake_" in one for one in told.values())
    return told


def _wait_for_mail(mail: Server, search: Search) -> None:
    deadline = time.monotonic() + 90
    while len(mail.mails) < 2 and time.monotonic() < deadline:
        time.sleep(0.5)
    search.figures["mails"] = len(mail.mails)
    search.expect(bool(mail.mails), "no mail went out: this search shows nothing of mails")


def _caching(search: Search, public: dict[str, str], browsers: list[Keeping]) -> None:
    """Nothing that any browser met may be kept by a cache."""
    met = public | {address: how for one in browsers for address, how in one.kept.items()}
    search.figures["addresses"] = len(met)
    search.found += [f"{address} may be kept: {how}" for address, how in met.items() if how != "no-store"]
    marks = Marks(WORDS)
    search.found += ["a mark stands in an address" for address in met if marks.are_within(address.encode())]


def _look(
    search: Search, system: System, folder: Path, codes: list[str], told: dict[str, bytes], mails: list[Taken]
) -> None:
    """Look for every mark in every place; the same look must find it in what was planted and in the export."""
    began, marks = time.monotonic(), Marks(WORDS, codes)
    planted = folder / "planted"
    for name, data in controls(WORDS[:4], codes[0]):
        planted.write_bytes(data)
        search.expect(marks.are_in_file(planted), f"the search misses {name}")
        search.figures["controls"] = search.figures.get("controls", 0) + 1
    planted.unlink()
    search.expect(marks.are_in_file(folder / "exported" / "cases.csv"), "the search misses the export")
    looked = places(system)
    for one in looked:
        if one == folder / "passphrase":
            continue
        with contextlib.suppress(OSError):
            search.figures["MiB"] = search.figures.get("MiB", 0) + one.stat().st_size / 2**20
        search.expect(not marks.are_in_file(one), f"a mark lies in {one}")
    search.figures["places"] = len(looked) + len(told) + len(mails)
    for name, said in told.items():
        search.expect(not marks.are_within(said), f"a mark lies in {name}")
    for view in _views_of(mails):
        search.expect(not marks.are_within(view), "a mark lies in a mail")
    search.figures["minutes of looking"] = (time.monotonic() - began) / 60


def _views_of(mails: list[Taken]) -> Iterator[bytes]:
    """The mails as they went over the wire, and as a program for mail shows them; all but whom they went to."""
    for one in mails:
        message = message_from_bytes(one.content, policy=policy.default)
        to = message["To"]
        yield one.content.replace(str(to).encode(), b"") if to else one.content
        for name, value in message.items():
            if name.lower() != "to":
                yield f"{name}: {value}".encode()
        for part in message.walk():
            if not part.is_multipart():
                yield part.get_payload(decode=True) or b""  # type: ignore[union-attr]
