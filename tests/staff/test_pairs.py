"""Staff compare two requests side by side, link them or tell them apart."""

import re

import pytest
from sqlalchemy import select

from intake.audit import AuditEvent
from intake.casework.checks import CasePair
from intake.db import transaction
from tests import people
from tests.casework import later
from tests.casework.test_pairs import KEY, OTHER, ROSA, admit
from tests.staff.conftest import send

HOSTILE = "Two <b>sisters</b> \u202e & \u0000 more"


@pytest.fixture
def rosas(engine, keys):
    """One person twice: the second request has a hearing."""
    return admit(engine, keys, ROSA, ROSA | {"call_name": "Rosa Kispe", "stage": ["court"], "next_date": "2026-11-11"})


def path_of(rosas) -> str:
    a, b = sorted(one.id for one in rosas)
    return f"/pairs/{a}/{b}"


def versions_on(page) -> dict[str, str]:
    return dict(re.findall(r'name="(version_[ab])" value="(\d+)"', page.text))


def letter_of(rosas, who) -> str:
    return "ab"[sorted(one.id for one in rosas).index(who.id)]


def events(engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)))


def test_a_pair_is_marked_in_the_queue_and_on_both_cases(signed_in, caseworker, engine, keys, rosas):
    admit(engine, keys, OTHER)
    client, path = signed_in(caseworker), path_of(rosas)
    assert client.get("/queue").text.count("possible duplicate") == 2
    for one in rosas:
        page = client.get(f"/cases/{one.id}").text
        assert f'href="{path}"' in page and "Same phone" in page and "Close name and same year of birth" in page
        assert "Another request may be from the same person." in page
    page = client.get("/pairs").text
    assert f'href="{path}"' in page and "Rosa" not in page


def test_both_requests_stand_side_by_side_after_a_trace_on_each(signed_in, caseworker, engine, rosas):
    client = signed_in(caseworker)
    before = events(engine)
    page = client.get(path_of(rosas))
    assert "Rosa Quispe Mamani" in page.text and "Rosa Kispe" in page.text
    assert events(engine)[len(before) :] == ["case:opened", "case:opened"]
    a, b = sorted(one.id for one in rosas)
    assert client.get(f"/pairs/{b}/{a}").status_code == 200, "in either order"
    assert client.get(f"/pairs/{a}/{a}").status_code == 404


def test_linking_closes_one_and_the_kept_case_shows_the_dates_of_the_other(signed_in, caseworker, engine, rosas):
    client, path, (first, second) = signed_in(caseworker), path_of(rosas), rosas
    page = client.get(path)
    wrong = send(client, f"{path}/link", page=path, keep="c", **versions_on(page))
    assert wrong.status_code == 422 and "Choose the case" in wrong.text
    done = send(client, f"{path}/link", page=path, keep=letter_of(rosas, first), **versions_on(page))
    assert done.status_code == 303 and done.location == f"/cases/{first.id}"
    kept = client.get(f"/cases/{first.id}").text
    assert "Other requests of this person" in kept and kept.count("11 November 2026") >= 2
    assert f'href="/cases/{first.id}"' in client.get(f"/cases/{second.id}").text
    assert "Decided: the same person." in client.get(path).text
    assert path not in client.get("/pairs").text
    again = send(client, f"{path}/link", page=path, keep="a", **versions_on(page))
    assert again.status_code == 409 and "Somebody else decided first" in again.text


def test_dismissing_asks_for_a_reason_and_keeps_what_was_typed(signed_in, caseworker, colleague, engine, rosas):
    client, path = signed_in(caseworker), path_of(rosas)
    long = send(client, f"{path}/dismiss", page=path, why="x" * 2001)
    assert long.status_code == 422 and "at most 2,000" in long.text and "x" * 2001 in long.text
    assert send(client, f"{path}/dismiss", page=path, why=" ").status_code == 422
    before = events(engine).count("case:opened")
    assert send(client, f"{path}/dismiss", page="/pairs", why=HOSTILE).status_code == 303
    assert events(engine).count("case:opened") == before
    page = signed_in(colleague).get(path).text
    assert "Decided: different people." in page and "Two &lt;b&gt;sisters&lt;/b&gt;" in page
    with transaction(engine) as session:
        assert b"sisters" not in session.scalars(select(CasePair.envelope)).one()
    assert send(client, f"{path}/dismiss", page="/pairs", why="Once more").status_code == 409


def test_a_case_on_hold_stays_closed_beside_the_other(signed_in, caseworker, engine, keys):
    made = []
    for held in (False, True):
        made.append(later.apply(engine, keys, ROSA))
        people.admission.admit_next(engine, people.terms(keys, key=KEY, hold_all=held))
    page = signed_in(caseworker).get(path_of(made))
    assert page.status_code == 200 and "Rosa" not in page.text
    assert "The answers stay closed until the conflict check is done." in page.text
