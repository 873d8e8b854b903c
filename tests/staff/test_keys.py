"""The page of the keys: what there is, what is wrong in plain words, and who holds the passphrase."""

import datetime as dt

import pytest
from sqlalchemy import event, select

from intake import audit
from intake.accounts import StaffMember
from intake.audit import AuditEvent
from intake.db import transaction
from intake.doctor import keyring as doctor
from intake.doctor.findings import Level
from intake.keyring import changing, counting, holders, rewrapping
from intake.keyring.records import RewrapRun
from intake.publickeys import read_public_keys
from intake.staff.app import create_app
from intake.unsealing import load_keyring, make_keys
from tests import people
from tests.conftest import COMPILED, PASSPHRASE, Keys
from tests.judge import JudgedClient
from tests.keyring.conftest import MADE, QUICK
from tests.staff.conftest import send


@pytest.fixture
def keys(tmp_path) -> Keys:
    """Keys of this test alone."""
    folder = tmp_path / "keys"
    recovery = make_keys(folder, PASSPHRASE, today=MADE, argon=QUICK)
    return Keys(folder, recovery, load_keyring(folder, PASSPHRASE), read_public_keys(folder / "public.json"))


@pytest.fixture
def staff_app(settings, engine, clock):
    app = create_app(settings, engine, clock=clock)
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = JudgedClient
    app.testing = True
    return app


@pytest.fixture
def second(make_person):
    return make_person("Dana Admin", "admin")


def findings(settings, clock, level=Level.SOON):
    return " ".join(one.sentence for one in doctor.look(settings, clock()) if one.level >= level)


def events(engine):
    with transaction(engine) as session:
        kept = session.execute(select(AuditEvent.actor, AuditEvent.event).where(AuditEvent.subject == "keys")).all()
    return [tuple(one) for one in kept]


def test_two_admins_say_that_they_hold_the_passphrase_and_the_alarm_ends(
    signed_in,
    admin,
    second,
    engine,
    settings,
    clock,
):
    client = signed_in(admin)
    assert "Nobody has written down that they hold the passphrase." in client.get("/administration").text
    page = client.get("/keys").text
    assert "Nobody has said so yet." in page and "Fewer than two administrators" in page
    assert send(client, "/keys", said="hold").status_code == 303
    page = client.get("/keys").text
    assert admin.name in page and "I no longer hold the passphrase" in page and "Fewer than two" in page
    assert "Only one administrator holds the passphrase." in client.get("/administration").text
    assert "1 of the active administrators" in findings(settings, clock)
    send(client, "/keys", said="hold")  # a second press changes nothing
    other = signed_in(second)
    send(other, "/keys", said="hold")
    assert "Fewer than two" not in other.get("/keys").text
    assert "passphrase" not in other.get("/administration").text
    assert "passphrase" not in findings(settings, clock)
    with transaction(engine) as session:
        session.get_one(StaffMember, second.id).active = False
    assert "Only one administrator" in client.get("/administration").text
    send(client, "/keys", said="let-go")
    assert "Nobody has said so yet." in client.get("/keys").text
    mine, theirs = f"staff:{admin.id}", f"staff:{second.id}"
    assert events(engine) == [(mine, "keys:held"), (theirs, "keys:held"), (mine, "keys:let-go")]


def test_it_takes_a_fresh_second_factor_and_a_known_answer(signed_in, admin, engine):
    client = signed_in(admin)
    assert send(client, "/keys", said="perhaps").status_code == 400
    with client.session_transaction() as kept:
        kept["fs_paa"] -= 16 * 60
    late = send(client, "/keys", said="hold")
    assert late.status_code == 303 and late.location == "/account/again?next=/keys"
    assert events(engine) == []


def test_the_page_shows_each_key_and_what_it_still_closes(
    signed_in,
    admin,
    engine,
    keys,
    settings,
    clock,
):
    people.send(engine, keys, people.MARYAM, people.JOAO)
    client = signed_in(admin)
    kids = [key.kid[:8] for key in keys.recipients]
    page = client.get("/keys").text
    assert all(kid in page for kid in kids) and "The desk has not counted yet." in page
    # Two forms, and the mail about the sign-in.
    number = counting.count(engine, clock())[keys.recipients[0].kid]
    assert client.get("/keys").text.count(f'data-label="Still closes">{number}<') == 2 and number >= 2
    new = changing.prepare(keys.folder, PASSPHRASE, argon=QUICK)
    changing.publish(keys.folder, new, dt.date(2026, 6, 1))
    page = client.get("/keys").text
    assert "Older keys still close something" in page and page.count("Older: opens what it has") == 2
    assert f"Older keys still close {2 * number} envelopes" in findings(settings, clock)
    ring = load_keyring(keys.folder, PASSPHRASE)
    going = rewrapping.run(engine, ring, lambda: new.public, clock, batch=1)
    next(going), next(going)
    assert f"Under way: 1 of {number} are sealed anew" in client.get("/keys").text
    going.close()
    clock.advance(minutes=14)
    assert "was cut off" not in client.get("/keys").text
    clock.advance(minutes=2)
    assert "Sealing anew was cut off." in client.get("/keys").text
    assert f"Sealing anew stopped at 1 of {number}" in findings(settings, clock, Level.NOW)
    list(rewrapping.run(engine, ring, lambda: new.public, clock))
    page = client.get("/keys").text
    assert (
        f"{number} of {number} were sealed anew." in page
        and "Older keys still close" not in page
        and "cut off" not in page
    )
    assert findings(settings, clock, Level.NOW) == ""
    for kid in kids:
        changing.retire(keys.folder, kid, counting.count(engine, clock()), dt.date(2026, 6, 2))
    assert client.get("/keys").text.count("Retired: old backups may need it") == 2
    # Something that was on its way all that time.
    people.send(engine, keys, people.SAMI)
    counting.count(engine, clock())
    assert "closed to a key that is retired" in client.get("/keys").text
    assert "closed to a key that is retired" in findings(settings, clock, Level.NOW)


def test_a_drill_of_over_a_year_ago_is_told(signed_in, admin, engine, settings, clock):
    client = signed_in(admin)
    assert "Nobody has tried the recovery key" in client.get("/keys").text
    assert "Nobody tried the recovery key" in findings(settings, clock, Level.HINT)
    drilled = {"actor": "cli", "event": audit.Event.KEYS_DRILLED, "subject": "keys"}
    for days, told in ((366, True), (1, False)):
        with transaction(engine) as session:
            audit.append(session, **drilled, now=clock() - dt.timedelta(days=days))
        page = client.get("/keys").text
        assert ("over a year ago" in page) is told and "Last tried on" in page
        assert ("do it again" in findings(settings, clock)) is told


def test_what_could_not_be_sealed_anew_is_told(signed_in, admin, engine, settings, clock):
    with transaction(engine) as session:
        ended = RewrapRun(kid="0" * 32, started_at=clock(), moved_at=clock(), done=5, total=7, left_over=2)
        ended.finished_at = clock()
        session.add(ended)
    assert "Some of it could not be sealed anew." in signed_in(admin).get("/keys").text
    assert "2 envelopes could not be sealed anew" in findings(settings, clock)


def test_the_page_asks_the_database_as_often_whatever_there_is(signed_in, admin, second, engine, keys, clock):
    client = signed_in(admin)
    asked = []

    def statements() -> int:
        asked.clear()
        assert client.get("/keys").status_code == 200
        return len(asked)

    event.listen(engine, "before_cursor_execute", lambda *_all: asked.append(1))
    before = statements()
    people.send(engine, keys, *[people.MARYAM] * 20)
    with transaction(engine) as session:
        for one in (admin, second):
            holders.hold(session, session.get_one(StaffMember, one.id), clock())
    counting.count(engine, clock())
    assert statements() == before


def test_a_caseworker_sees_none_of_it(signed_in, caseworker):
    client = signed_in(caseworker)
    assert client.get("/keys").status_code in (403, 404)
