"""A short run of what `python -m tests.survival` does at length: processes and databases die, and nothing is lost."""

from tests.survival.running import Scenario, survive


def test_whoever_saw_a_reference_is_found_once_and_whole_whatever_dies_meanwhile():
    # One kind of database: the command goes through all of them, and through what takes minutes.
    verdict = survive(
        Scenario("postgres", "postgres", kills=1, others=1, has_small_house=True), people=2, pause=0.5, codes=2, least=2
    )
    assert verdict.wrong == [], verdict.figures
    assert verdict.figures["acknowledged"] >= 4 and verdict.figures["lost"] == 0
