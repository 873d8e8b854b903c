"""The pages of retention: nothing typed is lost, two people remove, a hold is set by one who works on the case."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from intake.casework.models import Case
from intake.db import transaction
from intake.retention import carrying, disposing, policy
from intake.retention.stages import STAGES
from tests import people
from tests.staff.conftest import send

WHY = "The yearly round"


@pytest.fixture
def second(make_person):
    return make_person("Dana Admin", "admin")


@pytest.fixture
def case(engine, keys, clock) -> Case:
    """A case that was referred forty days ago."""
    past = clock() - dt.timedelta(days=40)
    people.send(engine, keys, people.JOAO)
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        session.execute(update(Case).values(status="referred", is_open=False, updated_at=past, conflict="clear"))
        found = session.scalars(select(Case)).one()
        session.expunge(found)
    return found


def state(engine, case) -> Case:
    with transaction(engine) as session:
        found = session.get_one(Case, case.id)
        session.expunge(found)
    return found


def typed(**more: str) -> dict[str, str]:
    days = {f"days_{code}": str(one.days) for code, one in STAGES.items()}
    return days | {f"method_{code}": one.method.value for code, one in STAGES.items()} | {"version": "0"} | more


def test_a_wrong_number_keeps_what_was_typed_and_says_what_to_do(signed_in, admin, engine):
    client = signed_in(admin)
    for wrong in ("6", "0", "-1", "seven", "99999999999", "7.5"):
        page = send(client, "/retention", **typed(days_closed=wrong, days_declined="400"))
        assert page.status_code == 422 and "from 7 to 36500" in page.text
        assert f'value="{wrong}"' in page.text and 'value="400"' in page.text
    assert send(client, "/retention", **typed(method_closed="burn")).status_code == 422
    with transaction(engine) as session:
        assert policy.current(session).version == 0


def test_each_change_is_a_version_and_two_who_change_at_once_both_know(signed_in, admin, second, engine):
    one, other = signed_in(admin), signed_in(second)
    assert send(one, "/retention", **typed(days_closed="", days_declined="٤٠٠")).status_code == 303
    page = send(other, "/retention", **typed(days_declined="90"))
    assert page.status_code == 409 and "Somebody else changed this" in page.text
    assert 'value="90"' in page.text and "Now: 400" in page.text and "Now: never" in page.text
    assert send(other, "/retention", **typed(days_declined="90", version="1")).status_code == 303
    with transaction(engine) as session:
        rows = session.scalars(select(policy.RetentionVersion).order_by(policy.RetentionVersion.version)).all()
        assert [row.rules["declined"]["days"] for row in rows] == [400, 90]
        assert rows[0].rules["closed"]["days"] is None and policy.current(session).version == 2


def test_it_takes_a_fresh_second_factor_a_reason_and_another_admin(signed_in, admin, second, engine, case, clock):
    client, other = signed_in(admin), signed_in(second)
    page = client.get("/retention").text
    assert "Make the list and ask" in page and case.reference not in page
    assert case.reference in client.get("/retention/due/referred").text
    empty = send(client, "/retention/removals", page="/retention", reason=" ")
    assert empty.status_code == 422 and "Write why" in empty.text
    with transaction(engine) as session:
        assert session.scalars(select(disposing.Disposal)).all() == []
    made = send(client, "/retention/removals", page="/retention", reason=WHY)
    assert made.status_code == 303
    here = made.location
    page = client.get(here).text
    assert WHY in page and case.reference in page and "Remove them now" not in page
    assert "There is a list already" in _followed(
        other, send(other, "/retention/removals", page="/retention", reason=WHY)
    )
    early = send(client, f"{here}/start", page=here)
    assert "Nothing was removed" in _followed(client, early)
    approvals = other.get("/approvals").text
    assert WHY in approvals and f'href="{here}"' in approvals
    number = approvals.partition('id="approval-')[2].partition('"')[0]
    assert send(other, f"/approvals/{number}", page="/approvals", decision="grant").status_code == 303
    with client.session_transaction() as kept:
        kept["fs_paa"] -= 16 * 60
    late = send(client, f"{here}/start", page=here)
    assert late.status_code == 303 and "/account/again" in late.location
    with client.session_transaction() as kept:
        kept["fs_paa"] += 16 * 60
    assert "The desk removes them now" in _followed(client, send(client, f"{here}/start", page=here))
    assert carrying.carry_out(engine, clock(), 50) == 1
    page = client.get(here).text
    assert "Done" in page and case.reference not in page
    page = client.get(f"/cases/{case.id}").text
    assert "The time of this case was over." in page and "Withdrawn by the applicant" not in page
    assert "Do not contact" not in page


def test_a_hold_is_set_by_who_works_on_the_case_and_ended_by_an_admin(signed_in, admin, caseworker, engine, case):
    client, here = signed_in(caseworker), f"/cases/{case.id}"
    version = str(case.version)
    page = send(client, f"{here}/legal-hold", page=here, version=version, legal_hold="")
    assert page.status_code == 422 and "Choose why the case must be kept." in page.text
    assert send(client, f"{here}/legal-hold", page=here, version=version, legal_hold="court").status_code == 303
    assert state(engine, case).legal_hold == "court"
    page = client.get(here).text
    assert "A court or an authority asked for it" in page and "End the hold" not in page
    old = send(client, f"{here}/legal-hold", page=here, version=version, legal_hold="other")
    assert old.status_code == 409 and state(engine, case).legal_hold == "court"
    version = str(case.version + 1)
    assert send(client, f"{here}/legal-hold", page=here, version=version, end="1").status_code == 403
    chief = signed_in(admin)
    assert case.reference in chief.get("/retention").text
    assert send(chief, f"{here}/legal-hold", page=here, version=version, end="1").status_code == 303
    assert state(engine, case).legal_hold is None


def test_the_office_is_told_of_what_is_long_past_its_time(signed_in, admin, engine, case, clock):
    client, said = signed_in(admin), "past the time after which they should be removed"
    assert said not in client.get("/administration").text
    with transaction(engine) as session:
        session.execute(update(Case).values(updated_at=clock() - dt.timedelta(days=61)))
    assert said in client.get("/administration").text


def _followed(client, response) -> str:
    assert response.status_code == 303, response.text
    return client.get(response.location).text
