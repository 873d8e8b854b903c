"""A tour of all that an applicant can see: each open page, each step empty, with errors and filled in, and after."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from tests.journeys.browsing import ANSWERS, fill, go_on, step_of
from tests.public.walking import ROSA

# A word that no browser can break by itself, longer than a narrow phone is wide.
LONG = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungs"
HELD = ROSA | {
    "for_whom": "someone_else",
    "helper_name": LONG,
    "helper_contact": f"{LONG}@example.org",
    "helper_relation": "family",
    "helper_language": "es",
    "person_knows": "no",
    "code_goes_to": "both",
    "representation": "notario",
    "claims": ["afraid", "trafficking", "temporary_ending", "family_join"],
    "why_hurt": ["politics", "who_i_love"],
    "place_kind": "held",
    "facility": LONG,
    "documents_name": LONG,
    "birth_country": "HN",
    "stage": ["applied", "order", "fear_failed", "gov_motion"],
    "missed_hearing": "yes",
    "held_contact": ["legal_call", "letter"],
    "call_name": LONG,
    "family_help": ["children", "other"],
    "family_count": 3,
    "contact_ways": ["phone", "email", "someone"],
    "whose_phone": "shared",
    "say_name": "no",
    "say_instead": LONG,
    "email": "a@example.org",
    "contact_person": LONG,
    "not_contact": LONG,
    "anything_else": f"{LONG} {LONG}",
}
YOUNG = {key: value for key, value in ROSA.items() if key not in {"phone", "voicemail"}} | {
    "device": "shared",
    "representation": "active",
    "affordability": "yes",
    "claims": ["child_alone"],
    "stage": ["none"],
    "birth": "age_14_17",
    "trusted_adult": "no",
    "young_contact": LONG,
    "contact_ways": ["self"],
}
PEOPLE = {"adult": ROSA, "held": HELD, "young": YOUNG}

OPEN = (
    "",
    "safety",
    "fraud",
    "privacy",
    "lawyers",
    "questions",
    "return",
    "left",
    "stopped",
    "look",
    "measures",
    "paper",
    "helping",
    "detained",
    "children",
    "family",
    "nowhere",
    "mine",
)
BEHIND = (
    "mine",
    "mine/message",
    "mine/answers?look=yes",
    "mine/answers",
    "mine/change/dates",
    "mine/change/contact",
    "mine/withdraw",
    "mine/erase",
    "mine/erase/now",
    "family",
    "later",
)
MISTAKES = ("nothing", "nonsense")
WRITTEN = "main form input:is([type=text],[type=tel],[type=email]):not([tabindex='-1']), main form textarea"


def open_pages(page: Page, door: str, lang: str) -> Iterator[str]:
    """Each page that anybody can open; yields its name while it is open."""
    for name in OPEN:
        page.goto(f"{door}/{lang}/{name}")
        yield f"open-{name or 'list'}"
    page.goto(f"{door}/{lang}/return")
    page.fill("[name=code]", "12")
    _press(page)
    yield "open-return-errors"
    page.goto(f"{door}/{lang}/")
    with page.expect_navigation():
        page.click("main .plain-list a >> nth=0")
    yield "open-release"


def steps(
    page: Page, door: str, lang: str, answers: dict[str, Any], mistakes: tuple[str, ...] = MISTAKES
) -> Iterator[str]:
    """The form from its first page to the receipt; each step as it comes, with its errors, and filled in."""
    page.goto(f"{door}/{lang}/apply/")
    for _ in range(20):
        step = step_of(page)
        yield step
        if step == "receipt":
            return
        if step not in ANSWERS:
            yield from _mistakes(page, answers, mistakes)
            _write(page, "")
            fill(page, answers)
            yield f"{step}-filled"
        go_on(page)
        if step == "who":
            yield from _put_off(page)
    raise AssertionError("the form has no end")


def behind_the_code(page: Page, door: str, lang: str) -> Iterator[str]:
    """What a person sees who has sent a form and comes back."""
    for name in BEHIND:
        page.goto(f"{door}/{lang}/{name}")
        yield name.split("?")[0].replace("/", "-")
    for name in ("mine/message", "mine/erase/now"):
        page.goto(f"{door}/{lang}/{name}")
        _press(page)
        yield name.replace("/", "-") + "-errors"


def _mistakes(page: Page, answers: dict[str, Any], kinds: tuple[str, ...]) -> Iterator[str]:
    """The step with nothing said, or with nonsense in each box that can be written in."""
    address, step = page.url, step_of(page)
    for kind in kinds:
        if kind == "nonsense":
            fill(page, answers)
            _write(page, "?9")
        if step == "check":
            page.uncheck('[name="consent_conflict"]')
        go_on(page)
        if page.url == address:
            yield f"{step}-{kind}"
        page.goto(address)


def _put_off(page: Page) -> Iterator[str]:
    """Finish later, and go on."""
    address = page.url
    with page.expect_navigation():
        page.click('button[value="later"]')
    yield "later"
    page.goto(address)


def _write(page: Page, text: str) -> None:
    """The same into each box that is shown."""
    every = "(all, text) => all.filter(box => box.checkVisibility()).forEach(box => { box.value = text; })"
    page.locator(WRITTEN).evaluate_all(every, text)


def _press(page: Page) -> None:
    with page.expect_navigation():
        page.click('main form:not([action$="/leave"]) button >> nth=0')
