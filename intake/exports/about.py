"""What a workbook says of itself on its last sheet, so that a file that went from hand to hand still explains itself.

In English: like the headings it is part of the file, which programs read, and not of a page.
"""

import datetime as dt
from collections.abc import Iterator

from ..casework.filters import Filters
from .profiles import Choice

_WITHOUT = (
    "No names, contacts, numbers, exact dates, free text or references. Months are those of UTC. Rows are still about "
    "single people: in a table made from them, hide every number from 1 to 9, and one more in the same row and column, "
    "so that totals do not give it away."
)
_WITH = (
    "This file can tell who a person is. Keep it closed, hand it to nobody who does not need it, and delete it when "
    "its purpose is done. The file does not follow later: what is corrected or erased afterwards is still in it."
)
_PERSON = (
    "The same person has the same id in every export of this organisation, as long as its key is kept. Requests that "
    "are linked as of one person have one id; a link made later changes it. Nobody finds the person from the id "
    "without that key."
)


def about(choice: Choice, filters: Filters, *, day: dt.date, count: int) -> Iterator[tuple[str, str]]:
    """Pairs of a word and what there is to say: profile, filters, the day, the number of rows, what it may hold."""
    profile = choice.profile
    yield "Profile", profile.key
    yield "Version", str(profile.version)
    yield "Columns", "all" if choice.is_whole else ", ".join(column.key for column in choice.columns)
    yield "Filters", "; ".join(f"{name}: {value}" for name, value in filters.to_query().items()) or "open cases"
    yield "Made on", day.isoformat()
    yield "Rows", str(count)
    if profile.once:
        yield "Counted", "Each person once: of linked requests, the one in which the work goes on."
    yield ("With identities", _WITH) if choice.identifies else ("Without identities", _WITHOUT)
    if choice.names_persons:
        yield "Person", _PERSON
    if choice.opens:
        yield "Record", "opened; erased by the applicant; held for a conflict check; not_opened by the keys at hand."
