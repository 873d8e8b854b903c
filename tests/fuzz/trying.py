"""Fuzzing by hypothesis: bytes of all kinds, and changed copies of what a target begins from."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import Target


@st.composite
def _changed(draw: st.DrawFn, target: Target) -> bytes:
    data = bytearray(draw(st.sampled_from(target.seeds)))
    for _ in range(draw(st.integers(0, 4))):
        at, much = draw(st.integers(0, len(data))), draw(st.integers(0, 12))
        data[at : at + much] = draw(st.binary(max_size=8) | st.sampled_from(target.seeds).map(lambda one: one[:40]))
    return bytes(data[: target.longest])


def trying(target: Target, examples: int, *, derandomize: bool) -> None:
    """Try so many inputs; raises whatever the first that breaks the target raises, with the input made small."""

    @settings(
        max_examples=examples,
        derandomize=derandomize,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(_changed(target) | st.binary(max_size=target.longest))
    def tried(data: bytes) -> None:
        target.check(data)

    tried()
