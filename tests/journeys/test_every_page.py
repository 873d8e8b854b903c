"""Every page and error state: axe finds nothing, nothing is wider than a small phone, nothing comes from outside."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.browsing import DESKTOP, PHONE, apply, chromium, fill, go_on, sign_in, step_of
from tests.journeys.system import running
from tests.public.walking import ROSA

pytestmark = pytest.mark.browser
WIDTH = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
STAFF_PAGES = (
    *("today", "queue", "queue?level=1&status=new&sort=age", "saved", "search", "intake/new", "lent", "account"),
    *("account/calendar", "account/passkeys", "account/password", "account/recovery-codes", "lock-my-account"),
)
ADMIN_PAGES = (
    *("exports", "referrals", "referrals?showing=overdue", "referrals/new", "referrals/raices", "organisation"),
    *("referrals/round", "figures", "figures/board_appeal_days", "numbers", "numbers/report"),
    *("partners", "closing-codes", "pairs", "conflict-names", "letter-templates", "letter-templates/declined/es"),
    *(
        "exports/files",
        "outbox",
        "newsroom",
        "trail",
        "trail?case=x",
        "trail/check",
        "administration",
        "approvals",
        "people",
        "people/1",
        "people/2",
        "people/roles",
        "retention",
        "retention/due/closed",
        "keys",
    ),
)
HELD = {**ROSA, "representation": "notario", "claims": ["afraid", "trafficking"], "stage": ["order", "applied"]}


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    with running("sqlite", tmp_path_factory.mktemp("pages")) as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


class Look:
    """Looks at the page that is open, as axe does and as a narrow window does."""

    def __init__(self, page) -> None:
        self.page, self.seen = page, 0
        self.noise: list[str] = []
        page.on("console", lambda said: self.noise.append(said.text) if said.type == "error" else None)

    def here(self) -> None:
        report = Axe().run(self.page)
        assert report.violations_count == 0, f"{self.page.url}\n{report.generate_report()[:1500]}"
        assert self.page.evaluate(WIDTH) <= 0, f"{self.page.url} is wider than its window"
        self.seen += 1


@pytest.mark.parametrize(
    ("lang", "scheme", "viewport"),
    [("en", "light", PHONE), ("ar_XB", "dark", DESKTOP)],
)
def test_every_public_page_and_error_state(system, browser, lang, scheme, viewport):
    page = browser.new_context(viewport=viewport, color_scheme=scheme).new_page()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    look = Look(page)
    for name in (
        "",
        "safety",
        "fraud",
        "lawyers",
        "questions",
        "privacy",
        "return",
        "left",
        "stopped",
        "look",
        "measures",
        "embed",
        "paper",
    ):
        page.goto(f"{system.public}/{lang}/{name}")
        look.here()
    page.goto(f"{system.public}/{lang}/return")
    page.fill("[name=code]", "12")
    with page.expect_navigation():
        page.click("main button")
    look.here()
    page.goto(f"{system.public}/{lang}/")
    with page.expect_navigation():
        page.click("main .plain-list a >> nth=0")
    look.here()
    page.goto(f"{system.public}/{lang}/apply/")
    for _ in range(20):
        look.here()
        if step_of(page) == "receipt":
            break
        if step_of(page) == "first-result":
            go_on(page)
            continue
        before = page.url
        if step_of(page) == "check":
            page.uncheck('[name="consent_conflict"]')
        go_on(page)
        if page.url == before:
            look.here()  # the same page, with its errors
        else:
            page.go_back()
        fill(page, HELD)
        go_on(page)
    assert step_of(page) == "receipt" and look.seen > 25
    for name in ("mine", "mine/message", "mine/answers", "mine/change/dates", "mine/change/contact", "mine/withdraw"):
        page.goto(f"{system.public}/{lang}/{name}")
        look.here()
    for name in ("mine/message", "mine/erase/now"):
        page.goto(f"{system.public}/{lang}/{name}")
        with page.expect_navigation():
            page.click('main form:not([action$="/leave"]) button >> nth=0')
        look.here()  # nothing was written, nothing was ticked: the same page, with its error
    assert all(one.startswith((system.public, "data:")) for one in requests)
    page.goto(f"{system.public}/{lang}/nowhere")
    look.here()
    assert not [one for one in look.noise if "422" not in one and "404" not in one]


def test_every_staff_page(system, browser):
    applicant = browser.new_context(viewport=PHONE).new_page()
    applicant.goto(f"{system.public}/en/apply/")
    apply(applicant, HELD)
    for person, scheme, viewport in ((system.caseworker, "light", DESKTOP), (system.admin, "dark", PHONE)):
        page = browser.new_context(viewport=viewport, color_scheme=scheme).new_page()
        look = Look(page)
        page.goto(system.staff)
        look.here()
        sign_in(page, system.staff, person)
        look.here()
        for _ in range(100):
            if page.locator('main a[href^="/cases/"]').count():
                break
            page.wait_for_timeout(200)
            page.reload()
        with page.expect_navigation():
            page.locator('main a[href^="/cases/"] >> nth=0').click()
        look.here()
        case = page.url
        for name in ("dates", "messages", "print"):
            page.goto(f"{case}/{name}")
            look.here()
        # To a caseworker each page of the office is the same refusal: one is enough.
        office = ADMIN_PAGES if person is system.admin else ADMIN_PAGES[:1]
        for name in (*STAFF_PAGES, *office):
            page.goto(f"{system.staff}/{name}")
            look.here()
        page.goto(f"{system.staff}/search")
        look.here()
        page.fill("#search", str(HELD["call_name"]))
        with page.expect_navigation():
            page.press("#search", "Enter")
        assert page.locator('main a[href^="/cases/"]').count()
        look.here()
        page.goto(f"{system.staff}/nowhere")
        look.here()


def test_the_first_steps_work_with_the_keyboard_alone(system, browser):
    page = browser.new_context(viewport=DESKTOP).new_page()
    page.goto(f"{system.public}/en/apply/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus('[name="consent_start"]')
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply/who")
    page.focus('[name="for_whom"] >> nth=0')
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply/lawyer")


def test_at_double_zoom_and_in_forced_colours_nothing_is_lost(system, browser):
    # A 640 pixel window at 200 % shows what a 320 pixel one does.
    page = browser.new_context(viewport={"width": 320, "height": 400}, device_scale_factor=2).new_page()
    page.emulate_media(forced_colors="active")
    page.goto(f"{system.public}/en/apply/")
    assert page.evaluate(WIDTH) <= 0
    border = "getComputedStyle(document.querySelector('button')).borderTopStyle"
    assert page.evaluate(border) == "solid"
    small = "[...document.querySelectorAll('button,.pick')].filter(b => b.getBoundingClientRect().height < 44).length"
    assert page.evaluate(small) == 0
