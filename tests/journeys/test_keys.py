"""A morning without a mouse: rows, cases and pages by one key each, and keys that can be turned off."""

import re

import pytest

from tests.public.walking import ROSA

pytestmark = pytest.mark.browser
IN_FOCUS = "document.activeElement.textContent"


def test_the_queue_is_worked_by_keys_alone(office):
    kept = [office.sent_by_others(ROSA) for _ in range(3)]
    page = office.page
    shown = office.queue()
    assert set(kept) <= set(shown)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(IN_FOCUS) == shown[1]
    page.keyboard.press("k")
    assert page.evaluate(IN_FOCUS) == shown[0]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert shown[0] in page.inner_text("h1")
    with page.expect_navigation():
        page.keyboard.press("c")
    assert "The case is yours now." in page.inner_text("body")
    with page.expect_navigation():
        page.keyboard.press("q")
    page.keyboard.press("j")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("c")
    assert shown[1] in page.inner_text("h1") and "The case is yours now." in page.inner_text("body")
    with page.expect_navigation():
        page.keyboard.press("n")
    assert shown[2] in page.inner_text("h1") and "The case is yours now." in page.inner_text("body")
    with page.expect_navigation():
        page.keyboard.press("t")
    assert page.inner_text("h1") == "Today"


def test_keys_are_letters_while_somebody_types_and_can_be_turned_off(office):
    page = office.page
    page.goto(f"{office.system.staff}/queue")
    page.locator("details.filters > summary").click()
    page.focus("#level")
    page.keyboard.press("t")
    page.locator("h1").click()
    page.keyboard.press("Control+q")
    assert page.url.endswith("/queue")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible() and "next row" in page.inner_text("dialog#keys")
    page.keyboard.press("t")
    page.get_by_role("button", name="Turn the keys off").click()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("t")
    page.keyboard.press("?")
    assert re.search("/queue$", page.url) and not page.locator("dialog#keys").is_visible()
    page.get_by_role("button", name="Keyboard", exact=True).click()
    page.get_by_role("button", name="Turn the keys on").click()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("t")
    assert page.inner_text("h1") == "Today"
