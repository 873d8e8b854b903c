"""Sealing anew is killed at once in the middle, and goes on where it stopped."""

import re
import signal
import time

from sqlalchemy import select

from intake.db import transaction
from intake.keyring import rewrapping
from intake.keyring.sealed import PLACES
from intake.publickeys import Purpose
from intake.recoverypaper import from_recovery_text
from intake.sealing import recipients_of
from intake.unsealing import Keyring, load_keyring
from tests import people
from tests.conftest import PASSPHRASE
from tests.keyring.filling import everything
from tests.keyring.installing import events

MORE = 60
PAPER = re.compile(r"^[1-4]:  .*$", re.M)


def lists(engine):
    with transaction(engine) as session:
        found = [one for place in PLACES for one in session.scalars(select(place.envelope)) if one is not None]
    return {recipients_of(one) for one in found}


def test_a_run_that_is_killed_at_once_goes_on_and_everything_opens(installed):
    people.send(installed.engine, installed.own, *[people.XIMENA] * MORE)
    people.admit_all(installed.engine, installed.own)
    people.clear_conflicts(installed.engine)
    total = installed.number + MORE
    before = everything(installed.engine, installed.own.keyring, installed.staff)
    code, said = installed.run("rotate")
    assert code == 0 and len(PAPER.findall(said)) == 4
    running = installed.start("rewrap", "--at-a-time", "1")
    deadline = time.monotonic() + 60
    while (done := progress(installed.engine)) < 20:
        assert running.poll() is None and time.monotonic() < deadline, done
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    broken = progress(installed.engine)
    assert 20 <= broken < total
    old = installed.own.keyring.kids[0]
    code, told = installed.run("retire", old)
    assert code == 2 and "still closed to this key" in told
    code, told = installed.run("rewrap")
    assert code == 0 and f"rewrap: {broken} of {total}\n" in told and f"rewrap: {total} of {total}\n" in told
    assert told.endswith("Everything is closed to the present keys.\n")
    assert lists(installed.engine) == {tuple(key.kid for key in installed.public.recipients())}
    (desk,) = installed.public.active([Purpose.DESK])
    alone = Keyring([key for key in load_keyring(installed.own.folder, PASSPHRASE).held() if key.kid == desk.kid])
    assert everything(installed.engine, alone, installed.staff) == before
    paper = from_recovery_text("\n".join(PAPER.findall(said)))
    assert everything(installed.engine, Keyring([paper]), installed.staff) == before
    assert installed.run("rewrap") == (0, "Everything is closed to the present keys.\n")
    assert events(installed.engine) == ["keys:rotated", "keys:rotated", "keys:rewrapped"]


def progress(engine) -> int:
    with transaction(engine.execution_options(reads=True)) as session:
        run = rewrapping.latest(session)
        return run.done if run is not None else 0
