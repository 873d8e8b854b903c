"""Every page and every step, as eyes, fingers and narrow windows meet them: measured in a real browser."""

import re
from pathlib import Path

import pytest

from tests.journeys import touring
from tests.journeys.browsing import DESKTOP, PHONE, TABLET, chromium, fill, go_on
from tests.journeys.measuring import native_edges, pale, small, wide
from tests.journeys.system import running

pytestmark = pytest.mark.browser
STATIC = Path(__file__).resolve().parents[2] / "static"
PUBLIC_SHEETS = ("public.css", "paper.css", "embed.css")
# Letters of twice the size: the sheet says 106.25 % on a phone.
DOUBLE = "document.documentElement.style.fontSize = '212.5%'"
SINGLE = "document.documentElement.style.fontSize = ''"


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    with running("sqlite", tmp_path_factory.mktemp("look")) as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser):
    with browser.new_context(viewport=PHONE) as context:
        yield context.new_page()


class Found:
    """What is wrong, and where it was seen first; the pages that were looked at."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}
        self.seen: set[str] = set()

    def note(self, where: str, sentences: list[str]) -> None:
        for sentence in sentences:
            self.wrong.setdefault(sentence, where)

    def holds(self, *stops: str) -> None:
        assert not self.wrong, "\n".join(f"{where}: {sentence}" for sentence, where in self.wrong.items())
        assert self.seen >= set(stops)


def _all(page, door, lang, mistakes):
    """Open pages, the form of a person who is held with a helper, that of a child, and what comes after sending."""
    yield from touring.open_pages(page, door, lang)
    yield from touring.steps(page, door, lang, touring.YOUNG, mistakes=())
    yield from touring.steps(page, door, lang, touring.HELD, mistakes=mistakes)
    yield from touring.behind_the_code(page, door, lang)


def _in_each_window(page, found: Found, stop: str) -> None:
    for window in (TABLET, DESKTOP, PHONE):
        page.set_viewport_size(window)
        found.note(f"{stop}, {window['width']} pixels", wide(page))
    page.evaluate(DOUBLE)
    found.note(f"{stop}, letters of twice the size", wide(page))
    page.evaluate(SINGLE)


@pytest.mark.parametrize(
    ("lang", "mistakes"),
    [("en", ("nothing", "nonsense")), ("ar_XB", ("nonsense",))],
)
def test_all_stands_out_is_large_enough_to_tap_and_fits_its_window(system, page, lang, mistakes):
    found = Found()
    for stop in _all(page, system.public, lang, mistakes):
        found.seen.add(stop)
        # The colours are the same in every language.
        for scheme in ("light", "dark") if lang == "en" else ():
            page.emulate_media(color_scheme=scheme)
            found.note(f"{stop}, {scheme}", pale(page))
        found.note(stop, small(page))
        _in_each_window(page, found, stop)
        if stop == "check" and (word := page.get_by_text(touring.LONG, exact=True)).count():
            found.seen.add("a word without an end")
            assert len(touring.LONG) > 50
            assert word.first.evaluate("one => one.getClientRects().length") > 1
        if stop == "dates-nonsense":
            faults = page.locator(".summary a").all_inner_texts()
            assert len(faults) == len(set(faults)) > 1, "two faults that nobody can tell apart"
    found.holds("open-release", "device", "later", "dates-nonsense", "check-nonsense", "a word without an end")
    found.holds("receipt", "mine", "mine-answers", "mine-erase-now-errors")


def test_a_phone_number_in_a_sentence_stays_whole_and_reads_from_left_to_right(system, page):
    page.goto(f"{system.public}/ar_XB/detained")
    number = page.locator("main bdi.whole")
    assert number.all_inner_texts() == ["1-800-898-7180"]
    assert number.evaluate("one => one.getClientRects().length") == 1
    assert number.evaluate("one => getComputedStyle(one).direction") == "ltr"


def test_the_measures_notice_what_they_are_for(system, page):
    page.goto(f"{system.public}/en/return")
    assert pale(page) == small(page) == wide(page) == []
    for where, spoilt, measure in (
        ("main h1", "color: #999", pale),
        ("main input:not([type=hidden])", "border-color: #ddd", pale),
        ("main button", "outline: none", pale),
        ("footer a", "padding-block: 0", small),
        ("main h1", "inline-size: 400px", wide),
        ("main", "position: relative; top: -5rem; z-index: 9", wide),
        (".leave", "translate: 0 -2rem", wide),
    ):
        page.reload()
        page.locator(where).first.evaluate("(one, spoilt) => { one.style.cssText = spoilt; }", spoilt)
        assert measure(page) != [], (where, spoilt)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_browsers_own_boxes_stand_out(system, page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{system.public}/en/apply/")
    assert min(native_edges(page).values()) >= 3


def test_with_forced_colours_what_is_chosen_wrong_or_in_focus_has_a_line_of_its_own(system, page):
    page.emulate_media(forced_colors="active")
    page.goto(f"{system.public}/en/apply/")
    go_on(page)
    line = "one => (({borderInlineStartStyle: s, borderInlineStartWidth: w}) => s === 'solid' && parseFloat(w))"
    line += "(getComputedStyle(one))"
    assert page.locator(".field.wrong").first.evaluate(line) >= 3
    assert page.locator(".summary").evaluate(line) >= 3
    fill(page, touring.ROSA)
    chosen, other = page.locator(".pick:has(:checked)").first, page.locator(".pick:not(:has(:checked))").first
    assert chosen.evaluate(line) > other.evaluate(line) > 0
    colour = "one => getComputedStyle(one).borderInlineStartColor"
    assert chosen.evaluate(colour) != other.evaluate(colour)
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.locator("button >> nth=0").evaluate(line) >= 2


def test_nothing_moves_by_itself(system, page):
    for name in PUBLIC_SHEETS:
        assert not re.search(r"transition|animation|@keyframes|scroll-behavior", (STATIC / name).read_text("utf-8")), (
            name
        )
    page.goto(f"{system.public}/en/apply/")
    moving = "[...document.querySelectorAll('*')].filter(one => (({transitionDuration: t, animationName: a}) =>"
    moving += " t !== '0s' || a !== 'none')(getComputedStyle(one))).length"
    assert page.evaluate(moving) == 0 and page.evaluate("document.getAnimations().length") == 0
