"""Statuses and reasons are data: complete, connected and stable."""

import pytest

from intake.casework import statuses
from intake.casework.statuses import REASONS, STATUSES, BadMove, Status, Why


def test_every_status_and_reason_of_the_workflow_has_a_label():
    assert set(STATUSES) == set(Status)
    assert set(REASONS) == set(Why)
    assert all(rule.label for rule in STATUSES.values())


def test_every_status_can_be_reached_and_every_case_can_be_closed_and_reopened():
    def reach(start):
        found, waiting = set(), [start]
        while waiting:
            status = waiting.pop()
            if status not in found:
                found.add(status)
                waiting += statuses.moves(status)
        return found

    assert reach(Status.NEW) == set(Status)
    assert all(Status.CLOSED in reach(status) for status in Status)
    assert statuses.moves(Status.CLOSED) == (Status.TRIAGE,)
    assert all(status not in rule.next for status, rule in STATUSES.items())


def test_a_refusal_needs_a_reason_that_fits():
    assert statuses.needs_reason("declined")
    with pytest.raises(BadMove, match="Choose a reason"):
        statuses.check_move("triage", "declined", None)
    with pytest.raises(BadMove, match="does not fit"):
        statuses.check_move("triage", "declined", "withdrew")
    with pytest.raises(BadMove, match="does not fit"):
        statuses.check_move("triage", "declined", "because")
    assert statuses.check_move("triage", "declined", "capacity") == (Status.DECLINED, Why.CAPACITY)


@pytest.mark.parametrize("status", ["accepted", "new", "nonsense", ""])
def test_a_new_case_cannot_jump(status):
    with pytest.raises(BadMove, match="cannot follow"):
        statuses.check_move("new", status, None)


def test_the_queue_shows_what_still_needs_work():
    assert not statuses.is_open("nonsense")
    assert statuses.moves("nonsense") == statuses.reasons("nonsense") == ()
    closed = {status for status in Status if not statuses.is_open(status)}
    assert closed == {"placed", "advice_given", "referred", "declined", "withdrawn", "duplicate", "closed"}
