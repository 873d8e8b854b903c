"""A mail server that does what a test tells it, a clock, and little patience."""

import pytest

from intake import mailing
from tests.mail.posting import Clock
from tests.mail.smtp import Server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server():
    with Server() as made:
        yield made


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(mailing, "ANSWER_SECONDS", 0.5)
