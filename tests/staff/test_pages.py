"""What staff do all day: find a case, open it, take it, move it on, note it, export it."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from intake.audit import AuditEvent
from intake.casework.models import Case, Note
from intake.db import transaction
from intake.staff.app import create_app
from intake.unsealing import Keyring
from tests import people
from tests.judge import JudgedClient
from tests.staff.conftest import send, sign_in


@pytest.fixture
def today(clock) -> dt.date:
    return clock().astimezone(ZoneInfo("America/New_York")).date()


@pytest.fixture
def cases(engine, keys, clock, today) -> dict[str, str]:
    """Three admitted cases by name: their references."""
    hearing = (today + dt.timedelta(days=9)).isoformat()
    with transaction(engine) as session:
        for answers in (people.MARYAM | {"next_date": hearing}, people.JOAO, people.XIMENA):
            people.submitted(session, keys, answers, now=clock(), typed=TYPED)
    people.admit_all(engine, keys, now=clock(), today=today)
    with transaction(engine) as session:
        rows = session.execute(select(Case.id, Case.language)).all()
    return {{"ar": "maryam", "other": "ximena"}.get(row.language, "joao"): f"/cases/{row.id}" for row in rows}


TYPED = {"contact": {"phone": "(202) 555-0123"}}


def events(engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)))


def version_on(page) -> str:
    return re.search(r'name="version" value="(\d+)"', page.text).group(1)


def test_the_queue_leads_with_the_next_deadline_and_its_reason(signed_in, caseworker, cases):
    page = signed_in(caseworker).get("/queue")
    first = page.text.index('<tbody role="rowgroup">')
    row = page.text[first : page.text.index("</tr>", first)]
    assert "in 9 days" in row and "hearing, interview or check-in" in row
    assert "Critical" in row and "Arabic" in row and "interpreter" in row and "New York" in row
    assert "Mam Todos Santos" not in page.text


def test_the_queue_is_filtered_by_each_of_its_columns(signed_in, caseworker, cases):
    client = signed_in(caseworker)
    for query, shown in (
        ("language=ar", {"maryam"}),
        ("state=MA", {"joao"}),
        ("claim=family_violence", {"maryam"}),
        ("status=declined", set()),
        ("owner=nobody", {"maryam", "joao", "ximena"}),
        ("owner=me", set()),
        ("level=1", {"maryam"}),
        ("language=%00&level=x&after=rubbish", {"maryam", "joao", "ximena"}),
    ):
        page = client.get(f"/queue?{query}")
        assert {name for name, path in cases.items() if f'"{path}"' in page.text} == shown, query


def test_opening_a_case_leaves_a_trace_and_shows_what_was_said(signed_in, caseworker, cases, engine):
    page = signed_in(caseworker).get(cases["maryam"])
    assert page.status_code == 200
    assert events(engine)[-1] == "case:opened"
    assert "مريم الخيالية" in page.text and "+12025550123" in page.text
    assert "(202) 555-0123" in page.text
    assert "Do not leave a message." in page.text
    assert "Do not say the name of the organisation." in page.text
    assert "U02" in page.text and "SAFETY" in page.text
    assert "8 CFR" in page.text or "8 USC" in page.text
    assert "The request came in." in page.text


def test_an_unsafe_way_is_not_offered(signed_in, caseworker, cases):
    page = signed_in(caseworker).get(cases["joao"])
    banner = page.text[page.text.index('id="contact"') : page.text.index("</section>")]
    assert "joao@example.org" in banner and "Phone" not in banner


def test_a_case_that_does_not_exist_is_not_found(signed_in, caseworker, cases):
    client = signed_in(caseworker)
    assert client.get("/cases/00000000-0000-0000-0000-000000000001").status_code == 404
    assert client.get("/cases/rubbish").status_code == 404


def test_a_caseworker_takes_moves_and_notes_a_case(signed_in, caseworker, cases, engine):
    client, path = signed_in(caseworker), cases["maryam"]
    version = version_on(client.get(path))
    assert send(client, f"{path}/claim", page=path, version=version).status_code == 303
    page = client.get(path)
    assert "The case is yours now." in page.text and "Take this case" not in page.text
    moved = send(client, f"{path}/status", page=path, version=version_on(page), status="triage", reason="")
    assert moved.status_code == 303
    noted = send(client, f"{path}/notes", page=path, text="She calls back on <b>Monday</b>.")
    assert noted.status_code == 303
    page = client.get(path)
    assert "She calls back on &lt;b&gt;Monday&lt;/b&gt;." in page.text
    assert "Took the case." in page.text and "<strong>Triage</strong>" in page.text
    with transaction(engine) as session:
        assert b"Monday" not in session.scalars(select(Note.envelope)).one()
    assert {"case:claimed", "case:status-changed", "note:added"} <= set(events(engine))


def test_the_second_of_two_people_is_told_and_can_send_again(signed_in, caseworker, colleague, cases):
    first, second, path = signed_in(caseworker), signed_in(colleague), cases["maryam"]
    seen = version_on(second.get(path))
    send(first, f"{path}/claim", page=path, version=version_on(first.get(path)))
    page = send(second, f"{path}/status", page=path, version=seen, status="contacting", reason="")
    assert page.status_code == 409
    assert "Amina Caseworker" in page.text and "Took the case." in page.text
    assert '<option value="contacting" selected>' in page.text
    again = send(second, f"{path}/status", page=path, version=version_on(page), status="contacting", reason="")
    assert again.status_code == 303
    page = second.get(path)
    assert "<strong>Contacting</strong>" in page.text and "Amina Caseworker" in page.text


@pytest.mark.parametrize(
    ("action", "fields", "sentence"),
    [
        ("status", {"status": "accepted", "reason": ""}, "cannot follow"),
        ("status", {"status": "rubbish", "reason": "rubbish"}, "cannot follow"),
        ("notes", {"text": "  "}, "Write something"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(signed_in, caseworker, cases, action, fields, sentence):
    client, path = signed_in(caseworker), cases["maryam"]
    fields = fields | {"version": version_on(client.get(path))}
    page = send(client, f"{path}/{action}", page=path, **fields)
    assert page.status_code == 422 and sentence in page.text


def test_a_rubbish_version_overwrites_nothing(signed_in, caseworker, cases):
    client, path = signed_in(caseworker), cases["maryam"]
    for version in ("", "-1", "9" * 30, "١"):
        assert send(client, f"{path}/claim", page=path, version=version).status_code == 409


def test_an_admin_exports_without_identities_by_default(signed_in, admin, cases, engine):
    client = signed_in(admin)
    response = send(client, "/exports", purpose="Report to the funder", language="ar")
    assert response.mimetype == "text/csv" and response.data.startswith(b"\xef\xbb\xbf")
    assert re.fullmatch(r'attachment; filename="queue-1-[0-9-]+\.csv"', response.headers["Content-Disposition"])
    lines = response.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "مريم" not in response.text and "5550123" not in response.text
    assert events(engine)[-2:] == ["export:started", "export:finished"]


def test_an_admin_exports_with_identities_when_chosen(signed_in, admin, cases):
    response = send(signed_in(admin), "/exports", purpose="Move to the case system", profile="full")
    assert "مريم الخيالية" in response.text and "'=Ximena" in response.text
    assert "full-1-with-identities" in response.headers["Content-Disposition"]


def test_an_export_needs_a_reason(signed_in, admin, cases, engine):
    page = send(signed_in(admin), "/exports", purpose=" ", profile="full")
    assert page.status_code == 422 and "Say why" in page.text
    assert "export:started" not in events(engine)


def test_an_export_needs_a_fresh_sign_in(signed_in, admin, cases, clock):
    client = signed_in(admin)
    with client.session_transaction() as session:
        session["fs_paa"] -= 16 * 60
        session.pop("fs_gexp", None)
    response = client.get("/exports")
    assert response.location == "/account/again?next=/exports"
    again = response.location
    wrong = send(client, again, password=admin.password, code=admin.code(clock), next="/exports")
    assert wrong.status_code == 200, "the code of the sign-in was used up"
    clock.advance(seconds=30)
    right = send(client, again, password=admin.password, code=admin.code(clock), next="/exports")
    assert right.location.endswith("/exports"), right.text
    assert client.get("/exports").status_code == 200


def test_answers_that_do_not_open_leave_a_page_that_says_so(settings, engine, caseworker, cases, clock):
    app = create_app(settings, engine, Keyring([]), clock=clock)
    app.test_client_class = JudgedClient
    client = app.test_client()
    sign_in(client, caseworker, clock)
    page = client.get(cases["maryam"])
    assert page.status_code == 200 and "do not open these answers" in page.text
    assert "in 9 days" in page.text


def test_an_empty_queue_says_so(signed_in, caseworker, engine):
    with transaction(engine) as session:
        session.execute(delete(Case))
    assert "No case fits." in signed_in(caseworker).get("/queue").text


def test_the_door_says_that_it_is_alive(visitor):
    assert visitor.get("/healthz").text == "ok\n"
