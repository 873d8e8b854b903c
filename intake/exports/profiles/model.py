"""What a profile is: a named, numbered list of columns that may leave, and where each comes from."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

# Where a column comes from, before the colon of its source: the facts of the case, an answer in its canonical form,
# the same answer as the person typed it, something made from answers, and the stable id of the person.
CASE, ANSWER, TYPED, MADE, PERSON = "case", "answer", "typed", "made", "person"
OPENED: Final = frozenset({ANSWER, TYPED, MADE})
# Says for each case whether its answers could be read: comes along with every column of answers.
RECORD: Final = "record"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file. `key` is permanent; `heading` stands in the first row; `source` is KIND:NAME.

    `identifies`: it may tell who a person is, by itself or with others: names, contacts, numbers, references, exact
    dates, free text. `number`: its values are whole numbers. `many`: several values, "; " between them.
    """

    key: str
    source: str
    heading: str = ""
    identifies: bool = False
    number: bool = False
    many: bool = False

    @property
    def kind(self) -> str:
        """The part of the source before the colon."""
        return self.source.partition(":")[0]

    @property
    def name(self) -> str:
        """The part of the source after the colon."""
        return self.source.partition(":")[2]

    @property
    def title(self) -> str:
        """What stands in the first row."""
        return self.heading or self.key


@dataclass(frozen=True, slots=True)
class Profile:
    """A released version of one list of columns. It never changes: other columns are another version.

    `title` and `about` are marked for translation and may be worded anew. `once`: a person with several linked
    requests counts once, by the request in which the work goes on. `by_urgency`: most urgent case first; otherwise
    by random ids, because the order of arrival would say more than the month.
    """

    key: str
    version: int
    title: str
    about: str
    columns: tuple[Column, ...]
    once: bool = False
    by_urgency: bool = False
    _by_key: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {column.key: column for column in self.columns})
        if len(self._by_key) != len(self.columns):
            raise ValueError(f"a column of {self.name} appears twice")

    @property
    def name(self) -> str:
        """How the trail and files call it, such as `grant_report-1`."""
        return f"{self.key}-{self.version}"

    @property
    def identifies(self) -> bool:
        """Whether any of its columns may tell who a person is."""
        return any(column.identifies for column in self.columns)

    def column(self, key: str) -> Column:
        """The column with this key; KeyError if the profile does not have it."""
        return self._by_key[key]


class UnknownColumn(ValueError):
    """A column was asked for that the profile does not let out. The message names it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to leave: a profile, and the columns picked out of it, in the profile's order."""

    profile: Profile
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, profile: Profile, keys: Iterable[str] | None = None) -> Self:
        """All columns, or those with these keys. Whoever picks an answer is told whether it could be read.

        Raises UnknownColumn for a key that the profile does not have, and when none is picked.
        """
        if keys is None:
            return cls(profile, profile.columns)
        wanted = set(keys)
        unknown = sorted(wanted - {column.key for column in profile.columns})
        if unknown or not wanted:
            raise UnknownColumn(
                f"The profile {profile.name} has no column {unknown[0][:40]}." if unknown else "No column was chosen."
            )
        opens = any(profile.column(key).kind in OPENED for key in wanted)
        picked = (
            column
            for column in profile.columns
            if column.key in wanted or (opens and column.source == f"{MADE}:{RECORD}")
        )
        return cls(profile, tuple(picked))

    @property
    def identifies(self) -> bool:
        """Whether a column in it may tell who a person is: this needs its own permission."""
        return any(column.identifies for column in self.columns)

    @property
    def opens(self) -> bool:
        """Whether sealed answers have to be opened for it."""
        return any(column.kind in OPENED for column in self.columns)

    @property
    def names_persons(self) -> bool:
        """Whether a column holds the stable id of the person."""
        return any(column.kind == PERSON for column in self.columns)

    @property
    def is_whole(self) -> bool:
        """Whether it is all that the profile lets out."""
        return self.columns == self.profile.columns


def digest(profile: Profile) -> str:
    """SHA-256 over everything of a released profile that must never change, as hex. Its wording may."""
    columns = [[c.key, c.source, c.title, c.identifies, c.number, c.many] for c in profile.columns]
    said = [profile.key, profile.version, profile.once, profile.by_urgency, columns]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()
