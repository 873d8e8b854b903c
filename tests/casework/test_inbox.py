"""What applicants send later is carried out once, in order, and one broken thing holds up nobody."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text, update

from intake import audit, worker
from intake.appendonly import unguard
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import judging, moving, opening, reassessing
from intake.casework.models import Case
from intake.casework.triage import CLAIM_BITS
from intake.db import make_engine, transaction
from intake.incoming import Incoming, IncomingArrival, Kind
from intake.publickeys import Purpose
from intake.unsealing import generate_pair
from tests import people
from tests.casework import later

SOON = (people.TODAY + dt.timedelta(days=5)).isoformat()


def waiting(engine) -> int:
    with transaction(engine.execution_options(reads=True)) as session:
        return session.scalar(select(func.count()).select_from(IncomingArrival))


def trail(engine) -> list[tuple[str, str]]:
    with transaction(engine.execution_options(reads=True)) as session:
        rows = session.execute(select(AuditEvent.event, AuditEvent.details).order_by(AuditEvent.seq))
        assert audit.verify(session).ok
        return [tuple(row) for row in rows]


def test_a_message_makes_its_case_wait_for_a_reply_and_its_words_stay_sealed(engine, keys, staff):
    ximena = later.admitted(engine, keys, people.XIMENA)
    later.write(engine, keys, ximena, Kind.MESSAGE, {"text": "I moved to my aunt.", "locale": "es"})
    later.write(engine, keys, ximena, Kind.MESSAGE, {"text": "Please answer.", "locale": "es"}, hours=3)
    assert later.hear(engine, keys, hours=4) == ["message", "message"]
    case = later.case_of(engine, ximena)
    assert case.unanswered_since == people.NOW + dt.timedelta(hours=1), "the first one counts"
    assert case.version == 1
    assert later.events_of(engine, ximena)[1:] == [("message:received", {}), ("message:received", {})]
    assert trail(engine)[-1] == ("case:heard", '{"method":"message"}')
    opened = opening.open_answers(engine, keys.keyring, staff.owner, ximena.id, people.NOW)
    assert [(one.text, one.locale) for one in opened.whole.messages] == [
        ("I moved to my aunt.", "es"),
        ("Please answer.", "es"),
    ]
    assert "aunt" not in repr(opened) + repr(opened.whole)


def test_a_new_hearing_in_five_days_raises_a_normal_case_to_critical(engine, settings, keys):
    ximena = later.admitted(engine, keys, people.XIMENA)
    before = later.case_of(engine, ximena)
    assert before.level == 3
    later.write(engine, keys, ximena, Kind.DATES, later.new_dates(stage=["court"], next_date=SOON))
    worker.Desk(engine, keys.keyring, settings, clock=lambda: people.NOW).run_once()
    case = later.case_of(engine, ximena)
    assert (case.level, case.due_on.isoformat(), case.stages) == (1, SOON, ["court"])
    assert case.prio < before.prio and case.unanswered_since is not None and case.version == 1
    (event, said) = later.events_of(engine, ximena)[-1]
    assert event == "dates:changed" and (said["from_level"], said["level"]) == (3, 1) and said["due_code"]


def test_a_change_of_dates_touches_dates_and_what_they_hang_on_and_nothing_else(engine, keys, staff):
    ximena = later.admitted(engine, keys, people.XIMENA)
    sly = later.new_dates(
        next_date=SOON, claims=["afraid", "temporary_ending"], call_name="Somebody", income_band="none", made_up="x"
    )
    sly["removed"] = ["arrival", "contact_ways", 7]
    later.write(engine, keys, ximena, Kind.DATES, sly)
    later.write(engine, keys, ximena, Kind.DATES, later.new_dates(decision_date=["no date"], next_date="32"), hours=2)
    assert later.hear(engine, keys) == ["dates", "dates"]
    whole = opening.open_answers(engine, keys.keyring, staff.owner, ximena.id, people.NOW).whole
    kept = {key: value for key, value in people.XIMENA.items() if key != "arrival"}
    assert whole.answers == kept | {"next_date": SOON, "claims": ["afraid", "temporary_ending"]}
    assert whole.original == people.XIMENA
    first, second = whole.changes
    assert first.values == {
        "claims": (["unsure"], ["afraid", "temporary_ending"]),
        "next_date": (None, SOON),
        "arrival": ("over_2_years", None),
    }
    assert second.values == {}
    with transaction(engine) as session:
        bits = session.scalar(select(Case.claim_bits).where(Case.id == ximena.id))
        assert bits == CLAIM_BITS["afraid"] | CLAIM_BITS["temporary_ending"]


def test_another_safe_way_replaces_the_old_one_also_in_what_was_typed(engine, keys, staff):
    maryam = later.admitted(engine, keys, people.MARYAM)
    change = {
        "answers": {"contact_ways": ["email"], "email": "maryam@example.org", "next_date": SOON},
        "removed": ["phone"],
        "typed": {"email": " Maryam@example.org", "phone": ""},
    }
    later.write(engine, keys, maryam, Kind.CONTACT, change)
    assert later.hear(engine, keys) == ["contact"]
    case = later.case_of(engine, maryam)
    assert case.safe_contact == ["email"] and case.unanswered_since is None
    assert later.events_of(engine, maryam)[-1] == ("contact:changed", {})
    opened = opening.open_answers(engine, keys.keyring, staff.owner, maryam.id, people.NOW)
    assert "phone" not in opened.answers and opened.answers["next_date"] == people.MARYAM["next_date"]
    assert opened.typed["contact"]["email"] == " Maryam@example.org"


def test_what_comes_before_the_admission_waits_and_is_not_in_the_way(engine, keys):
    joao = later.apply(engine, keys, people.JOAO)
    later.write(engine, keys, joao, Kind.DATES, later.new_dates(next_date=SOON), hours=0.1)
    assert later.hear(engine, keys) == []
    # Nobody admits Maryam, because no key opens what she sent.
    maryam = later.apply(engine, keys, people.MARYAM, recipients=[generate_pair(Purpose.DESK).public])
    later.write(engine, keys, maryam, Kind.MESSAGE, {"text": "Hello", "locale": "ar"}, hours=0.2)
    people.admit_all(engine, keys)
    assert later.case_of(engine, joao).level == 1
    assert later.hear(engine, keys) == ["dates"]
    assert later.events_of(engine, joao)[-1][0] == "dates:changed"
    assert waiting(engine) == 1


@pytest.mark.parametrize("harm", ["changed bytes", "another kind", "moved", "a stranger's key", "rubbish inside"])
def test_a_broken_one_leaves_a_line_and_holds_up_nobody(engine, keys, harm, caplog):
    maryam, joao = (later.admitted(engine, keys, one) for one in (people.MARYAM, people.JOAO))
    recipients = [generate_pair(Purpose.DESK).public] if harm == "a stranger's key" else None
    content = {"text": ["secret"]} if harm == "rubbish inside" else {"text": "secret", "locale": "en"}
    broken = later.write(engine, keys, maryam, Kind.MESSAGE, content, recipients=recipients)
    fine = later.write(engine, keys, joao, Kind.MESSAGE, {"text": "Hello", "locale": "en"}, hours=1.5)
    values = {
        "changed bytes": {"envelope": b"not an envelope"},
        "another kind": {"kind": "dates"},
        "moved": {"envelope": select(Incoming.envelope).where(Incoming.id == fine).scalar_subquery()},
    }.get(harm)
    if values:
        with transaction(engine) as session:
            for statement in unguard("incoming", ("UPDATE",), engine.dialect.name):
                session.execute(text(statement))
            session.execute(update(Incoming).where(Incoming.id == broken).values(values))
    assert later.hear(engine, keys) == ["unreadable", "message"]
    kind = "dates" if harm == "another kind" else "message"
    assert later.events_of(engine, maryam)[-1] == ("incoming:unreadable", {"kind": kind})
    assert later.case_of(engine, maryam).unanswered_since is not None
    assert ("case:heard", '{"method":"unreadable"}') in trail(engine)
    assert waiting(engine) == 0 and "secret" not in caplog.text


def test_a_fault_in_the_rules_keeps_the_change_and_says_only_its_type(engine, keys, monkeypatch, caplog):
    maryam, joao = (later.admitted(engine, keys, one) for one in (people.MARYAM, people.JOAO))
    later.write(engine, keys, maryam, Kind.DATES, later.new_dates(next_date=SOON))
    later.write(engine, keys, joao, Kind.MESSAGE, {"text": "Hello", "locale": "en"}, hours=1.5)

    def broken(*_args, **_options):
        raise ValueError("مريم")

    monkeypatch.setattr(judging, "judge", broken)
    assert later.hear(engine, keys) == ["dates", "message"]
    case = later.case_of(engine, maryam)
    assert case.reassess_on == people.TODAY + dt.timedelta(days=1)
    assert "ValueError" in caplog.text and "مريم" not in caplog.text


def test_withdrawing_closes_the_case_and_an_open_staff_page_goes_stale(engine, keys, session, staff):
    maryam = later.admitted(engine, keys, people.MARYAM)
    seen = later.case_of(engine, maryam).version
    later.write(engine, keys, maryam, Kind.WITHDRAW, {})
    assert later.hear(engine, keys) == ["withdraw"]
    case = casework.load(session, staff.owner, maryam.id)
    assert (case.status, case.reason, case.is_open) == ("withdrawn", "withdrew", False)
    with pytest.raises(casework.Stale) as stale:
        moving.change_status(session, case, staff.owner, seen, "triage", None, people.NOW)
    assert stale.value.event.event == "case:withdrawn"
    session.rollback()
    assert trail(engine)[-1] == ("case:withdrawn", "{}")
    assert later.status_of(engine, maryam)["status"] == "withdrawn"


def test_when_the_database_fails_nothing_is_lost_and_it_is_tried_again(engine, keys):
    maryam = later.admitted(engine, keys, people.MARYAM)
    later.write(engine, keys, maryam, Kind.MESSAGE, {"text": "Hello", "locale": "en"})
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE letter RENAME TO letter_away"))
    if engine.dialect.name == "sqlite":  # a missing table is an OperationalError there, a broken line elsewhere
        with pytest.raises(Exception, match="letter"):
            later.hear(engine, keys)
        assert waiting(engine) == 1
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE letter_away RENAME TO letter"))
    assert later.hear(engine, keys) == ["message"]


def test_four_desks_carry_out_each_thing_exactly_once(engine, keys):
    people_ = [later.admitted(engine, keys, one) for one in (people.MARYAM, people.JOAO, people.XIMENA)]
    for number in range(12):
        message = {"text": f"Message {number}", "locale": "en"}
        later.write(engine, keys, people_[number % 3], Kind.MESSAGE, message, hours=number / 10)
    later.write(engine, keys, people_[0], Kind.ERASE, {}, hours=2)

    def desk(_):
        own = make_engine(engine.url.render_as_string(hide_password=False))
        done = later.hear(own, keys)
        own.dispose()
        return len(done)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(desk, range(4)))
    later.hear(engine, keys)
    assert waiting(engine) == 0
    for who in people_[1:]:
        assert len(later.events_of(engine, who)) == 5
    assert later.case_of(engine, people_[0]).erased_at is not None
    heard = [event for event, _ in trail(engine) if event == "case:heard"]
    # A desk may carry out the erasing while another still holds an earlier message: that one is erased unread.
    assert 9 <= len(heard) <= 12


def test_a_later_reassessment_keeps_to_the_amended_answers(engine, keys):
    ximena = later.admitted(engine, keys, people.XIMENA)
    far = (people.TODAY + dt.timedelta(days=60)).isoformat()
    later.write(engine, keys, ximena, Kind.DATES, later.new_dates(stage=["court"], next_date=far))
    later.hear(engine, keys)
    case = later.case_of(engine, ximena)
    assert case.level > 1 and case.reassess_on is not None
    day = people.TODAY + dt.timedelta(days=55)
    now = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
    reassessing.reassess_due(engine, keys.keyring, now=now, today=day, policy=people.POLICY)
    with transaction(engine) as session:
        assert session.scalars(select(Case.level)).one() == 1
