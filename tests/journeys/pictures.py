"""The two pictures of the README, and every public page for people to look at.

python -m tests.journeys.pictures FOLDER [--readme]
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.journeys.browsing import DESKTOP, PHONE, chromium, fill, go_on, sign_in, step_of
from tests.journeys.system import System, running
from tests.public.walking import ROSA


def every_page(system: System, browser: Browser, folder: Path) -> None:
    """Each public page and each step with its errors: phone and desktop, both directions, light and dark."""
    for lang, scheme, name, viewport in (
        ("en", "light", "phone", PHONE),
        ("en", "dark", "desktop", DESKTOP),
        ("ar_XB", "dark", "phone", PHONE),
        ("ar_XB", "light", "desktop", DESKTOP),
    ):
        page = browser.new_context(viewport=viewport, color_scheme=scheme, java_script_enabled=False).new_page()

        def keep(what: str, page=page, mark: str = f"{lang}-{scheme}-{name}") -> None:
            page.screenshot(path=folder / f"{mark}-{what}.png", full_page=True)

        for address in ("", "safety", "fraud", "privacy", "return"):
            page.goto(f"{system.public}/{lang}/{address}")
            keep(address or "list")
        page.goto(f"{system.public}/{lang}/apply/")
        for number in range(20):
            keep(f"{number:02}-{step_of(page)}")
            if step_of(page) == "receipt":
                break
            if step_of(page) != "first-result":
                before = page.url
                go_on(page)
                if page.url == before:
                    keep(f"{number:02}-{step_of(page)}-errors")
                else:
                    page.go_back()
                fill(page, ROSA)
            go_on(page)
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
