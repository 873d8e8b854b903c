"""From a release to the receipt, and back by the code, in five languages: a real browser, every process, no script."""

import re

import pytest

from intake import locales, translating
from intake.locales import PLANNED
from tests.journeys.browsing import PHONE, apply, chromium
from tests.journeys.system import running
from tests.public.walking import ROSA

pytestmark = pytest.mark.browser
# What the browser asks for, and the language that a person then reads.
ASKED = {"es": "es-419", "ar": "ar-SY", "ti": "ti-ER", "zh_Hans": "zh-CN", "ht": "ht-HT"}
CODE = re.compile(r"\b(\d{4} \d{4} \d{4} \d{4})\b")


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    with running("sqlite", tmp_path_factory.mktemp("languages")) as started:
        yield started.public


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def english_on(page, language) -> list[str]:
    """English texts of ours that stand on the page that is open, though this language says them otherwise."""
    shown = " ".join(page.inner_text("body").split())
    # A release is written in a language of its own.
    for release in page.locator("main article").all_inner_texts():
        shown = shown.replace(" ".join(release.split()), "")
    ours = [(one.id, one.string) for one in translating.read(language) if isinstance(one.id, str) and one.id]
    return [english for english, said in ours if len(english) > 12 and said != english and english in shown]


@pytest.mark.parametrize("code", ASKED)
def test_a_person_reads_only_their_own_language_from_the_news_to_the_receipt_and_back(door, browser, code):
    language = next(one for one in PLANNED if one.code == code)
    say = locales.translations(code).gettext
    phone = browser.new_context(viewport=PHONE, java_script_enabled=False, locale=ASKED[code]).new_page()
    seen: dict[str, list[str]] = {}

    def look(where: str) -> None:
        html = phone.locator("html")
        assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language.tag, language.direction), where
        if found := english_on(phone, language):
            seen[where] = found

    phone.goto(door)
    look("the list")
    assert phone.url == f"{door}/{code}/"
    with phone.expect_navigation():
        phone.get_by_role("link", name=say("See if we can help")).click()
    look("start")
    with phone.expect_navigation():
        phone.click('main button[name="go"] >> nth=0')
    look("start with an error")
    for until in ("lawyer", "claims", "dates", "about", "contact", "check", "receipt"):
        apply(phone, ROSA, until=until)
        look(until)
    found = CODE.search(phone.inner_text("main"))
    assert found, "the receipt shows the code"
    with phone.expect_navigation():
        phone.click("header .leave button")
    look("left")
    phone.goto(f"{door}/{code}/return")
    phone.fill('[name="code"]', found[1])
    with phone.expect_navigation():
        phone.click("main form button")
    assert phone.url.endswith(f"/{code}/mine")
    look("back")
    assert phone.inner_text("h1") == say("Your form")
    assert seen == {}


def test_enter_goes_on_and_changes_no_language(door, browser):
    phone = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    phone.goto(f"{door}/es/apply/")
    apply(phone, ROSA, until="money")
    phone.check('[name="affordability"][value="no"]')
    phone.fill('[name="household_size"]', "3")
    with phone.expect_navigation():
        phone.press('[name="household_size"]', "Enter")
    assert phone.url == f"{door}/es/apply/claims"


def test_a_language_is_changed_by_tapping_and_what_is_typed_stays(door, browser):
    phone = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    phone.goto(f"{door}/es/apply/")
    apply(phone, ROSA, until="about")
    phone.fill('[name="call_name"]', "Ros")
    phone.click(".languages summary")
    with phone.expect_navigation():
        phone.get_by_role("button", name="العربية").click()
    assert phone.url == f"{door}/ar/apply/about" and phone.locator("html").get_attribute("dir") == "rtl"
    assert phone.input_value('[name="call_name"]') == "Ros"
