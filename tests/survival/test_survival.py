"""A short run of what `python -m tests.survival` does at length: processes and databases die, and nothing is lost."""

import pytest

from tests.survival.running import Scenario, survive


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario("sqlite", "sqlite", kills=2, others=1, has_small_house=True),
        Scenario("postgres", "postgres", kills=1, others=1, has_small_house=True),
    ],
    ids=lambda one: one.name,
)
def test_whoever_saw_a_reference_is_found_once_and_whole_whatever_dies_meanwhile(scenario):
    verdict = survive(scenario, people=2, pause=0.5, codes=2, least=2)
    assert verdict.wrong == [], verdict.figures
    assert verdict.figures["acknowledged"] >= 4 and verdict.figures["lost"] == 0
