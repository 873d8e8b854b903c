"""A whole morning of casework without a mouse: whatever is done, is done by keys, and the focus is always seen."""

import datetime as dt
import re

import pytest

from tests.journeys.browsing import DESKTOP
from tests.journeys.hands import Hands
from tests.journeys.office import REFERENCE
from tests.journeys.system import hire
from tests.public.walking import ROSA

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def person(system):
    return hire(system.settings, "Noor Keys", "caseworker")


@pytest.fixture(scope="module")
def references(office) -> list[str]:
    days = [(office.today + dt.timedelta(days=days)).isoformat() for days in (3, 9, 20)]
    return [
        office.sent_by_others(ROSA | {"stage": ["court"], "next_date": day, "call_name": name})
        for day, name in zip(days, ("Lucía Prieto", "Hassan Omar", "Mykola Bondar"), strict=True)
    ]


@pytest.fixture(scope="module")
def hands(browser, system, person) -> Hands:
    page = browser.new_context(viewport=DESKTOP).new_page()
    page.goto(system.staff)
    fingers = Hands(page)
    fingers.to(field="email")
    fingers.write(person.email)
    fingers.to(field="password")
    fingers.write(person.password)
    fingers.go()
    fingers.to(field="code")
    fingers.write(person.code())
    fingers.go()
    assert page.inner_text("h1") == "Today"
    return fingers


def test_the_way_from_today_into_a_case(hands, references):
    said = hands.go("n")
    assert references[0] in hands.page.inner_text("h1") and "The case is yours now." in said
    hands.go("t")
    hands.press("Tab")
    assert hands.look()["name"] == "Skip to the content"
    hands.press("Enter")
    hands.to(name=references[0])
    assert references[0] in hands.go()
    hands.go("q")
    hands.press("j", "j")
    assert hands.look()["name"] == references[1]
    assert "The case is yours now." in hands.go("c")


def test_a_case_is_worked_on_by_keys(hands, references):
    hands.to(field="status", tag="select")
    hands.choose("Triage")
    hands.to(name="Change the status")
    assert "Triage" in hands.go()
    hands.to(field="text", tag="textarea")
    # Letters that are keys elsewhere stay letters here.
    hands.write("c n q t j k / ? She will call back")
    hands.to(name="Save the note")
    assert "She will call back" in hands.go()
    hands.to(name="Write down a try")
    hands.press("Enter")
    hands.to(field="way", tag="select")
    hands.press("ArrowDown")
    hands.to(field="result", tag="select")
    hands.choose("Nobody")
    hands.to(name="Save the try")
    assert "1 try without an answer so far." in hands.go()


def test_a_day_to_look_again_is_set_by_keys(hands, office):
    hands.to(field="day")
    day = office.today + dt.timedelta(days=4)
    hands.page.keyboard.type(f"{day:%m%d%Y}")
    hands.to(tag="button", name="Set the date")
    assert f"{day:%Y}" in hands.go()


def test_a_letter_is_written_looked_at_and_sent_by_keys(hands):
    hands.to(name="Messages")
    hands.go()
    hands.to(field="text", tag="textarea")
    hands.write("We have read your form. We will call you on Monday.")
    hands.to(name="Look at it first")
    assert "We will call you on Monday." in hands.go()
    hands.to(name="Seal and send")
    assert "The letter is sealed." in hands.go()


def test_several_cases_are_changed_at_once_by_keys(hands, references):
    hands.go("q")
    hands.to(name=f"Tick case {references[0]}")
    hands.press("Space")
    hands.to(name=f"Tick case {references[1]}")
    hands.press("Space")
    hands.to(name="Change the status")
    hands.go()
    hands.to(tag="select", field="status")
    hands.choose("Contact")
    hands.to(name="Show what would happen")
    said = hands.go()
    assert references[0] in said and references[1] in said
    hands.to(name="Do it")
    assert hands.go().count("Done") >= 2


def test_search_help_and_signing_out_by_keys(hands, references):
    hands.go("t")
    hands.go("/")
    hands.press("/")
    hands.write("Mikola Bondar")
    assert references[2] in hands.go()
    hands.page.evaluate("document.activeElement.blur()")
    hands.press("?")
    assert hands.page.locator("dialog#keys[open]").count() == 1
    for _ in range(8):
        hands.press("Tab")
        assert hands.page.evaluate(
            "document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
        )
    hands.press("Escape")
    hands.page.locator("dialog#keys[open]").wait_for(state="detached")
    hands.to(name="Sign out")
    hands.go()
    assert "/sign-in" in hands.page.url
    assert re.search(REFERENCE, hands.page.inner_text("body")) is None
    # Nothing was skipped: so many times the focus was looked at on the way.
    assert hands.stops > 150
