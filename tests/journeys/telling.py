"""A person with a small phone and no script: fills in the form, makes mistakes, leaves, comes back with the code."""

import re
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page

from tests.journeys.browsing import ANSWERS, PHONE, fill, go_on, put, step_of

WIDTH = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
# The only words that may follow a question mark in an address; all of them are the same for everybody.
QUERIES = {"back": {"check"}, "done": {"message", "changed", "same"}, "look": {"yes"}}
# Words that promise or refuse: a machine does neither.
VERDICTS = ("qualify", "eligible", "rejected", "denied")

# One mistake for each step of the form, by field name: what is put there before Continue is pressed.
MISTAKES: dict[str, dict[str, str | list[str]]] = {
    "start": {"device": "mine"},
    "who": {"for_whom": "someone_else"},
    "lawyer": {},
    "money": {"household_size": "a lot of us"},
    "claims": {"danger_now": "no"},
    "place": {"place_kind": "us"},
    "stage": {"stage": ["none", "court"]},
    "dates": {"next_date.day": "31", "next_date.month": "2", "next_date.year": "2027"},
    "arrival": {"arrival.month": "3", "arrival.year": "2091"},
    "about": {"nationality": "Atlantis"},
    "contact": {"contact_ways": ["email"], "email": "rosa at home"},
    "check": {"anything_else": "é" * 501},
}
# Which journey makes which mistakes: together they make all of them.
MADE_IN: dict[str, tuple[str, ...]] = {
    "court": ("start", "dates"),
    "lawyer": ("lawyer",),
    "pays": ("money",),
    "child": ("claims", "about"),
    "brother": ("who", "place"),
    "survivor": ("contact",),
    "years": ("stage", "arrival"),
    "ending": ("check",),
}


class Eye:
    """Looks at a page as axe does.

    axe is a script, and the phones of the journeys run none. So the document that lies open on the phone is laid,
    under its own address, before a second browser with script and the same styles. Asking the door again, with the
    phone's cookies, would be simpler and not the same: an error page is the answer to what was sent once, and
    a second visitor would keep the visit alive.
    """

    def __init__(self, browser: Browser) -> None:
        self._page = browser.new_context(viewport=PHONE).new_page()

    def look(self, page: Page) -> None:
        """Fail with axe's report when it finds anything on the page that is open."""
        address, document = page.url.partition("#")[0], page.content()
        self._page.route(
            lambda asked: asked == address,
            lambda route: route.fulfill(body=document, content_type="text/html; charset=utf-8"),
        )
        self._page.goto(address)
        self._page.unroute_all()
        report = Axe().run(self._page)
        assert report.violations_count == 0, f"{address}\n{report.generate_report()[:1500]}"


@dataclass(frozen=True)
class Kept:
    """What a person keeps from the receipt: its words, the reference and the return code."""

    text: str
    reference: str
    code: str


class Phone:
    """A phone of 320 by 568 points that runs no script. `read` and `titles` are the pages that were walked through,
    `mistakes` the steps that were answered wrongly on purpose.
    """

    def __init__(self, browser: Browser, door: str, eye: Eye) -> None:
        self.door, self.eye = door, eye
        self.page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
        self.read: list[str] = []
        self.titles: list[str] = []
        self.mistakes: list[str] = []
        self._asked: list[str] = []
        self.page.on("request", lambda request: self._asked.append(request.url))
        self.page.on("framenavigated", lambda frame: self._asked.append(frame.url))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self.page.context.close()

    @property
    def text(self) -> str:
        """The words of the page that is open."""
        return self.page.inner_text("main")

    def open(self, address: str) -> None:
        """Type an address of the public door."""
        self.page.goto(f"{self.door}{address}")
        self._note()

    def press(self, words: str) -> None:
        """Press the first button or follow the first link with these words, whatever else the page holds."""
        button = self.page.get_by_role("button", name=words, exact=True)
        with self.page.expect_navigation():
            (button if button.count() else self.page.get_by_role("link", name=words, exact=True)).first.click()
        self._note()

    def tell(self, answers: dict[str, Any], *, until: str = "receipt", wrong_at: tuple[str, ...] = ()) -> None:
        """Answer step after step, to the step `until`; at the steps `wrong_at` only after a mistake."""
        for _ in range(20):
            step = step_of(self.page)
            if step == until:
                return
            if step not in ANSWERS:
                if step in wrong_at:
                    self._mistake(step)
                fill(self.page, answers)
            go_on(self.page)
            self._note()
        raise AssertionError("the form has no end")

    def back(self) -> bool:
        """Press Back. False where the browser shows a page of its own, because the page there answered a form."""
        shown = True
        with self.page.expect_event("domcontentloaded"):
            try:
                self.page.go_back()
            except Error as refused:
                assert "ERR_CACHE_MISS" in refused.message, refused.message
                shown = False
        return shown

    def kept(self) -> Kept:
        """What stands on the receipt that is open."""
        text = self.text
        reference = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", text)
        assert reference, "the receipt has no reference"
        return Kept(text, reference[0], self.code())

    def code(self) -> str:
        """The return code on the page that is open."""
        return self.page.locator(".code.large").first.inner_text()

    def come_back(self, code: str) -> None:
        """Type the return code."""
        self.open("/en/return")
        self.page.fill("[name=code]", code)
        self.press("Continue")

    def addresses_tell_nothing(self, kept: str | Kept, *answers: str) -> None:
        """No address that this phone ever asked for holds a code, a reference or an answer, or is of another site."""
        code = kept if isinstance(kept, str) else kept.code
        secret = [*answers, code, code.replace(" ", ""), *([] if isinstance(kept, str) else [kept.reference])]
        for address in map(unquote, self._asked):
            if address.startswith(("data:", "about:", "chrome-error:")):
                continue
            assert address.startswith(self.door), address
            assert not [word for word in secret if word.casefold() in address.casefold()], address
            for name, values in parse_qs(urlsplit(address).query).items():
                assert set(values) <= QUERIES[name], address

    def never_read(self, *words: str) -> None:
        """None of the pages walked through held any of these words, nor a word that promises or refuses."""
        for page in self.read:
            assert not [word for word in (*words, *VERDICTS) if word in page], page

    def _mistake(self, step: str) -> None:
        """Go on with a wrong answer: the same step again, with its sentence, what was typed, and nothing for axe."""
        put_in = [
            (name, one)
            for name, value in MISTAKES[step].items()
            for one in (value if isinstance(value, list) else [value])
        ]
        for name, one in put_in:
            put(self.page, name, one)
        go_on(self.page)
        self._note()
        assert step_of(self.page) == step and self.page.locator(".summary[role=alert] a").count() >= 1
        assert self.page.locator("main [aria-invalid=true], main .wrong").count() >= 1
        for name, one in put_in:
            assert _stands(self.page, name, one), f"{name} of {step} was not kept as typed"
        self.eye.look(self.page)
        self.mistakes.append(step)
        # What was put in last goes first: a field may show itself only while a box is ticked.
        for name, one in reversed(put_in):
            _take_back(self.page, name, one)

    def _note(self) -> None:
        self.read.append(self.text)
        self.titles.append(self.page.title())
        assert self.page.evaluate(WIDTH) <= 0, f"{self.page.url} is wider than the phone"


def _stands(page: Page, name: str, value: str) -> bool:
    box = page.locator(f'[name="{name}"][value="{value}"]:is([type=radio],[type=checkbox])')
    return box.is_checked() if box.count() else page.input_value(f'[name="{name}"]') == value


def _take_back(page: Page, name: str, value: str) -> None:
    box = page.locator(f'[name="{name}"][value="{value}"]')
    if page.locator(f'select[name="{name}"]').count():
        page.select_option(f'select[name="{name}"]', "")
    elif box.and_(page.locator("[type=checkbox]")).count():
        box.uncheck()
    elif not box.and_(page.locator("[type=radio]")).count():
        page.fill(f'[name="{name}"]', "")
