"""What the eye and the finger meet on the page that is open, measured in the browser itself.

`pale`, `small` and `wide` return what is wrong, as sentences; an empty list is good. Lengths are CSS pixels.
"""

import base64
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

# WCAG 2.2: 1.4.6 (text, level AAA), 1.4.11 (controls and the ring around what has the focus), 2.5.5 (targets, AAA).
TEXT, LARGE_TEXT, CONTROL, TARGET = 7, 4.5, 3, 44

_EYES = Path(__file__).with_suffix(".js").read_text("utf-8").strip()


def pale(page: Page) -> list[str]:
    """Texts, edges of controls and rings that do not stand out enough from what lies behind them."""
    # A ring is shown to people who use the keyboard; the key tells the browser that somebody does.
    page.keyboard.press("Tab")
    found: list[str] = (
        _ask(page, "texts", TEXT, LARGE_TEXT) + _ask(page, "edges", CONTROL) + _ask(page, "rings", CONTROL)
    )
    return found


def small(page: Page) -> list[str]:
    """What a finger would miss: controls, and links on their own, under 44 by 44."""
    found: list[str] = _ask(page, "targets", TARGET)
    return found


def wide(page: Page) -> list[str]:
    """What does not fit into its window or its box, and what lies over the way out."""
    found: list[str] = _ask(page, "fits") + _ask(page, "wayOut")
    return found


def native_edges(page: Page) -> dict[str, float]:
    """How much the browser's own round and square boxes stand out, by kind: the strongest pixel against the corner.

    No style tells their colour, so a picture of each is taken, and looked at in a page of its own.
    """
    pictures = {kind: page.locator(f"[type={kind}]").first.screenshot() for kind in ("radio", "checkbox")}
    table = page.context.new_page()
    found = {kind: _ask(table, "picture", base64.b64encode(one).decode()) for kind, one in pictures.items()}
    table.close()
    return found


def _ask(page: Page, question: str, *given: object) -> Any:
    words = ", ".join(json.dumps(one) for one in given)
    return page.evaluate(f"{_EYES}.{question}({words})")
