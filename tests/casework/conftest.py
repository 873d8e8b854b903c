"""Staff and an admitted case for the tests of casework."""

import pytest

from tests import people


@pytest.fixture
def staff(engine):
    return people.hire(engine)


@pytest.fixture
def maryam(engine, keys, staff):
    """Maryam's case, admitted; its id."""
    (case_id,) = people.send(engine, keys, people.MARYAM)
    people.admit_all(engine, keys)
    people.clear_conflicts(engine)
    return case_id
