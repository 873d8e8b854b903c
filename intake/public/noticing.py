"""What is unusual about a sending, as labels for staff. Nothing here refuses anybody, and nobody sees a puzzle.

What is counted lies in the memory of this process, under a salt that is random and new each day: no name, no contact
and no address can be read from it.
"""

import datetime as dt
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from itsdangerous import BadData
from itsdangerous.encoding import base64_decode

# Where an app keeps its `Noticing`.
NAME = "intake.noticing"
# A field that nobody sees; programs that fill in every field fill it in too.
TRAP = "homepage"

# A form of a dozen screens that took less was pasted or made by a program.
WHOLE_FORM_SECONDS = 20
# Fewer screens than this say nothing about the pace.
SCREENS = 5
SAME_A_DAY = 2
# A library or a shelter on its busiest day stays below.
FROM_ONE_PLACE = 30  # in one hour of the clock
KEPT_DIGESTS = 20_000
KEPT_PLACES = 20_000


class Sending(NamedTuple):
    """What is known about one sending: `seconds` from the first answer, `screens` answered and how many of them
    within the second they were shown, `same` sendings of the same content today, and so on.
    """

    seconds: float
    screens: int
    quick: int
    trapped: bool
    same: int
    crowded: bool


def marks(sending: Sending) -> list[str]:
    """The labels of a sending, in a fixed order; empty for nearly everybody."""
    hurried = sending.screens >= SCREENS and sending.quick * 2 > sending.screens
    found = {
        "fast": sending.seconds < WHOLE_FORM_SECONDS or hurried,
        "honeypot": sending.trapped,
        "repeat": sending.same > SAME_A_DAY,
        "flood": sending.crowded,
    }
    return [mark for mark, holds in found.items() if holds]


def screen(extra: dict[str, Any], form: Mapping[str, str], age: int | None) -> None:
    """Note one answered screen in a draft's `extra`; `age` is how many seconds ago it was shown, if known."""
    screens, quick = extra.get("pace", (0, 0))
    extra["pace"] = [screens + 1, quick + (age is not None and age < 1)]
    if form.get(TRAP):
        extra["trapped"] = True


def age_of(token: str, now: dt.datetime) -> int | None:
    """Whole seconds since an anti-forgery token was signed; None when it has no such form.

    The token was checked when the request came in: only the time in it is read here.
    """
    try:
        moment = int.from_bytes(base64_decode(token.split(".")[-2]), "big")
        signed = dt.datetime.fromtimestamp(moment, dt.UTC)
    except (BadData, IndexError, ValueError, OverflowError, OSError):
        return None
    return int((now.replace(microsecond=0) - signed).total_seconds())


class Noticing:
    """Counts what was sent today, in memory."""

    def __init__(self) -> None:
        self._day = dt.date.min
        self._salt = b""
        self._sent: dict[bytes, set[uuid.UUID]] = {}
        self._hour: dt.datetime | None = None
        self._places: dict[str, int] = {}

    def same(self, draft_id: uuid.UUID, content: Mapping[str, Any], today: dt.date) -> int:
        """How many drafts with this `content` were sent today, with this one; counts no further than it must.

        The same draft sent again, after a lost connection, counts once.
        """
        if today != self._day:
            self._day, self._salt, self._sent = today, secrets.token_bytes(32), {}
        digest = hmac.new(self._salt, _bytes(content), hashlib.sha256).digest()[:16]
        if digest not in self._sent and len(self._sent) >= KEPT_DIGESTS:
            self._sent.pop(next(iter(self._sent)))
        drafts = self._sent.setdefault(digest, set())
        if len(drafts) <= SAME_A_DAY:
            drafts.add(draft_id)
        return len(drafts)

    def crowded(self, place: str, now: dt.datetime) -> bool:
        """Count one sending from `place`, a salted key of an address; True above the generous allowance."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            self._hour, self._places = hour, {}
        if place not in self._places and len(self._places) >= KEPT_PLACES:
            self._places.pop(next(iter(self._places)))
        self._places[place] = self._places.get(place, 0) + 1
        return self._places[place] > FROM_ONE_PLACE


def _bytes(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
