"""The count afterwards: everything that people were told is there, once, whole, and opens."""

import contextlib
import datetime as dt
import json
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from intake import audit, drafts, letters
from intake.audit import AuditEvent
from intake.casework.models import Case, SetAside
from intake.db import transaction
from intake.exports.jobs import ExportJob, State
from intake.keyring.following import FollowingKeyring
from intake.letters import Letter
from intake.mailing import Away
from intake.outbox import Outbox
from intake.returncode import derive, root_of
from intake.sealing import CannotOpen
from intake.settings import secret
from intake.submissions import Arrival, Submission, SubmissionBody
from intake.worker import Desk
from tests.mail.smtp import Server
from tests.survival.house import House
from tests.survival.load import NAME

ROUNDS = 12


@dataclass
class Verdict:
    """Figures to print, and what is wrong: empty when nothing was lost and nothing came twice."""

    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def expect(self, true: bool, sentence: str) -> None:
        """Note what does not hold."""
        if not true:
            self.wrong.append(sentence)


def judge(house: House, server: Server | None, *, codes: int) -> Verdict:
    """Let a desk finish its work, then count. `codes` is how many return codes are tried: each costs a tenth of a
    second.
    """
    verdict = Verdict()
    keyring = FollowingKeyring(house.settings)
    _finish(house, Desk(house.engine, keyring, house.settings))
    with transaction(house.engine.execution_options(reads=True)) as session:
        _submissions(verdict, house, session, keyring)
        _cases(verdict, session)
        _codes(verdict, house, session, codes)
        _trail(verdict, house, session)
        _files(verdict, house, session)
        if server is not None:
            _mails(verdict, house, session, server)
        if house.kind == "sqlite":
            verdict.expect(session.execute(text("PRAGMA integrity_check")).scalar() == "ok", "the file is not whole")
    _logs(verdict, house)
    return verdict


def _finish(house: House, desk: Desk) -> None:
    """What waits is done now: each lease that a killed desk left behind has run out, each pause is over."""
    for _ in range(ROUNDS):
        while desk.run_once():
            pass
        while desk.prepare():
            pass
        now = dt.datetime.now(dt.UTC)
        with transaction(house.engine) as session:
            waits = Outbox.next_try_at.is_not(None)
            if not session.scalar(select(func.count()).select_from(Outbox).where(waits)):
                return
            session.execute(update(Outbox).where(waits).values(next_try_at=now))
            leased = update(Outbox).where(Outbox.leased_until.is_not(None))
            session.execute(leased.values(leased_until=now - dt.timedelta(seconds=1)))
        try:
            while desk.send_mail():
                pass
        except Away:
            continue


def _submissions(verdict: Verdict, house: House, session: Session, keyring: FollowingKeyring) -> None:
    told = {line["reference"]: line["name"] for line in house.ledger.of("sent")}
    pressed = {line["name"] for line in house.ledger.of("pressed")}
    rows = session.execute(select(Submission.id, Submission.reference, SubmissionBody.envelope).join(SubmissionBody))
    opened: dict[str, str] = {}
    stored = Counter[str]()
    names = Counter[str]()
    shut = 0
    for record, reference, envelope in rows:
        stored[reference] += 1
        try:
            held = json.loads(keyring.open(envelope, table="submission", record_id=record.bytes))
        except CannotOpen:
            shut += 1
            continue
        opened[reference] = held["answers"]["call_name"]
        names[opened[reference]] += 1
    verdict.expect(not shut, f"{shut} submissions do not open")
    lost = [reference for reference in told if stored[reference] != 1]
    other = [reference for reference, name in told.items() if opened.get(reference) != name]
    verdict.figures |= {"acknowledged": len(told), "stored": len(opened), "lost": len(lost)}
    verdict.expect(len(told) == len(house.ledger.of("sent")), "one reference was given to two people")
    verdict.expect(not lost, f"{len(lost)} acknowledged references are not there exactly once")
    verdict.expect(not other, f"{len(other)} acknowledged references do not open as what was sent")
    verdict.expect(max(names.values(), default=0) <= 1, "what one person sent is there twice")
    verdict.expect(set(names) <= pressed, "something is there that nobody sent")
    receipts = session.execute(select(Letter.id).where(Letter.kind == "receipt")).scalars().all()
    ids = session.scalars(select(Submission.id)).all()
    verdict.expect(sorted(receipts) == sorted(ids), "a submission has not exactly one receipt")


def _cases(verdict: Verdict, session: Session) -> None:
    cases, sent = set(session.scalars(select(Case.id))), set(session.scalars(select(Submission.id)))
    waiting = session.scalar(select(func.count()).select_from(Arrival))
    aside = session.scalar(select(func.count()).select_from(SetAside))
    admitted = session.scalar(
        select(func.count()).select_from(AuditEvent).where(AuditEvent.event == audit.Event.CASE_ADMITTED.value)
    )
    verdict.figures["cases"] = len(cases)
    verdict.expect(cases == sent and not waiting and not aside, "a submission did not become a case")
    verdict.expect(admitted == len(cases), f"{len(cases)} cases were admitted {admitted} times")


def _codes(verdict: Verdict, house: House, session: Session, most: int) -> None:
    pepper = bytes.fromhex(secret(house.settings.secrets / "pepper.key"))
    sent, kept = house.ledger.of("sent"), house.ledger.of("kept")
    wrong = 0
    for line in _spread(sent, most):
        found = None
        with contextlib.suppress(CannotOpen):
            found = letters.receipt(session, derive(root_of(line["code"], pepper)))
        wrong += found is None or found["reference"] != line["reference"] or found["code"] != line["code"]
    resumed = tried = 0
    for line in _spread(kept, most):
        tried += 1
        draft = None
        with contextlib.suppress(CannotOpen):
            draft = drafts.load(session, derive(root_of(line["code"], pepper)), dt.datetime.now(dt.UTC))
        resumed += draft is not None and line["answers"].items() <= draft.answers.items()
    verdict.figures["drafts"] = f"{resumed}/{tried}"
    verdict.expect(not wrong, f"{wrong} return codes do not open their receipt")
    verdict.expect(resumed == tried, f"{tried - resumed} drafts do not go on as they were left")


def _trail(verdict: Verdict, house: House, session: Session) -> None:
    # A trail whose end is cut off is whole in itself: only what was known of it before can tell.
    known = [(line["seq"], line["hash"]) for line in house.ledger.of("anchor")]
    found = audit.verify(session, known[-1] if known else None)
    verdict.figures["trail"] = found.count
    verdict.expect(found.ok, found.sentence)


def _files(verdict: Verdict, house: House, session: Session) -> None:
    """Whoever asked for a file has it, or was told that there was no room; the last one has it."""
    asked = [session.get(ExportJob, uuid.UUID(line["job"])) for line in house.ledger.of("asked")]
    if not asked:
        return
    states = [(job.state, job.error) if job is not None else ("lost", None) for job in asked]
    ready = sum(state == State.READY for state, _error in states)
    verdict.figures["files"] = f"{ready}/{len(states)}"
    honest = {(State.READY, None), (State.FAILED, "disk")}
    verdict.expect(honest.issuperset(states), "a file is neither there nor refused for want of room")
    verdict.expect(states[-1][0] == State.READY, "with room again, a file was not prepared")


def _mails(verdict: Verdict, house: House, session: Session, server: Server) -> None:
    rows = {row.once: row for row in session.scalars(select(Outbox))}
    came = Counter(mail.text.strip() for mail in server.mails)
    names = {
        mail.text.strip(): {one.message["Message-ID"] for one in server.mails if one.text == mail.text}
        for mail in server.mails
    }
    twice = never = 0
    for line in house.ledger.of("mailed"):
        row, count = rows.get(line["once"]), came[line["once"]]
        twice += count > 1
        decided = row is not None and (row.sent_at is not None or row.failed_at is not None)
        never += not decided or (row.sent_at is not None and count == 0)
        allowed = 1 + (row.interrupted if row is not None else 0)
        verdict.expect(count <= min(allowed, 2), "a mail came more often than its desk was killed in the middle of it")
    verdict.figures |= {"mails": sum(came.values()), "repeated": twice}
    verdict.expect(not never, f"{never} mails were lost without a word")
    verdict.expect(all(len(ids) == 1 for ids in names.values()), "a mail that came twice has two names")


def _logs(verdict: Verdict, house: House) -> None:
    logs = [path.read_text("utf-8", "replace") for path in house.data.parent.glob("log of *")]
    said = sum(NAME in one or "2025550123" in one for one in logs)
    verdict.expect(not said, "a log holds what a person typed")
    verdict.expect(not any("Traceback" in one for one in logs), "a log holds a traceback")


def _spread(lines: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    return lines[:: max(1, -(-len(lines) // most))] if lines and most else []
