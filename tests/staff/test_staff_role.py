"""The staff door with nothing but the rights of its role on PostgreSQL: what is new here works, and no more."""

import re
import uuid

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from intake import grants, migrating
from intake.db import make_engine, transaction
from intake.submissions import Submission
from tests import people
from tests.public.walking import ROSA
from tests.staff.calling import begin, code_on, fill, id_of
from tests.staff.test_calendar import entries, make

# What the staff side never does to what people sent, nor to a draft.
REFUSED = (
    "UPDATE submission SET reference = 'x'",
    "DELETE FROM submission",
    "UPDATE submission_body SET envelope = ''",
    "UPDATE draft SET find_id = ''",
    "UPDATE draft SET id = gen_random_uuid()",
    "SELECT created_at FROM draft",
    "INSERT INTO incoming (id) VALUES (gen_random_uuid())",
    "UPDATE calendar_feed SET token_hash = 'x'",
    "DELETE FROM calendar_feed",
    "DELETE FROM audit_event",
)


@pytest.fixture(scope="module")
def address(postgres) -> str:
    """An upgraded database as the staff role sees it."""
    name = f"t{uuid.uuid4().hex}"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    owner = re.sub(r"/postgres\?", f"/{name}?", postgres)
    migrating.upgrade(owner)
    engine = make_engine(owner)
    grants.apply(engine, "intake_public", "intake_staff")
    engine.dispose()
    yield owner.replace("postgres@", "intake_staff@")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database_url(address) -> str:
    return address


@pytest.fixture
def engine(database_url):
    made = make_engine(database_url)
    yield made
    made.dispose()


def test_the_role_fills_in_a_form_for_a_caller_and_reads_a_calendar(
    staff_app, signed_in, make_person, pepper, engine, keys
):
    client = signed_in(make_person("Amina Caseworker", "caseworker"))
    form = begin(client)
    again = begin(client, code=code_on(client.get(f"{form}/reason")))
    assert again == form and "A card to print" in fill(client, form, ROSA).text
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        assert session.scalars(select(Submission.marks).where(Submission.id == id_of(form))).one() == ["phone"]
    assert client.get(f"/cases/{id_of(form)}").status_code == 200
    removed = begin(client)
    assert client.post(f"{removed}/discard").status_code == 400, "no token, no change"
    _page, path = make(client)
    assert entries(staff_app.test_client().get(path)) == []


@pytest.mark.parametrize("attempt", REFUSED)
def test_the_role_may_not(attempt, engine):
    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(attempt))
