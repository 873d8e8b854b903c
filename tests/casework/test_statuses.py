"""Statuses and reasons are data: complete, connected and stable."""

import pytest

from intake.casework import statuses
from intake.casework.statuses import REASONS, STATUSES, BadMove, Kind, Status, Why


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
    with pytest.raises(BadMove, match="Choose a reason") as wrong:
        statuses.check_move("triage", "declined", None)
    assert wrong.value.field == "reason"
    with pytest.raises(BadMove, match="does not fit"):
        statuses.check_move("triage", "declined", "withdrew")
    with pytest.raises(BadMove, match="does not fit"):
        statuses.check_move("triage", "declined", "because")
    move = statuses.check_move("triage", "declined", "capacity")
    assert (move.status, move.kind, move.asks_code) == (Status.DECLINED, Kind.END, True)


def test_accepting_declining_and_closing_are_decisions_and_so_is_taking_them_back():
    decisions = {
        (current, move.status)
        for current in Status
        for move in statuses.ways(current)
        if move.permission == statuses.DECIDE
    }
    into = {"accepted", "limited_scope", "placed", "declined", "closed"}
    assert {wanted for _, wanted in decisions if wanted in into} == into
    back = {(current, wanted) for current, wanted in decisions if wanted not in into}
    assert back == {("placed", "merit_review"), ("declined", "triage"), ("closed", "triage")}
    assert all(move.permission == statuses.CHANGE for move in statuses.ways("new"))


@pytest.mark.parametrize(
    "ended", ["placed", "advice_given", "referred", "declined", "withdrawn", "duplicate", "closed"]
)
def test_an_ended_case_is_opened_again_only_for_a_reason(ended):
    for move in statuses.ways(ended):
        if not statuses.is_open(move.status):
            continue
        assert move.kind is Kind.REOPEN and move.needs_reason and not move.asks_code
        with pytest.raises(BadMove, match="opened again"):
            statuses.check_move(ended, move.status, None)
        assert statuses.check_move(ended, move.status, "mistake").status == move.status


def test_who_withdrew_is_taken_up_again_only_when_they_wish_it():
    for reason in ("new_facts", "capacity_again", "partner_declined"):
        with pytest.raises(BadMove, match="does not fit"):
            statuses.check_move("withdrawn", "triage", reason)
    assert statuses.check_move("withdrawn", "triage", "came_back").kind is Kind.REOPEN


def test_a_hold_ends_where_it_began():
    held = statuses.ways("conflict_hold", "accepted")
    assert (held[0].status, held[0].kind, held[0].permission) == ("accepted", Kind.RELEASE, statuses.CHANGE)
    assert Status.TRIAGE in statuses.moves("conflict_hold", "accepted")
    for nowhere in ("new", "closed", "conflict_hold", "nonsense", "", None):
        assert statuses.moves("conflict_hold", nowhere) == statuses.moves("conflict_hold")
    assert "accepted" not in statuses.moves("triage", "accepted"), "only a held case goes back"


@pytest.mark.parametrize("status", ["accepted", "new", "nonsense", ""])
def test_a_new_case_cannot_jump(status):
    with pytest.raises(BadMove, match="cannot follow"):
        statuses.check_move("new", status, None)


def test_the_queue_shows_what_still_needs_work():
    assert not statuses.is_open("nonsense")
    assert statuses.moves("nonsense") == statuses.ways("nonsense") == ()
    closed = {status for status in Status if not statuses.is_open(status)}
    assert closed == {"placed", "advice_given", "referred", "declined", "withdrawn", "duplicate", "closed"}
