"""The staff side of the journeys: what the desk made of a form, the queue as it is shown, a case as it is opened."""

import datetime as dt
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from intake.casework.models import Case
from intake.db import make_engine, transaction
from tests.journeys.browsing import DESKTOP, sign_in
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import System
from tests.public.walking import walk

T = TypeVar("T")
# The desk looks for news each second; a busy machine is given time.
TRIES, PAUSE = 300, 0.1
REFERENCE = r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b"


class Office:
    """A caseworker before the staff door, signed in at first use, and the database beside it."""

    def __init__(self, browser: Browser, system: System) -> None:
        self.system = system
        self.engine = make_engine(system.settings.database_url)
        self.today = dt.datetime.now(system.settings.timezone).date()
        self._browser = browser
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        """The caseworker's browser."""
        if self._page is None:
            self._page = self._browser.new_context(viewport=DESKTOP).new_page()
            sign_in(self._page, self.system.staff, self.system.caseworker)
        return self._page

    def case(self, reference: str) -> Case:
        """The row of a case, once the desk has made it."""
        return self.until(lambda: self._find(reference), f"no case {reference}")

    def queue(self) -> list[str]:
        """The references of the open cases, in the order in which they are shown."""
        self.page.goto(f"{self.system.staff}/queue")
        return self.page.locator("main table.queue a.reference").all_inner_texts()

    def open(self, reference: str) -> str:
        """Open a case from the queue; gives its words. A closed one is found where the closed ones are."""
        if reference not in self.queue():
            self.page.goto(f"{self.system.staff}/queue?closed=yes")
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=reference, exact=True).click()
        return self.page.inner_text("main")

    def write_letter(self, text: str) -> None:
        """Answer the applicant of the case that is open."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name="Messages", exact=True).click()
        self.page.locator("main textarea").fill(text)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Look at it first").click()
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Seal and send").click()
        assert "The letter is sealed." in self.page.inner_text("body")

    def sent_by_others(self, answers: dict[str, Any]) -> str:
        """The reference of a form that somebody else sent, without a window."""
        receipt = re.search(REFERENCE, walk(PlainBrowser(self.system.public), answers).text)
        assert receipt
        self.case(receipt[0])
        return receipt[0]

    def log_tells_nothing(self, *words: str) -> None:
        """No process wrote any of these words, nor an error, into the log."""
        said = self.system.log.read_text()
        assert "Traceback" not in said and not [word for word in words if word in said]

    def until(self, found: Callable[[], T | None], otherwise: str) -> T:
        """What `found` gives as soon as it gives something; fails with `otherwise` after half a minute."""
        for _ in range(TRIES):
            if (one := found()) is not None:
                return one
            time.sleep(PAUSE)
        raise AssertionError(otherwise)

    def _find(self, reference: str) -> Case | None:
        with transaction(self.engine.execution_options(reads=True)) as session:
            return session.scalars(select(Case).where(Case.reference == reference)).one_or_none()


def day_in_words(day: dt.date) -> str:
    """A day as pages write it: 4 December 2026."""
    return f"{day.day} {day:%B} {day.year}"
