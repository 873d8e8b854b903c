"""What comes out of a printer: the paper form on four sheets, a card that fits a wallet, and nothing but words."""

import pytest

from intake import locales, organisation, referrals, releases
from intake.db import transaction
from intake.organisation import Organisation, Phone
from intake.public.visit import now
from tests.journeys.browsing import chromium
from tests.journeys.printing import HOST, SHEETS, reader, sheets
from tests.public.walking import ROSA, walk

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "ar_XB")
OTHERS = tuple(one.code for one in locales.OFFERED if one.code not in LANGUAGES)
MILLIMETRE = 96 / 25.4
COLOURS = """() => [...new Set([...document.querySelectorAll("body, main *")]
    .filter(one => one.checkVisibility() && !["INPUT", "OPTION"].includes(one.tagName))
    .map(one => getComputedStyle(one).color + " on " + getComputedStyle(one).backgroundColor))]"""
BLACK_ON_WHITE = {"rgb(0, 0, 0) on rgba(0, 0, 0, 0)", "rgb(0, 0, 0) on rgb(255, 255, 255)"}
NOT_ON_PAPER = "header form, nav, footer, button, .skip, .why, .back, .no-print, .call"


@pytest.fixture
def database_url(tmp_path) -> str:
    """A printer does not see the database."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("lang", OTHERS)
def test_the_paper_form_fits_on_four_sheets_in_every_language(browser, public_client, lang):
    page = reader(browser, public_client)
    page.goto(f"{HOST}/{lang}/paper")
    assert sheets(page, format="Letter") <= 4  # the lower of the two sizes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_paper_form_fits_on_four_sheets_of_either_size(browser, public_client, engine, lang):
    phones = tuple(Phone(f"Office of a town with a long name {number}", f"+1202555010{number}") for number in range(3))
    said = Organisation(name="Harbour Rights", phones=phones, email="help@example.org")
    with transaction(engine) as session:
        organisation.save(session, said, "a test", now(), 0)
    page = reader(browser, public_client)
    page.goto(f"{HOST}/{lang}/paper")
    assert [sheets(page, **paper) <= 4 for paper in SHEETS] == [True, True]
    page.emulate_media(media="print")
    smallest = (
        "Math.min(...[...document.querySelectorAll('.paper *')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert page.evaluate(smallest) >= 8 / 72 * 96 - 0.01
    page.emulate_media(media="screen")
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_page_prints_black_on_white_without_its_controls(browser, public_app, engine, lang):
    with transaction(engine) as session:
        referrals.load_bundled(session)
        [slug, *_rest] = [one.slug for one in releases.import_files(session, releases.samples(), now())]
    on_its_way, sent = public_app.test_client(), public_app.test_client()
    walk(on_its_way, ROSA, until="check", lang=lang)
    walk(sent, ROSA, lang=lang)
    pages = {
        public_app.test_client(): ("", f"releases/{slug}", "safety", "fraud", "paper", "return"),
        on_its_way: ("apply/contact", "apply/check", "later"),
        sent: ("receipt",),
    }
    for client, addresses in pages.items():
        page = reader(browser, client, color_scheme="dark")
        page.emulate_media(media="print", color_scheme="dark")
        for address in addresses:
            page.goto(f"{HOST}/{lang}/{address}")
            assert set(page.evaluate(COLOURS)) <= BLACK_ON_WHITE, address
            shown = page.locator(NOT_ON_PAPER).evaluate_all("all => all.filter(one => one.checkVisibility()).length")
            assert shown == 0, address
            assert page.evaluate("document.dir") == ("rtl" if lang == "ar_XB" else "ltr")


def test_the_receipt_has_a_card_of_the_size_of_a_bank_card(browser, public_client):
    walk(public_client, ROSA)
    page = reader(browser, public_client)
    page.emulate_media(media="print")
    page.goto(f"{HOST}/en/receipt")
    card = page.locator(".wallet").bounding_box()
    assert abs(card["width"] - 85.6 * MILLIMETRE) < 1 and abs(card["height"] - 54 * MILLIMETRE) < 1
    inside = "card => card.scrollHeight <= card.clientHeight && card.scrollWidth <= card.clientWidth"
    assert page.locator(".wallet").evaluate(inside)


def test_a_link_to_another_site_is_printed_with_its_address(browser, public_client):
    page = reader(browser, public_client)
    page.goto(f"{HOST}/en/safety")
    page.emulate_media(media="print")
    link = '<a href="https://example.org/a">elsewhere</a>'
    page.evaluate("link => document.querySelector('main').insertAdjacentHTML('beforeend', link)", link)
    after = "getComputedStyle(document.querySelector('main a[href^=http]'), '::after').content"
    assert page.evaluate(after) == '" (https://example.org/a)"'
