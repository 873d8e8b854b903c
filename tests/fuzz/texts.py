"""What the newsroom takes in: files of releases, feeds."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from html5lib import HTMLParser  # type: ignore[import-untyped]

from intake import feeds, safehtml
from intake.releaseparser import LONGEST_SUMMARY, LONGEST_TITLE, Malformed, is_slug, parse

TODAY = dt.date(2026, 7, 1)
ZONE = ZoneInfo("America/New_York")
TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "hr", "h2", "h3", "h4", "h5", "h6"}
ATTRIBUTES = {"href", "rel", "start"}


def _is_harmless(body: str) -> None:
    """Only what may be shown is in it, for the parser of a browser as well as for ours."""
    body.encode()
    shown = HTMLParser(namespaceHTMLElements=False).parseFragment(body)
    for element in shown.iter():
        if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
            continue
        assert element.tag in TAGS and set(element.attrib) <= ATTRIBUTES, element.tag
        # A browser takes tabs and line ends out of an address, and what is no letter from its front.
        address = re.sub(r"[\t\n\r]|^[\x00-\x20]+", "", element.attrib.get("href", ""))
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
        assert scheme is None or scheme[1].lower() in {"http", "https", "mailto", "tel"}
    assert safehtml.visible(body) == body


def _is_told(title: str, summary: str, slug: str) -> None:
    assert 0 < len(title) <= LONGEST_TITLE and safehtml.visible(title) == title and "\n" not in title
    assert len(summary) <= LONGEST_SUMMARY and "\n" not in summary
    assert is_slug(slug)


def releases(data: bytes) -> None:
    """A file becomes a release that can only be read, or a sentence with a line that is there."""
    for markdown in (False, True):
        try:
            found = parse(data, markdown=markdown)
        except Malformed as wrong:
            assert 1 <= wrong.line <= len(re.split("\r\n?|[\n\v\f\x85\u2028\u2029]", data.decode("latin-1"))) * 3 + 1
            assert (wrong.reason.endswith(".") and wrong.reason[0].isalpha()) or wrong.reason[0] == "'"
            continue
        assert found == parse(data, markdown=markdown)
        _is_harmless(found.body_html)
        _is_told(found.title, found.summary, found.slug)
        assert found.published_on.year >= 1900 and re.fullmatch("[0-9a-f]{64}", found.digest)


def news(data: bytes) -> None:
    """A feed becomes entries that can only be read, or one sentence."""
    try:
        found = feeds.read(data, timezone=ZONE, today=TODAY)
    except feeds.NotAFeed as wrong:
        assert str(wrong).endswith(".") and len(str(wrong)) < 200
        return
    assert found == feeds.read(data, timezone=ZONE, today=TODAY)
    assert len(found.entries) + len(found.skipped) <= feeds.MOST_ENTRIES
    assert len({one.guid for one in found.entries}) == len(found.entries)
    for one in found.entries:
        _is_harmless(one.body_html)
        _is_told(one.title, one.summary, one.slug)
        assert dt.date(1900, 1, 1) <= one.published_on <= TODAY and one.language.isascii()
    for title, reason in found.skipped:
        assert len(title) <= LONGEST_TITLE and reason.endswith(".")


def pages(data: bytes) -> None:
    """HTML from elsewhere, cleaned, stays as it is when it is cleaned again."""
    try:
        found = safehtml.from_html(data.decode("utf-8", "replace"))
    except safehtml.TooTangled:
        return
    _is_harmless(found.html)
