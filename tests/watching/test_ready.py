"""A door says whether it can do its work, in one word to whoever asks, and in a sentence to its own log."""

import logging

import pytest

from intake import migrating
from intake.db import make_engine
from intake.public.app import create_app as public_door
from intake.staff.app import create_app as staff_door
from intake.unsealing import Keyring


@pytest.fixture
def migrated(database_url):
    migrating.upgrade(database_url)
    made = make_engine(database_url)
    yield made
    made.dispose()


def test_both_doors_are_ready_while_database_and_keys_are_there(migrated, settings, keys, caplog):
    caplog.set_level(logging.INFO, "intake.readiness")
    doors = [public_door(settings, migrated), staff_door(settings, migrated, keys.keyring)]
    keyless = staff_door(settings, migrated, Keyring(()))

    def asked(*apps) -> set[tuple[int, str]]:
        answers = [app.test_client().get("/readyz") for app in apps]
        return {(one.status_code, one.text) for one in answers}

    ready, not_ready = {(200, "ready\n")}, {(503, "not ready\n")}
    assert asked(*doors) == ready and caplog.text == ""
    assert asked(keyless) == not_ready and "the active desk key is not unlocked" in caplog.text
    folder = settings.keys.readlink()
    settings.keys.unlink()
    assert asked(*doors) == not_ready and "the public keys cannot be read" in caplog.text
    assert asked(*doors) == not_ready and caplog.text.count("public keys cannot be read") == len(doors)
    settings.keys.symlink_to(folder)
    assert asked(*doors) == ready and "ready again" in caplog.text
    with migrated.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert asked(*doors) == not_ready and "the database is not up to date" in caplog.text
    with migrated.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    assert asked(*doors) == not_ready and "the database does not answer" in caplog.text
    assert asked(*doors) != {door.test_client().get("/healthz").text for door in doors} == {"ok\n"}
