"""Pages that list places: only verified and active ones, the right ones first, and always a next step."""

import re

import pytest
from sqlalchemy import select

from intake import referrals
from intake.casework import case as casework
from intake.casework import moving
from intake.casework.models import Case
from intake.db import transaction
from intake.referrals import ReferralRow
from tests import people
from tests.public.plainly import grade_of
from tests.public.test_branches import changed
from tests.public.walking import ROSA, walk
from tests.referrals.test_keeping import NOW

UNVERIFIED, INACTIVE = "Nobody Checked This", "Taken Off The Pages"
# Each page that lists places, and the kinds that it lists.
LISTING = {"children": "legal", "fraud": "fraud", "lawyers": "paid"}


def add(session, key: str, name: str, kind: str, **more) -> None:
    columns = {"states": [], "codes": [], "languages": [], "audience": [], "rank": 1, "last_verified": NOW.date()}
    row = columns | {"key": key, "name": name, "kind": kind, "about": "Help.", "active": True, "version": 1} | more
    session.add(ReferralRow(**row, url="https://help.example"))


@pytest.fixture
def places(engine) -> None:
    """The bundled places, and of each kind one that nobody verified, one that is not active, and a good one."""
    with transaction(engine) as session:
        referrals.load_bundled(session)
        for kind in referrals.KINDS:
            for audience in ([], ["children"]):
                end = f"{kind}-{len(audience)}"
                add(session, f"x-{end}", f"{UNVERIFIED} {end}", kind, audience=audience, last_verified=None)
                add(session, f"y-{end}", f"{INACTIVE} {end}", kind, audience=audience, active=False)
                add(session, f"z-{end}", f"Good {end}", kind, audience=audience)


def clean(page) -> bool:
    return UNVERIFIED not in page.text and INACTIVE not in page.text and "AILA" not in page.text


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("name", LISTING)
def test_a_standing_page_shows_only_verified_and_active_places(public_client, name):
    page = public_client.get(f"/en/{name}")
    assert f"Good {LISTING[name]}" in page.text and clean(page)


@pytest.mark.usefixtures("places")
def test_the_pages_of_one_person_show_only_verified_and_active_places(public_client):
    child = changed(claims=["child_alone"])
    first = walk(public_client, child, until="first-result")
    receipt = walk(public_client, child)
    for page in (first, receipt):
        assert "Good legal-1" in page.text and clean(page)


def test_who_comes_back_after_a_referral_sees_only_verified_and_active_places(public_client, engine, keys, places):
    walk(public_client, ROSA)
    staff = people.hire(engine)
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        case_id = session.scalars(select(Case.id)).one()
        case = casework.load(session, staff.owner, case_id)
        moving.change_status(session, case, staff.owner, 1, "triage", None, NOW)
        moving.change_status(session, case, staff.owner, 2, "referred", "capacity", NOW)
    page = public_client.get("/en/mine")
    assert 'class="places"' in page.text and "Good " in page.text and clean(page)


def test_nobody_is_left_without_a_next_step_when_the_table_is_empty(public_client):
    payer = changed(claims=["other"], affordability="yes", representation="active")
    first = walk(public_client, payer, until="first-result").text
    assert "Other places may fit you better." in first
    assert "List of pro bono legal service providers" in first
    for way in ("lawyers", "fraud", "questions"):
        assert f'href="/en/{way}"' in first


def test_when_staff_took_everything_off_the_pages_that_give_advice_remain(public_client, engine):
    with transaction(engine) as session:
        referrals.load_bundled(session)
        for row in session.scalars(select(ReferralRow)):
            row.active = False
    first = walk(public_client, ROSA, until="first-result").text
    assert 'class="places"' not in first and 'href="/en/lawyers"' in first
    receipt = walk(public_client, ROSA).text
    assert 'class="places"' not in receipt and 'href="/en/lawyers"' in receipt
    assert "What to ask first" in public_client.get("/en/lawyers").text
    assert "Stop paying." in public_client.get("/en/fraud").text


def test_who_paid_a_notario_is_led_to_what_can_be_done_now(public_client):
    first = walk(public_client, ROSA | {"representation": "notario"}, until="first-result").text
    address, _, place = re.search(r'href="([^"]+)">Read what you can do', first)[1].partition("#")
    after = public_client.get(address).text.split(f'id="{place}"')[1]
    assert "Stop paying." in after and "gift cards" not in after


def test_a_speaker_of_spanish_finds_places_where_it_is_spoken_and_reads_so(public_client, engine):
    with transaction(engine) as session:
        referrals.load_bundled(session)
    receipt = walk(public_client, ROSA).text
    assert receipt.index("<bdi>Immi</bdi>") < receipt.index("<bdi>List of pro bono")
    assert re.search(r"Languages there: <bdi>English</bdi>, <bdi>Español</bdi>", receipt)


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("name", ["fraud", "lawyers"])
def test_the_advice_reads_plainly_and_any_cache_may_keep_it(public_client, name):
    page = public_client.get(f"/en/{name}")
    assert grade_of(page) <= 6.5
    assert "max-age=300" in page.headers["Cache-Control"] and "Set-Cookie" not in page.headers
    for word in ("qualif", "eligib", "n't", "n’t"):
        assert word not in page.text.lower()


@pytest.mark.usefixtures("places")
def test_the_page_on_fraud_names_who_wants_to_know_about_it(public_client):
    page = public_client.get("/en/fraud").text
    for words in ("1-877-382-4357", "EOIR.Fraud.Program@usdoj.gov", "gift cards", "not a lawyer", ".gov"):
        assert words in page
    assert 'href="tel:18773824357"' in page


def test_the_page_on_lawyers_leads_to_the_free_help_as_well(public_client):
    page = public_client.get("/en/lawyers").text
    assert 'href="/en/apply/"' in page and 'href="/en/fraud"' in page and "accredited representative" in page
