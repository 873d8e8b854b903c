"""Which states the organisation serves, and how soon it wants to speak with people: as staff type it. Pure."""

from collections.abc import Collection, Mapping
from typing import Final

from .locales import N_
from .questionnaire.choices import STATES
from .typed import Mistyped, parse_number

# Working days until the first contact for level 1 (critical), 2 (high) and 3 (normal); 0 is the same day. Where the
# organisation says nothing, these hold: a suggestion of ours, no rule of law.
SUGGESTED: Final = (0, 3, 10)
LONGEST: Final = 60


def over(targets: tuple[int, ...], level: int, days: int) -> int:
    """By how many working days a wait of `days` is over the target of a level; 0 while it is in time."""
    return max(0, days - targets[min(max(level, 1), len(targets)) - 1])


def read_targets(typed: Mapping[str, str], problems: dict[str, str]) -> tuple[int, ...]:
    """The targets of the fields `target_1` to `target_3`; an empty one means the suggested one.

    What cannot be read gets a sentence in `problems`.
    """
    found = []
    for level, suggested in enumerate(SUGGESTED, 1):
        text = typed.get(f"target_{level}", "").strip()
        try:
            found.append(parse_number(text, 0, LONGEST) if text else suggested)
        except Mistyped:
            problems[f"target_{level}"] = N_("Write a whole number of working days from 0 to 60. 0 is the same day.")
    return tuple(found)


def read_states(states: Collection[str], problems: dict[str, str]) -> tuple[str, ...]:
    """The codes of the chosen states, in the order of the list; none means everywhere."""
    known = [code for code, _name in STATES]
    if not set(states) <= set(known):
        problems["states"] = N_("Choose states from the list.")
    return tuple(code for code in known if code in states)
