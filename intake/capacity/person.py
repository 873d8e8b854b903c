"""A fictional person who fills in the form: one request after another, from the first page to the receipt."""

import datetime as dt
import html
import re
import urllib.parse
from collections.abc import Callable
from typing import Any, Final

from .. import questionnaire
from ..questionnaire.reading import retype
from .wire import Answer, Line, request

START: Final = "/en/apply/"
MOST_PAGES: Final = 40
PAGE, BEGIN, STEP, SEND = "page", "begin", "step", "send"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_ON = re.compile(r'class="button" href="([^"]+)"')


class Refused(Exception):
    """The door answered with another status than a person expects; the message is the step and the status."""


def answers(today: dt.date) -> dict[str, Any]:
    """Answers by the keys of the questions; nobody's name and nobody's number."""
    return {
        "consent_start": "yes",
        "device": "mine",
        "for_whom": "me",
        "representation": "no",
        "affordability": "no",
        "household_size": 3,
        "income_band": "to_1000",
        "claims": ["afraid"],
        "place_kind": "us",
        "state": "NY",
        "stage": ["court"],
        "next_date": (today + dt.timedelta(days=90)).isoformat(),
        "arrival": f"{today.year - 1}-03",
        "prior_removal": "no",
        "call_name": "Fictional Person",
        "birth": "1990-05",
        "nationality": ["HN"],
        "language": "es",
        "interpreter": "yes",
        "contact_ways": ["phone"],
        "phone": "+12025550123",
        "voicemail": "no",
        "anything_else": "",
        "consent_conflict": "yes",
    }


class Person:
    """One visit. `number` gives it an address of its own; `done` hears each answer: its kind, and the answer."""

    def __init__(
        self, line: Line, number: int, done: Callable[[str, Answer], None] = lambda _kind, _answer: None
    ) -> None:
        self._line, self._number, self._done = line, number, done
        self._said = answers(dt.datetime.now(dt.UTC).date())
        self.cookie = ""
        self.at = START

    def go(self, until: str = "") -> None:
        """From where they are to the step `until`, or to the receipt.

        Raises:
            Refused: the door answered in another way than with the next page.
        """
        for _ in range(MOST_PAGES):
            key = self._key()
            if key == until:
                return
            page = self.get()
            if key == "receipt":
                return
            if key in {"first-result", "device"}:
                found = _ON.search(page.text)
                if found is None:
                    raise Refused(f"{key} leads nowhere")
                self.at = html.unescape(found[1])
                continue
            last = key == questionnaire.current().steps[-1].key
            kind = BEGIN if key == "start" else SEND if last else STEP
            self.at = self._ask(kind, "POST", self.filled(page), 303).header("Location")
        raise Refused("the form has no end")

    def get(self) -> Answer:
        """The page where they are."""
        return self._ask(PAGE if self.at == START else STEP, "GET", b"", 200)

    def filled(self, page: Answer) -> bytes:
        """What the button sends, with the fields of the page filled in."""
        token = _TOKEN.search(page.text)
        sent: dict[str, Any] = {"csrf_token": token[1] if token else "", "go": "on"}
        for question in questionnaire.current().step(self._key()).questions:
            if question.key in self._said:
                sent |= retype(question, self._said[question.key])
        return urllib.parse.urlencode(sent, doseq=True).encode()

    def _key(self) -> str:
        last = self.at.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        return "start" if last == "apply" else last

    def _ask(self, kind: str, method: str, body: bytes, wanted: int) -> Answer:
        answer = self._line.ask(request(method, self.at, self._number, cookie=self.cookie, body=body))
        given = answer.header("Set-Cookie").partition(";")[0]
        self.cookie = given or self.cookie
        self._done(kind, answer)
        if answer.status != wanted:
            raise Refused(f"{method} of {self._key()}: {answer.status}")
        return answer
