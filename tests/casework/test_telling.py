"""The applicant can follow the case: one honest status letter, and letters that only the return code opens."""

import datetime as dt
import os
import uuid

import pytest
from sqlalchemy import func, select, update

from intake import letters, returncode
from intake.casework import case as casework
from intake.casework import messages, moving, notes, opening, telling
from intake.casework.models import Case, Note
from intake.casework.statuses import STATUSES
from intake.db import transaction
from intake.incoming import Kind
from intake.letters import Letter
from tests import people
from tests.casework import later

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def joao(engine, keys, staff):
    return later.admitted(engine, keys, people.JOAO)


def move(engine, staff, who, status, reason=None, *, hours=1.0):
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, who.id)
        moving.change_status(session, case, staff.owner, case.version, status, reason, people.NOW + hours * HOUR)


def happened(told) -> list[str]:
    return [one["what"] for one in told["events"]]


def test_every_status_has_a_code_for_the_applicant():
    assert set(telling.CODES) == set(STATUSES)


def test_an_admitted_person_sees_that_it_came_in(engine, joao):
    told = later.status_of(engine, joao)
    assert (told["status"], told["opened"], told["last_opened_on"]) == ("received", 0, None)
    assert told["at"] == people.NOW.isoformat()
    assert [(one["what"], one["on"]) for one in told["events"]] == [("received", "2026-11-02")]


def test_each_opening_is_counted_and_the_first_one_has_its_line(engine, keys, staff, joao):
    for person, hours in ((staff.owner, 2), (staff.colleague, 30), (staff.admin, 31)):
        opening.open_answers(engine, keys.keyring, person, joao.id, people.NOW + hours * HOUR)
    told = later.status_of(engine, joao)
    assert (told["status"], told["opened"], told["last_opened_on"]) == ("being_read", 3, "2026-11-03")
    assert told["at"] == (people.NOW + 2 * HOUR).isoformat()
    assert happened(told) == ["received", "opened"] and told["events"][1]["on"] == "2026-11-02"
    case = later.case_of(engine, joao)
    assert (case.opened_count, case.opened_at, case.version) == (3, people.NOW + 31 * HOUR, 1)


def test_the_way_of_a_case_is_told_in_order_without_notes_or_names(engine, keys, staff, joao):
    move(engine, staff, joao, "triage", hours=1)
    assert later.status_of(engine, joao)["status"] == "being_read"
    move(engine, staff, joao, "contacting", hours=2)
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, joao.id)
        notes.add(session, case, staff.owner, "He sounds afraid.", keys.recipients, people.NOW + 3 * HOUR)
        messages.send(session, case, staff.owner, "Please call us.", keys.recipients, people.NOW + 4 * HOUR)
    later.write(engine, keys, joao, Kind.DATES, later.new_dates(next_date="2026-12-24"), hours=5)
    later.write(engine, keys, joao, Kind.CONTACT, later.new_dates(contact_ways=["self"]), hours=5)
    later.write(engine, keys, joao, Kind.MESSAGE, {"text": "Hello", "locale": "pt"}, hours=5.5)
    later.hear(engine, keys, hours=6)
    move(engine, staff, joao, "declined", "capacity", hours=7)
    told = later.status_of(engine, joao)
    assert told["status"] == "declined" and told["at"] == (people.NOW + 7 * HOUR).isoformat()
    changed = happened(told)
    assert changed[:3] == ["received", "contacting", "message"] and changed[-1] == "declined"
    assert sorted(changed[3:5]) == ["contact_changed", "dates_changed"] and len(changed) == 6
    said = str(told)
    for hidden in ("Olivia", "afraid", "capacity", "staff", "call us"):
        assert hidden not in said


def test_a_long_history_keeps_its_newest_thirty_lines(engine, staff, joao):
    for number in range(20):
        move(engine, staff, joao, "contacting", hours=2 * number)
        move(engine, staff, joao, "unable_to_reach", hours=2 * number + 1)
    told = later.status_of(engine, joao)
    assert len(told["events"]) == telling.MOST_EVENTS == 30
    assert happened(told)[-2:] == ["contacting", "unable_to_reach"] and "received" not in happened(told)
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == "status")) == 1


def test_only_the_return_code_opens_what_staff_write(engine, keys, staff, joao):
    with transaction(engine) as session:
        session.execute(update(Case).values(unanswered_since=people.NOW))
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, joao.id)
        messages.send(session, case, staff.owner, "  Line one\r\nLine two ", keys.recipients, people.NOW + HOUR)
    assert later.letters_of(engine, joao, "message") == [
        {
            "text": "Line one\nLine two",
            "written_at": (people.NOW + HOUR).isoformat(),
            "reference": later.case_of(engine, joao).reference,
        }
    ]
    assert later.case_of(engine, joao).unanswered_since is None
    with transaction(engine) as session:
        stranger = returncode.derive(os.urandom(32))
        assert letters.opened(session, stranger) == []
        session.execute(update(Letter).values(find_id=stranger.find_id))
    with transaction(engine) as session:
        assert letters.opened(session, stranger) == [], "a letter under another find-id stays closed"


def test_the_same_page_sent_twice_is_one_letter(engine, keys, staff, joao):
    once = uuid.uuid4()
    for _ in range(2):
        with transaction(engine) as session:
            case = casework.load(session, staff.owner, joao.id)
            messages.send(session, case, staff.owner, "Hello", keys.recipients, people.NOW, once=once)
    assert len(later.letters_of(engine, joao, "message")) == 1
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Note)) == 1


@pytest.mark.parametrize("words", ["", " \r\n ", "x" * (messages.MESSAGE_CHARACTERS + 1)])
def test_an_empty_or_endless_message_is_refused_in_words(engine, keys, staff, joao, words):
    with pytest.raises(messages.BadMessage, match="message"), transaction(engine) as session:
        case = casework.load(session, staff.owner, joao.id)
        messages.send(session, case, staff.owner, words, keys.recipients, people.NOW)
    assert later.letters_of(engine, joao, "message") == []


def test_someone_who_left_writes_to_nobody(engine, keys, staff, joao):
    with pytest.raises(casework.NotAllowed), transaction(engine) as session:
        case = casework.load(session, staff.owner, joao.id)
        messages.send(session, case, staff.outsider, "Hello", keys.recipients, people.NOW)


def test_the_conversation_reads_in_order_for_every_colleague(engine, keys, staff, joao):
    later.write(engine, keys, joao, Kind.MESSAGE, {"text": "When will you call?", "locale": "pt"}, hours=1)
    later.hear(engine, keys, hours=2)
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, joao.id)
        messages.send(session, case, staff.owner, "On Monday.", keys.recipients, people.NOW + 3 * HOUR)
    later.write(engine, keys, joao, Kind.MESSAGE, {"text": "Thank you.", "locale": "pt"}, hours=4)
    later.hear(engine, keys, hours=5)
    opened = opening.open_answers(engine, keys.keyring, staff.colleague, joao.id, people.NOW + 6 * HOUR)
    with transaction(engine) as session:
        timeline = casework.timeline(session, casework.load(session, staff.colleague, joao.id))
    assert [(turn.who, turn.text) for turn in messages.conversation(opened, timeline)] == [
        ("", "When will you call?"),
        ("Olivia Owner", "On Monday."),
        ("", "Thank you."),
    ]
