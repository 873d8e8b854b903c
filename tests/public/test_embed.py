"""The call to action inside other sites: a page for a frame, which only the sites of the settings may show."""

import dataclasses
import re
from pathlib import Path

import pytest

from intake.public.app import create_app
from tests.judge import JudgedClient

SHEET = Path(__file__).resolve().parents[2] / "static" / "embed.css"


@pytest.fixture
def database_url(tmp_path) -> str:
    """The frame asks no database."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


@pytest.fixture
def framed_client(settings, engine):
    told = dataclasses.replace(settings, framed_by=("https://example.org", "https://news.example:8443"))
    app = create_app(told, engine)
    app.test_client_class = JudgedClient
    return app.test_client()


def test_no_site_may_show_the_frame_until_a_setting_names_it(public_client):
    page = public_client.get("/en/embed")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_the_named_sites_and_no_other_may_show_the_frame(framed_client):
    page = framed_client.get("/en/embed")
    policy = page.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://example.org https://news.example:8443")
    assert "X-Frame-Options" not in page.headers and "'none'" not in policy.split("frame-ancestors")[1]
    for address in ("/en/", "/en/apply/", "/en/embed/"):
        other = framed_client.get(address)
        assert other.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]


def test_the_frame_opens_the_form_in_a_page_of_its_own(public_client):
    page = public_client.get("/en/embed?source=partner-site&scheme=dark")
    [link] = re.findall(r'<a class="button"[^>]*>', page.text)
    assert 'href="/en/apply/?from=partner-site"' in link
    assert 'target="_blank"' in link and 'rel="noopener noreferrer"' in link
    assert "Seeking asylum?" in page.text and '<html lang="en" dir="ltr" class="dark">' in page.text
    assert not re.search(r"<script|<form|<img", page.text)
    assert "Set-Cookie" not in page.headers and page.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "query", ["scheme=red", "scheme=%22%3E%3Cscript%3E", "source=%22onload=x", "source=A%20B", "source=" + "x" * 500]
)
def test_rubbish_in_the_address_changes_nothing(public_client, query):
    page = public_client.get(f"/en/embed?{query}")
    assert page.status_code == 200
    assert 'class="auto"' in page.text and 'href="/en/apply/"' in page.text


def test_the_frame_speaks_every_offered_language_and_is_small(public_client):
    page = public_client.get("/ar_XB/embed")
    assert '<html lang="ar-XB" dir="rtl"' in page.text and "/ar_XB/apply/" in page.text
    assert len(page.data) + SHEET.stat().st_size < 6_000
    assert not re.search(r"(?:margin|padding|border)-(?:left|right)|text-align:\s*(?:left|right)", SHEET.read_text())
