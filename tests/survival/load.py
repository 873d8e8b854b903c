"""People who fill in the form and send it, and do what people do when a page does not come: they try again."""

import http.client
import itertools
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from intake.returncode import parse_code
from tests.journeys.plain import Answer, PlainBrowser
from tests.public.walking import ROSA, fields, token
from tests.survival.ledger import Ledger

PATIENCE_SECONDS = 150.0
PAUSE_SECONDS = 0.15
HALFWAY = "contact"
# Every so many people stops on the way, and keeps the code to come back with.
STOPS = 4
# Nobody's name and nobody's number: what the logs must not hold.
NAME = "Fictional-Person"
_REFERENCE = re.compile(r'class="code"><bdi dir="ltr">([0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5})<')
_CODE = re.compile(r'class="code[^"]*"><bdi dir="ltr">([0-9 ]{19})<')


class Strange(Exception):
    """Something that must not happen, whatever breaks: another status, or an answer that is gone."""


class Phone(PlainBrowser):
    """A browser that tries the other door when one does not answer."""

    def __init__(self, doors: tuple[str, ...], number: int) -> None:
        self._doors = itertools.cycle(doors[number % len(doors) :] + doors[: number % len(doors)])
        where = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        super().__init__(next(self._doors), X_Forwarded_For=where)
        self.again = 0

    def patiently(self, ask: Callable[[], Answer]) -> Answer:
        """What came back in the end; a page that says "not saved" or no page at all is asked for once more."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = ask()
            except (OSError, http.client.HTTPException):
                self.turn()
                continue
            if answer.status_code == 503:
                self.turn()
                continue
            return answer
        raise Strange("the doors did not come back")

    def turn(self) -> None:
        """Wait a little, and go to the other door."""
        self.again += 1
        time.sleep(PAUSE_SECONDS)
        self._door = next(self._doors)

    def press(self, address: str, sent: dict[str, Any]) -> str:
        """Open the page at `address`, fill in `sent`, press the button, as often as it takes; where that leads."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            page = self.patiently(lambda: self.get(address))
            if page.status_code == 303 and page.headers["Location"].endswith("/receipt"):
                return page.headers["Location"]  # it had been sent, and only the answer was lost
            if page.status_code != 200:
                raise Strange(f"GET {address}: {page.status_code} {page.headers.get('Location', '')}")
            body = {"csrf_token": token(page), "go": "on", **sent}
            try:
                answer = self.post(address, body)
            except (OSError, http.client.HTTPException):
                self.turn()
                continue
            if answer.status_code == 503:
                self.turn()
                continue
            if answer.status_code != 303:
                raise Strange(f"POST {address}: {answer.status_code}")
            return answer.headers["Location"]
        raise Strange("the doors did not come back")


class Load:
    """Some people at a time, until `stop`. Whoever has begun then goes on to the end."""

    def __init__(self, doors: tuple[str, ...], ledger: Ledger, people: int) -> None:
        self._doors, self._ledger = doors, ledger
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._go, daemon=True) for _ in range(people)]
        self.pressing = threading.Event()
        self.strange: list[str] = []
        self.sent = self.kept = self.again = 0

    def start(self) -> None:
        """The first people begin."""
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """Nobody begins any more; wait for all who did."""
        self._stopping.set()
        for one in self._threads:
            one.join(2 * PATIENCE_SECONDS)
            if one.is_alive():
                self.strange.append("a person waits for ever")

    def wait_for(self, count: int, seconds: float = 120.0) -> None:
        """Wait until so many have sent."""
        deadline = time.monotonic() + seconds
        while self.sent < count and time.monotonic() < deadline:
            time.sleep(0.05)

    def _go(self) -> None:
        while not self._stopping.is_set():
            number = next(self._numbers)
            phone = Phone(self._doors, number)
            try:
                self.journey(phone, number)
            except Exception as error:
                self.strange.append(str(error) if isinstance(error, Strange) else type(error).__name__)
            self.again += phone.again

    def journey(self, phone: Phone, number: int) -> None:
        """One person fills in the form to the end, or every so many stops on the way. Raises Strange."""
        name = f"{NAME} {number}"
        answers = ROSA | {"call_name": name}
        address, step = "/en/apply/", "start"
        said: list[str] = []
        while step != "receipt":
            if step in {"first-result", "device"}:
                page = phone.patiently(lambda at=address: phone.get(at))
                following = re.search(r'class="button" href="([^"]+)"', page.text)
                if page.status_code != 200 or following is None:
                    raise Strange(f"GET {address}: {page.status_code}")
                address = following[1]
            elif step == HALFWAY and number % STOPS == 0:
                self._stop_here(phone, address, answers, name, said)
                return
            else:
                filled = fields(step, answers)
                if step == "check":
                    self._ledger.write("pressed", name=name)
                    self.pressing.set()
                address = phone.press(address, filled)
                said += [key for key in filled if key in answers]
            step = address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        page = phone.patiently(lambda: phone.get(address))
        reference, code = _REFERENCE.search(page.text), _CODE.search(page.text)
        if page.status_code != 200 or reference is None or code is None:
            raise Strange(f"receipt: {page.status_code}")
        self._ledger.write("sent", name=name, reference=reference[1], code=parse_code(code[1]))
        self.sent += 1

    def _stop_here(self, phone: Phone, address: str, answers: dict[str, Any], name: str, said: list[str]) -> None:
        step = address.rsplit("/", 1)[-1]
        filled = fields(step, answers)
        later = phone.press(address, {**filled, "go": "later"})
        page = phone.patiently(lambda: phone.get(later))
        code = _CODE.search(page.text)
        if page.status_code != 200 or code is None:
            raise Strange(f"later: {page.status_code}")
        known = {key: answers[key] for key in (*said, *filled) if key in answers}
        self._ledger.write("kept", name=name, code=parse_code(code[1]), answers=known)
        self.kept += 1
