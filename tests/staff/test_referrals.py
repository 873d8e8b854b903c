"""Places to send people, as staff care for them: caseworkers read, the office changes, nobody's work is lost."""

import datetime as dt
import json

import pytest
from sqlalchemy import select

from intake import referrals
from intake.audit import AuditEvent
from intake.db import transaction
from intake.referrals import ReferralRow
from tests.staff.conftest import send, token

HELP = {"kind": "legal", "name": "Harbour Help", "about": "Free help for all.", "phone": "202-555-0123", "url": ""}


@pytest.fixture
def client(signed_in, admin, engine):
    with transaction(engine) as session:
        referrals.load_bundled(session)
    return signed_in(admin)


def row_of(engine, key: str = "", *, name: str = "") -> ReferralRow:
    with transaction(engine) as session:
        if key:
            return session.get(ReferralRow, key)
        return session.scalars(select(ReferralRow).where(ReferralRow.name == name)).one()


def traces(engine) -> list[tuple[str, list[str]]]:
    with transaction(engine) as session:
        found = session.scalars(
            select(AuditEvent).where(AuditEvent.event == "referral:changed").order_by(AuditEvent.seq)
        )
        return [(one.subject, json.loads(one.details)["changed"]) for one in found]


def shown_to_applicants(engine) -> set[str]:
    with transaction(engine) as session:
        return {one.name for one in referrals.listed(session)}


def test_a_caseworker_reads_the_list_and_changes_nothing(client, staff_app, signed_in, caseworker, engine):
    reader = signed_in(caseworker)
    page = reader.get("/referrals")
    assert "RAICES" in page.text and "Add a place" not in page.text and "/referrals/raices" not in page.text
    assert 'href="/referrals"' in reader.get("/").text
    assert reader.get("/referrals/raices").status_code == reader.get("/referrals/new").status_code == 403
    staff_app.config["WTF_CSRF_ENABLED"] = False
    for path in ("/referrals", "/referrals/raices", "/referrals/raices/checked", "/referrals/raices/active"):
        assert reader.post(path, data=HELP | {"version": "1"}).status_code == 403
    assert row_of(engine, "raices").version == 1 and traces(engine) == []


def test_a_new_place_is_seen_by_applicants_once_somebody_checked_it(client, engine, clock):
    made = send(client, "/referrals", page="/referrals/new", **HELP)
    assert made.status_code == 303
    row = row_of(engine, name="Harbour Help")
    assert (row.phone, row.last_verified, row.active) == ("1-202-555-0123", None, True)
    assert "Harbour Help" not in shown_to_applicants(engine)
    send(client, f"/referrals/{row.key}/checked", page=made.location, version="1")
    assert row_of(engine, row.key).last_verified == clock().astimezone(dt.timezone(dt.timedelta(hours=-5))).date()
    assert "Harbour Help" in shown_to_applicants(engine)
    subject = f"referral:{row.key}"
    assert traces(engine) == [(subject, ["added"]), (subject, ["last_verified"])]


def test_what_was_typed_is_kept_when_it_cannot_be_saved(client, engine):
    wrong = HELP | {"url": "javascript:alert(1)", "phone": "12", "name": "Half <b>typed"}
    page = client.post(
        "/referrals",
        data={"csrf_token": token(client.get("/referrals/new")), **wrong, "languages": ["es", "mam"], "states": "TX"},
    )
    assert page.status_code == 422
    assert "starts with https://" in page.text and "cannot be read" in page.text
    assert "Half &lt;b&gt;typed" in page.text and 'value="javascript:alert(1)"' in page.text
    assert 'id="languages-mam" name="languages" value="mam" checked' in page.text
    assert 'id="states-TX" name="states" value="TX" checked' in page.text
    assert traces(engine) == []
    again = send(client, "/referrals/raices", page="/referrals/raices", version="1", **(HELP | {"rank": "many"}))
    assert again.status_code == 422 and "from 1 to 99" in again.text and 'value="many"' in again.text


def test_a_change_is_saved_traced_and_kept_by_the_next_version_of_the_product(client, engine):
    done = send(
        client, "/referrals/raices", page="/referrals/raices", version="1", checked="1", **HELP, states="TX", rank="3"
    )
    assert done.status_code == 303
    row = row_of(engine, "raices")
    assert (row.name, row.states, row.rank, row.version) == ("Harbour Help", ["TX"], 3, 2)
    assert row.edited_by.startswith("staff:") and row.edited_at is not None
    [(subject, changed)] = traces(engine)
    assert subject == "referral:raices" and {"name", "about", "phone", "url", "last_verified"} <= set(changed)
    with transaction(engine) as session:
        referrals.load_bundled(session)
    assert row_of(engine, "raices").name == "Harbour Help"


def test_who_comes_second_sees_what_the_first_one_saved_and_loses_nothing(client, signed_in, engine, make_person):
    other = signed_in(make_person("Dana Admin", "admin"))
    mine = client.get("/referrals/raices")
    send(other, "/referrals/raices", page="/referrals/raices", version="1", **(HELP | {"name": "Theirs"}))
    sent = HELP | {"name": "Mine", "version": "1", "csrf_token": token(mine)}
    page = client.post("/referrals/raices", data=sent)
    assert page.status_code == 409 and "Somebody else changed this place" in page.text
    assert "<bdi>Theirs</bdi>" in page.text and 'value="Mine"' in page.text
    assert row_of(engine, "raices").name == "Theirs"
    late = send(client, "/referrals/raices/active", page="/referrals/raices", version="1", active="0")
    assert late.status_code == 409 and row_of(engine, "raices").active
    assert send(client, "/referrals/raices", page="/referrals/raices", **sent | {"version": "2"}).status_code == 303
    assert row_of(engine, "raices").name == "Mine" and len(traces(engine)) == 2


def test_a_place_taken_off_the_pages_is_gone_for_applicants_until_it_is_put_back(client, engine):
    send(client, "/referrals/raices/active", page="/referrals/raices", version="1", active="0")
    assert "RAICES" not in shown_to_applicants(engine)
    assert "off the pages" in client.get("/referrals").text
    send(client, "/referrals/raices/active", page="/referrals/raices", version="2", active="1")
    assert "RAICES" in shown_to_applicants(engine)
    assert traces(engine) == [("referral:raices", ["active"])] * 2


def test_the_list_counts_what_was_not_checked_for_90_days_and_filters(client, engine, clock):
    day = clock().date()
    with transaction(engine) as session:
        for row in session.scalars(select(ReferralRow)):
            row.active, row.last_verified = True, day
        session.get(ReferralRow, "hias").last_verified = day - dt.timedelta(days=92)
        session.get(ReferralRow, "immi").last_verified = None
        session.get(ReferralRow, "vaap").active = False
        session.get(ReferralRow, "vaap").last_verified = None
    page = client.get("/referrals")
    assert "2 places were not checked for 90 days." in page.text
    overdue = client.get("/referrals?showing=overdue").text
    assert "HIAS" in overdue and "Immi" in overdue and "RAICES" not in overdue
    hidden = client.get("/referrals?showing=hidden").text
    assert "Vermont Asylum" in hidden and "Immi" in hidden and "HIAS" not in hidden
    texas = client.get("/referrals?state=TX&kind=legal").text
    assert "RAICES" in texas and "Tahirih" in texas and "HIAS" not in texas and "AILA" not in texas
    spanish = client.get("/referrals?language=es").text
    assert "Immi" in spanish and "RAICES" not in spanish
    assert "No place fits." in client.get("/referrals?kind=rubbish&state=%00").text


def test_a_place_that_is_not_there_is_not_found(client):
    assert client.get("/referrals/nothing").status_code == 404
    assert send(client, "/referrals/nothing/checked", page="/referrals/raices", version="1").status_code == 404
