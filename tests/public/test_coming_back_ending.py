"""People take their form back or erase everything: the desk carries it out, and the page says what is true."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from intake import assessment
from intake.casework import admission, inbox
from intake.casework.models import Case
from intake.incoming import Incoming, IncomingArrival
from intake.letters import Letter
from intake.submissions import Submission, SubmissionBody
from tests.public.test_coming_back import code_on, send
from tests.public.walking import ROSA, press, token, walk


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def rosa(public_app):
    client = public_app.test_client()
    walk(client, ROSA)
    return client


@pytest.fixture
def desk(engine, keys):
    """Let the desk do all that waits; gives what it carried out."""

    def work() -> list[str]:
        rest = {"now": now(), "today": now().date(), "policy": assessment.Policy()}
        while admission.admit_next(engine, admission.Terms(keys.keyring, **rest)):
            pass
        done = []
        while (handled := inbox.handle_next(engine, keys.keyring, **rest)) is not None:
            done.append(handled)
        return done

    return work


def count(session, table) -> int:
    found = session.scalar(select(func.count()).select_from(table))
    session.rollback()
    return found


def press_only(client, address: str, **sent):
    page = client.get(address)
    return client.post(address, data={"csrf_token": token(page), **sent})


def test_what_the_desk_did_with_messages_dates_and_contact_stands_on_the_page(rosa, desk, session):
    assert desk() == []
    assert "We have your form. Nobody has read it yet." in rosa.get("/en/mine").text
    send(rosa, "/en/mine/message", text="Hola")
    send(rosa, "/en/mine/change/dates", **{"next_date.month": "12", "next_date.year": "2026"})
    new = {"language": "es", "contact_ways": ["email"], "email": "rosa@example.org"}
    send(rosa, "/en/mine/change/contact", **new)
    assert desk() == ["message", "dates", "contact"]
    home = rosa.get("/en/mine").text
    assert "You told us something new about your case or your dates." in home
    assert "You changed how we may reach you." in home
    session.rollback()


def test_a_person_takes_the_form_back_and_it_is_closed(rosa, desk, session):
    desk()
    page = rosa.get("/en/mine/withdraw").text
    assert "We still keep your answers for a time, sealed." in page and "Erase everything instead." in page
    assert press_only(rosa, "/en/mine/withdraw").headers["Location"] == "/en/mine"
    home = rosa.get("/en/mine").text
    assert "We are closing it now." in home and "Take your form back" not in home
    assert rosa.get("/en/mine/withdraw").status_code == 303
    assert desk() == ["withdraw"]
    home = rosa.get("/en/mine").text
    assert "You took your form back. We do not work on it any more." in home and "We are closing" not in home
    case = session.scalars(select(Case)).one()
    assert case.status == "withdrawn" and not case.is_open
    session.rollback()
    assert send(rosa, "/en/mine/message", text="I changed my mind").status_code == 303


def test_after_staff_took_the_case_up_again_it_can_be_taken_back_again(rosa, desk, session):
    desk()
    press_only(rosa, "/en/mine/withdraw")
    desk()
    case = session.scalars(select(Case)).one()
    case.status, case.is_open, case.reason = "triage", True, None
    session.commit()
    send(rosa, "/en/mine/change/dates", **{"next_date.month": "12", "next_date.year": "2026"})
    assert desk() == ["dates"]
    home = rosa.get("/en/mine").text
    assert "You took your form back. We do not work" not in home and "Take your form back" in home
    assert press_only(rosa, "/en/mine/withdraw").status_code == 303
    assert desk() == ["withdraw"]


def test_eight_taps_on_take_back_are_one(public_app, rosa, session):
    form = token(rosa.get("/en/mine/withdraw"))
    cookie = rosa.get_cookie("intake").value
    together = threading.Barrier(8)

    def tap(_number: int) -> int:
        client = public_app.test_client()
        client.set_cookie("intake", cookie)
        together.wait()
        return client.post("/en/mine/withdraw", data={"csrf_token": form}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tap, range(8))) == {303}
    assert count(session, Incoming) == count(session, IncomingArrival) == 1


def test_erasing_takes_two_steps_and_a_tick_and_afterwards_nothing_opens(public_app, rosa, desk, session):
    desk()
    code = code_on(rosa.get("/en/receipt").text)
    explained = rosa.get("/en/mine/erase").text
    assert "What stays" in explained and "Your reference number." in explained and "cannot be undone" in explained
    assert 'href="/en/mine/erase/now"' in explained
    unticked = press_only(rosa, "/en/mine/erase/now")
    assert unticked.status_code == 422 and "Tick the box" in unticked.text
    assert count(session, Incoming) == 0
    erased = press_only(rosa, "/en/mine/erase/now", understood="yes")
    assert erased.headers["Location"] == "/en/mine/done"
    assert erased.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert rosa.get("/en/mine/done").status_code == 200
    assert rosa.get("/en/mine").status_code == 410, "this browser holds nothing any more"

    other = public_app.test_client()
    assert press(other, "/en/return", {"code": code}).headers["Location"] == "/en/mine"
    assert "We are erasing everything" in other.get("/en/mine").text
    for address in ("/message", "/change/dates", "/answers", "/answers.txt", "/withdraw", "/erase", "/erase/now"):
        assert other.get(f"/en/mine{address}").headers["Location"] == "/en/mine"
    assert other.get("/en/receipt").headers["Location"] == "/en/mine"
    again = other.post("/en/mine/erase/now", data={"csrf_token": token(other.get("/en/mine")), "understood": "yes"})
    assert again.headers["Location"] == "/en/mine" and count(session, Incoming) == 1

    assert desk() == ["erase"]
    assert other.get("/en/mine").status_code == 410
    unknown = press(public_app.test_client(), "/en/return", {"code": code})
    assert unknown.status_code == 422 and "cannot find anything" in unknown.text
    assert [count(session, table) for table in (Letter, SubmissionBody, Incoming)] == [0, 0, 0]
    left = session.scalars(select(Submission)).one()
    assert left.erased_at is not None and left.reference
    session.rollback()


def test_a_person_can_erase_before_any_desk_has_seen_the_form(rosa, desk, session):
    press_only(rosa, "/en/mine/erase/now", understood="yes")
    assert desk() == ["erase"]
    assert count(session, Letter) == 0
