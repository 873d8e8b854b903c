"""The admin's page says what is wrong with the machinery, from the same look as the alarms by mail."""

import datetime as dt

from intake import organisation
from intake.backups import folder
from intake.db import transaction
from intake.watching import seeing
from tests import people
from tests.staff.counted import statements


def send_now(engine, keys, clock) -> None:
    with transaction(engine) as session:
        people.submitted(session, keys, people.SAMI, now=clock())


def test_a_desk_that_is_behind_and_an_old_backup_stand_on_the_admins_page(
    signed_in, admin, engine, keys, settings, clock
):
    client = signed_in(admin)
    page = client.get("/administration").text
    assert "or none is known" in page and "for the desk" not in page
    folder.remember(settings.data, folder.Last(clock(), "x.intake-backup", 1))
    send_now(engine, keys, clock)
    assert "last backup" not in client.get("/administration").text
    clock.advance(minutes=6)
    assert "A request has waited more than 5 minutes for the desk" in client.get("/administration").text
    people.admit_all(engine, keys, now=clock())
    assert "for the desk" not in client.get("/administration").text
    with transaction(engine) as session:
        seeing.beat(session, clock() - dt.timedelta(minutes=4))
    assert "the desk is silent" not in client.get("/administration").text
    with transaction(engine) as session:
        organisation.keep_measured(session, {seeing.HEARTBEAT: None}, clock() - dt.timedelta(minutes=6))
    assert "the desk is silent" in client.get("/administration").text


def test_the_page_asks_as_much_with_many_cases_as_with_none(signed_in, admin, engine, keys, clock):
    client = signed_in(admin)
    client.get("/administration")
    with statements(engine) as none:
        client.get("/administration")
    send_now(engine, keys, clock)
    people.admit_all(engine, keys, now=clock())
    with statements(engine) as some:
        client.get("/administration")
    assert len(none) == len(some)
