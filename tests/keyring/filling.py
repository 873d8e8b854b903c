"""One envelope in every column that holds any, sealed as the product does, and reading each by the product's way."""

import datetime as dt
import json
import uuid

from sqlalchemy import func, insert, select

from intake import kepttext, outbox
from intake.casework import case as casework
from intake.casework import conflictlist, contents, correcting, notes, opening, pairs, partners, taking
from intake.casework.checks import CasePair, ConflictCheck, ConflictName
from intake.casework.models import Case, Correction, TakenIntake
from intake.casework.partners import PartnerReferral
from intake.db import transaction
from intake.exports import jobs
from intake.incoming import Incoming, Kind
from intake.keyring.sealed import PLACES
from intake.sealing import seal
from tests import people
from tests.casework import later

MORE = 4
AT = people.NOW + dt.timedelta(hours=2)


def fill(engine, keys, staff) -> int:
    """Put one envelope into every place; returns how many envelopes there are."""
    first = later.admitted(engine, keys, people.MARYAM)
    other = later.admitted(engine, keys, people.JOAO)
    people.send(engine, keys, *[people.XIMENA] * MORE)
    people.admit_all(engine, keys)
    people.clear_conflicts(engine)
    later.write(engine, keys, first, Kind.MESSAGE, {"text": "Hello", "locale": "en"})
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, first.id)
        notes.add(session, case, staff.owner, "A fictional note", keys.recipients, AT)
        kepttext.keep(session, staff.owner.id, kepttext.Kept("/cases", (("note", "kept"),)), keys.recipients, AT)
        mail = {"kind": "alert", "to": "x@example.org", "subject": "S", "text": "T"}
        outbox.put(session, **mail, recipients=keys.recipients, now=AT)
        typed = {"kind": "adverse", "name": "Fictional Name", "born": "", "note": "Listed"}
        typed["kind"] = next(iter(conflictlist.KINDS))
        conflictlist.add(session, bytes(32), staff.admin, typed, keys.recipients, AT)
        partner = partners.Partner(name="P", kind="clinic", contact="", active=True)
        session.add(partner)
        session.flush()
        _rows_of_their_own(session, keys, staff, first.id, other.id, partner.id)
    return total(engine)


def total(engine) -> int:
    """How many envelopes there are; every place has one."""
    with transaction(engine) as session:
        counts = [
            session.scalar(select(func.count()).select_from(one.table).where(one.envelope.is_not(None)))
            for one in PLACES
        ]
    assert all(counts), [one.table.name for one, count in zip(PLACES, counts, strict=True) if not count]
    return sum(counts)


def _rows_of_their_own(session, keys, staff, first, other, partner_id) -> None:
    def sealed(content: bytes, table: str, record: bytes) -> bytes:
        return seal(content, table=table, record_id=record, recipients=keys.recipients)

    one, two, three, draft = (uuid.uuid4() for _ in range(4))
    corrected = json.dumps({"answers": {}, "removed": [], "typed": {}, "reason": "A reason"}).encode()
    session.execute(
        insert(Correction).values(
            id=one, case_id=first, staff_id=staff.owner.id, at=AT, envelope=sealed(corrected, "correction", one.bytes)
        )
    )
    session.execute(
        insert(ConflictCheck).values(
            id=two,
            case_id=first,
            result="clear",
            at=AT,
            by_id=staff.admin.id,
            envelope=sealed(b"Checked", "conflict_check", two.bytes),
        )
    )
    session.execute(
        insert(PartnerReferral).values(
            id=three,
            case_id=first,
            partner_id=partner_id,
            consent="form",
            consent_on=people.TODAY,
            at=AT,
            by_id=staff.owner.id,
            envelope=sealed(b"Referred", partners.TABLE, three.bytes),
        )
    )
    session.execute(
        insert(TakenIntake).values(
            draft_id=draft,
            staff_id=staff.owner.id,
            way="phone",
            language="en",
            started_at=AT,
            envelope=sealed(bytes(32), taking._TABLE, draft.bytes),
        )
    )
    prepared = uuid.uuid4()
    session.execute(
        insert(jobs.ExportJob).values(
            id=prepared,
            staff_id=staff.admin.id,
            profile="queue",
            format="csv",
            filters={},
            day=people.TODAY,
            purpose="A report",
            digest=prepared.hex * 2,
            state=jobs.State.READY,
            total=1,
            asked_at=AT,
            expires_at=AT + jobs.KEPT_FOR,
            envelope=sealed(bytes(32), jobs.TABLE, prepared.bytes),
        )
    )
    a, b = sorted((first, other), key=lambda one: one.bytes)
    pair = CasePair(a_id=a, b_id=b, why=[], state="dismissed", found_at=AT)
    pair.envelope = sealed(b"Two people", "case_pair", pairs._record_id(pair))
    session.add(pair)


def everything(engine, keyring, staff) -> list[object]:
    """What the product reads out of every place; what cannot be opened raises or is None."""
    with transaction(engine) as session:
        cases = session.scalars(select(Case.id).order_by(Case.id)).all()
    found: list[object] = []
    for case_id in cases:
        opened = opening.open_answers(engine, keyring, staff.owner, case_id, AT)
        found += [sorted(opened.answers), sorted(opened.notes.values())]
    with transaction(engine) as session:
        for row in session.scalars(select(Incoming)):
            found.append(contents.open_incoming(keyring, row.id, row.kind, row.envelope))
        for row in session.scalars(select(Correction)):
            found.append(contents.open_correction(keyring, row.id, row.envelope))
        for row in session.scalars(select(ConflictCheck)):
            found.append(keyring.open(row.envelope, table="conflict_check", record_id=row.id.bytes))
        found += [partners.open_note(keyring, row) for row in session.scalars(select(PartnerReferral))]
        found += [pairs.reason_of(keyring, row) for row in session.scalars(select(CasePair))]
        found += [conflictlist.open_listed(keyring, row).name for row in session.scalars(select(ConflictName))]
        found.append(kepttext.find(session, staff.owner.id, keyring, AT))
        for row in session.scalars(select(TakenIntake)):
            found.append(keyring.open(row.envelope, table="taken_intake", record_id=row.draft_id.bytes))
        for row in session.scalars(select(jobs.ExportJob)):
            found.append(keyring.open(row.envelope, table=jobs.TABLE, record_id=row.id.bytes))
        for row in session.scalars(select(outbox.Outbox)):
            found.append(json.loads(keyring.open(row.envelope, table=outbox.TABLE, record_id=row.id.bytes)))
    assert correcting and None not in found
    return found
