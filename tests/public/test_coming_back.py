"""People come back with their code: they see where their form stands, write, change what changed, and read again."""

import datetime as dt
import json
import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from intake import letters, referrals
from intake.db import transaction
from intake.incoming import Incoming, IncomingArrival
from intake.letters import Letter
from intake.public import statuswords
from intake.publickeys import PublicKey, Purpose
from intake.submissions import Submission
from tests.public.walking import ROSA, press, token, walk

ARABIC = {ord(str(number)): chr(0x660 + number) for number in range(10)}


def code_on(page: str) -> str:
    return re.search(r'class="code large"><bdi dir="ltr">([0-9 ]{19})<', page)[1]


def once_on(page: str) -> str:
    return re.search(r'name="once" value="([0-9a-f]+)"', page)[1]


def came_in(session, keys) -> list[tuple[str, dict]]:
    """(kind, opened content) of all that came in, oldest first."""
    rows = session.scalars(select(Incoming).order_by(Incoming.received_at)).all()
    opened = [
        (row.kind, json.loads(keys.keyring.open(row.envelope, table="incoming", record_id=row.id.bytes)))
        for row in rows
    ]
    session.rollback()  # on SQLite a session that has begun keeps everybody else from writing
    return opened


@pytest.fixture
def rosa(public_app):
    """Rosa, who has sent her form and stands before her receipt."""
    client = public_app.test_client()
    walk(client, ROSA)
    return client


def send(client, address: str, **typed):
    page = client.get(address)
    return client.post(address, data={"csrf_token": token(page), "once": once_on(page.text), **typed})


def tell_status(engine, content: dict) -> None:
    """What the desk writes: the one status letter."""
    with transaction(engine) as session:
        sent = session.scalars(select(Submission)).one()
        letters.replace(
            session,
            letter_id=letters.status_id(sent.id),
            find_id=sent.find_id,
            to=PublicKey(sent.applicant_key, Purpose.APPLICANT),
            kind="status",
            content=content,
            now=dt.datetime.now(dt.UTC),
        )


def status(code: str, *events: tuple[str, str], opened: int = 0, last: str | None = None) -> dict:
    return {
        "status": code,
        "at": "2026-11-03T10:00:00+00:00",
        "opened": opened,
        "last_opened_on": last,
        "events": [{"on": day, "what": what} for day, what in events],
    }


def test_a_person_comes_back_in_arabic_digits_on_another_phone_and_sees_the_form_is_there(public_app, rosa, session):
    receipt = rosa.get("/en/receipt").text
    other = public_app.test_client()
    found = press(other, "/en/return", {"code": code_on(receipt).translate(ARABIC)})
    assert found.headers["Location"] == "/en/mine"
    home = other.get("/en/mine")
    assert home.headers["Cache-Control"] == "no-store"
    assert session.scalars(select(Submission.reference)).one() in home.text
    assert "We have your form." in home.text and "We got your form." in home.text
    assert "has not opened your answers yet" in home.text
    assert "11 February 2027" in home.text, "the date that Rosa told"
    assert "See what happens with your form" in receipt
    dates, ways, past = map(home.text.index, ("Dates that matter", "What you can do here", "What happened so far"))
    assert dates < ways < past, "what can be missed comes first"
    assert 'href="tel:18008987180"' in home.text and 'href="tel:18008987180"' in receipt


def test_the_page_says_how_often_staff_opened_the_answers_and_names_nobody(rosa, engine):
    events = (("2026-11-01", "received"), ("2026-11-02", "opened"), ("2026-11-03", "contacting"))
    tell_status(engine, status("contacting", *events, opened=4, last="2026-11-03"))
    home = rosa.get("/en/mine").text
    assert "We are trying to reach you." in home
    assert "Our staff opened your answers 4 times. The last time was on 3 November 2026." in home
    assert home.index("We began to try") < home.index("for the first time") < home.index("We got your form.")
    tell_status(engine, status("being_read", *events[:2], opened=1, last="2026-11-02"))
    assert "Our staff opened your answers 1 time." in rosa.get("/en/mine").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_status_is_one_calm_sentence_and_one_that_is_newer_than_this_page_does_no_harm(rosa, engine):
    with transaction(engine) as session:
        referrals.load_bundled(session)
    for code, words in statuswords.STANDINGS.items():
        tell_status(engine, status(code, ("2026-11-01", "received"), ("2026-11-02", code)))
        home = rosa.get("/en/mine").text
        assert words.sentence in home and words.meanwhile in home
        assert ("Places that may help you" in home) == (code in statuswords.WITHOUT_US)
    tell_status(engine, status("flying", ("2026-11-01", "landed")))
    assert "A person is reading your form." in rosa.get("/en/mine").text
    assert set(statuswords.STANDINGS) - {"being_read"} <= set(statuswords.EVENTS)


def test_a_letter_from_staff_stands_there_as_it_was_written_newest_first(rosa, engine):
    with transaction(engine) as writing:
        sent = writing.scalars(select(Submission)).one()
        for number, text in enumerate(("First <b>letter</b>", "Second\nletter \x07 for you")):
            letters.write(
                writing,
                letter_id=uuid.uuid4(),
                find_id=sent.find_id,
                to=PublicKey(sent.applicant_key, Purpose.APPLICANT),
                kind="message",
                content={"text": text, "written_at": f"2026-11-0{number + 2}T12:00:00+00:00", "reference": "x"},
                now=dt.datetime(2026, 11, 2 + number, 12, tzinfo=dt.UTC),
            )
    home = rosa.get("/en/mine").text
    assert "Letters from us" in home and "First &lt;b&gt;letter&lt;/b&gt;" in home
    assert home.index("Second\nletter  for you") < home.index("First")


def test_a_message_reaches_the_desk_sealed_and_stays_readable_for_the_person(rosa, session, keys):
    done = send(rosa, "/en/mine/message", text="Tengo una carta nueva.\r\n¿Qué hago?")
    assert done.headers["Location"].startswith("/en/mine")
    home = rosa.get(done.headers["Location"]).text
    assert "We have your message." in home and "Tengo una carta nueva.\n¿Qué hago?" in home
    assert came_in(session, keys) == [
        ("message", {"text": "Tengo una carta nueva.\n¿Qué hago?", "locale": "en"}),
    ]
    for envelope in [*session.scalars(select(Incoming.envelope)), *session.scalars(select(Letter.envelope))]:
        assert b"carta" not in envelope


def test_a_message_that_is_empty_or_too_long_is_refused_in_words_and_kept(rosa, session, keys):
    empty = send(rosa, "/en/mine/message", text=" \n \u200b")
    assert empty.status_code == 422 and "Write your message." in empty.text
    long = send(rosa, "/en/mine/message", text="a" * 2_001)
    assert long.status_code == 422 and "2,000 letters or fewer" in long.text and "a" * 2_001 in long.text
    assert came_in(session, keys) == []
    assert send(rosa, "/en/mine/message", text="a" * 2_000).status_code == 303


def test_a_double_tap_makes_one_message_and_two_messages_are_two(public_app, rosa, session):
    page = rosa.get("/en/mine/message")
    sent = {"csrf_token": token(page), "once": once_on(page.text), "text": "Only once, please."}
    cookie = rosa.get_cookie("intake").value
    together = threading.Barrier(8)

    def tap(_number: int) -> int:
        client = public_app.test_client()
        client.set_cookie("intake", cookie)
        together.wait()
        return client.post("/en/mine/message", data=sent).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tap, range(8))) == {303}
    assert session.scalar(select(func.count()).select_from(Incoming)) == 1
    assert rosa.get("/en/mine").text.count("Only once, please.") == 1
    session.rollback()
    send(rosa, "/en/mine/message", text="Only once, please.")
    assert session.scalar(select(func.count()).select_from(IncomingArrival)) == 2


def test_a_new_hearing_date_is_sent_alone_and_the_person_sees_it_from_then_on(rosa, session, keys):
    page = rosa.get("/en/mine/change/dates")
    assert 'value="2027"' in page.text and 'name="csrf_token"' in page.text
    new = {"next_date.day": "5", "next_date.month": "12", "next_date.year": "2026", "missed_hearing": "no"}
    done = send(rosa, "/en/mine/change/dates", **new)
    assert "done=changed" in done.headers["Location"]
    [(kind, content)] = came_in(session, keys)
    assert kind == "dates" and content["answers"] == {"next_date": "2026-12-05", "missed_hearing": "no"}
    assert content["removed"] == [] and content["typed"]["next_date.day"] == "5"
    assert not any(name.startswith("letter_due") for name in content["typed"])
    home = rosa.get("/en/mine").text
    assert "5 December 2026" in home and "11 February 2027" not in home
    assert "5 December 2026" in rosa.get("/en/receipt").text
    assert "5 December 2026" in rosa.get("/en/mine/answers").text
    again = send(rosa, "/en/mine/change/dates", **new)
    assert "done=same" in again.headers["Location"] and len(came_in(session, keys)) == 1
    assert "Nothing was changed." in rosa.get(again.headers["Location"]).text


def test_a_judge_said_no_leads_on_to_the_day_and_brings_the_careful_words_about_time(rosa, session, keys):
    assert "time to appeal" not in rosa.get("/en/mine").text
    told = send(rosa, "/en/mine/change/stage", stage=["court", "denied"], order_by="judge")
    assert told.headers["Location"].startswith("/en/mine/change/dates")
    page = rosa.get(told.headers["Location"]).text
    assert "When did they say no" in page and "Are there new dates too?" in page
    yesterday = (dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).date()
    dates = {"decision_date.day": yesterday.day, "decision_date.month": yesterday.month}
    send(rosa, "/en/mine/change/dates", **dates, **{"decision_date.year": yesterday.year})
    home = rosa.get("/en/mine").text
    assert "the time to appeal is often 30 days" in home and "1-800-898-7180" in home
    assert "Your case can be different. Ask a lawyer." in home
    # The hearing was left empty on that page: the answer is taken back.
    [(_, stage), (_, dates_sent)] = came_in(session, keys)
    assert stage["answers"] == {"stage": ["court", "denied"], "order_by": "judge"}
    assert dates_sent["answers"] == {"decision_date": yesterday.isoformat()} and dates_sent["removed"] == ["next_date"]


def test_another_safe_way_to_be_reached_replaces_the_old_one(rosa, session, keys):
    page = rosa.get("/en/mine/change/contact")
    assert 'value="+12025550123"' in page.text
    new = {"language": "es", "interpreter": "yes", "contact_ways": ["email"], "email": "rosa@example.org"}
    assert "done=changed" in send(rosa, "/en/mine/change/contact", **new, phone="").headers["Location"]
    [(kind, content)] = came_in(session, keys)
    assert kind == "contact" and content["answers"] == {"contact_ways": ["email"], "email": "rosa@example.org"}
    assert sorted(content["removed"]) == ["phone", "voicemail"]
    answers = rosa.get("/en/mine/answers").text
    assert "rosa@example.org" in answers and "2025550123" not in answers


def test_a_mistake_in_a_change_is_said_in_words_keeps_what_was_typed_and_sends_nothing(rosa, session, keys):
    wrong = send(rosa, "/en/mine/change/contact", language="es", contact_ways=["phone"], phone="12 or so")
    assert wrong.status_code == 422 and 'value="12 or so"' in wrong.text
    assert 'href="#f-phone"' in wrong.text and "Error:" in wrong.text
    assert came_in(session, keys) == []


def test_only_steps_about_dates_and_contact_can_be_changed(rosa):
    for key in ("who", "claims", "check", "nothing", "about"):
        assert rosa.get(f"/en/mine/change/{key}").status_code == 404


def test_the_answers_can_be_read_printed_and_kept_as_a_file_with_a_name_that_tells_nothing(rosa):
    page = rosa.get("/en/mine/answers")
    assert "Rosa Marín" in page.text and "Keep as a file" in page.text
    file = rosa.get("/en/mine/answers.txt")
    assert file.headers["Content-Disposition"] == 'attachment; filename="answers.txt"'
    assert file.headers["Cache-Control"] == "no-store" and file.mimetype == "text/plain"
    text = file.data.decode("utf-8-sig")
    assert "Rosa Marín" in text and "Llámeme después de las seis." in text and "http" not in text


@pytest.mark.parametrize("device", ["shared", "watched", "unsure"])
def test_on_a_device_that_others_use_a_warning_comes_before_the_answers(public_app, device):
    client = public_app.test_client()
    walk(client, ROSA | {"device": device})
    with client.session_transaction() as held:
        held["d"] = device
    warning = client.get("/en/mine/answers")
    assert "Rosa" not in warning.text and "Make sure that nobody can see the screen." in warning.text
    assert "answers.txt" not in client.get("/en/mine").text
    assert "Rosa Marín" in client.get("/en/mine/answers?look=yes").text


def test_without_a_visit_there_is_only_a_page_that_says_so(public_client, public_app):
    addresses = ["", "/message", "/change/dates", "/answers", "/answers.txt", "/withdraw", "/erase", "/erase/now"]
    for address in addresses:
        gone = public_client.get(f"/en/mine{address}")
        assert gone.status_code == 410 and "I have a return code" in gone.text
    form = token(public_client.get("/en/return"))
    for address in ("/message", "/change/dates", "/withdraw", "/erase/now"):
        refused = public_client.post(f"/en/mine{address}", data={"csrf_token": form, "text": "x", "understood": "yes"})
        assert refused.status_code == 410
    half = public_app.test_client()
    walk(half, ROSA, until="place")
    assert half.get("/en/mine").headers["Location"] == "/en/apply/place"


def test_the_card_in_the_receipt_is_neutral_and_names_us_only_on_the_persons_own_device(public_app):
    client = public_app.test_client()
    walk(client, ROSA)
    for device, named in (("mine", True), ("shared", False), (None, False)):
        with client.session_transaction() as held:
            held["d"] = device
        page = client.get("/en/receipt").text
        card = page.split('class="card wallet"')[1].split("</div>")[0]
        assert ("Harbour Rights" in card) == named
        assert code_on(page) in card and "localhost/en/return" in card and "asylum" not in card.lower()
        assert page.count(code_on(page)) >= 2
