"""How much is measured: a full run, a quick one, and one so small that the tests can try every part."""

from dataclasses import dataclass, replace

from intake.exports import Format


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rounds of each comparison; runs a round; cases of the small and the large office; and so on."""

    rounds: int = 7
    gets: int = 150
    sends: int = 30
    list_rounds: int = 25
    small: int = 100_000
    cases: int = 1_000_000
    few: int = 10_000
    sealed: int = 10_000
    workbook: int = 50_000
    requests: int = 10_000
    slow: int = 300
    languages: int = 100
    formats: tuple[Format, ...] = tuple(Format)


FULL = Sizes()
QUICK = replace(
    FULL,
    rounds=5,
    gets=60,
    sends=12,
    list_rounds=9,
    small=5_000,
    cases=50_000,
    sealed=2_000,
    workbook=10_000,
    requests=2_000,
    languages=4,
)
TINY = Sizes(
    rounds=2,
    gets=2,
    sends=1,
    list_rounds=2,
    small=400,
    cases=600,
    few=300,
    sealed=100,
    workbook=200,
    requests=40,
    slow=9,
    languages=1,
    formats=(Format.CSV,),
)
