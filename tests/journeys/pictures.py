"""The two pictures of the README, and every public page for people to look at.

python -m tests.journeys.pictures FOLDER [--readme]
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.journeys import touring
from tests.journeys.browsing import DESKTOP, PHONE, TABLET, chromium, sign_in
from tests.journeys.system import System, running


def every_page(system: System, browser: Browser, folder: Path) -> None:
    """Each public page, and each step empty, with errors and filled in: three widths, both directions, both lights."""
    for lang, scheme, viewport in (
        ("en", "light", PHONE),
        ("en", "dark", DESKTOP),
        ("ar_XB", "dark", PHONE),
        ("ar_XB", "light", TABLET),
    ):
        page = browser.new_context(viewport=viewport, color_scheme=scheme).new_page()
        tours = {"open": touring.open_pages(page, system.public, lang)}
        tours |= {who: touring.steps(page, system.public, lang, said) for who, said in touring.PEOPLE.items()}
        tours |= {"after": touring.behind_the_code(page, system.public, lang)}
        for tour, stops in tours.items():
            for number, stop in enumerate(stops):
                name = f"{lang}-{scheme}-{viewport['width']}-{tour}-{number:02}-{stop}.png"
                page.screenshot(path=folder / name, full_page=True)
        page.context.close()


def main(folder: Path) -> None:
    """Take all pictures into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, running("sqlite", Path(place)) as system, chromium() as browser:
        every_page(system, browser, folder)
        page = browser.new_context(viewport={"width": 1100, "height": 620}).new_page()
        page.goto(system.public)
        page.get_by_role("link", name="APEC Meeting").click()
        page.screenshot(path=folder / "release.png")
        sign_in(page, system.staff, system.caseworker)
        page.screenshot(path=folder / "staff-queue.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
