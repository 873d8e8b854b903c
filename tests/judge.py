"""Every page that any test fetches is judged as HTML: headings, title, labels, language, headers, no inline code."""

import gzip
import re
from typing import Any

import brotli
import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class JudgedClient(FlaskClient):
    """A test client that fails the test on a page no person should be shown."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        judge(response)
        return response


def text_of(response: TestResponse) -> str:
    """The page as text, also when it came compressed."""
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(response.headers.get("Content-Encoding", ""))
    return (unpack(response.data) if unpack else response.data).decode()


def judge(response: TestResponse) -> None:
    """Raise AssertionError, in words, when the response is not fit for a person or a browser."""
    for header, start in HEADERS.items():
        assert response.headers.get(header, "").startswith(start), f"{header} is missing or weak"
    assert response.status_code != 500, "a page answered 500"
    if response.mimetype != "text/html" or not response.data or response.status_code in {301, 302, 303, 307, 308}:
        return
    page = text_of(response)
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parse(page)
    errors = [code for _place, code, _data in parser.errors]
    assert not errors, f"the page is not well-formed HTML: {errors[:3]}"
    html = tree
    assert html.get("lang"), "the page does not say its language"
    assert html.get("dir") in {"ltr", "rtl"}, "the page does not say its direction"
    title = html.findtext("head/title")
    assert title and title.strip(), "the page has no title"
    headings = html.findall(".//h1")
    assert len(headings) == 1, f"the page has {len(headings)} main headings"
    assert html.find(".//main") is not None, "the page has no main part"
    _judge_code(html, page)
    _judge_fields(html)
    _judge_ids(html)


def _judge_code(html: Any, page: str) -> None:
    assert not html.findall(".//style"), "the page has an inline stylesheet"
    for script in html.findall(".//script"):
        assert script.get("src") and not "".join(script.itertext()).strip(), "the page has an inline script"
    for element in html.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.get("style") is None, f"<{element.tag}> has an inline style"
        handlers = [name for name in element.attrib if name.startswith("on")]
        assert not handlers, f"<{element.tag}> has inline code"
        for name in ("src", "href", "action"):
            address = element.get(name, "")
            outside = re.match(r"(?:https?:)?//", address)
            loads = element.tag not in {"a", "meta"} and name != "action"
            assert not (outside and loads), f"<{element.tag}> loads something from outside"
    assert "Traceback (most recent call last)" not in page


def _judge_fields(html: Any) -> None:
    labelled = {label.get("for") for label in html.findall(".//label")}
    wrapped = {id(field) for label in html.findall(".//label") for field in label.iter() if field is not label}
    for tag in ("input", "select", "textarea"):
        for field in html.iter(tag):
            if field.get("type") in {"hidden", "submit", "button"}:
                continue
            named = field.get("id") in labelled or id(field) in wrapped or field.get("aria-label")
            assert named, f"the field {field.get('name')!r} has no label"
            described = field.get("aria-describedby", "").split()
            ids = {element.get("id") for element in html.iter() if isinstance(element.tag, str)}
            assert set(described) <= ids, f"the field {field.get('name')!r} is described by what is not there"
    for form in html.iter("form"):
        # "Leave now" stands on pages that everybody shares: it forgets, and changes nothing else.
        if form.get("method", "get").lower() == "post" and not form.get("action", "").endswith("/leave-now"):
            names = [field.get("name") for field in form.iter("input")]
            assert "csrf_token" in names, "a form that changes something has no token"
    for group in html.iter("fieldset"):
        assert group.find("legend") is not None, "a group of fields has no legend"


def _judge_ids(html: Any) -> None:
    ids = [element.get("id") for element in html.iter() if isinstance(element.tag, str) and element.get("id")]
    twice = {one for one in ids if ids.count(one) > 1}
    assert not twice, f"ids stand twice: {sorted(twice)[:3]}"
