"""Two who ask at once, two desks, a desk that is killed: each case is removed once, and whole."""

import signal
import subprocess
import sys
import threading
import time

from sqlalchemy import select

from intake import audit
from intake.casework.models import CaseEvent
from intake.db import transaction
from intake.retention import carrying, disposing
from tests import people
from tests.retention.doing import (
    DAY,
    WHOLE,
    allowed,
    asked,
    full,
    sealed_of,
    started,
)


def test_two_who_ask_and_two_desks_that_remove_at_once_do_it_once(engine, keys, staff, second):
    made = [full(engine, keys, staff, people.JOAO, "referred") for _ in range(6)]
    at, outcomes = people.NOW + 31 * DAY, []

    def one_asks(who):
        try:
            outcomes.append(asked(engine, who, at))
        except disposing.Busy:
            outcomes.append(None)

    together(lambda: one_asks(staff.admin), lambda: one_asks(second))
    assert sorted(outcomes, key=lambda one: one is None)[1:] == [None]
    with transaction(engine) as session:
        found = session.scalars(select(disposing.Disposal)).one()
        asker, other = (staff.admin, second) if found.asked_by == staff.admin.id else (second, staff.admin)
    allowed(engine, found.id, other, at)
    started(engine, found.id, asker, at)
    together(*[lambda: carrying.carry_out(engine, at, 50)] * 2)
    assert all(sealed_of(engine, who) == [] for who in made)
    with transaction(engine) as session:
        done = session.get_one(disposing.Disposal, found.id)
        assert (done.state, done.tally, done.skipped) == ("done", {"referred": {"erase": 6}}, 0)
        lines = session.scalars(select(CaseEvent.event).where(CaseEvent.event == "case:removed")).all()
        assert len(lines) == 6 and audit.verify(session).ok


def together(*acts):
    failed: list[BaseException] = []

    def run(act):
        try:
            act()
        except BaseException as error:  # shown below, in the thread of the test
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not failed and not any(one.is_alive() for one in threads)


def test_a_desk_that_is_killed_in_the_middle_leaves_each_case_whole_or_gone(
    engine, settings, keys, staff, second, database_url
):
    made = [full(engine, keys, staff, people.JOAO, "referred") for _ in range(12)]
    at = people.NOW + 31 * DAY
    number = asked(engine, staff.admin, at)
    allowed(engine, number, second, at)
    started(engine, number, staff.admin, at)
    script = (
        "import sys, datetime as dt\n"
        "from intake.db import make_engine\n"
        "from intake.retention import carrying\n"
        "engine = make_engine(sys.argv[1])\n"
        "at = dt.datetime.fromisoformat(sys.argv[2])\n"
        "while carrying.carry_out(engine, at, 1):\n"
        "    print('one', flush=True)\n"
    )
    address = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", script, address, at.isoformat()], stdout=subprocess.PIPE, text=True
    ) as desk:
        for _ in range(3):
            assert desk.stdout.readline() == "one\n"
        desk.send_signal(signal.SIGKILL)
        desk.wait(30)
    left = [len(sealed_of(engine, who)) for who in made]
    assert set(left) == {0, WHOLE} and left.count(0) >= 3
    deadline = time.monotonic() + 60
    while carrying.carry_out(engine, at, 50) and time.monotonic() < deadline:
        pass
    assert all(sealed_of(engine, who) == [] for who in made)
    with transaction(engine) as session:
        assert session.get_one(disposing.Disposal, number).tally == {"referred": {"erase": 12}}
