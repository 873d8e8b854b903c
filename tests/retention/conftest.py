"""Staff with two admins."""

import pytest

from intake.db import transaction
from tests import people


@pytest.fixture
def staff(engine):
    return people.hire(engine)


@pytest.fixture
def second(engine):
    with transaction(engine) as session:
        return people.accounts.create(
            session, email="dana@example.org", name="Dana", role="admin", password_hash="none", now=people.NOW
        )
