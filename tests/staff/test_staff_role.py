"""The staff door with nothing but the rights of its role on PostgreSQL: what is new here works, and no more."""

import re
import uuid

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError

from intake import grants, migrating
from intake.db import make_engine, transaction
from intake.retention import carrying
from intake.submissions import Submission, SubmissionBody
from intake.unsealing import rewrap
from tests import people
from tests.casework import later
from tests.public.walking import ROSA
from tests.retention.doing import DAY, end, removed, sealed_of
from tests.staff.calling import begin, code_on, fill, id_of
from tests.staff.test_calendar import entries, make

# What the staff side never does to what people sent, nor to a draft.
REFUSED = (
    "UPDATE submission SET reference = 'x'",
    "UPDATE submission_body SET submission_id = gen_random_uuid()",
    "UPDATE incoming SET kind = 'dates'",
    "UPDATE note SET case_id = gen_random_uuid()",
    "UPDATE audit_event SET actor = 'x'",
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


def test_the_role_removes_what_is_over_its_time_and_no_row_that_is_not_empty(engine, keys):
    staff = people.hire(engine)
    with transaction(engine) as session:
        second = people.accounts.create(
            session, email="dana@example.org", name="Dana", role="admin", password_hash="none", now=people.NOW
        )
    gone = later.admitted(engine, keys, people.MARYAM)
    end(engine, gone, "referred")
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(text("DELETE FROM submission"))
    at = people.NOW + 40 * DAY
    removed(engine, staff, second, at)
    assert sealed_of(engine, gone) == []
    with transaction(engine) as session:
        assert carrying.remove_remains(session, at, 10) == 1
        assert session.get(Submission, gone.id) is None


def test_the_role_closes_an_envelope_to_other_keys_and_changes_nothing_else_in_it(engine, keys):
    people.send(engine, keys, people.SAMI)
    with transaction(engine) as session:
        row = session.execute(select(SubmissionBody)).scalars().first()
        record, before = row.submission_id, row.envelope
    anew = rewrap(
        before, table="submission", record_id=record.bytes, keyring=keys.keyring, recipients=keys.recipients[::-1]
    )
    this = update(SubmissionBody).where(SubmissionBody.submission_id == record)
    with engine.begin() as connection:
        assert connection.execute(this.values(envelope=anew)).rowcount == 1
    for harm in (b"", anew[:-1], anew[:-1] + bytes((anew[-1] ^ 1,))):
        with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
            connection.execute(this.values(envelope=harm))
