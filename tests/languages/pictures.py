"""For a person who checks a translation: every page as a picture, and a table that says which text stands on which.

python -m tests.languages.pictures LANGUAGE FOLDER
"""

import csv
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from intake import translating
from intake.locales import OFFERED, Language
from tests.journeys import touring
from tests.journeys.browsing import PHONE, chromium
from tests.journeys.system import System, running


def stops(page: Page, system: System, code: str) -> Iterator[str]:
    """Every page that a person can meet, with its errors; yields a name while it is open."""
    yield from touring.open_pages(page, system.public, code)
    for who, answers in touring.PEOPLE.items():
        for stop in touring.steps(page, system.public, code, answers):
            yield f"{who}-{stop}"
    yield from touring.behind_the_code(page, system.public, code)


def take(language: Language, folder: Path) -> int:
    """Take all pictures of a language into `folder`, with `where.csv` beside them; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = [(one.id, one.string) for one in translating.current(language) if one.id and isinstance(one.id, str)]
    with (
        tempfile.TemporaryDirectory() as place,
        running("sqlite", Path(place)) as system,
        chromium() as browser,
        (folder / "where.csv").open("w", encoding="utf-8-sig", newline="") as file,
    ):
        table = csv.writer(file)
        table.writerow(("picture", "name", "english", "translation"))
        page = browser.new_context(viewport=PHONE).new_page()
        for number, stop in enumerate(stops(page, system, language.code), 1):
            picture = f"{number:03}-{stop}.png"
            page.screenshot(path=folder / picture, full_page=True)
            shown = " ".join(page.text_content("html").split())
            rows = [(picture, translating.name_of(english), english, said) for english, said in texts if said in shown]
            table.writerows(rows)
    return number


if __name__ == "__main__":
    chosen = next((one for one in OFFERED if one.code == sys.argv[1]), None) if len(sys.argv) == 3 else None
    if chosen is None:
        sys.exit(__doc__)
    sys.stdout.write(f"{take(chosen, Path(sys.argv[2]))} pictures.\n")
