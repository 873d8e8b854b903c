"""Keys that a test may change, and a database with one envelope of every kind."""

import dataclasses
import datetime as dt

import pytest

from intake import migrating
from intake.db import make_engine
from intake.settings import Settings
from intake.unsealing import Argon, load_keyring, make_keys
from tests import people
from tests.conftest import PASSPHRASE, Keys, read_public_keys
from tests.keyring.filling import fill
from tests.keyring.installing import Installation

QUICK = Argon(memory_kib=64, iterations=1, lanes=1)
MADE = dt.date(2026, 1, 1)


@pytest.fixture
def own(tmp_path) -> Keys:
    """Keys of this test alone."""
    folder = tmp_path / "own" / "keys"
    recovery = make_keys(folder, PASSPHRASE, today=MADE, argon=QUICK)
    return Keys(folder, recovery, load_keyring(folder, PASSPHRASE), read_public_keys(folder / "public.json"))


@pytest.fixture
def own_settings(settings, own) -> Settings:
    """Settings whose key folder is that of this test."""
    settings.passphrase_file.replace(own.folder.parent / "passphrase")
    passphrase = own.folder.parent / "passphrase"
    return dataclasses.replace(settings, data=own.folder.parent, passphrase_file=passphrase)


@pytest.fixture
def staff(engine):
    return people.hire(engine)


@pytest.fixture
def filled(engine, own, staff) -> int:
    """One envelope of every kind, and some more submissions; how many there are."""
    return fill(engine, own, staff)


@pytest.fixture
def installed(database_url, own, tmp_path):
    migrating.upgrade(database_url)
    engine = make_engine(database_url)
    staff = people.hire(engine)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    made = Installation(database_url, own, passphrase)
    made.engine, made.staff, made.number = engine, staff, fill(engine, own, staff)
    yield made
    engine.dispose()
