"""A clock that jumps over the end of a year, forwards and back: nobody is lost, nobody comes twice."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from intake import audit, drafts, returncode
from intake.audit import AuditEvent
from intake.casework.models import Case
from intake.db import transaction
from intake.worker import Desk
from tests import people

END = dt.datetime(2026, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
# To the next year and back, by more than a day and by less than the seven days that a draft lives.
JUMPS = (0, 2, -26 * 3600, 6 * 24 * 3600, -40)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_over_the_end_of_a_year_and_back_each_is_admitted_once_and_the_trail_stays_whole(settings, engine, keys):
    moment, ticks = END, iter(range(0, 10**9, 10**6))
    desk = Desk(engine, keys.keyring, settings, lambda: moment, lambda: float(next(ticks)))
    code = returncode.derive(bytes(32))
    with transaction(engine) as session:
        drafts.start(session, returncode.new_code(), code, form_version=2, now=END, source=None)
    for seconds in JUMPS:
        moment = END + dt.timedelta(seconds=seconds)
        with transaction(engine) as session:
            people.submitted(session, keys, people.MARYAM, now=moment)
        while desk.run_once():
            pass
    with transaction(engine) as session:
        admitted = AuditEvent.event == audit.Event.CASE_ADMITTED.value
        assert session.scalar(select(func.count()).select_from(AuditEvent).where(admitted)) == len(JUMPS)
        assert {case.received_at.year for case in session.scalars(select(Case))} == {2026, 2027}
        assert session.scalar(select(func.count()).select_from(Case)) == len(JUMPS)
        assert audit.verify(session).ok
        assert drafts.load(session, code, END) is not None, "a clock that is six days ahead removes no draft"
