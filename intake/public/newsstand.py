"""Releases, lists and the feed, rendered once: a burst of readers costs no database, no template and no compressing.

Once a second at most, one look at the database tells whether any release was added, corrected or taken away; then all
pages are made anew. Pages here are the same for everyone: no cookie is looked at, and none is set.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, cast

from flask import Flask, Response, current_app, request
from sqlalchemy import select

from .. import encodings, web
from ..releases import Release
from ..splice import Page
from .keptpages import KeptPages

_NAME: Final = "intake.newsstand"
# How long a page may be older than the database. Whoever takes a release away expects it to be gone.
FRESH_SECONDS: Final = 1.0
MOST_PAGES: Final = 400
# A longer page is made for each reader: the kept ones together stay within some tens of MiB.
LONGEST: Final = 96 * 1024
# A minute in a browser; seconds in a cache that many share, and some more while the door is down or asked again.
CACHE: Final = "public, max-age=60, s-maxage=2, stale-while-revalidate=10, stale-if-error=300"
# Of a release that was taken away: a shared cache must put this in the place of the page.
GONE: Final = "public, max-age=0, s-maxage=2"

_STATE = select(
    Release.slug, Release.state, Release.source_digest, Release.imported_at, Release.story, Release.language
).order_by(Release.slug)


@dataclass(frozen=True, slots=True)
class _Stock:
    """The pages of one state of the newsroom; `looked` is a moment of the monotonic clock."""

    state: bytes
    looked: float
    pages: KeptPages


class Newsstand:
    """The kept pages of one app."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stock = _Stock(b"", float("-inf"), KeptPages(MOST_PAGES))

    def page(self, key: Hashable, render: Callable[[], str]) -> Page:
        """The page `key`, not older than `FRESH_SECONDS`. Raises what `render` and the database raise."""
        stock = self._fresh()

        def keeps(made: Page) -> bool:
            # Published and taken away again within the second: what was seen between two looks does not stay.
            return sum(map(len, made.plain)) <= LONGEST and _state() == stock.state

        return stock.pages.get(key, render, keeps=keeps)

    def _fresh(self) -> _Stock:
        """Pages that are not older than `FRESH_SECONDS`. Raises what the database raises: nothing old is shown."""
        stock = self._stock
        if time.monotonic() - stock.looked < FRESH_SECONDS:
            return stock
        with self._lock:
            stock = self._stock
            # The moment before the look: what changes during it is seen by the next one.
            now = time.monotonic()
            if now - stock.looked >= FRESH_SECONDS:
                state = _state()
                pages = stock.pages if state == stock.state else KeptPages(MOST_PAGES)
                self._stock = _Stock(state, now, pages)
            return self._stock


def install(app: Flask) -> None:
    """Give `app` its kept pages."""
    app.extensions[_NAME] = Newsstand()


def page(key: Hashable, render: Callable[[], str], mimetype: str = "text/html") -> Response:
    """The page `key` of this endpoint, made by `render` when it is not there yet; 304 for who has this very page.

    `render` may abort: then nothing is kept.
    """
    asked = request.args.get("asked") == "zh-Hant", request.args.get("back") == "check"
    whole = (request.endpoint, web.language().code, request.host, request.script_root, *asked, key)
    made = cast(Newsstand, current_app.extensions[_NAME]).page(whole, render)
    coding = encodings.best(request.headers.get("Accept-Encoding", ""), made.codings)
    response = Response(mimetype=mimetype)
    response.headers["Cache-Control"] = CACHE
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(_mark(made, coding))
    if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    response.set_data(made.body("", coding))
    if coding:
        response.headers["Content-Encoding"] = coding
    web.is_whole()
    return response


def _mark(made: Page, coding: str) -> str:
    return f"{made.digest}{coding and '-'}{coding}"


def _state() -> bytes:
    """A digest of what the pages of releases are made from."""
    with web.engine().execution_options(reads=True).connect() as connection:
        told = hashlib.sha256()
        for row in connection.execute(_STATE):
            told.update(repr(tuple(row)).encode())
    return told.digest()
