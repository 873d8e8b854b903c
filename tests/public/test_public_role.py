"""The public door with nothing but the rights of its role on PostgreSQL: all that people do works, and no more."""

import dataclasses
import re
import uuid

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from intake import grants, migrating, organisation, referrals, releases
from intake.db import make_engine, transaction
from intake.public.app import create_app
from intake.public.visit import now
from tests.judge import JudgedClient
from tests.public.test_coming_back import code_on, once_on
from tests.public.walking import ROSA, fields, press, token, walk

PAGES = (
    "",
    "safety",
    "fraud",
    "privacy",
    "return",
    "look",
    "paper",
    "embed",
    "helping",
    "detained",
    "children",
)
STAFF_TABLES = ("case", "audit_event", "staff_member", "note", "search_token")


@pytest.fixture(scope="module")
def addresses(postgres):
    """An upgraded database with both roles: its owner's address and the public door's."""
    name = f"t{uuid.uuid4().hex}"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    owner = re.sub(r"/postgres\?", f"/{name}?", postgres)
    migrating.upgrade(owner)
    engine = make_engine(owner)
    grants.apply(engine, "intake_public", "intake_staff")
    with transaction(engine) as session:
        referrals.load_bundled(session)
        releases.import_files(session, releases.samples(), now())
        session.add(organisation.Measured(key="first_contact_days", value=4, measured_at=now()))
    engine.dispose()
    yield owner, owner.replace("postgres@", "intake_public@")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database_url(addresses) -> str:
    return addresses[1]


@pytest.fixture
def engine(database_url):
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def door(settings, engine):
    app = create_app(dataclasses.replace(settings, https=False), engine)
    app.test_client_class = JudgedClient
    app.testing = True
    return app


def send(client, address: str, **typed) -> str:
    """Fill in a form of the return pages; gives where it leads."""
    page = client.get(address)
    assert page.status_code == 200, address
    once = {"once": once_on(page.text)} if 'name="once"' in page.text else {}
    done = client.post(address, data={"csrf_token": token(page), **once, **typed})
    assert done.status_code == 303, address
    return done.headers["Location"]


def test_everything_that_people_do_works_with_the_rights_of_the_public_role(door):
    client = door.test_client()
    for path in PAGES:
        assert client.get(f"/en/{path}", follow_redirects=True).status_code == 200, path
    receipt = walk(client, ROSA)
    other = door.test_client()
    assert press(other, "/en/return", {"code": code_on(receipt.text)}).headers["Location"] == "/en/mine"
    assert other.get("/en/mine").status_code == 200
    send(other, "/en/mine/message", text="A fictional message")
    send(other, "/en/mine/change/dates", go="on", **fields("dates", ROSA | {"next_date": "2027-03-01"}))
    send(other, "/en/mine/change/contact", go="on", **fields("contact", ROSA | {"phone": "+12025550145"}))
    assert "A fictional message" in other.get("/en/mine").text
    assert other.get("/en/mine/answers").status_code == other.get("/en/mine/answers.txt").status_code == 200
    send(other, "/en/mine/withdraw")
    assert other.get("/en/mine/erase").status_code == 200
    send(other, "/en/mine/erase/now", understood="yes")


def test_the_public_role_reads_and_changes_nothing_of_what_was_sent_and_no_table_of_the_staff_side(door, engine):
    walk(door.test_client(), ROSA)
    refused = [
        *(f'SELECT * FROM "{table}"' for table in STAFF_TABLES),
        "SELECT * FROM submission",
        "SELECT envelope FROM submission_body",
        "SELECT * FROM incoming",
        "UPDATE submission SET level = 4",
        "DELETE FROM submission_body",
        "UPDATE letter SET kind = 'x'",
        "DELETE FROM letter",
        "UPDATE referral SET active = true",
        "INSERT INTO measured (key, value, measured_at) VALUES ('x', 1, now())",
        "UPDATE organisation_version SET actor = 'x'",
    ]
    for statement in refused:
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))
