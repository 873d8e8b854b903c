"""What is wrong is known, told by mail once a day and once when it is over, and names nobody."""

import dataclasses
import datetime as dt

import pytest

from intake import mailing, outbox, worker
from intake.backups import folder
from intake.db import transaction
from intake.organisation import Measured
from intake.outbox import Standing
from intake.watching import seeing, telling
from intake.watching.alarms import Alarm, wrong
from intake.watching.seeing import MIB, Seen
from tests import people
from tests.mail.posting import START, Clock, rows, to
from tests.mail.smtp import Server

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WELL = Seen(
    at=START,
    oldest_arrival=None,
    beat=START - dt.timedelta(minutes=1),
    mail=Standing(3, 0, START - HOUR),
    trail_whole=True,
    trail_checked=START - HOUR,
    backup=START - DAY,
    room={"data": 2048 * MIB},
    figures_overdue=0,
    figures_changed=0,
)


@pytest.mark.parametrize(
    ("alarm", "changed"),
    [
        (Alarm.DESK, {"oldest_arrival": START - dt.timedelta(minutes=6)}),
        (Alarm.DESK, {"beat": START - dt.timedelta(minutes=6)}),
        (Alarm.OUTBOX, {"mail": Standing(1, 0, START - HOUR - dt.timedelta(seconds=1))}),
        (Alarm.OUTBOX, {"mail": Standing(0, 1, None)}),
        (Alarm.TRAIL, {"trail_whole": False}),
        (Alarm.TRAIL, {"trail_checked": START - 3 * DAY}),
        (Alarm.BACKUP, {"backup": None}),
        (Alarm.BACKUP, {"backup": START - 3 * DAY}),
        (Alarm.DISK, {"room": {"data": 2048 * MIB, "temporary": 1023 * MIB}}),
        (Alarm.FIGURES, {"figures_overdue": 1}),
        (Alarm.FIGURES, {"figures_changed": 1}),
    ],
)
def test_each_thing_that_can_be_wrong_raises_its_own_alarm_and_no_other(alarm, changed):
    nothing_yet = {"oldest_arrival": START - dt.timedelta(minutes=4), "beat": None, "mail": None, "trail_checked": None}
    assert wrong(WELL) == () and wrong(dataclasses.replace(WELL, **nothing_yet)) == ()
    assert wrong(dataclasses.replace(WELL, **changed)) == (alarm,)


def test_a_request_that_waits_and_a_mail_that_failed_are_seen_until_somebody_acts(engine, keys, settings):
    with Server() as server:
        settings = dataclasses.replace(settings, mail=to(server))
    people.send(engine, keys, people.SAMI)
    with transaction(engine) as session:
        outbox.put(
            session,
            kind="notice",
            to="a@example.org",
            subject="x",
            text="x",
            recipients=keys.recipients,
            now=people.NOW,
        )
        claimed = outbox.claim(session, people.NOW)
        outbox.settle(session, claimed, outbox.Outcome("address_550", dead=True), people.NOW)

    def found(now) -> set[Alarm]:
        with transaction(engine.execution_options(reads=True)) as session:
            return set(wrong(seeing.see(session, settings, now))) & {Alarm.DESK, Alarm.OUTBOX}

    assert found(people.NOW + dt.timedelta(minutes=4)) == {Alarm.OUTBOX}
    assert found(people.NOW + dt.timedelta(minutes=6)) == {Alarm.DESK, Alarm.OUTBOX}
    people.admit_all(engine, keys)
    with transaction(engine) as session:
        outbox.give_up(session, claimed.id)
    assert found(people.NOW + dt.timedelta(minutes=6)) == set()


def test_one_mail_a_day_and_one_when_it_is_over_reach_the_mailbox_and_name_nobody(engine, keys, settings):
    clock = Clock()
    people.send(engine, keys, people.SAMI)
    with Server() as server:
        settings = dataclasses.replace(settings, mail=to(server), alarms_to="watch@example.org")

        def told() -> list[str]:
            """The subjects about the backup that arrive after one look, by the real way of a mail."""
            before = len(server.mails)
            telling.look(engine, settings, clock(), START)
            mailing.send_due(engine, keys.keyring, settings.mail, clock, most=50)
            subjects = [str(one.message["Subject"]) for one in server.mails[before:]]
            return [one for one in subjects if "backup" in one]

        def backed_up(age: dt.timedelta) -> None:
            folder.remember(settings.data, folder.Last(clock() - age, "x.intake-backup", 1))

        backed_up(3 * DAY)
        assert told() == ["Alarm: backup old"] and told() == []
        clock.pass_by(HOUR)
        assert told() == []
        clock.pass_by(DAY)
        assert told() == ["Alarm: backup old"]
        backed_up(HOUR)
        assert told() == ["Over: backup old"] and told() == []
        # Wrong and right again on the same day: nobody needs another two mails.
        backed_up(3 * DAY)
        assert told() == []
        backed_up(HOUR)
        assert told() == []
        clock.pass_by(3 * DAY)
        assert told() == ["Alarm: backup old"]
        marks = [str(people.SAMI["call_name"]), "Harbour Rights", str(settings.data)]
        for one in server.mails:
            assert one.to == "watch@example.org"
            assert "names nobody" in one.text and not [mark for mark in marks if mark in one.text]
            assert set(str(one.message["Subject"])) <= set("AOlarmver: abcdefghijklmnopqrstuvwxyz_")


def test_nobody_is_told_where_no_address_is_set_and_a_desk_at_work_says_so(engine, keys, settings):
    desk = worker.Desk(engine, keys.keyring, settings, clock=Clock())
    desk.run_once()
    desk.watch()
    assert rows(engine) == []
    with transaction(engine.execution_options(reads=True)) as session:
        assert session.get_one(Measured, seeing.HEARTBEAT).measured_at == START
        assert session.get_one(Measured, f"alarm:{Alarm.BACKUP}").value == START.date().toordinal()


def test_a_desk_that_hangs_is_told_by_its_own_mail_and_one_that_was_closed_overnight_is_not(engine, keys, settings):
    clock, ticks = Clock(), [0.0]
    settings = dataclasses.replace(settings, alarms_to="watch@example.org", mail=to_nowhere())

    def told() -> set[str | None]:
        desk.watch()
        ticks[0] += worker.WATCH_SECONDS
        return {one.once for one in rows(engine) if one.kind == telling.KIND and "desk" in (one.once or "")}

    desk = worker.Desk(engine, keys.keyring, settings, clock=clock, ticks=lambda: ticks[0])
    desk.run_once()
    assert told() == set()
    clock.pass_by(DAY)
    desk = worker.Desk(engine, keys.keyring, settings, clock=clock, ticks=lambda: ticks[0])
    assert told() == set()
    clock.pass_by(dt.timedelta(minutes=6))
    alarm = f"alarm:desk_behind:{clock().date()}"
    assert told() == {alarm}
    desk.run_once()
    assert told() == {alarm, f"{alarm}:over"}
    assert any(one.once == f"alarm:backup_old:{clock().date()}" for one in rows(engine))


def to_nowhere():
    with Server() as server:
        return to(server)
