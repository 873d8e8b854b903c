"""Calendar files of whole days, written as RFC 5545 asks: escaped, folded, every line ended the same way."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//intake//deadlines//EN"
# Octets of one line without its end (RFC 5545, 3.1).
_LONGEST_LINE = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Day:
    """One whole day in a calendar. `uid` stays the same as long as it is the same entry; `changed_at` is aware."""

    uid: str
    on: dt.date
    summary: str
    changed_at: dt.datetime


def write(name: str, days: Iterable[Day]) -> bytes:
    """A calendar called `name` with an entry for each of `days` (RFC 5545; name and pace by RFC 7986)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *(line for day in days for line in _event(day)),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """`text` as a value of the type TEXT (3.3.11), without control characters."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in unified if one == "\n" or one.isprintable()).translate(_ESCAPED)


def folded(line: str) -> bytes:
    """One content line with its end, broken after at most 75 octets and never inside a character (3.1)."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        more = character.encode()
        if len(piece) + len(more) > _LONGEST_LINE:
            pieces.append(piece)
            piece = b" "  # the blank counts as well
        piece += more
    return b"\r\n".join([*pieces, piece]) + b"\r\n"


def _event(day: Day) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(day.uid)}"
    yield f"DTSTAMP:{day.changed_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}"
    # The end is the first day that is not part of it (3.6.1).
    yield f"DTEND;VALUE=DATE:{day.on + dt.timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(day.summary)}"
    yield "CLASS:PRIVATE"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"
