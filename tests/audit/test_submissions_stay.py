"""A submission that was sent stays as it was sent, whoever asks the database to change it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from intake import migrating
from intake.db import make_engine, transaction
from intake.submissions import Submission
from tests import people


def test_an_installed_database_refuses_to_change_a_submission(database_url, keys):
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    people.send(engine, keys, people.MARYAM)
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(text("UPDATE submission SET locale = 'xx'"))
    with transaction(engine.execution_options(reads=True)) as session:
        assert session.scalars(select(Submission.locale)).all() == ["en"]
    engine.dispose()
