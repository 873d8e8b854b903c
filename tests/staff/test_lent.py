"""Volunteers and interpreters at the staff door: what is lent to them, while it lasts, and not one page more."""

import re

import pytest
from sqlalchemy import select, update

from intake.audit import AuditEvent
from intake.casework.models import Case
from intake.db import transaction
from tests import people
from tests.staff.conftest import send, token
from tests.staff.test_access import ANYONE, SIGNED_IN, TABLE, _answers

ROLES = ("volunteer", "interpreter")


@pytest.fixture
def volunteer(make_person):
    return make_person("Vera Volunteer", "volunteer")


@pytest.fixture
def maryam(engine, keys) -> str:
    (case_id,) = people.send(engine, keys, people.MARYAM | {"anything_else": "My aunt is ill."})
    people.admit_all(engine, keys)
    people.clear_conflicts(engine)
    return f"/cases/{case_id}"


@pytest.fixture
def lend(signed_in, caseworker, maryam):
    """Lend Maryam's case as the caseworker does on its page."""
    client = signed_in(caseworker)

    def lent(person, *fields, hours="2"):
        given = {"member": str(person.id), "hours": hours}
        return client.post(
            f"{maryam}/lend", data={"csrf_token": token(client.get(maryam)), **given, "fields": list(fields)}
        )

    lent.client = client
    return lent


def lent_page(path: str) -> str:
    return path.replace("/cases/", "/lent/")


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_the_house_is_open_but_what_is_lent_and_the_own_account(staff_app, signed_in, make_person, role):
    client = signed_in(make_person(f"Vera {role}", role))
    staff_app.config["WTF_CSRF_ENABLED"] = False
    (home,) = {rule.endpoint for rule in staff_app.url_map.iter_rules() if rule.rule == "/"}
    for endpoint, status in _answers(staff_app, client).items():
        if TABLE[endpoint] in (ANYONE, SIGNED_IN):
            assert status != 403, endpoint
        elif endpoint == home:
            assert status == 302, "the first page leads to what is lent"
        elif TABLE[endpoint] == "lent:read":
            assert status in (200, 404), endpoint
        else:
            assert status == 403, endpoint


def test_a_volunteer_begins_with_what_is_lent_to_them(signed_in, volunteer, lend, maryam):
    client = signed_in(volunteer)
    page = client.get("/", follow_redirects=True)
    assert page.request.path == "/lent" and "Nothing is lent to you now." in page.text
    assert 'href="/"' in page.text and ">Queue<" not in page.text and ">My cases<" not in page.text
    assert lend(volunteer, "language", "dates").status_code == 303
    page = client.get("/lent")
    assert f'href="{lent_page(maryam)}"' in page.text and "Language, Stage and dates" in page.text
    assert "مريم" not in page.text


def test_a_caseworker_lends_a_case_and_the_page_shows_that_part_alone(signed_in, volunteer, lend, maryam, engine):
    assert "Vera Volunteer (Volunteer)" in lend.client.get(maryam).text
    assert lend(volunteer, "language", "dates").status_code == 303
    page = lend.client.get(maryam)
    assert "The case is lent." in page.text and "Lent the case to:" in page.text and "End it now" in page.text
    page = signed_in(volunteer).get(lent_page(maryam))
    assert page.status_code == 200
    assert "Arabic" in page.text and "11 November 2026" in page.text
    for hidden in ("مريم", "5550123", "My aunt", "Fear", "Critical", "Timeline", "<textarea", "Lent the case"):
        assert hidden not in page.text, hidden
    with transaction(engine) as session:
        told = session.execute(select(AuditEvent.actor, AuditEvent.event).order_by(AuditEvent.seq.desc())).first()
    assert tuple(told) == (f"staff:{volunteer.id}", "case:opened")


def test_with_the_contact_comes_all_that_must_not_happen(signed_in, volunteer, lend, maryam):
    lend(volunteer, "name")
    page = signed_in(volunteer).get(lent_page(maryam)).text
    assert "مريم" in page and "+12025550123" in page
    assert "Do not leave a message." in page and "Do not say the name of the organisation." in page
    assert "My aunt" not in page and "11 November" not in page


def test_until_the_conflict_check_is_clear_the_name_is_all(signed_in, volunteer, lend, maryam, engine):
    lend(volunteer, "name", "story")
    with transaction(engine) as session:
        session.execute(update(Case).values(status="conflict_hold"))
    assert "the person sees the name alone" in lend.client.get(maryam).text
    page = signed_in(volunteer).get(lent_page(maryam)).text
    assert "مريم" in page and "If you know this person" in page
    assert "5550123" not in page and "My aunt" not in page and "Safe contact</h2>" not in page


def test_it_ends_by_itself_and_at_once_when_a_caseworker_says_so(signed_in, volunteer, lend, maryam, clock):
    client = signed_in(volunteer)
    lend(volunteer, "name", hours="1")
    assert client.get(lent_page(maryam)).status_code == 200
    clock.advance(minutes=20)
    page = lend.client.get(maryam)
    end = re.search(rf'action="({maryam}/lend/[0-9a-f-]+/end)"', page.text).group(1)
    assert lend.client.post(end, data={"csrf_token": token(page)}).status_code == 303
    assert client.get(lent_page(maryam)).status_code == 404
    lend(volunteer, "name", hours="1")
    assert client.get(lent_page(maryam)).status_code == 200
    for _ in range(4):
        clock.advance(minutes=15)
        last = client.get("/lent")
    assert "Nothing is lent to you now." in last.text and client.get(lent_page(maryam)).status_code == 404


def test_the_whole_case_stays_shut_to_a_volunteer_whatever_is_lent(signed_in, volunteer, lend, maryam):
    lend(volunteer, "name", "language", "dates", "story")
    client = signed_in(volunteer)
    for path in (maryam, f"{maryam}/messages", "/exports", "/?owner=me", "/closing-codes", "/partners"):
        page = client.get(path)
        assert page.status_code in (302, 403), path
        assert page.status_code == 302 or 'href="/lent">' in page.text, "a way on"
    mark = token(client.get("/lent"))
    for path in ("claim", "status", "notes", "messages", "lend", "partners"):
        assert client.post(f"{maryam}/{path}", data={"csrf_token": mark, "version": "1"}).status_code == 403, path


def test_what_is_lent_to_one_is_not_there_for_another_or_for_a_caseworker(
    signed_in, make_person, volunteer, lend, maryam
):
    lend(volunteer, "name")
    other = signed_in(make_person("Ivan Interpreter", "interpreter"))
    assert other.get(lent_page(maryam)).status_code == 404
    assert lend.client.get(lent_page(maryam)).status_code == 403


@pytest.mark.parametrize(
    ("fields", "hours", "sentence"),
    [
        ((), "2", "Choose what the person may see."),
        (("notes",), "2", "Choose what the person may see."),
        (("name",), "11", "Choose from one to ten hours."),
        (("name",), "٢", "Choose from one to ten hours."),
        (("name", "x" * 500, "\u202e"), "1", "Choose what the person may see."),
    ],
)
def test_what_cannot_be_lent_is_said_and_what_was_typed_is_kept(volunteer, lend, fields, hours, sentence):
    page = lend(volunteer, *fields, hours=hours)
    assert page.status_code == 422 and sentence in page.text
    assert f'<option value="{volunteer.id}" selected>' in page.text


def test_without_volunteers_the_case_page_offers_no_lending(signed_in, caseworker, maryam):
    assert "Lend the case" not in signed_in(caseworker).get(maryam).text


def test_a_case_that_is_not_there_cannot_be_lent(lend, volunteer, maryam):
    nowhere = "/cases/00000000-0000-0000-0000-000000000001/lend"
    fields = {"member": str(volunteer.id), "hours": "1", "fields": "name"}
    assert send(lend.client, nowhere, page=maryam, **fields).status_code == 404
