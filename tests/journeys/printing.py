"""Pages of the public door on paper: Chromium asks the app itself, without a server between them."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

HOST = "http://localhost"
SHEETS: tuple[dict[str, Any], ...] = ({"format": "Letter"}, {"format": "A4"})


def reader(browser: Browser, client: FlaskClient, **options: Any) -> Page:
    """A browser page whose every request is answered by `client`; nothing leaves the process."""
    page = browser.new_context(**options).new_page()
    page.route("**/*", lambda route: _answer(route, client))
    return page


def sheets(page: Page, **paper: Any) -> int:
    """How many sheets the page that is open takes on this paper."""
    return len(re.findall(rb"/Type /Page\b(?!s)", page.pdf(**paper)))


def _answer(route: Route, client: FlaskClient) -> None:
    address = urlsplit(route.request.url)
    got = client.get(f"{address.path}?{address.query}", headers={"Accept-Encoding": "identity"})
    route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.data)
