"""Small numbers stay hidden from somebody who knows the rule, the total and every number that is shown."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.statistics import LEAST, protect

NUMBERS = st.lists(st.integers(0, 60), min_size=1, max_size=7)


def table(numbers):
    return protect([(str(place), number) for place, number in enumerate(numbers)])


def shown(numbers) -> tuple:
    found = table(numbers)
    return tuple(cell.number for cell in found.cells), found.total


@pytest.mark.parametrize(("places", "most"), [(1, 60), (2, 40), (3, 24), (4, 13)])
def test_whoever_knows_the_rule_and_tries_every_table_finds_no_small_number(places, most):
    """All tables there are, by what is shown of them: each hidden number could be several in every case."""
    same = defaultdict(list)
    for numbers in itertools.product(range(most + 1), repeat=places):
        same[shown(numbers)].append(numbers)
    looked = 0
    for (cells, total), candidates in same.items():
        # With a larger total there are tables that were not tried.
        if total is not None and total > most:
            continue
        for place, cell in enumerate(cells):
            if cell is not None:
                assert cell == 0 or cell >= LEAST
                continue
            possible = {numbers[place] for numbers in candidates}
            small = {number for number in possible if 0 < number < LEAST}
            # Where no table of this bound holds anything small, hiding was not about this number.
            if small:
                assert len(possible) >= 3, (cells, total, possible)
                looked += 1
    assert looked


@given(NUMBERS)
@settings(max_examples=300, deadline=None)
def test_what_is_shown_is_true_and_nothing_small_is_shown(numbers):
    found = table(numbers)
    for number, cell in zip(numbers, found.cells, strict=True):
        assert cell.number in (None, number)
        if 0 < number < LEAST:
            assert cell.number is None
    assert found.total in (None, sum(numbers))
    if not any(0 < number < LEAST for number in numbers):
        assert found.hidden == 0 and found.total == sum(numbers)


@given(NUMBERS)
@settings(max_examples=300, deadline=None)
def test_no_hidden_number_stands_alone_and_the_rest_leaves_it_open(numbers):
    found = table(numbers)
    hidden = [number for number, cell in zip(numbers, found.cells, strict=True) if cell.number is None]
    if found.total is not None and hidden and len(hidden) < len(numbers):
        rest = found.total - sum(cell.number or 0 for cell in found.cells)
        assert len(hidden) >= 2 and rest - len(hidden) + 1 >= LEAST


def test_numbers_that_do_not_add_up_are_hidden_one_by_one():
    found = protect([("afraid", 40), ("unsure", 3), ("other", 0)], sums=False)
    assert [cell.number for cell in found.cells] == [40, None, 0] and found.total is None
