"""Worked cases: hearings, interviews, decisions, missed hearings and motions."""

from datetime import date
from typing import Any

from worked_cases import (
    CRITICAL,
    HIGH,
    JUDGE,
    LIKELY,
    LONG_HERE,
    NORMAL,
    REVIEW,
    STEADY,
    W,
    iso,
)


def _next(day: str, **more: Any) -> dict[str, Any]:
    return {**STEADY, "next_date": day, **more}


HEARINGS = [
    W("hearing today", _next("2026-11-23"), LIKELY, CRITICAL, iso("2026-11-23"), "U02"),
    W("hearing in 14 days", _next("2026-12-07"), LIKELY, CRITICAL, iso("2026-12-07"), "U02"),
    W("hearing in 15 days", _next("2026-12-08"), LIKELY, HIGH, iso("2026-12-08"), "U02"),
    W("hearing in 60 days", _next("2027-01-22"), LIKELY, HIGH, iso("2027-01-22"), "U02"),
    W(
        "hearing in 61 days",
        _next("2027-01-23"),
        LIKELY,
        NORMAL,
        iso("2027-01-23"),
        "U19 HEARING_AHEAD",
        "U02",
    ),
    W("hearing yesterday", _next("2026-11-22"), LIKELY, HIGH, None, "U20", "U02"),
    W("hearing this month", _next("2026-11"), LIKELY, CRITICAL, iso("2026-11-23"), "U02"),
    W("hearing next month", _next("2026-12"), LIKELY, CRITICAL, iso("2026-12-01"), "U02"),
    W("hearing in a month far off", _next("2027-03"), LIKELY, NORMAL, iso("2027-03-01"), "HEARING_AHEAD"),
    W("hearing this year", _next("2026"), LIKELY, CRITICAL, iso("2026-11-23"), "U02"),
    W("hearing last month", _next("2026-10"), LIKELY, HIGH, None, "U20"),
    W("court without a date", {**STEADY, "stage": ["applied", "court"]}, LIKELY, HIGH, None, "U20"),
    W("court, date unsure", _next("unsure", stage=["applied", "court"]), LIKELY, HIGH, None, "U20"),
    W(
        "court, date passed",
        _next("2026-11-20", stage=["applied", "court"]),
        LIKELY,
        HIGH,
        None,
        "U20",
    ),
    W(
        "court, date far off",
        _next("2027-11-20", stage=["applied", "court"]),
        LIKELY,
        NORMAL,
        iso("2027-11-20"),
        "U19",
        "U20",
    ),
    W("not sure of any date", _next("unsure"), LIKELY, HIGH, None, "U20"),
    W("a date that does not exist ranks as unsure", _next("2026-02-30"), LIKELY, HIGH, None, "U20"),
    W(
        "waiting for a fear interview",
        {**STEADY, "stage": ["fear_waiting"]},
        LIKELY,
        CRITICAL,
        iso("2026-12-01"),
        "U03",
    ),
]


def _fear(day: str) -> dict[str, Any]:
    return {**LONG_HERE, "stage": ["fear_failed"], "fear_date": day}


def _decided(day: str, **more: Any) -> dict[str, Any]:
    return {**JUDGE, "decision_date": day, **more}


DECISIONS = [
    W("fear result today", _fear("2026-11-23"), REVIEW, CRITICAL, iso("2026-11-30"), "U03 FEAR_NEGATIVE"),
    W("fear result 10 days ago", _fear("2026-11-13"), REVIEW, CRITICAL, None, "U03"),
    W("fear result 11 days ago", _fear("2026-11-12"), REVIEW, NORMAL, None, "FEAR_NEGATIVE U19", "U03"),
    W("fear result unknown", _fear("unsure"), REVIEW, HIGH, None, "U03"),
    W(
        "judge said no 21 days ago",
        _decided("2026-11-02"),
        REVIEW,
        CRITICAL,
        iso("2026-12-02"),
        "U04 APPEAL_WINDOW",
        "FINAL_ORDER U06",
    ),
    W("judge said no 30 days ago", _decided("2026-10-24"), REVIEW, CRITICAL, iso("2026-11-23"), "U04", "U06"),
    W(
        "judge said no 31 days ago",
        _decided("2026-10-23"),
        REVIEW,
        HIGH,
        iso("2027-01-21"),
        "U06 FINAL_ORDER",
        "U04 APPEAL_WINDOW",
    ),
    W("judge said no 32 days ago", _decided("2026-10-22"), REVIEW, HIGH, iso("2027-01-20"), "U06", "U04"),
    W("judge said no 90 days ago", _decided("2026-08-25"), REVIEW, HIGH, iso("2026-11-23"), "U06"),
    W(
        "judge said no 91 days ago",
        _decided("2026-08-24"),
        REVIEW,
        NORMAL,
        None,
        "U19 FINAL_ORDER REOPEN_PASSED",
        "U06",
    ),
    W("judge said no on an unknown day", _decided("unsure"), REVIEW, HIGH, None, "U04 APPEAL_WINDOW"),
    W("judge said no, day left out", JUDGE, REVIEW, HIGH, None, "U04"),
    W("judge said no this month", _decided("2026-11"), REVIEW, CRITICAL, iso("2026-12-01"), "U04"),
    W("judge said no last month", _decided("2026-10"), REVIEW, CRITICAL, iso("2026-11-23"), "U04 U06"),
    W(
        "an order on a leap day",
        _decided("2028-02-29", stage=["order"]),
        REVIEW,
        CRITICAL,
        iso("2028-03-30"),
        "U04 FINAL_ORDER APPEAL_WINDOW",
        today=date(2028, 3, 1),
    ),
    W(
        "Board order 30 days ago",
        _decided("2026-10-24", order_by="board"),
        REVIEW,
        CRITICAL,
        iso("2026-11-23"),
        "U05",
        "U04",
    ),
    W(
        "DHS order 31 days ago",
        _decided("2026-10-23", stage=["order"], order_by="dhs"),
        REVIEW,
        HIGH,
        iso("2027-01-21"),
        "U06",
        "U05",
    ),
    W("Board order, day unknown", _decided("unsure", order_by="board"), REVIEW, HIGH, None, "U05", "U04"),
    W(
        "order by someone unknown",
        _decided("2026-11-02", stage=["order"], order_by="unsure"),
        REVIEW,
        CRITICAL,
        iso("2026-12-02"),
        "U04",
    ),
    W(
        "an old denial on appeal",
        _decided("2026-09-20", stage=["appeal"]),
        REVIEW,
        NORMAL,
        None,
        "U19",
        "U06 FINAL_ORDER",
    ),
    W(
        "an order date without an order is ignored",
        {**STEADY, "decision_date": "2026-11-20"},
        LIKELY,
        NORMAL,
        None,
        "U19",
        "U04",
    ),
    W(
        "missed 180 days ago",
        {**STEADY, "missed_hearing": "yes", "missed_on": "2026-05-27"},
        REVIEW,
        CRITICAL,
        iso("2026-11-23"),
        "U07 IN_ABSENTIA",
    ),
    W(
        "missed 181 days ago",
        {**STEADY, "missed_hearing": "yes", "missed_on": "2026-05-26"},
        REVIEW,
        HIGH,
        None,
        "U07 IN_ABSENTIA",
    ),
    W("missed on an unknown day", {**STEADY, "missed_hearing": "yes"}, REVIEW, HIGH, None, "U07"),
    W(
        "not sure of a missed hearing",
        {**STEADY, "missed_hearing": "unsure"},
        REVIEW,
        HIGH,
        None,
        "U07 IN_ABSENTIA",
    ),
    W(
        "missed in a month half over",
        {**STEADY, "missed_hearing": "yes", "missed_on": "2026-05"},
        REVIEW,
        CRITICAL,
        iso("2026-11-23"),
        "U07",
    ),
    W(
        "motion of the government",
        {**STEADY, "stage": ["gov_motion"], "motion_date": "2026-11-20", "arrival": "over_2_years"},
        REVIEW,
        CRITICAL,
        iso("2026-11-30"),
        "U10",
    ),
    W("motion on an unknown day", {**LONG_HERE, "stage": ["gov_motion"]}, REVIEW, CRITICAL, None, "U10"),
    W(
        "motion answered too late",
        {**LONG_HERE, "stage": ["gov_motion"], "motion_date": "2026-10-01"},
        REVIEW,
        CRITICAL,
        None,
        "U10",
    ),
]
