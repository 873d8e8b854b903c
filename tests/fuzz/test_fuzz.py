"""A little fuzzing of every parser and of the rules in each run; `python -m tests.fuzz` goes on for longer."""

import pytest

from tests.fuzz.targets import TARGETS
from tests.fuzz.trying import trying

EXAMPLES = 40


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_is_read_breaks_its_promise(name):
    target = TARGETS[name]
    for data in (*target.seeds, *target.kept, b""):
        target.check(data)
    trying(target, EXAMPLES, derandomize=True)
