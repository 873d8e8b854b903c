"""Everything is closed anew to the present keys, and the database refuses every other change of what was sealed."""

import datetime as dt
import json
import uuid

import pytest
from sqlalchemy import LargeBinary, String, Uuid, event, func, select, text, update
from sqlalchemy.exc import DBAPIError

from intake import audit, migrating, worker
from intake.casework.models import Case, Note, SetAside
from intake.db import Base, UTCDateTime, make_engine, transaction
from intake.incoming import Incoming
from intake.keyring import changing, counting, rewrapping
from intake.keyring.following import FollowingKeyring
from intake.keyring.records import RewrapRun
from intake.keyring.sealed import COLUMN, OF_APPLICANTS, PLACES
from intake.publickeys import KeyFileError, Purpose, read_public_keys
from intake.recoverypaper import from_recovery_text
from intake.sealing import Envelope, recipients_of
from intake.submissions import SubmissionBody
from intake.unsealing import Keyring, generate_pair, load_keyring, rewrap
from tests import people
from tests.conftest import PASSPHRASE
from tests.keyring.conftest import QUICK
from tests.keyring.filling import everything, total

LATER = dt.date(2026, 6, 1)
# These change in the course of the work.
MOVING = {"case_pair", "partner_referral", "outbox", "taken_intake", "export_job"}
BY_HAND = {Uuid: uuid.uuid4().hex, String: "hand", UTCDateTime: dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}


def present(own):
    return read_public_keys(own.folder / "public.json").recipients()


def rotated(own, **options):
    new = changing.prepare(own.folder, PASSPHRASE, argon=QUICK, **options)
    changing.publish(own.folder, new, LATER)
    return new


def run(engine, own, ring=None, **options):
    ring = ring or load_keyring(own.folder, PASSPHRASE)
    return rewrapping.run(engine, ring, lambda: present(own), lambda: people.NOW, **options)


def envelopes(engine):
    with transaction(engine) as session:
        return [one for place in PLACES for one in session.scalars(select(place.envelope)) if one is not None]


def test_the_list_has_every_column_of_the_models_that_holds_an_envelope():
    named = {place.table.name for place in PLACES} | OF_APPLICANTS
    found = {
        table.name
        for table in Base.metadata.tables.values()
        if any(column.name == COLUMN and isinstance(column.type, LargeBinary) for column in table.columns)
    }
    assert found == named
    # A new column of bytes has to be looked at: is it an envelope under another name?
    others = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column.name != COLUMN
    }
    assert others == {
        "submission.find_id",
        "submission.applicant_key",
        "letter.find_id",
        "draft.find_id",
        "draft.body",
        "search_token.token",
        "pair_token.token",
        "conflict_token.token",
        "passkey.credential_id",
        "passkey.public_key",
    }


def test_everything_is_closed_to_the_new_keys_and_reads_as_before(engine, own, staff, filled):
    before, bodies = (
        everything(engine, own.keyring, staff),
        sorted(Envelope.parse(one).body for one in envelopes(engine)),
    )
    assert counting.count(engine, people.NOW) == {key.kid: filled for key in own.recipients}
    new = rotated(own)
    said = list(run(engine, own, batch=3))
    assert said[0] == rewrapping.Progress(0, filled)
    assert said[-1] == rewrapping.Progress(filled, filled, 0, finished=True)
    assert [one.done for one in said] == sorted(one.done for one in said)
    assert {recipients_of(one) for one in envelopes(engine)} == {tuple(key.kid for key in new.public)}
    # Not one body was opened and closed again.
    assert sorted(Envelope.parse(one).body for one in envelopes(engine)) == bodies
    (desk,) = read_public_keys(own.folder / "public.json").active([Purpose.DESK])
    alone = Keyring([key for key in load_keyring(own.folder, PASSPHRASE).held() if key.kid == desk.kid])
    assert everything(engine, alone, staff) == before
    assert everything(engine, Keyring([from_recovery_text(new.paper)]), staff) == before
    with transaction(engine) as session:
        assert counting.kept(session) == ({key.kid: filled for key in new.public}, people.NOW)
        events = session.execute(select(audit.AuditEvent.event, audit.AuditEvent.details)).all()
        assert json.loads(dict(map(tuple, events))["keys:rewrapped"]) == {"count": filled, "kid": desk.kid}
        assert audit.verify(session).ok


def test_a_second_run_has_nothing_to_do_and_says_so(engine, own, filled):
    rotated(own)
    list(run(engine, own))
    before = envelopes(engine)
    assert list(run(engine, own)) == [rewrapping.Progress(0, 0, 0, finished=True)]
    assert envelopes(engine) == before
    with transaction(engine) as session:
        assert len(session.scalars(select(RewrapRun)).all()) == 1


def test_a_run_that_broke_off_goes_on_where_it_stopped(engine, own, staff, filled):
    rotated(own)
    going = run(engine, own, batch=2)
    broken = [next(going) for _ in range(3)][-1]
    going.close()
    assert 0 < broken.done < filled
    with transaction(engine) as session:
        row = rewrapping.latest(session)
        assert (row.done, row.total, row.finished_at) == (broken.done, filled, None)
    said = list(run(engine, own))
    assert said[0] == rewrapping.Progress(broken.done, filled)
    assert said[-1] == rewrapping.Progress(filled, filled, 0, finished=True)
    with transaction(engine) as session:
        assert len(session.scalars(select(RewrapRun)).all()) == 1
    assert everything(engine, load_keyring(own.folder, PASSPHRASE), staff)


def test_keys_that_change_once_more_meanwhile_are_the_ones_that_count(engine, own, filled):
    rotated(own)
    ring = load_keyring(own.folder, PASSPHRASE)
    going = run(engine, own, ring, batch=2)
    next(going), next(going)
    new = rotated(own)
    list(going)
    with transaction(engine) as session:
        left = rewrapping.latest(session).left_over
    # What the first steps closed to the keys in between is not in reach of this run: its keyring is of before.
    assert left <= 2
    assert list(run(engine, own))[-1].left_over == 0
    assert {recipients_of(one) for one in envelopes(engine)} == {tuple(key.kid for key in new.public)}


def test_what_no_key_opens_stays_and_is_counted_and_keeps_its_key_from_being_retired(engine, own, filled):
    stranger = generate_pair(Purpose.DESK)
    people.send(engine, own, people.SAMI, recipients=[stranger.public])
    kid = own.keyring.kids[0]
    rotated(own)
    said = list(run(engine, own))
    assert said[-1] == rewrapping.Progress(filled, filled + 1, 1, finished=True)
    found = counting.count(engine, people.NOW)
    assert kid not in found and found[stranger.kid] == 1
    changing.retire(own.folder, kid, found, LATER)
    # A key that still closes something is not retired.
    people.send(engine, own, people.SAMI)
    recovery = own.recipients[1].kid
    with pytest.raises(KeyFileError, match="still closed to this key: 1"):
        changing.retire(own.folder, recovery, counting.count(engine, people.NOW), LATER)


def test_what_another_process_works_on_is_left_for_the_next_round(engine, own, filled):
    rotated(own)
    if engine.dialect.name == "sqlite":
        return  # There is one writer at a time, so a row that is read is free.
    going = run(engine, own)
    next(going)
    with engine.connect() as other:
        other.execute(text("SELECT id FROM note FOR UPDATE"))
        said = list(going)
        other.rollback()
    assert said[-1].left_over == 1
    assert list(run(engine, own))[-1] == rewrapping.Progress(1, 1, 0, finished=True)


def test_with_the_paper_alone_everything_is_closed_to_a_new_desk_key(engine, own, staff, filled):
    before, paper = everything(engine, own.keyring, staff), from_recovery_text(own.recovery_text)
    changing.recover(own.folder, paper, "a new long passphrase", today=LATER, argon=QUICK)
    assert list(run(engine, own, Keyring([paper])))[-1] == rewrapping.Progress(filled, filled, 0, finished=True)
    assert everything(engine, load_keyring(own.folder, "a new long passphrase"), staff) == before


def attacks(engine):
    """Changes by hand of rows that only grow: each has to be refused."""
    with transaction(engine) as session:
        body = session.scalars(select(SubmissionBody.envelope)).first()
    parsed = Envelope.parse(body)
    emptied = bytes((1, 0)) + parsed.list_seal + parsed.nonce + parsed.body
    flipped = body[:-1] + bytes((body[-1] ^ 1,))
    nonce = Envelope(parsed.wraps, parsed.list_seal, bytes(12), parsed.body).to_bytes()
    shorter = Envelope(parsed.wraps, parsed.list_seal, parsed.nonce, parsed.body[:-1024]).to_bytes()
    later = b"\x02" + body[1:]
    return [emptied, flipped, nonce, shorter, later, b"", b"\x01\x02", b"not an envelope", body + b"x"]


def test_a_hand_at_the_database_changes_nothing_that_was_sealed(engine, own, staff, filled):
    for harm in attacks(engine):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(update(SubmissionBody).values(envelope=harm))
    for place in PLACES:
        if place.table.name in MOVING:
            continue
        for column in place.table.columns:
            if column.name in {COLUMN, "replaces"}:
                continue
            harm = BY_HAND.get(type(column.type), 99)
            with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
                connection.execute(text(f"UPDATE {place.table.name} SET {column.name} = :harm"), {"harm": harm})
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(update(Incoming).values(kind="dates"))
    with transaction(engine) as session:
        theirs = session.scalars(select(Note.envelope)).first()
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(update(SubmissionBody).values(envelope=theirs))
    # Sealing anew and changing another column in one go is refused as well.
    with transaction(engine) as session:
        row = session.execute(select(Note.id, Note.envelope)).first()
    fresh = rewrap(row.envelope, table="note", record_id=row.id.bytes, keyring=own.keyring, recipients=own.recipients)
    by_hand = update(Note).where(Note.id == row.id)
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(by_hand.values(envelope=fresh, author_id=staff.admin.id))
    with engine.begin() as connection:
        assert connection.execute(by_hand.values(envelope=fresh)).rowcount == 1
    assert total(engine) == filled and everything(engine, own.keyring, staff)


def test_an_installed_database_takes_the_change_of_keys_and_refuses_the_same_attacks(database_url, own):
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    people.send(engine, own, people.MARYAM, people.JOAO)
    for harm in attacks(engine):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(update(SubmissionBody).values(envelope=harm))
    rotated(own)
    assert list(run(engine, own))[-1] == rewrapping.Progress(2, 2, 0, finished=True)
    engine.dispose()
    migrating.downgrade(database_url, "0019")
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    harm = attacks(engine)[1]
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(update(SubmissionBody).values(envelope=harm))
    engine.dispose()


def test_the_desk_tries_again_what_it_could_not_open_as_soon_as_the_key_can_be_unlocked(engine, own, own_settings):
    ticks = [0.0]
    ring = FollowingKeyring(own_settings, ticks=lambda: ticks[0])
    desk = worker.Desk(engine, ring, own_settings, clock=lambda: people.NOW, ticks=lambda: ticks[0])
    desk.run_once()
    paper = from_recovery_text(own.recovery_text)
    changing.recover(own.folder, paper, "a new long passphrase", today=LATER, argon=QUICK)
    people.send(engine, own, people.SAMI, recipients=present(own))

    def standing():
        ticks[0] += worker.KEYS_SECONDS
        desk.run_once()
        with transaction(engine) as session:
            return [session.scalar(select(func.count()).select_from(one)) for one in (Case, SetAside)]

    assert standing() == [0, 1]
    own_settings.passphrase_file.write_text("a new long passphrase")
    assert standing() == [1, 0]


def test_one_batch_is_one_short_transaction(engine, own, filled):
    rotated(own)
    commits = []
    event.listen(engine, "commit", lambda _connection: commits.append(1))
    said = list(run(engine, own, batch=2))
    assert len(commits) >= len(said)
