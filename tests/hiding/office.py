"""The staff side of the long search: a caseworker who reads, writes and searches, an admin who exports."""

import re
import time

from tests.hiding.people import MARK, TOLD
from tests.house.hiding import Keeping
from tests.journeys.plain import Answer, PlainBrowser
from tests.journeys.system import Person, System
from tests.public.walking import token

WORDS = "another fictional passphrase"


def signed_in(system: System, person: Person) -> Keeping:
    """A browser before the staff door in which this person has signed in with both factors."""
    browser = Keeping(system.staff)
    assert send(browser, "/sign-in", email=person.email, password=person.password).status_code == 302
    answer = send(browser, "/second-factor", code=person.code())
    assert answer.status_code == 302 and answer.headers["Location"] == "/", answer.status_code
    return browser


def send(browser: PlainBrowser, path: str, *, page: str = "", **fields: str) -> Answer:
    """Post a form with the hidden fields of the page on which it stands."""
    shown = browser.get(page or path)
    hidden = dict(re.findall(r'name="(once|version|fixed)" value="([^"]*)"', shown.text))
    return browser.post(path, {"csrf_token": token(shown), **hidden, **fields})


def work(system: System, most: int) -> tuple[Keeping, int]:
    """Open cases of the queue, write a note, a letter and a message with marks in each, and search for one.

    Gives the browser and how many cases were opened.
    """
    browser = signed_in(system, system.caseworker)
    seen: set[str] = set()
    for case in re.findall(r'href="(/cases/[0-9a-f-]{36})"', browser.get("/queue").text):
        if case in seen or len(seen) >= most:
            continue
        seen.add(case)
        page = browser.get(case)
        assert page.status_code == 200 and MARK in page.text, "the search would prove nothing"
        noted = send(browser, f"{case}/notes", page=case, text=f"{MARK} called. {TOLD}")
        assert noted.status_code == 303, noted.status_code
        told = send(browser, f"{case}/messages", text=f"Dear {MARK}, we saw it. {TOLD}", notice="email")
        assert told.status_code == 303, told.status_code
    found = send(browser, "/search", search=MARK)
    assert found.status_code in (200, 303), found.status_code
    return browser, len(seen)


def export(system: System) -> Keeping:
    """Two files: one closed to a passphrase, one that the desk prepares; both hold every mark."""
    browser = signed_in(system, system.admin)
    ways: tuple[dict[str, str], ...] = ({"way": "now", "passphrase": WORDS, "again": WORDS}, {"way": "prepare"})
    for way in ways:
        page = browser.get("/exports")
        assert page.status_code == 200, (page.status_code, page.headers["Location"])
        asked = {"profile": "full", "format": "csv", "purpose": "Looking for what lies where", **way}
        # A file closed with age is no text: only that it came is of interest here.
        try:
            answer = browser.post("/exports", {"csrf_token": token(page), **asked})
        except UnicodeDecodeError:
            continue
        assert answer.status_code in (200, 303), (way["way"], answer.status_code)
    deadline = time.monotonic() + 60
    while "Download" not in browser.get("/exports/files").text:
        assert time.monotonic() < deadline, "the desk did not prepare the file"
        time.sleep(0.5)
    return browser
