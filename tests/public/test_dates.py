"""Dates on the pages: roughly, in another calendar, shown back before they count, and kept as they were written."""

import html
import json
import re

import pytest
from sqlalchemy import select

from intake import questionnaire
from intake.staff import present
from intake.submissions import Submission, SubmissionBody
from tests.judge import text_of
from tests.public.walking import ROSA, fields, press, token, walk

ARRIVAL = "/en/apply/arrival"
HAMAL = {"arrival.day": "۲", "arrival.month": "sh-1", "arrival.year": "۱۴۰۵", "prior_removal": "no"}


def said(page) -> str:
    """The page as it is read, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text_of(page).replace("<br>", " "))).split())


def hidden(page) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+\.shown)" value="([^"]*)"', text_of(page)))


@pytest.fixture
def at_arrival(public_client):
    assert walk(public_client, ROSA, until="arrival").status_code == 200
    return public_client


def test_the_months_of_four_calendars_are_in_the_list(at_arrival):
    page = text_of(at_arrival.get(ARRIVAL))
    assert page.count("<optgroup") == 4
    for name in ("March", "1 Farvardin · Hamal", "9 Ramadan", "13 Pagume"):
        assert f">{name}</option>" in page


def test_a_date_of_another_calendar_is_shown_back_once_and_then_counts(at_arrival, session, keys):
    first = press(at_arrival, ARRIVAL, HAMAL)
    assert first.status_code == 422
    assert "You wrote 2 Farvardin · Hamal 1405." in said(first)
    assert "In the calendar of the US this is 22 March 2026." in said(first)
    assert 'value="۲"' in text_of(first) and 'value="sh-1" selected' in text_of(first)
    again = at_arrival.post(ARRIVAL, data={"csrf_token": token(first), "go": "on", **HAMAL, **hidden(first)})
    assert again.status_code == 303
    shown = at_arrival.get(ARRIVAL)
    assert "In the calendar of the US this is 22 March 2026." in said(shown)
    assert hidden(shown) == {"arrival.shown": "sh-1405-1-2"}
    unchanged = at_arrival.post(ARRIVAL, data={"csrf_token": token(shown), "go": "on", **HAMAL, **hidden(shown)})
    assert unchanged.status_code == 303
    done = walk(at_arrival, ROSA, start="about", until="check")
    assert "22 March 2026 = 2 Farvardin · Hamal 1405" in said(done)
    assert walk(at_arrival, ROSA, start="check").status_code == 200
    sent = session.scalars(select(Submission)).one()
    envelope = session.scalars(select(SubmissionBody.envelope)).one()
    contents = json.loads(keys.keyring.open(envelope, table="submission", record_id=sent.id.bytes))
    assert contents["answers"]["arrival"] == "2026-03-22"
    assert contents["typed"]["arrival"]["arrival.month"] == "sh-1"
    assert "arrival.shown" not in contents["typed"]["arrival"]


def test_another_date_after_the_confirmation_is_shown_back_too(at_arrival):
    first = press(at_arrival, ARRIVAL, HAMAL)
    other = HAMAL | {"arrival.day": "3"}
    second = at_arrival.post(ARRIVAL, data={"csrf_token": token(first), "go": "on", **other, **hidden(first)})
    assert second.status_code == 422
    assert "23 March 2026" in said(second)


def test_a_month_of_another_calendar_is_a_time_between_two_days(at_arrival):
    first = press(at_arrival, ARRIVAL, HAMAL | {"arrival.day": ""})
    assert "In the calendar of the US this is between 21 March 2026 and 20 April 2026." in said(first)


def test_a_year_of_another_calendar_is_asked_about_in_words(at_arrival):
    page = press(at_arrival, ARRIVAL, {"arrival.year": "1405", "prior_removal": "no"})
    assert page.status_code == 422
    assert "In the list of months, choose the month there, or “Only the year”." in said(page)
    only_year = press(at_arrival, ARRIVAL, {"arrival.month": "sh", "arrival.year": "1404", "prior_removal": "no"})
    assert "between 21 March 2025 and 20 March 2026" in said(only_year)


def test_about_is_said_back_and_stays_ticked(at_arrival):
    rough = {"arrival.month": "3", "arrival.year": "2026", "arrival.about": "about", "prior_removal": "no"}
    assert press(at_arrival, ARRIVAL, rough).status_code == 303
    page = text_of(at_arrival.get(ARRIVAL))
    assert re.search(r'name="arrival.about" value="about" checked', page)
    assert "about March 2026" in said(walk(at_arrival, ROSA, start="about", until="check"))


def test_staff_see_the_date_in_the_us_calendar_and_as_it_was_written(staff_app):
    question = questionnaire.current().question("arrival")
    written = fields("arrival", {}) | HAMAL
    with staff_app.test_request_context("/"):
        line = present.line(question, "2026-03-22", written)
        assert line.texts == ("22 March 2026",)
        assert (
            line.original == "۲ Farvardin · Hamal ۱۴۰۵ (Solar Hijri (Iran, Afghanistan))"
            or line.original.startswith("2 Farvardin · Hamal 1405")
        )
        assert present.line(question, "2026-03~", {}).texts == ("about March 2026",)
        assert present.line(question, "2026-03-21/2026-04-20", {}).texts == ("between 21 March 2026 and 20 April 2026",)
        pasted = {"arrival.day": "2026-03-15"}
        assert present.line(question, "2026-03-15", pasted).original == ""
        assert present.line(question, "2026-03-15", {"arrival.year": "15/03/2026"}).original == "15/03/2026"


@pytest.mark.parametrize(
    "name", ["O", "Ñ", "ʻOkina", "D'Angelo-O’Neil", "ፀሐይ", "ကျော်", "明", "مريم", "נֹעַ", "Σ", "X Æ A-12"]
)
def test_a_single_name_of_any_script_is_a_name(public_client, name):
    page = walk(public_client, ROSA | {"call_name": name}, until="contact")
    assert page.status_code == 200
    assert f'value="{html.escape(name).replace("&#x27;", "&#39;")}"' in text_of(public_client.get("/en/apply/about"))


def test_a_name_of_two_hundred_letters_is_a_name_and_a_longer_one_is_not_cut(public_client):
    assert walk(public_client, ROSA | {"call_name": "é" * 200}, until="contact").status_code == 200
    page = press(public_client, "/en/apply/about", fields("about", ROSA | {"call_name": "é" * 201}))
    assert page.status_code == 422
    assert "é" * 201 in text_of(page)
