"""The form that moves a case on, the closing codes behind it, and the same for many ticked cases of the queue."""

import html
import re

import pytest
from sqlalchemy import select, update

from intake.audit import AuditEvent
from intake.casework import closing
from intake.casework.models import Case
from intake.db import transaction
from tests import people
from tests.casework import later
from tests.staff.conftest import send, token


@pytest.fixture
def cases(engine, keys) -> list[str]:
    """Three cases, the first two of them read by somebody: their ids."""
    ids = people.send(engine, keys, people.MARYAM, people.JOAO, people.XIMENA)
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id.in_(ids[:2])).values(opened_count=1))
    return [str(one) for one in ids]


@pytest.fixture
def screener(make_person):
    return make_person("Sana Screener", "screener")


def keep_codes(engine, clock) -> None:
    with transaction(engine) as session:
        closing.save(session, "ADV", "Advice by phone", "A", active=True, is_new=True, actor="cli", now=clock())


def set_status(engine, status: str, **values) -> None:
    with transaction(engine) as session:
        session.execute(update(Case).values(status=status, **values))


def options(page, name: str) -> list[str]:
    found = re.search(rf'<select id="{name}".*?</select>', page.text, re.S)
    return re.findall(r'<option value="([^"]+)"', found.group(0)) if found else []


def move(client, path, **fields):
    page = client.get(path)
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    return client.post(f"{path}/status", data={"csrf_token": token(page), "version": version, **fields})


def test_the_form_shows_what_this_person_may_do_and_the_reasons_that_fit(
    signed_in, caseworker, screener, cases, engine
):
    set_status(engine, "merit_review")
    path = f"/cases/{cases[0]}"
    page = signed_in(caseworker).get(path)
    assert {"accepted", "declined", "contacting", "conflict_hold"} <= set(options(page, "status"))
    assert '<optgroup label="Referred, Declined">' in page.text and "new_facts" not in options(page, "reason")
    assert options(page, "closing_code") == []
    mine = options(signed_in(screener).get(path), "status")
    assert "referred" in mine and not {"accepted", "declined", "limited_scope", "placed"} & set(mine)


def test_a_move_that_is_not_offered_is_refused_when_it_is_sent_all_the_same(signed_in, screener, cases, engine):
    set_status(engine, "merit_review")
    assert move(signed_in(screener), f"/cases/{cases[0]}", status="accepted", reason="").status_code == 403
    with transaction(engine) as session:
        assert set(session.scalars(select(Case.status))) == {"merit_review"}


def test_who_cannot_move_a_case_at_all_is_told_so(signed_in, screener, cases, engine):
    set_status(engine, "closed", is_open=False)
    page = signed_in(screener).get(f"/cases/{cases[0]}")
    assert "You cannot move this case on." in page.text and "Change the status" not in page.text


def test_an_end_asks_for_a_reason_and_a_code_one_sentence_at_each_field(signed_in, caseworker, cases, engine, clock):
    keep_codes(engine, clock)
    set_status(engine, "triage")
    client, path = signed_in(caseworker), f"/cases/{cases[0]}"
    assert options(client.get(path), "closing_code") == ["ADV"]
    for fields, field, sentence in (
        ({"reason": ""}, "reason", "Choose a reason for this status."),
        ({"reason": "withdrew"}, "reason", "This reason does not fit the status."),
        ({"reason": "capacity"}, "closing_code", "Choose a closing code: the case ends."),
        ({"reason": "capacity", "closing_code": "XX"}, "closing_code", "This closing code is not in the list."),
    ):
        page = move(client, path, status="declined", **fields)
        assert page.status_code == 422
        assert re.search(rf'id="{field}-problem">{sentence}<', page.text), fields
        assert '<option value="declined" selected>' in page.text
    assert move(client, path, status="declined", reason="capacity", closing_code="ADV").status_code == 303
    page = client.get(path)
    assert "<code>ADV</code>" in page.text and "We have no capacity" in page.text
    assert "Open again: Triage" in page.text and "new_facts" in options(page, "reason")


def test_a_held_case_is_released_to_where_it_was(signed_in, caseworker, cases, engine):
    set_status(engine, "interview_set")
    client, path = signed_in(caseworker), f"/cases/{cases[0]}"
    assert move(client, path, status="conflict_hold").status_code == 303
    assert "End the hold: Interview set" in client.get(path).text
    assert move(client, path, status="interview_set").status_code == 303
    assert "<strong>Interview set</strong>" in client.get(path).text


def test_an_administrator_keeps_the_closing_codes(signed_in, admin, caseworker, engine):
    client = signed_in(admin)
    assert "No code yet." in client.get("/closing-codes").text
    wrong = send(client, "/closing-codes", new="1", code="a b", label="<b>Advice</b>", lsc="Q", active="1")
    assert wrong.status_code == 422 and "at most twelve letters" in wrong.text and "Choose a code from" in wrong.text
    assert 'value="&lt;b&gt;Advice&lt;/b&gt;"' in wrong.text
    assert send(client, "/closing-codes", new="1", code="adv", label="Advice", lsc="A", active="1").status_code == 303
    page = client.get("/closing-codes?change=ADV")
    assert "Change the code" in page.text and 'value="Advice"' in page.text
    assert send(client, "/closing-codes", code="ADV", label="Advice", lsc="").status_code == 303
    with transaction(engine) as session:
        (row,) = closing.everyone(session)
        assert (row.lsc, row.active) == (None, False)
    assert client.get("/closing-codes?change=%00").status_code == 200
    assert signed_in(caseworker).get("/closing-codes").status_code == 403


def tick(engine, *ids) -> list[str]:
    with transaction(engine) as session:
        versions = {str(row.id): row.version for row in session.execute(select(Case.id, Case.version))}
    return [f"{one}.{versions.get(one, 1)}" for one in ids]


def bulk(client, path="/bulk", **fields):
    return client.post(path, data={"csrf_token": token(client.get("/queue")), **fields})


def confirm(client, page):
    """Press the button of a preview: everything that its form carries."""
    form = re.search(r'<form method="post" action="/bulk/now">.*?</form>', page.text, re.S).group(0)
    found = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', form)
    fields: dict[str, list[str]] = {}
    for name, value in found:
        fields.setdefault(name, []).append(html.unescape(value))
    return client.post("/bulk/now", data=fields)


def test_each_row_of_the_queue_can_be_ticked_and_says_which_case(signed_in, caseworker, cases, engine):
    page = signed_in(caseworker).get("/queue").text
    for one in tick(engine, *cases):
        assert f'form="bulk" name="case" value="{one}" aria-label="Tick case ' in page
    assert '<form id="bulk"' in page


def test_ticked_cases_get_a_status_after_a_preview_that_says_what_is_refused(signed_in, caseworker, cases, engine):
    client = signed_in(caseworker)
    ticked = tick(engine, *cases)
    asked = bulk(client, case=ticked, action="status")
    assert asked.status_code == 200 and "triage" in options(asked, "status")
    shown = bulk(client, case=ticked, action="status", ready="1", status="triage", reason="")
    assert "2 cases can be done." in shown.text and "1 case is refused." in shown.text
    assert "New status: Triage" in shown.text and "nobody has opened it yet" in shown.text
    with transaction(engine) as session:
        assert set(session.scalars(select(Case.status))) == {"new"}
    done = confirm(client, shown)
    assert done.status_code == 303
    result = client.get(done.location)
    assert "2 cases are done." in result.text and "Done." in result.text
    assert confirm(client, shown).location == done.location, "sent twice, done once"
    with transaction(engine) as session:
        assert sorted(session.scalars(select(Case.status))) == ["new", "triage", "triage"]
        moved = AuditEvent.event == "case:status-changed"
        assert len(session.scalars(select(AuditEvent.seq).where(moved)).all()) == 2


def test_what_changed_between_preview_and_button_is_refused_in_the_result(
    signed_in, caseworker, colleague, cases, engine
):
    client, other = signed_in(caseworker), signed_in(colleague)
    shown = bulk(client, case=tick(engine, *cases[:2]), action="assign", ready="1", owner=str(colleague.id))
    assert "New owner: Ben Colleague" in shown.text
    path = f"/cases/{cases[0]}"
    version = re.search(r'name="version" value="(\d+)"', other.get(path).text).group(1)
    assert send(other, f"{path}/claim", page=path, version=version).status_code == 303
    result = client.get(confirm(client, shown).location)
    assert "1 case is done." in result.text and "somebody changed it since you saw it" in result.text
    assert other.get(result.request.path).status_code == 404, "the result is for the person who did it"
    assert "Gave the case to:" in client.get(f"/cases/{cases[1]}").text


def test_one_message_reaches_several_people(signed_in, caseworker, engine, keys):
    made = [later.admitted(engine, keys, one) for one in (people.MARYAM, people.JOAO)]
    with transaction(engine) as session:
        session.execute(update(Case).values(opened_count=1))
    client, words = signed_in(caseworker), 'We are closed on Friday.\n"<b>We</b> write again." \u202e'
    ticked = tick(engine, *(str(one.id) for one in made))
    assert "Each person gets these words" in bulk(client, case=ticked, action="message").text
    shown = bulk(client, case=ticked, action="message", ready="1", text=words)
    assert "&lt;b&gt;We&lt;/b&gt;" in shown.text
    for _ in range(2):
        assert confirm(client, shown).status_code == 303
    for one in made:
        (said,) = [letter["text"] for letter in later.letters_of(engine, one, "message")]
        assert said.startswith('We are closed on Friday.\n"<b>We</b> write again."')


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"action": "status"}, "at least one case"),
        ({"action": "status", "case": "rubbish"}, "at least one case"),
        ({"action": "assign", "case": "00000000-0000-0000-0000-000000000001.1.1"}, "at least one case"),
        ({"action": "assign", "case": "00000000-0000-0000-0000-000000000001.1", "ready": "1"}, "works on cases"),
        ({"action": "status", "case": "00000000-0000-0000-0000-000000000001.1", "ready": "1"}, "Choose a status."),
        ({"action": "message", "case": "00000000-0000-0000-0000-000000000001.1", "ready": "1"}, "Write something"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_shown(signed_in, caseworker, cases, fields, sentence):
    page = bulk(signed_in(caseworker), **fields)
    assert page.status_code == 422 and sentence in page.text


def test_more_than_a_hundred_cases_are_too_many(signed_in, caseworker, cases):
    many = [f"00000000-0000-0000-0000-{number:012d}.1" for number in range(101)]
    page = bulk(signed_in(caseworker), action="status", case=many)
    assert page.status_code == 422 and "at most 100" in page.text


def test_an_action_that_nobody_knows_does_nothing(signed_in, caseworker, cases, engine):
    client = signed_in(caseworker)
    for path in ("/bulk", "/bulk/now"):
        assert bulk(client, path, action="erase", case=tick(engine, *cases), ready="1").status_code == 400
    page = bulk(client, "/bulk/now", action="status", status="triage", case=tick(engine, *cases), once="x")
    assert page.status_code == 400


def test_who_may_not_decide_is_refused_case_by_case(signed_in, screener, cases, engine):
    set_status(engine, "triage")
    client = signed_in(screener)
    shown = bulk(client, case=tick(engine, *cases), action="status", ready="1", status="declined", reason="capacity")
    assert "0 cases can be done." in shown.text and "your role does not have this permission" in shown.text
    assert "Do it" not in shown.text
    forced = {"status": "declined", "reason": "capacity", "closing_code": "", "once": "0" * 32}
    result = bulk(client, "/bulk/now", case=tick(engine, *cases), action="status", **forced)
    assert "0 cases are done." in client.get(result.location).text
    with transaction(engine) as session:
        assert set(session.scalars(select(Case.status))) == {"triage"}
