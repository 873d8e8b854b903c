"""The round of checks: what was not looked at for 90 days, one by one, and who found what."""

import datetime as dt
import re

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from intake import office, referrals
from intake.db import transaction
from intake.referrals import ReferralRow
from intake.verifying import Verification
from tests.staff.conftest import send, token
from tests.staff.counted import statements


@pytest.fixture
def day(clock) -> dt.date:
    return clock().date()


@pytest.fixture
def client(signed_in, admin, engine, day):
    """Three old places: `immi` is the oldest, then `hias`; `raices` was never checked. All others are fresh."""
    with transaction(engine) as session:
        referrals.load_bundled(session)
        for row in session.scalars(select(ReferralRow)):
            row.active, row.last_verified = True, day
        for key, days in (("immi", 200), ("hias", 100)):
            session.get_one(ReferralRow, key).last_verified = day - dt.timedelta(days=days)
        session.get_one(ReferralRow, "raices").last_verified = None
    return signed_in(admin)


def row_of(engine, key: str) -> ReferralRow:
    with transaction(engine) as session:
        return session.get_one(ReferralRow, key)


def checks(engine) -> list[tuple[str, str, str]]:
    with transaction(engine) as session:
        rows = session.scalars(select(Verification).order_by(Verification.id))
        return [(row.subject, row.found, row.actor) for row in rows]


def heading(page) -> str:
    return re.search(r'<h2 id="place"><bdi>([^<]+)', page.text)[1]


def answer(client, key: str, found: str, version: str = "1"):
    return send(client, f"/referrals/round/{key}", page="/referrals/round", version=version, found=found)


def test_the_round_goes_from_the_oldest_to_the_last_and_writes_each_answer_down(client, engine, admin, day):
    page = client.get("/referrals/round")
    assert "2 entries were last checked over 90 days ago." in page.text
    assert "1 entry was never checked." in page.text and heading(page).startswith("Immi")
    assert answer(client, "immi", "right").status_code == 303
    page = client.get("/referrals/round")
    assert "1 entry was last checked over 90 days ago." in page.text and heading(page).startswith("HIAS")
    assert answer(client, "hias", "gone").status_code == 303
    assert heading(client.get("/referrals/round")).startswith("RAICES")
    assert answer(client, "raices", "right").status_code == 303
    assert "Every place was checked within the last 90 days." in client.get("/referrals/round").text
    who = f"staff:{admin.id}"
    assert checks(engine) == [
        ("referral:immi", "right", who),
        ("referral:hias", "gone", who),
        ("referral:raices", "right", who),
    ]
    immi, hias = row_of(engine, "immi"), row_of(engine, "hias")
    assert immi.active and immi.last_verified and immi.last_verified >= day - dt.timedelta(days=1)
    assert not hias.active
    assert f"still right (<bdi>{admin.name}</bdi>)" in client.get("/referrals/immi").text


def test_what_changed_is_corrected_in_the_form_of_the_place_and_the_round_goes_on(client, engine):
    page = client.get("/referrals/round").text
    assert 'href="/referrals/immi?round=1"' in page
    form = client.get("/referrals/immi?round=1")
    assert 'name="checked" value="1" checked' in form.text
    fields = {"kind": "legal", "name": "Immi now", "about": "Free help.", "phone": "202-555-0123", "url": ""}
    sent = {"csrf_token": token(form), "version": "1", "round": "1", "checked": "1", **fields}
    wrong = client.post("/referrals/immi", data=sent | {"name": ""})
    assert wrong.status_code == 422 and 'name="round"' in wrong.text
    done = client.post("/referrals/immi", data=sent)
    assert done.status_code == 303 and done.location.endswith("/referrals/round")
    assert [(subject, found) for subject, found, _who in checks(engine)] == [("referral:immi", "changed")]
    assert row_of(engine, "immi").name == "Immi now"


def test_a_place_that_is_left_for_later_comes_again(client):
    second = client.get("/referrals/round?after=immi")
    assert heading(second).startswith("HIAS")
    end = client.get("/referrals/round?after=raices")
    assert "From the beginning" in end.text and 'id="place"' not in end.text
    assert heading(client.get("/referrals/round?after=nothing")).startswith("Immi")


def test_who_comes_second_sees_the_place_again_and_nothing_is_written(client, engine):
    answer(client, "immi", "right")
    late = answer(client, "immi", "gone")
    assert late.status_code == 409 and "Somebody else changed this place" in late.text
    assert row_of(engine, "immi").active and len(checks(engine)) == 1


def test_only_the_two_answers_are_taken_and_only_for_places_that_are_there(client, engine):
    assert answer(client, "immi", "changed").status_code == answer(client, "immi", "").status_code == 400
    assert answer(client, "nothing", "right").status_code == 404
    assert checks(engine) == []


def test_the_admins_desk_says_how_many_wait_and_the_page_asks_the_same_of_any_number(client, engine, day):
    page = client.get("/administration").text
    assert "Places to send people: 2 entries were last checked over 90 days ago. 1 entry was never checked." in page
    with statements(engine) as few:
        client.get("/referrals/round")
    with transaction(engine) as session:
        for row in session.scalars(select(ReferralRow)):
            row.last_verified = day - dt.timedelta(days=120)
    with statements(engine) as many:
        client.get("/referrals/round")
    assert len(many) == len(few)
    with transaction(engine) as session:
        for row in session.scalars(select(ReferralRow)):
            row.last_verified = day
        assert office.unchecked(session, day) == (0, 0)
    assert "Places to send people:" not in client.get("/administration").text


@pytest.mark.parametrize("statement", ["UPDATE verification SET found = 'gone'", "DELETE FROM verification"])
def test_a_check_that_is_written_down_stays_as_it_is(client, engine, statement):
    answer(client, "immi", "right")
    with pytest.raises(DBAPIError), transaction(engine) as session:
        session.execute(text(statement))
    assert len(checks(engine)) == 1
