"""Two caseworkers work the same queue all morning, in real browsers, while applicants write and the desk works."""

import datetime as dt
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.browsing import DESKTOP, sign_in
from tests.journeys.office import REFERENCE
from tests.journeys.system import hire
from tests.public.walking import ROSA

pytestmark = pytest.mark.browser


class Colleague:
    """A caseworker at a desk: a browser with script, signed in."""

    def __init__(self, browser, system, person) -> None:
        self.door = system.staff
        self.page = browser.new_context(viewport=DESKTOP).new_page()
        self.noise: list[str] = []
        self.page.on("console", lambda said: self.noise.append(said.text) if said.type == "error" else None)
        sign_in(self.page, system.staff, person)

    def go(self, path: str) -> str:
        self.page.goto(f"{self.door}/{path}")
        return self.page.inner_text("main")

    def press(self, name: str) -> str:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        return self.page.inner_text("main")

    def take_next(self) -> str:
        self.go("today")
        self.press("Take the next case")
        found = re.search(REFERENCE, self.page.inner_text("h1"))
        return found[0] if found else ""

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def looks_well(self) -> None:
        report = Axe().run(self.page)
        assert report.violations_count == 0, f"{self.page.url}\n{report.generate_report()[:1500]}"


@pytest.fixture(scope="module")
def amina(browser, system) -> Colleague:
    return Colleague(browser, system, system.caseworker)


@pytest.fixture(scope="module")
def ben(browser, system) -> Colleague:
    return Colleague(browser, system, hire(system.settings, "Ben Colleague", "caseworker"))


@pytest.fixture(scope="module")
def references(office) -> list[str]:
    """Four forms that came in overnight, the most urgent first."""
    hearings = (5, 30, 45, 58)
    days = [(office.today + dt.timedelta(days=days)).isoformat() for days in hearings]
    names = ("Rosa Marín", "Yusuf Abdirahman", "Oleksandr Kovalenko", "Tesfay Haile")
    made = [
        ROSA | {"stage": ["court"], "next_date": day, "call_name": name} for day, name in zip(days, names, strict=True)
    ]
    return [office.sent_by_others(one) for one in made]


def test_next_case_gives_each_case_to_one_person_the_most_urgent_first(amina, ben, references):
    taken = [one.take_next() for one in (amina, ben, amina, ben)]
    assert taken == references
    nothing = amina.take_next()
    assert nothing == "" and "No case" in amina.page.inner_text("body")


def test_the_first_page_says_what_is_due_and_the_keys_lead_there(amina, references):
    said = amina.go("today")
    assert references[0] in said and "in 5 days" in said
    amina.looks_well()
    amina.keys("?")
    assert amina.page.locator("dialog[open]").count() == 1
    amina.looks_well()
    amina.keys("Escape")
    amina.page.locator("dialog[open]").wait_for(state="detached")
    amina.keys("q")
    amina.page.wait_for_url("**/queue")
    amina.looks_well()
    amina.keys("j", "j", "k")
    first = amina.page.evaluate("document.activeElement.innerText")
    with amina.page.expect_navigation():
        amina.keys("Enter")
    assert first == references[0] and first in amina.page.inner_text("h1")


def test_a_conflicting_change_is_refused_and_both_see_what_happened(amina, ben, references):
    for one in (amina, ben):
        one.go("queue")
        with one.page.expect_navigation():
            one.page.get_by_role("link", name=references[1], exact=True).click()
    ben.page.locator('select[name="status"]').select_option("triage")
    ben.press("Change the status")
    amina.page.locator('select[name="status"]').select_option("contacting")
    said = amina.press("Change the status")
    assert "Somebody else changed this case" in said and "Ben Colleague" in said and "Triage" in said
    amina.looks_well()
    with amina.page.expect_navigation():
        amina.page.get_by_role("link", name="Do nothing and show the case").click()
    assert "Triage" in amina.page.inner_text("main")


def test_a_try_to_call_and_a_follow_up_are_written_down(ben, references):
    ben.go("queue")
    with ben.page.expect_navigation():
        ben.page.get_by_role("link", name=references[1], exact=True).click()
    ben.page.get_by_text("Write down a try").click()
    ben.page.locator('select[name="way"]').select_option(index=1)
    ben.page.locator('select[name="result"]').select_option("no_answer")
    ben.press("Save the try")
    assert "1 try without an answer so far." in ben.page.inner_text("main")
    ben.looks_well()


def test_a_person_is_found_by_another_spelling_and_only_by_what_the_key_makes(ben, references):
    ben.go("today")
    ben.keys("/")
    ben.page.wait_for_url("**/search")
    ben.page.fill("#search", "Aleksandr Kovalenko")
    with ben.page.expect_navigation():
        ben.page.press("#search", "Enter")
    assert references[2] in ben.page.inner_text("main") and "search" in ben.page.url and "Kov" not in ben.page.url
    ben.looks_well()


def test_the_morning_left_no_name_in_the_log_and_no_error_in_a_browser(office, amina, ben):
    office.log_tells_nothing("Marín", "Yusuf", "Kovalenko", "Tesfay")
    assert not [said for one in (amina, ben) for said in one.noise if "409" not in said]
    checked = office.system.command("audit", "verify")
    assert checked.returncode == 0, checked.stderr
