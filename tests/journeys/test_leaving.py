"""Leaving in one tap in a real browser: afterwards the Back button shows no answer."""

import pytest

from tests.journeys.browsing import PHONE, apply, chromium
from tests.journeys.system import running
from tests.public.walking import ROSA

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    with running("sqlite", tmp_path_factory.mktemp("leaving")) as started:
        yield started.public


@pytest.mark.parametrize("by", ["tap", "keyboard"])
def test_after_leaving_the_back_button_shows_no_answer(door, by):
    with chromium() as browser:
        page = browser.new_context(viewport=PHONE, java_script_enabled=by == "keyboard").new_page()
        page.goto(f"{door}/en/apply/")
        apply(page, {**ROSA, "device": "watched"}, until="contact")
        page.go_back()
        assert page.input_value('[name="call_name"]') == "Rosa Marín"
        with page.expect_navigation():
            if by == "tap":
                page.click("text=Leave now")
            else:
                page.keyboard.press("Tab")
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
        assert page.url.endswith("/en/measures") and page.title() == "Kitchen measures"
        for _ in range(3):
            page.go_back()
            assert "Rosa" not in page.content()
        assert "expired" in page.content() or page.url.endswith("/measures")


def test_the_way_out_stays_in_sight_and_covers_no_answer(door):
    with chromium() as browser:
        page = browser.new_context(viewport=PHONE).new_page()
        page.goto(f"{door}/en/apply/")
        apply(page, ROSA, until="claims")
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        box = page.locator("text=Leave now").bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] < PHONE["height"] and box["height"] >= 44
        for one in page.locator(".pick input:visible").all():
            one.focus()
            assert one.bounding_box()["y"] > box["y"] + box["height"]
