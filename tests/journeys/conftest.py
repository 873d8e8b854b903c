"""What the journeys of applicants share: for each file one running product, one browser and one caseworker in it."""

from collections.abc import Callable, Iterator

import pytest

from tests.journeys.browsing import chromium
from tests.journeys.office import Office
from tests.journeys.system import running
from tests.journeys.telling import Eye, Phone


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    with running("sqlite", tmp_path_factory.mktemp("journey")) as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def office(browser, system) -> Iterator[Office]:
    made = Office(browser, system)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def eye(browser) -> Eye:
    return Eye(browser)


@pytest.fixture
def phone(browser, system, eye) -> Callable[[], Phone]:
    """Takes another phone into the hand."""
    return lambda: Phone(browser, system.public, eye)
