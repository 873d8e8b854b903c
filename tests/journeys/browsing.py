"""A real Chromium, and the ways in which people use it."""

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from intake import questionnaire
from tests.journeys.system import Person
from tests.public.walking import fields

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Pages between the steps that ask nothing.
ANSWERS = {"first-result", "device"}
PHONE = {"width": 320, "height": 568}
TABLET = {"width": 768, "height": 1024}
DESKTOP = {"width": 1280, "height": 800}


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or any other that is installed."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise RuntimeError("Chromium is not installed: run `apt install chromium`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def step_of(page: Page) -> str:
    """The key of the step that the address names."""
    last = page.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return "start" if last == "apply" else last


def fill(page: Page, answers: dict[str, Any]) -> None:
    """Fill in the fields of the step that is open, in the order of the page."""
    step = step_of(page)
    for question in questionnaire.current().step(step).questions:
        for name, value in fields(step, {k: v for k, v in answers.items() if k == question.key}).items():
            for one in value if isinstance(value, list) else [value]:
                if one != "":
                    put(page, name, one)


def put(page: Page, name: str, value: str) -> None:
    """One field of the page that is open: tick the box with this value, choose it from the list, or write it."""
    box = page.locator(f'[name="{name}"][value="{value}"]:is([type=radio],[type=checkbox])')
    if box.count():
        box.check()
    elif page.locator(f'select[name="{name}"]').count():
        page.select_option(f'select[name="{name}"]', value)
    else:
        page.fill(f'[name="{name}"]', value)


def go_on(page: Page) -> None:
    """Press the first button of the form, or follow the first answer."""
    button = "main a.button >> nth=0" if step_of(page) in ANSWERS else 'main button[name="go"] >> nth=0'
    with page.expect_navigation():
        page.click(button)


def apply(page: Page, answers: dict[str, Any], *, until: str = "receipt") -> None:
    """From the page that is open, go on with these answers to the step `until`."""
    for _ in range(20):
        if step_of(page) == until:
            return
        if step_of(page) not in ANSWERS:
            fill(page, answers)
        go_on(page)
    raise AssertionError("the form has no end")


def sign_in(page: Page, door: str, person: Person) -> None:
    """Sign in with password and second factor."""
    page.goto(door)
    boxes = page.locator("main input:not([type=hidden])")
    boxes.nth(0).fill(person.email)
    boxes.nth(1).fill(person.password)
    with page.expect_navigation():
        page.click("main button >> nth=0")
    page.locator("main input:not([type=hidden])").nth(0).fill(person.code())
    with page.expect_navigation():
        page.click("main button >> nth=0")
