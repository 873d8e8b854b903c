"""The merge fields of a template: which there are, checking what was typed, and filling them in. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ...locales import N_
from .purposes import PURPOSES

# Field -> what staff read about it.
FIELDS: Final[Mapping[str, str]] = {
    "reference": N_("The reference of the case"),
    "organisation": N_("The name of our organisation"),
    "phones": N_("Our phones and e-mail address, one on each line"),
    "deadlines": N_("The known dates of the case, each with what it is, and how to check the court date"),
    "referrals": N_("Places that fit the person and the state"),
    "today": N_("The day on which the letter is written"),
}
# Filled in, it must still fit into a message.
LONGEST: Final = 3_000
_FIELD = re.compile(r"\{([^{}]*)\}")
# What a person still has to fill in: [day and time].
_BLANK = re.compile(r"\[[^\[\]\n]{1,80}\]")
_SHOWN = 40


class BadTemplate(ValueError):
    """What was typed cannot be kept. `problems` are (sentence for staff, its words), at least one."""

    def __init__(self, problems: list[tuple[str, dict[str, str]]]) -> None:
        super().__init__("The template cannot be kept.")
        self.problems = problems


def check(purpose: str, text: str) -> str:
    """The text as it is kept: line ends as one sign, no blanks around it.

    Raises:
        BadTemplate: empty, too long, an unknown field, a brace of its own, or a field that this purpose needs is not
            there; each problem is named, and which field it is.
    """
    words = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    problems: list[tuple[str, dict[str, str]]] = []
    if not words:
        problems.append((N_("Write something in the letter."), {}))
    if len(words) > LONGEST:
        problems.append((N_("The letter is too long. Use at most 3,000 characters."), {}))
    used = list(dict.fromkeys(_FIELD.findall(words)))
    for name in used:
        if name not in FIELDS:
            problems.append((N_("There is no field {%(field)s}."), {"field": name[:_SHOWN]}))
    if words and set(_FIELD.sub("", words)) & set("{}"):
        problems.append((N_("A brace { or } stands alone. Braces are for fields only."), {}))
    for name in PURPOSES[purpose].needs if words else ():
        if name not in used:
            problems.append((N_("This letter must hold the field {%(field)s}."), {"field": name}))
    if problems:
        raise BadTemplate(problems)
    return words


def fill(text: str, values: Mapping[str, str]) -> str:
    """A checked text with its fields filled in from `values`, which has all. Braces inside a value are no fields."""
    return _FIELD.sub(lambda found: values[found[1]], text)


def with_parts(text: str, parts: Iterable[str]) -> str:
    """`text` with each of `parts` at its end that does not stand in it word for word, on lines of its own."""
    there = _plain(text)
    missing = [part for part in parts if _plain(part) not in there]
    return "\n\n".join([text.rstrip(), *missing]) if missing else text


def _plain(text: str) -> str:
    """Without what nobody sees: line ends as one sign, no blanks before them."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def blanks(text: str) -> list[str]:
    """What still stands in square brackets for staff to fill in, each once."""
    return list(dict.fromkeys(_BLANK.findall(text)))
