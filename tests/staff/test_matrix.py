"""Every route as each role, and as the owner and a colleague of one case: who gets in is what the table says."""

import uuid

import pytest
from sqlalchemy import select

from intake.accounts import PERMISSIONS
from intake.casework.models import Case
from intake.db import transaction
from intake.staff.access import ANYONE, SIGNED_IN
from tests import people
from tests.staff.test_access import ENDS, TABLE

# Where the owner of a case gets another answer than a colleague who may work on cases as well.
OWNERS_ALONE: dict[str, str] = {}
# Under these the answer depends on more than the role, as the tests of each say: a token, a lending, the migrations.
OTHERWISE = {"calendar.read", "readyz"}


@pytest.fixture
def case_id(engine, keys, clock) -> uuid.UUID:
    with transaction(engine) as session:
        people.submitted(session, keys, people.JOAO, now=clock())
    people.admit_all(engine, keys, now=clock(), today=clock().date())
    with transaction(engine) as session:
        return session.scalars(select(Case.id)).one()


def walk(app, client, case_id) -> dict[str, int]:
    """The answer of every route, with its own method, about a case that is there and other things that are not.

    Pages are asked first, so that nothing a button does can change what they say.
    """
    app.config["WTF_CSRF_ENABLED"] = False
    found = {}
    rules = sorted(app.url_map.iter_rules(), key=lambda one: (one.endpoint in ENDS, "GET" not in one.methods))
    for rule in rules:
        values = {
            name: case_id
            if name == "case_id"
            else (7 if "int:" in rule.rule and f"int:{name}>" in rule.rule else _made(name))
            for name in rule.arguments
        }
        method = "GET" if "GET" in rule.methods else "POST"
        answer = client.open(rule.build(values)[1], method=method, data={"text": ""} if method == "POST" else None)
        found[rule.endpoint] = answer.status_code
        if answer.status_code == 302 and "/sign-in" in (answer.location or ""):
            found[rule.endpoint] = 401
    return found


def _made(name: str) -> object:
    return uuid.uuid4() if name.endswith("_id") else "none"


@pytest.mark.parametrize("role", PERMISSIONS)
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(staff_app, signed_in, make_person, case_id, role):
    answers = walk(staff_app, signed_in(make_person(f"One {role}", role)), case_id)
    assert set(answers) == set(TABLE)
    for endpoint, status in answers.items():
        if endpoint in OTHERWISE or endpoint in ENDS:
            continue
        needs = TABLE[endpoint]
        assert status < 500, (endpoint, status)
        if needs in (ANYONE, SIGNED_IN) or needs in PERMISSIONS[role]:
            assert status not in (401, 403), (endpoint, status)
        else:
            # Whoever only sees what is lent is sent from the first page to the list of that.
            assert status == 403 or (endpoint == "today.home" and status == 302), (endpoint, status)


def test_an_outsider_gets_in_nowhere(staff_app, visitor, case_id):
    for endpoint, status in walk(staff_app, visitor, case_id).items():
        if TABLE[endpoint] != ANYONE:
            assert status == 401, (endpoint, status)


def test_owner_and_colleague_get_the_same_answers_but_where_it_is_written(
    staff_app, signed_in, caseworker, colleague, case_id, engine
):
    with transaction(engine) as session:
        session.get_one(Case, case_id).owner_id = caseworker.id
    own, other = (walk(staff_app, signed_in(person), case_id) for person in (colleague, caseworker))
    differs = {endpoint for endpoint in own if own[endpoint] != other[endpoint]}
    assert differs == set(OWNERS_ALONE), {one: (own[one], other[one]) for one in differs ^ set(OWNERS_ALONE)}
