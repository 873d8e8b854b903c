"""The benchmark itself, with numbers so small that they say nothing: every part runs, every figure has its place."""

import json
import tempfile
from pathlib import Path

import pytest

from tests.bench import doors, exports, machine, partitions, public, report, sends, staff, staffpages
from tests.bench.goals import GOALS
from tests.bench.rounds import Row, interleaved, ratio
from tests.bench.sizes import TINY
from tests.journeys.system import running

FACTS = {"fdatasync": {"ms": 0.1}}


def tied(rows):
    """The goals of these rows; every row is whole and can be kept."""
    for row in rows:
        assert row.goal == "" or (row.goal in GOALS and row.value is not None), row
        # The memory of two runs may differ either way; everything else is more than nothing.
        assert row.goal in ("", "memory_more") or row.value > 0, row
    kept = json.loads(json.dumps(report.whole(machine.facts() | FACTS, rows)))
    assert [row["what"] for row in kept["rows"]] == [row.what for row in rows]
    assert all("verdict" in row for row in kept["rows"] if row["goal"])
    assert len({row.what for row in rows}) == len(rows)
    return {row.goal for row in rows if row.goal}


def test_the_parts_that_look_at_the_doors_say_what_they_are_to_say():
    with tempfile.TemporaryDirectory() as place, running("sqlite", Path(place), INTAKE_PROXIES="1") as system:
        assert tied(public.rows(system, TINY)) == {"first_page", "journey", "step", "step_p99"}
        assert tied(sends.rows(system, TINY)) == {"send_p50", "send_p99", "seal_share"}
        assert tied(doors.memory(system, TINY)) == {"door_memory"}
        assert tied(doors.slow_people(system, TINY)) == {"slow_people"}


def test_lists_and_pages_are_measured_at_two_sizes():
    assert tied(staff.rows("sqlite", TINY)) == {"lists", "counts"}
    assert tied(staffpages.rows("sqlite", TINY)) == {"queue_page", "queue_hello"}


def test_exports_and_months_are_measured_beside_the_engines_own_work():
    goals = {"csv_postgres", "memory_more", "memory_process", "xlsx", "identified", "identified_two"}
    assert tied(exports.rows("postgres", TINY)) == goals
    assert tied(partitions.rows(TINY)) == set()


def test_a_missed_must_a_noisy_figure_and_an_earlier_result_are_told():
    rows = [
        Row("slow", "step", 2.5, 0.4, {"ours s": 1.0}),
        Row("slower", "step", 2.0, 0.0),
        Row("small", "first_page", 5_000),
        Row("a fact", value=3.0),
    ]
    facts = machine.facts() | FACTS
    assert report.missed(rows) == rows[:2]
    table = report.table(facts, rows)
    assert "2 × ±0% | ≥ 3 | ≥ 4 | MISSED" in table and "5,000 bytes | ≤ 14,600 | ≤ 6,000 | aim met" in table
    said = "".join(report.text(facts, rows))
    assert "too noisy to quote" in said and "a fact: 3" in said.partition("without a goal")[2]
    earlier = report.whole(facts, [Row("slow", "step", 5.0)])
    assert "0.50  slow" in "".join(report.compared(earlier, rows))


def test_a_ratio_is_of_medians_and_its_spread_of_rounds():
    row = ratio("x", "", ("a", [[2.0, 2.0], [4.0, 4.0]]), ("b", [[1.0, 1.0], [2.0, 2.0]]))
    assert row.value == pytest.approx(2.0) and row.spread == 0 and not row.noisy
    spent = interleaved({"a": lambda: None, "b": lambda: None}, 3, 2)
    assert [len(one) for one in spent["a"]] == [2, 2, 2] and len(spent["b"]) == 3
