"""Database roles: every table has an owner among the roles, and the public door's list stays as short as it is."""

from intake import grants, outbox, worker
from intake.db import Base

PUBLIC = {
    "submission",
    "submission_body",
    "arrival",
    "incoming",
    "incoming_arrival",
    "draft",
    "letter",
    "release",
    "referral",
    "organisation_version",
    "measured",
    "visit_count",
    "alembic_version",
}


def test_every_table_is_named_in_the_grants_of_some_role():
    assert worker and outbox, "importing the desk brings in every table of the staff side"
    tables = set(Base.metadata.tables)
    assert tables - set(grants.STAFF) - set(grants.PUBLIC) == set()
    assert set(grants.STAFF) | set(grants.PUBLIC) <= tables | {"alembic_version"}


def test_the_public_role_has_these_tables_and_no_more():
    assert set(grants.PUBLIC) == PUBLIC
    for table in ("submission", "submission_body", "arrival", "incoming", "incoming_arrival"):
        assert grants.PUBLIC[table] == "INSERT"
