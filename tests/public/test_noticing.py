"""What is unusual about a sending becomes a label for staff; nobody is refused for it, and a flood drowns nobody."""

import datetime as dt
import threading
import uuid

import pytest
from itsdangerous import URLSafeTimedSerializer
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import select

from intake.form import keeping
from intake.public import limits, noticing
from intake.public.noticing import Noticing, Sending
from intake.submissions import Submission
from intake.tallies import Memory
from tests.public.walking import ROSA, fields, press, token, walk

CALM = Sending(seconds=600, screens=12, quick=0, trapped=False, same=1, crowded=False)
DAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("sending", "found"),
    [
        (CALM, []),
        (CALM._replace(seconds=19), ["fast"]),
        (CALM._replace(seconds=20), []),
        (CALM._replace(quick=7), ["fast"]),
        (CALM._replace(quick=6), []),
        (CALM._replace(screens=4, quick=4), []),
        (CALM._replace(trapped=True), ["honeypot"]),
        (CALM._replace(same=2), []),
        (CALM._replace(same=3), ["repeat"]),
        (Sending(1, 12, 12, True, 3, True), ["fast", "honeypot", "repeat", "flood"]),
    ],
)
def test_what_makes_a_label(sending, found):
    assert noticing.marks(sending) == found


def test_the_same_content_is_counted_by_draft_and_forgotten_the_next_day():
    counted, first = Noticing(), uuid.uuid4()
    content = {"call_name": "Rosa Marín", "claims": ["afraid"]}
    assert [counted.same(first, content, DAY) for _ in range(5)] == [1] * 5
    assert [counted.same(uuid.uuid4(), content, DAY) for _ in range(3)] == [2, 3, 3]
    assert counted.same(uuid.uuid4(), content | {"call_name": "Ana"}, DAY) == 1
    assert counted.same(uuid.uuid4(), content, DAY + dt.timedelta(days=1)) == 1


def test_what_is_counted_holds_nothing_that_can_be_read():
    counted = Noticing()
    counted.same(uuid.uuid4(), {"call_name": "Rosa Marín", "phone": "+12025550123"}, DAY)
    assert "Rosa" not in repr(vars(counted)) and "2025550123" not in repr(vars(counted))


def test_what_is_counted_stays_small(monkeypatch):
    monkeypatch.setattr(noticing, "KEPT_DIGESTS", 3)
    counted = Noticing()
    for number in range(9):
        assert counted.same(uuid.uuid4(), {"call_name": str(number)}, DAY) == 1
    assert len(counted._sent) == 3


def test_forty_people_of_one_shelter_are_crowded_and_another_place_is_not():
    counted = Noticing()
    noon = dt.datetime(2026, 11, 2, 12, 0, tzinfo=dt.UTC)
    assert not any(counted.crowded("a shelter", noon) for _ in range(30))
    assert counted.crowded("a shelter", noon) and not counted.crowded("a library", noon)
    assert not counted.crowded("a shelter", noon + dt.timedelta(hours=1))


def test_the_age_of_a_page_comes_from_its_token():
    made = URLSafeTimedSerializer("a secret", salt="wtf-csrf-token").dumps("x")
    now = dt.datetime.now(dt.UTC)
    assert noticing.age_of(made, now + dt.timedelta(seconds=7)) in {7, 8}
    for wrong in ("", "Rosa", "\x00", "a.\x00.c", "a." + "A" * 60 + ".c", "..", "…….…….……"):
        age = noticing.age_of(wrong, now)
        assert age is None or age > 1, "what is no token says nothing of haste"


def marks_of(session) -> list[str]:
    return session.scalars(select(Submission.marks)).one()


def test_a_form_sent_within_seconds_is_taken_and_labelled(public_client, session):
    assert walk(public_client, ROSA).status_code == 200
    assert marks_of(session) == ["fast"]


def test_a_form_filled_in_slowly_has_no_label(public_client, session, monkeypatch):
    walk(public_client, ROSA, until="check")
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=9)
    monkeypatch.setattr("intake.public.visit.now", lambda: later)
    monkeypatch.setattr(noticing, "SCREENS", 99)
    press(public_client, "/en/apply/check", fields("check", ROSA))
    assert marks_of(session) == []


def test_the_hidden_field_labels_and_refuses_nothing(public_client, session):
    page = walk(public_client, ROSA, until="about")
    assert 'name="homepage"' in page.text and 'tabindex="-1"' in page.text
    sent = {"homepage": "https://example.org", **fields("about", ROSA)}
    assert press(public_client, "/en/apply/about", sent).status_code == 303
    assert walk(public_client, ROSA, start="place").status_code == 200
    assert "honeypot" in marks_of(session)


def test_a_third_sending_of_the_same_answers_is_labelled_and_taken(public_app, session):
    for _ in range(3):
        assert walk(public_app.test_client(), ROSA).status_code == 200
    found = list(session.scalars(select(Submission.marks)))
    assert len(found) == 3 and sorted("repeat" in marks for marks in found) == [False, False, True]


def test_a_flood_from_one_address_waits_and_leaves_others_served(public_app, monkeypatch):
    monkeypatch.setattr(noticing, "WHOLE_FORM_SECONDS", 0)
    flood, other = public_app.test_client(), public_app.test_client()
    mark = token(flood.get("/en/apply/"))
    begun = {"csrf_token": mark, "go": "on"}  # nothing ticked: the page comes again, and no draft is made
    there = {"REMOTE_ADDR": "203.0.113.9"}
    answers = [flood.post("/en/apply/", data=begun, environ_base=there) for _ in range(300)]
    assert [one.status_code for one in answers[:40]] == [422] * 40
    assert answers[-1].status_code == 429 and "Please wait a little" in answers[-1].text
    started = {"csrf_token": token(other.get("/en/apply/")), "go": "on", **fields("start", ROSA)}
    assert other.post("/en/apply/", data=started, environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 303


def test_counting_does_not_look_through_all_that_was_counted_before(monkeypatch):
    looked = []
    monkeypatch.setattr(threading.Timer, "start", lambda _timer: looked.append(1))
    counts = MovingWindowRateLimiter(Memory())
    looked.clear()
    for number in range(200):
        assert counts.hit(limits.SEND.items[0], "send", str(number))
    assert len(looked) == 1


def test_more_than_a_draft_keeps_is_said_before_anything_is_cut(public_client):
    page = walk(public_client, ROSA, until="contact")
    long = fields("contact", ROSA) | {"csrf_token": token(page), "phone": "7" * 4_001, "go": "later"}
    refused = public_client.post("/en/apply/contact", data=long)
    assert refused.status_code == 422 and "7" * 4_001 in refused.text
    kept = public_client.post("/en/apply/contact", data=long | {"phone": "7" * 4_000})
    assert kept.headers["Location"] == "/en/later"
    assert "7" * 4_000 in public_client.get("/en/apply/contact").text


def test_what_is_typed_where_nothing_is_asked_is_cut_and_the_whole_draft_has_an_end(public_client, monkeypatch):
    page = walk(public_client, ROSA, until="contact")
    sent = {"csrf_token": token(page), "go": "on", **fields("contact", ROSA), "email": "x" * 30_000}
    assert public_client.post("/en/apply/contact", data=sent).status_code == 303
    shown = public_client.get("/en/apply/contact").text
    assert "x" * 4_001 not in shown
    monkeypatch.setattr(keeping, "DRAFT_BYTES", 3_000)
    full = public_client.post("/en/apply/contact", data=sent)
    assert full.status_code == 413 and "Please write less" in full.text
