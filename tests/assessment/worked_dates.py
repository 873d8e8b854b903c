"""Worked cases: the one-year date, birthdays, letters, permissions and family."""

from datetime import date
from typing import Any

from worked_cases import (
    CHILD,
    CRITICAL,
    HIGH,
    JUDGE,
    LIKELY,
    LONG_HERE,
    NEW,
    NORMAL,
    REVIEW,
    SCREENING,
    STEADY,
    W,
    iso,
)


def _arrived(day: str, **more: Any) -> dict[str, Any]:
    return {**NEW, "arrival": day, **more}


ONE_YEAR = [
    W("one-year date today", _arrived("2025-11-23"), LIKELY, CRITICAL, iso("2026-11-23"), "U08", "OYFD_LATE"),
    W("one-year date yesterday", _arrived("2025-11-22"), REVIEW, HIGH, None, "U08 OYFD_LATE"),
    W("one-year date in 30 days", _arrived("2025-12-23"), LIKELY, CRITICAL, iso("2026-12-23"), "U08 U13"),
    W("one-year date in 31 days", _arrived("2025-12-24"), LIKELY, HIGH, iso("2026-12-24"), "U08"),
    W("one-year date in 90 days", _arrived("2026-02-21"), LIKELY, HIGH, iso("2027-02-21"), "U08"),
    W(
        "one-year date in 91 days",
        _arrived("2026-02-22"),
        LIKELY,
        HIGH,
        iso("2027-02-22"),
        "U13 ONE_YEAR_AHEAD",
        "U08",
    ),
    W("one-year date 90 days ago", _arrived("2025-08-25"), REVIEW, HIGH, None, "U08 OYFD_LATE"),
    W("one-year date 91 days ago", _arrived("2025-08-24"), REVIEW, HIGH, None, "U13 OYFD_LATE", "U08"),
    W(
        "arrived on a leap day",
        _arrived("2024-02-29"),
        LIKELY,
        CRITICAL,
        iso("2025-02-28"),
        "U08",
        "OYFD_LATE",
        today=date(2025, 2, 28),
    ),
    W(
        "leap day, one day late",
        _arrived("2024-02-29"),
        REVIEW,
        HIGH,
        None,
        "U08 OYFD_LATE",
        today=date(2025, 3, 1),
    ),
    W(
        "arrival known to the month",
        _arrived("2025-11"),
        REVIEW,
        CRITICAL,
        iso("2026-11-23"),
        "U08 OYFD_LATE",
    ),
    W("arrival in December, month only", _arrived("2025-12"), LIKELY, CRITICAL, iso("2026-12-01"), "U08"),
    W("arrival unknown", _arrived("unsure"), REVIEW, HIGH, None, "U08 U13 OYFD_LATE"),
    W("arrival long ago", LONG_HERE, REVIEW, NORMAL, None, "OYFD_LATE U19", "U08 U13"),
    W("application sent", STEADY, LIKELY, NORMAL, None, "U19", "U08 U13 OYFD_LATE"),
    W(
        "in court, the year still runs",
        _arrived("2025-12-01", stage=["court"], next_date="2027-06-01"),
        LIKELY,
        CRITICAL,
        iso("2026-12-01"),
        "U08",
        "U13",
    ),
    W("two years here today", _arrived("2024-11-23"), REVIEW, NORMAL, None, "OYFD_LATE U19", "U13"),
    W("two years here tomorrow", _arrived("2024-11-24"), REVIEW, HIGH, None, "U13"),
    W(
        "abroad, an old arrival is ignored",
        _arrived("2025-12-01", place_kind="abroad", claims=["family_join"]),
        REVIEW,
        HIGH,
        None,
        "U16",
        "U08 U13",
    ),
]


def _born(day: str, **more: Any) -> dict[str, Any]:
    return {**STEADY, "birth": day, **more}


AGES = [
    W("18 today", _born("2008-11-23", trusted_adult="no"), LIKELY, NORMAL, None, "U19", "MINOR U12"),
    W("18 tomorrow", _born("2008-11-24", trusted_adult="no"), REVIEW, HIGH, None, "MINOR MINOR_ALONE U12"),
    W("18 some day this month", _born("2008-11", trusted_adult="no"), REVIEW, HIGH, None, "MINOR_ALONE U12"),
    W(
        "born on a leap day, 18 tomorrow",
        _born("2008-02-29"),
        REVIEW,
        NORMAL,
        None,
        "MINOR",
        today=date(2026, 2, 28),
    ),
    W("under 18 by age band", _born("age_14_17", trusted_adult="no"), REVIEW, HIGH, None, "MINOR_ALONE U12"),
    W(
        "under 18, not sure of an adult",
        _born("age_0_13", trusted_adult="unsure"),
        REVIEW,
        HIGH,
        None,
        "MINOR_ALONE U12",
    ),
    W("under 18, adult not answered", _born("age_0_13"), REVIEW, NORMAL, None, "MINOR", "MINOR_ALONE U12"),
    W(
        "a child alone with a date in 60 days",
        _born("2012", trusted_adult="no", next_date="2027-01-22"),
        REVIEW,
        CRITICAL,
        iso("2027-01-22"),
        "U12 U02",
    ),
    W(
        "a child alone with a date in 61 days",
        _born("2012", trusted_adult="no", next_date="2027-01-23"),
        REVIEW,
        HIGH,
        iso("2027-01-23"),
        "U12",
        "U02",
    ),
    W("21 today", {**CHILD, "birth": "2005-11-23"}, LIKELY, NORMAL, None, "U19 CHILD_LIMIT_PASSED", "U11"),
    W("21 tomorrow", {**CHILD, "birth": "2005-11-24"}, LIKELY, CRITICAL, iso("2026-11-23"), "U11"),
    W("21 in 60 days", {**CHILD, "birth": "2006-01-22"}, LIKELY, CRITICAL, iso("2027-01-21"), "U11"),
    W("21 in 61 days", {**CHILD, "birth": "2006-01-23"}, LIKELY, HIGH, iso("2027-01-22"), "U11"),
    W("21 in 180 days", {**CHILD, "birth": "2006-05-22"}, LIKELY, HIGH, iso("2027-05-21"), "U11"),
    W("21 in 181 days", {**CHILD, "birth": "2006-05-23"}, LIKELY, NORMAL, None, "U19", "U11"),
    W("21 this month", {**CHILD, "birth": "2005-11"}, LIKELY, CRITICAL, iso("2026-11-23"), "U11"),
    W("21 this year", {**CHILD, "birth": "2005"}, LIKELY, CRITICAL, iso("2026-11-23"), "U11"),
    W("18 in 180 days", {**CHILD, "birth": "2009-05-22"}, REVIEW, HIGH, iso("2027-05-21"), "U11 MINOR"),
    W("18 in 181 days", {**CHILD, "birth": "2009-05-23"}, REVIEW, NORMAL, None, "MINOR", "U11"),
    W("afraid and nearly 21 is no child claim", _born("2005-11-24"), LIKELY, NORMAL, None, "U19", "U11"),
    W("child claim, 18 to 20", {**CHILD, "birth": "age_18_20"}, LIKELY, HIGH, None, "U11"),
    W("child claim, 14 to 17", {**CHILD, "birth": "age_14_17"}, REVIEW, HIGH, None, "U11 MINOR"),
]


def _ends(day: str, **more: Any) -> dict[str, Any]:
    return {**LONG_HERE, "claims": ["temporary_ending"], "permission_ends": day, **more}


def _granted(day: str) -> dict[str, Any]:
    return {**STEADY, "claims": ["family_join"], "grant_date": day}


OTHERS = [
    W("held", {**STEADY, "place_kind": "held"}, REVIEW, CRITICAL, None, "U01 DETAINED"),
    W("letter due today", {**STEADY, "letter_due": "2026-11-23"}, LIKELY, CRITICAL, iso("2026-11-23"), "U09"),
    W(
        "letter due in 14 days",
        {**STEADY, "letter_due": "2026-12-07"},
        LIKELY,
        CRITICAL,
        iso("2026-12-07"),
        "U09",
    ),
    W(
        "letter due in 15 days",
        {**STEADY, "letter_due": "2026-12-08"},
        LIKELY,
        HIGH,
        iso("2026-12-08"),
        "U09",
    ),
    W("letter two days over", {**STEADY, "letter_due": "2026-11-21"}, LIKELY, HIGH, None, "U09"),
    W(
        "letter long over",
        {**STEADY, "letter_due": "2026-09-01"},
        LIKELY,
        NORMAL,
        None,
        "LETTER_PASSED",
        "U09",
    ),
    W("letter with an unknown day", {**STEADY, "letter_due": "unsure"}, LIKELY, HIGH, None, "U09"),
    W("permission ended 180 days ago", _ends("2026-05-27"), REVIEW, HIGH, None, "U15"),
    W("permission ended 181 days ago", _ends("2026-05-26"), REVIEW, NORMAL, None, "U19 PERMISSION_DATE", "U15"),
    W("permission ends in 60 days", _ends("2027-01-22"), REVIEW, HIGH, iso("2027-01-22"), "U15"),
    W(
        "permission ends in 61 days",
        _ends("2027-01-23"),
        REVIEW,
        NORMAL,
        iso("2027-01-23"),
        "PERMISSION_DATE",
        "U15",
    ),
    W("permission ends some day", _ends("unsure"), REVIEW, HIGH, None, "U15"),
    W("permission ends, applied", _ends("2026-12-01", stage=["applied"]), REVIEW, NORMAL, None, "U19", "U15"),
    W("family join ends in 60 days", _granted("2025-01-22"), REVIEW, HIGH, iso("2027-01-22"), "U16"),
    W(
        "family join ends in 61 days",
        _granted("2025-01-23"),
        REVIEW,
        NORMAL,
        iso("2027-01-23"),
        "FAMILY_JOIN_DATE",
        "U16",
    ),
    W("family join over", _granted("2024-11-22"), REVIEW, NORMAL, None, "FAMILY_JOIN_DATE", "U16"),
    W("family join, day unknown", _granted("unsure"), REVIEW, HIGH, None, "U16"),
    W(
        "pending 150 days, no permit",
        {**STEADY, "applied_on": "2026-06-26", "work_permit": "no"},
        LIKELY,
        NORMAL,
        None,
        "U18",
        "U19",
    ),
    W(
        "pending 149 days",
        {**STEADY, "applied_on": "2026-06-27", "work_permit": "no"},
        LIKELY,
        NORMAL,
        None,
        "U19",
        "U18",
    ),
    W(
        "pending with a permit",
        {**STEADY, "applied_on": "2026-01-01", "work_permit": "yes"},
        LIKELY,
        NORMAL,
        None,
        "U19",
        "U18",
    ),
    W(
        "the nearest of two dates is due",
        {**STEADY, "next_date": "2026-12-20", "letter_due": "2026-12-10"},
        LIKELY,
        HIGH,
        iso("2026-12-10"),
        "U02 U09",
    ),
    W(
        "a passed date gives way to the next",
        {**JUDGE, "decision_date": "2026-10-20", "next_date": "2027-06-01"},
        REVIEW,
        HIGH,
        iso("2027-01-18"),
        "U06 HEARING_AHEAD",
    ),
    W(
        "garbage is not an answer",
        {
            **SCREENING,
            "stage": "?",
            "birth": 7,
            "next_date": ["x"],
            "claims": [None, {}],
            "household_size": True,
        },
        LIKELY,
        NORMAL,
        None,
        "U19",
    ),
]
