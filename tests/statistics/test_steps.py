"""Steps of the form tell neither how few people reached one, nor how few stopped between two of them."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.statistics import LEAST, apart


def shown(numbers) -> tuple[int | None, ...]:
    found = apart([(str(place), number) for place, number in enumerate(numbers)])
    assert found.total is None
    return tuple(cell.number for cell in found.cells)


def is_small(number: int) -> bool:
    return 0 < abs(number) < LEAST


@pytest.mark.parametrize(("places", "most"), [(1, 60), (2, 60), (3, 36)])
@pytest.mark.parametrize("falls", [True, False])
def test_whoever_knows_the_rule_and_tries_every_way_finds_no_small_number_and_no_small_rest(places, most, falls):
    """Also for somebody who knows that each step was reached by fewer people than the one before it."""
    same = defaultdict(list)
    for numbers in itertools.product(range(most + 1), repeat=places):
        if not falls or list(numbers) == sorted(numbers, reverse=True):
            same[shown(numbers)].append(numbers)
    looked = 0
    for cells, candidates in same.items():
        # Near the largest number that was tried, larger ones are missing among the candidates.
        if max((cell or 0) for cell in cells) > most - 2 * LEAST:
            continue
        for one in range(places):
            if cells[one] is None:
                assert len({numbers[one] for numbers in candidates}) >= 3, cells
                looked += 1
            for other in range(one):
                rests = {numbers[other] - numbers[one] for numbers in candidates}
                assert len(rests) >= 3 or not any(is_small(rest) for rest in rests), (cells, rests)
    assert looked


@given(st.lists(st.integers(0, 90), min_size=1, max_size=12))
@settings(max_examples=300, deadline=None)
def test_what_is_shown_is_true_and_no_two_shown_steps_lie_close(numbers):
    cells = shown(numbers)
    assert all(cell in (None, number) for cell, number in zip(cells, numbers, strict=True))
    known = [cell for cell in cells if cell is not None]
    assert not any(is_small(cell) for cell in known)
    assert not any(is_small(one - other) for one, other in itertools.combinations(known, 2))


def test_a_way_that_many_go_is_shown_where_many_leave_it():
    assert shown([120, 118, 100, 60, 60, 57, 40, 3]) == (120, None, 100, 60, 60, None, 40, None)
    assert shown([0, 0]) == (0, 0)
