"""What is past its time: on its day, and never what is still wanted."""

import datetime as dt

import pytest
from sqlalchemy import update

from intake.casework.models import Case
from intake.db import transaction
from intake.incoming import Kind
from intake.retention.stages import STAGES
from tests import people
from tests.casework import later
from tests.retention.doing import (
    DAY,
    end,
    now_due,
)


def test_each_stage_is_due_on_its_day_and_not_before(engine, keys, staff):
    made = {code: later.admitted(engine, keys, people.JOAO) for code in STAGES}
    for code, one in made.items():
        end(engine, one, STAGES[code].status.value)
    for code, stage in STAGES.items():
        at = people.NOW + stage.days * DAY
        assert code not in now_due(engine, at - dt.timedelta(seconds=1))
        assert now_due(engine, at)[code] == 1
    assert now_due(engine, people.NOW + 7 * DAY) == {"withdrawn": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"legal_hold": "court"},
        {"unanswered_since": people.NOW},
        {"follow_up_on": (people.NOW + 4000 * DAY).date()},
        {"status": "contacting", "is_open": True},
        {"erased_at": people.NOW},
    ],
    ids=lambda one: next(iter(one)),
)
def test_what_is_still_wanted_is_never_due(engine, keys, staff, change):
    made = later.admitted(engine, keys, people.JOAO)
    end(engine, made, "closed")
    at = people.NOW + 3000 * DAY
    assert now_due(engine, at) == {"closed": 1}
    with transaction(engine) as session:
        session.execute(update(Case).values(**change))
    assert now_due(engine, at) == {}


def test_a_second_request_waits_for_the_first_and_what_nobody_has_read_stops_it(engine, keys, staff):
    first = later.admitted(engine, keys, people.JOAO)
    again = later.admitted(engine, keys, people.JOAO)
    end(engine, again, "duplicate")
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.id == again.id).values(duplicate_of=first.id))
    at = people.NOW + 3000 * DAY
    assert now_due(engine, at) == {}
    end(engine, first, "closed")
    assert now_due(engine, at) == {"duplicate": 1, "closed": 1}
    later.write(engine, keys, again, Kind.MESSAGE, {"text": "Hello", "locale": "en"})
    assert now_due(engine, at) == {"closed": 1}
