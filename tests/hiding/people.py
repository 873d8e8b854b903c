"""Any number of people with marks in all that they write, and what each of them does."""

import itertools
import re
import threading
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from tests.house.hiding import Keeping
from tests.journeys.system import PASSPHRASE, System
from tests.public.walking import ROSA, press, walk

# Nothing else in the world is called so. The second one has letters that other codings write in other ways.
MARK, TOLD = "Qzvarkand", "Žqvärkänd"
# The numbers of fiction: 555-0100 to 555-0199 in each area.
AREAS = (202, 212, 213, 312, 404, 415, 512, 617, 702, 713)
WORDS = (
    *(MARK, TOLD, PASSPHRASE),
    *(text for area in AREAS for text in (f"{area}55501", f"({area}) 555-01", f"{area}-555-01", f"{area} 555 01")),
)


def person(number: int) -> dict[str, Any]:
    """The answers of one of them."""
    area, last = AREAS[number // 100 % len(AREAS)], 100 + number % 100
    return ROSA | {
        "call_name": f"{MARK} Number {number}",
        "contact_ways": ["phone", "email"],
        "phone": f"+1{area}5550{last}",
        "email": f"{MARK.lower()}{number}@example.org",
        "anything_else": f"They look for {MARK}. {TOLD}.",
    }


class People:
    """They send, come back by code, write, read their answers; some only begin. `codes` are those that they got."""

    def __init__(self, system: System, count: int, threads: int) -> None:
        self._system, self._count = system, count
        self._numbers = itertools.count()
        self._threads = [threading.Thread(target=self._go, daemon=True) for _ in range(threads)]
        self.codes: list[str] = []
        self.kept: dict[str, str] = {}
        self.wrong: list[str] = []
        self.again = 0

    def start(self) -> None:
        """The first ones begin."""
        for one in self._threads:
            one.start()

    def join(self) -> None:
        """Wait for all of them."""
        for one in self._threads:
            one.join()

    def _go(self) -> None:
        while (number := next(self._numbers)) < self._count:
            self._patiently(lambda number=number: self._send(number))

    def _patiently(self, journey: Callable[[], None]) -> None:
        # Doors are killed in the middle: who meets that begins anew. What was written until then stays to be found.
        for _ in range(60):
            try:
                journey()
            except (OSError, HTTPException, AssertionError, AttributeError, KeyError) as error:
                self.again += 1
                last = f"{type(error).__name__} in a journey"
                threading.Event().wait(0.5)
            else:
                return
        self.wrong.append(last)

    def _send(self, number: int) -> None:
        # Each from an address of their own: the doors bound what comes from one.
        where = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        browser, answers = Keeping(self._system.public, X_Forwarded_For=where), person(number)
        receipt = walk(browser, answers)
        code = re.search(r'class="code large"><bdi dir="ltr">([^<]+)<', receipt.text)
        assert code is not None
        self.codes.append(code[1])
        if number % 10 == 0:
            again = Keeping(self._system.public, X_Forwarded_For=where)
            assert press(again, "/en/return", {"code": code[1]}).status_code == 303
            assert press(again, "/en/mine/message", {"text": f"{MARK} writes again. {TOLD}"}).status_code == 303
            assert MARK in again.get("/en/mine/answers").text
            self.kept |= again.kept
        if number % 10 == 1:
            walk(Keeping(self._system.public, X_Forwarded_For=where), answers, until="check")
        self.kept |= browser.kept
